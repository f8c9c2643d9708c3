"""The draft goes to the insurer that was chosen; from here on it sees it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.numbering import next_number
from apps.enrollment.errors import ApplicationRefused
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.reports import tell_insurer
from apps.enrollment.selectors.draft import refusal_of_start
from apps.enrollment.services.draft import held_draft, saved
from apps.pools.models import Member
from apps.rating.models import Quote
from apps.rating.services import accept_quote, name_insurer


def missing(row: Application) -> list[str]:
    """What must still be done before submission, in the order of the steps."""
    steps = [
        (row.wanted_from is None or row.had_accident is None, _("填写投保信息")),
        (row.quote_id is None, _("选择责任限额")),
        (row.chosen_insurer_id is None, _("选择承保机构")),
        (row.attested_at is None, _("承诺保费不向从业人员摊派")),
    ]
    return [step for is_missing, step in steps if is_missing]


@transaction.atomic
def submit(*, application: Application, today: date, now: datetime, by: User) -> Application:
    """Take the quote, name the insurer, hand the application over, all or nothing."""
    row = held_draft(application, by)
    if undone := missing(row):
        raise ApplicationRefused(
            _("还有未完成的步骤：%(steps)s。") % {"steps": _("、").join(undone)}
        )
    quote, insurer = _chosen(row, today)
    accept_quote(quote=quote, today=today, by=by)
    name_insurer(quote=quote, insurer=insurer, by=by)
    row.number = next_number("TB", on=today, district=row.site.district.abbreviation)
    row.state, row.insurer, row.facts = ApplicationState.SUBMITTED, insurer, facts_of(row)
    row.submitted_at, row.submitted_by, row.submitted_by_name = now, by.actor_key, by.actor_name
    by_whom = ("submitted_at", "submitted_by", "submitted_by_name")
    saved(row, "number", "state", "insurer", "facts", *by_whom)
    facts = {"number": row.number, "insurer": insurer.name, "premium": quote.premium}
    audit.record("application.submitted", by=by, on=row, changes=facts)
    tell_insurer(row, by=by)
    return row


def _chosen(row: Application, today: date) -> tuple[Quote, Any]:
    """The quote and the insurer, if both may still be had."""
    if row.wanted_from is None or row.quote is None or row.chosen_insurer is None:
        raise ApplicationRefused(_("申请还没有选定方案和承保机构。"))
    if refusal := refusal_of_start(row, row.wanted_from, today=today):
        raise ApplicationRefused(refusal, field="wanted_from")
    if not Member.objects.on(today).filter(pool=row.pool, insurer=row.chosen_insurer).exists():
        text = _("所选承保机构已退出本区共保体，请重新选择。")
        raise ApplicationRefused(text, field="insurer")
    return row.quote, row.chosen_insurer


def facts_of(row: Application) -> dict[str, Any]:
    """What the underwriter reads: the insurer does not see the register before it serves."""
    site, enterprise = row.site, row.site.enterprise
    return {
        "enterprise": enterprise.name,
        "uscc": enterprise.uscc,
        "site": site.name,
        "address": site.place,
        "industry": f"{site.industry.code} {site.industry.name}",
        "headcount": site.headcount,
    }
