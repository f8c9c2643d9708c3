"""Which insurer serves a site: until policies say so, the bureaus do."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.enterprises.errors import ALLOWED, Refusal, SiteRefused, refuse
from apps.enterprises.models import Site
from apps.enterprises.services.locking import locked, refuse_to_overwrite
from apps.enterprises.services.notices import tell_people_of

ASSIGNING = frozenset({Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU})


def refusal_to_assign_insurer(site: Site, insurer: Organisation | None, *, by: User) -> Refusal:
    if by.organisation.kind not in ASSIGNING:
        return Refusal(_("服务的承保机构由市、区应急管理局指定。"))
    if site.state == Site.State.CLOSED:
        return Refusal(_("场所已关闭，不再指定承保机构。"))
    if insurer and (insurer.kind != Kind.INSURER or not insurer.is_active):
        return Refusal(_("请选择启用中的承保机构。"), "insurer")
    return ALLOWED


@transaction.atomic
def assign_insurer(
    *, site: Site, insurer: Organisation | None, reason: str, by: User, version: str | None = None
) -> Site:
    """The insurer named sees the site from now on, the one before no longer."""
    row = locked(site, by=by)
    refuse_to_overwrite(row, version, by=by)
    refuse(SiteRefused, refusal_to_assign_insurer(row, insurer, by=by))
    before = row.insurer
    if before == insurer:
        return row
    names = [before.name if before else "", insurer.name if insurer else ""]
    if before:  # told to the insurer that leaves, too
        audit.record("site.insurer_left", by=by, on=row, reason=reason, changes={"insurer": names})
    row.insurer = insurer
    row.save(update_fields=["insurer"])
    audit.record("site.insurer_assigned", by=by, on=row, reason=reason, changes={"insurer": names})
    tell_people_of(
        row.enterprise,
        title=gettext_lazy("服务的承保机构有变更"),
        text=gettext_lazy("场所“{site}”服务的承保机构：{insurer}。"),
        by=by,
        site=row.name,
        insurer=names[1] or gettext_lazy("暂无"),
    )
    return row
