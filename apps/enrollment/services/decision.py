"""The insurer issues or refuses for a coded reason; until then the enterprise may withdraw."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.services import charge_premium
from apps.catalogue.models import RefusalReason
from apps.core import audit
from apps.enrollment.errors import ApplicationRefused
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.renewals.roster import carry_roster
from apps.enrollment.reports import tell_of_refusal
from apps.enrollment.services.draft import saved
from apps.policies.models import Policy
from apps.policies.services import issue_policy
from apps.rating.models import Quote

DECIDED = ("state", "decided_at", "decided_by", "decided_by_name")


def _held(application: Application, by: User, to: ApplicationState) -> Application:
    """The row, locked until commit: of two clerks one decides, the other is told."""
    rows = Application.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.get(pk=application.pk)
    Application.transitions.check(row.state, to)
    row.state = to
    return row


def _sign(row: Application, now: datetime, by: User) -> None:
    row.decided_at, row.decided_by, row.decided_by_name = now, by.actor_key, by.actor_name


@transaction.atomic
def withdraw(*, application: Application, reason: str, now: datetime, by: User) -> Application:
    row = _held(application, by, ApplicationState.WITHDRAWN)
    _sign(row, now, by)
    saved(row, *DECIDED)
    audit.record("application.withdrawn", by=by, on=row, reason=reason)
    return row


@transaction.atomic
def issue(*, application: Application, today: date, now: datetime, by: User) -> Policy:
    """Issue the policy as applied for and charge its premium; there is nothing to type."""
    row = _held(application, by, ApplicationState.ISSUED)
    policy = issue_policy(
        quote=_quote(row), pool=row.pool, insurer=by.organisation, today=today, by=by
    )
    charge_premium(policy=policy, day=today, by=by)
    if row.renews_id:
        carry_roster(row.renews_id, policy, by=by)
    row.policy = policy
    _sign(row, now, by)
    saved(row, "policy", *DECIDED)
    audit.record("application.issued", by=by, on=row, changes={"policy": policy.number})
    return policy


@transaction.atomic
def refuse(
    *, application: Application, reason: RefusalReason, note: str, now: datetime, by: User
) -> Application:
    """Refuse for a reason the product allows; the broker learns of it at once (A2.3)."""
    row = _held(application, by, ApplicationState.REFUSED)
    if reason.version_id != _quote(row).product_version_id:
        raise ApplicationRefused(_("不予承保的理由须出自本产品的清单。"), field="reason")
    if not note.strip():
        raise ApplicationRefused(_("请说明事实依据，企业和保险顾问机构都会看到。"), field="note")
    row.refusal_reason, row.refusal_note = reason, note.strip()
    _sign(row, now, by)
    saved(row, "refusal_reason", "refusal_note", *DECIDED)
    facts = {"reason_code": reason.code}
    audit.record("application.refused", by=by, on=row, reason=row.refusal_note, changes=facts)
    tell_of_refusal(row, by=by)
    return row


def _quote(row: Application) -> Quote:
    """Set from submission on; the database holds that too."""
    if row.quote_id is None:
        raise ApplicationRefused(_("申请还没有选定方案。"))
    along = ("product_version", "tariff_version", "limit_choice", "insurer")
    return Quote.objects.select_related(*along).get(pk=row.quote_id)
