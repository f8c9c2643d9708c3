"""An enterprise asks for an endorsement; its insurer records it, or says why not."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit
from apps.core.dates import local_day
from apps.policies.changes.models import ChangeRequest, PolicyTransaction, RequestState
from apps.policies.errors import ChangeRefused
from apps.policies.models import Policy
from apps.policies.reports import tell_of_answer, tell_of_request
from apps.policies.rules.amending import Amendment
from apps.policies.selectors.refusing import refusal_of_endorsement
from apps.policies.selectors.stack import columns_of, stack_of


@transaction.atomic
def ask_for_change(
    *,
    policy: Policy,
    amendment: Amendment,
    effective_on: date,
    note: str,
    now: datetime,
    by: User,
) -> ChangeRequest:
    """Put the wish before the insurer; what its terms refuse is refused here already."""
    if not can(by, Permission.APPLY_FOR_COVER) or policy.enterprise_id != by.organisation_id:
        raise ChangeRefused(_("批改申请由投保企业提出。"))
    if refusal := refusal_of_endorsement(
        stack_of(policy), amendment, effective_on, today=local_day(now)
    ):
        raise ChangeRefused(refusal.text, field=refusal.field)
    try:
        with transaction.atomic():
            row = ChangeRequest.objects.create(
                policy=policy,
                **columns_of(policy),
                changes=amendment.document(),
                effective_on=effective_on,
                note=note.strip(),
                asked_at=now,
                asked_by=by.actor_key,
                asked_by_name=by.actor_name,
            )
    except IntegrityError as taken:
        text = _("已有一份批改申请待承保机构办理；先撤回它，或等办完再申请。")
        raise ChangeRefused(text) from taken
    changes = {"effective_on": effective_on, **row.changes}
    audit.record("change.asked", by=by, on=policy, changes=changes)
    tell_of_request(row, by=by)
    return row


def _moved(row: ChangeRequest, to: RequestState, *, by: User, now: datetime) -> None:
    ChangeRequest.transitions.check(row.state, to)
    row.state, row.decided_at, row.decided_by_name = to, now, by.actor_name
    row.save(update_fields=["state", "decided_at", "decided_by_name", "answer", "transaction"])


def _held(request: ChangeRequest, by: User) -> ChangeRequest:
    rows = ChangeRequest.objects.visible_to(by).select_for_update(of=("self",))
    return rows.get(pk=request.pk)


@transaction.atomic
def refuse_change(*, request: ChangeRequest, answer: str, now: datetime, by: User) -> ChangeRequest:
    row = _held(request, by)
    if not can(by, Permission.UNDERWRITE) or row.insurer_id != by.organisation_id:
        raise ChangeRefused(_("批改申请由承保机构答复。"))
    row.answer = answer.strip()
    if not row.answer:
        raise ChangeRefused(_("请说明理由，企业会看到。"), field="answer")
    _moved(row, RequestState.REFUSED, by=by, now=now)
    audit.record("change.refused", by=by, on=row.policy, reason=row.answer)
    tell_of_answer(row, by=by)
    return row


@transaction.atomic
def withdraw_change(*, request: ChangeRequest, now: datetime, by: User) -> ChangeRequest:
    row = _held(request, by)
    if row.enterprise_id != by.organisation_id:
        raise ChangeRefused(_("批改申请由投保企业撤回。"))
    _moved(row, RequestState.WITHDRAWN, by=by, now=now)
    audit.record("change.withdrawn", by=by, on=row.policy)
    return row


def settle_request(policy: Policy, lead: PolicyTransaction, *, now: datetime, by: User) -> None:
    """An endorsement that does what was asked for answers the request."""
    rows = ChangeRequest.objects.select_for_update(of=("self",))
    row = rows.filter(policy=policy, state=RequestState.ASKED).first()
    if row is None or row.changes != lead.changes:
        return
    row.transaction = lead
    _moved(row, RequestState.DONE, by=by, now=now)
