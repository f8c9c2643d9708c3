"""What a draft says, and what stands in its way."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.accounts.models import Organisation
from apps.enrollment.models import Application
from apps.enterprises.models import Site
from apps.policies.models import Policy
from apps.pools.selectors import choosable_insurers

LATEST_START = timedelta(days=90)


@dataclass(frozen=True)
class Terms:
    """What the enterprise says before there can be a price; None is not said yet."""

    wanted_from: date | None = None
    had_accident: bool | None = None
    last_accident_on: date | None = None
    is_listed: bool | None = None


def terms_of(row: Application) -> Terms:
    return Terms(row.wanted_from, row.had_accident, row.last_accident_on, row.is_listed)


def refusal_to_start(site: Site) -> str:
    if site.state != Site.State.OPERATING:
        return _("该场所已停产或关闭，不需要投保；复产后请先更新场所状态。")
    if site.headcount == 0:
        return _("请先填写该场所的从业人数，再开始投保。")
    return ""


def refusal_of_start(row: Application, wanted_from: date, *, today: date) -> str:
    """Say why cover cannot be wanted from that day, or "" when it can."""
    if wanted_from <= today:
        first = today + timedelta(days=1)
        return _("起保日最早为次日零时（%(day)s），不能倒签。") % {"day": first.isoformat()}
    if wanted_from > (last := today + LATEST_START):
        return _("起保日最晚为 %(day)s（90 天内）；更晚的请到时再申请。") % {
            "day": last.isoformat()
        }
    covered = Policy.objects.live_for(row.site_id).filter(cover_to__gt=wanted_from)
    if other := covered.order_by("-cover_to").first():
        facts = {"number": other.number, "day": other.cover_to}
        return _("该场所已有保单 %(number)s，保到 %(day)s 零时；起保日不能早于这一天。") % facts
    return ""


def refusal_of_accident(terms: Terms, *, today: date) -> str:
    if terms.last_accident_on and terms.last_accident_on > today:
        return _("事故日期不能晚于今天。")
    return ""


def insurers_on_offer(row: Application, today: date) -> list[Organisation]:
    """The pool's members in the order drawn for this application; the same at every look."""
    return choosable_insurers(row.pool, today, seed=row.public_id)
