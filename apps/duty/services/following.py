"""Calls on enterprises, and what they object."""

from datetime import date, datetime

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import audit
from apps.core.dates import DAY, local_day
from apps.documents.services.uploads import keep_upload
from apps.duty.errors import DutyRefused
from apps.duty.models import Contact, Dispute
from apps.duty.papers import EVIDENCE
from apps.duty.services.facts import entered, scope_of
from apps.duty.services.telling import tell_enterprise, tell_offices
from apps.enterprises.models import Site

ANSWER_WITHIN = 15  # days


@transaction.atomic
def record_contact(
    *, site: Site, kind: str, on: date, outcome: str, note: str, today: date, by: User
) -> Contact:
    if on > today:
        raise DutyRefused(_("日期不能晚于今天。"), field="on")
    row = Contact.objects.create(
        site=site, kind=kind, on=on, outcome=outcome, note=note, **entered(by)
    )
    facts = {"on": on, "outcome": row.get_outcome_display()}
    audit.record("duty.contacted", by=by, on=site, reason=note, changes=facts)
    return row


@transaction.atomic
def open_dispute(
    *, site: Site, ground: str, text: str, evidence: File[bytes], now: datetime, by: User
) -> Dispute:
    """An enterprise says why its site need not insure, and proves it; once at a time."""
    if by.organisation_id != site.enterprise_id:
        raise DutyRefused(_("异议由企业自己提出。"))
    if Dispute.objects.filter(site=site, state=Dispute.State.OPEN).exists():
        raise DutyRefused(_("这处场所已有一项异议在等答复。"))
    kept = keep_upload(
        evidence, purpose=EVIDENCE, scope=scope_of(site, by), by=by, field="evidence"
    )
    try:
        with transaction.atomic():
            row = Dispute.objects.create(
                site=site,
                ground=ground,
                text=text,
                evidence=kept,
                due_on=local_day(now) + ANSWER_WITHIN * DAY,
                entered_at=now,
                **entered(by),
            )
    except IntegrityError as twice:
        raise DutyRefused(_("这处场所已有一项异议在等答复。")) from twice
    facts = {"ground": row.get_ground_display(), "due_on": row.due_on}
    audit.record("duty.disputed", by=by, on=site, reason=text[:500], changes=facts)
    tell_offices(
        site,
        title=gettext_lazy("企业对投保义务提出异议"),
        text=gettext_lazy("{name}：{ground}；请在 {day} 前答复。"),
        url=row.get_absolute_url(),
        once=f"dispute:{row.public_id}",
        by=by,
        name=site.enterprise.name,
        ground=row.get_ground_display(),
        day=row.due_on.isoformat(),
    )
    return row


@transaction.atomic
def decide_dispute(
    *, dispute: Dispute, state: str, decision: str, now: datetime, by: User
) -> Dispute:
    """Answer with reasons. What follows from it is entered in the register or as an exemption."""
    rows = Dispute.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("site__enterprise").get(pk=dispute.pk)
    Dispute.transitions.check(row.state, state)
    if not decision.strip():
        raise DutyRefused(_("请写明答复的理由。"), field="decision")
    row.state, row.decision, row.decided_at = state, decision, now
    row.decided_by, row.decided_by_name = by.actor_key, by.actor_name
    row.save()
    facts = {"state": row.get_state_display()}
    audit.record("duty.dispute_decided", by=by, on=row.site, reason=decision[:500], changes=facts)
    tell_enterprise(
        row.site,
        title=gettext_lazy("异议已答复"),
        text=gettext_lazy("“{site}”：{state}。{decision}"),
        url=row.get_absolute_url(),
        once=f"dispute:{row.public_id}:decided",
        by=by,
        site=row.site.name,
        state=row.get_state_display(),
        decision=decision,
    )
    return row


@transaction.atomic
def withdraw_dispute(*, dispute: Dispute, now: datetime, by: User) -> Dispute:
    rows = Dispute.objects.visible_to(by).select_for_update(of=("self",)).select_related("site")
    row = rows.get(pk=dispute.pk)
    if by.organisation_id != row.site.enterprise_id:
        raise DutyRefused(_("异议由企业自己撤回。"))
    Dispute.transitions.check(row.state, Dispute.State.WITHDRAWN)
    row.state, row.decided_at = Dispute.State.WITHDRAWN, now
    row.save(update_fields=["state", "decided_at"])
    audit.record("duty.dispute_withdrawn", by=by, on=row.site)
    return row
