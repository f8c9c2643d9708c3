"""Whether a row still says what somebody's form was drawn from."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.selectors import events_visible_to
from apps.core.audit import target_of
from apps.enterprises.models import Headcount, Site
from apps.enterprises.rules import fingerprint

# What a form about each kind of row shows; other changes do not disturb whoever fills it in.
ENTERPRISE = ("uscc", "name", "ownership", "parent_name", "contact_name", "contact_phone", "state")
SITE = ("name", "town_id", "address", "industry_id", "insurer_id", "opened_on", "state")
COUNT = ("id", "valid_from", "valid_to", *Headcount.KINDS)


def version_of(row: Any, fields: Iterable[str]) -> str:
    """Sealed values count by their envelope, so that the version gives nothing away."""
    values = {name: row.__dict__.get(name) if row else None for name in fields}
    return fingerprint({name: getattr(v, "envelope", v) for name, v in values.items()})


def version_of_counts(site: Site) -> str:
    return version_of(site.headcounts.first(), COUNT)


def refusal_to_overwrite(row: Any, *, now_at: str, seen: str | None, by: User) -> str:
    """Say who changed the row since the form was drawn, or "" when nobody did."""
    if seen is None or seen == now_at:
        return ""
    last = events_visible_to(by).filter(target=target_of(row)).order_by("-id").first()
    if last is None:
        return _("您打开本页之后，这项内容已有改动。请对照现在的内容，再提交一次。")
    return _(
        "%(organisation)s的%(person)s已在 %(at)s 改过这项内容。请对照现在的内容，再提交一次。"
    ) % {
        "organisation": last.organisation_name,
        "person": last.actor_name,
        "at": f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}",
    }
