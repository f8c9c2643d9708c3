"""A site as it is now, held until the transaction ends, and not changed from a stale form."""

from apps.accounts.models import User
from apps.enterprises.errors import ChangedMeanwhile, Refusal, refuse
from apps.enterprises.models import Site
from apps.enterprises.selectors.versions import SITE, refusal_to_overwrite, version_of


def locked(site: Site, *, by: User) -> Site:
    rows = Site.objects.visible_to(by).select_related("town", "industry", "insurer", "enterprise")
    return rows.select_for_update(of=("self",)).get(pk=site.pk)


def refuse_to_overwrite(row: Site, version: str | None, *, by: User) -> None:
    now_at = version_of(row, SITE)
    refusal = refusal_to_overwrite(row, now_at=now_at, seen=version, by=by)
    refuse(ChangedMeanwhile, Refusal(refusal))
