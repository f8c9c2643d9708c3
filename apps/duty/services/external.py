"""Cover bought elsewhere: sent in with its certificate, looked at, and set against the law."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.catalogue.models import CoverageHead
from apps.core import audit
from apps.documents.services.uploads import keep_upload
from apps.duty.errors import DutyRefused
from apps.duty.models import ExternalCover
from apps.duty.papers import CERTIFICATE
from apps.duty.services.facts import entered, scope_of
from apps.duty.services.telling import tell_enterprise, tell_offices
from apps.enterprises.models import Enterprise, Site
from apps.reference.selectors.parameters import minimum_death_limit

UP = frozenset({Enterprise.Ownership.CENTRAL, Enterprise.Ownership.PROVINCIAL})


def heads_wanted() -> list[tuple[str, str]]:
    """The heads of cover that the policy asks for, each once, with what it is called."""
    return [(kind.value, str(kind.label)) for kind in CoverageHead.Kind]


def refusal_to_submit(
    site: Site, *, kind: str, valid_from: date, valid_to: date
) -> tuple[str, str]:
    if valid_to <= valid_from:
        return _("保险期间的止日须晚于起日。"), "valid_to"
    if kind == ExternalCover.Kind.GROUP and site.enterprise.ownership not in UP:
        text = _("只有央企和省属企业可由上级统一投保；如企业性质登记有误，请先更正企业资料。")
        return text, "kind"
    return "", ""


@transaction.atomic
def submit_external(
    *,
    site: Site,
    kind: str,
    insurer_name: str,
    policy_number: str,
    valid_from: date,
    valid_to: date,
    people: int,
    per_person: Decimal,
    heads: Sequence[str],
    certificate: File[bytes],
    by: User,
) -> ExternalCover:
    """Send in a cover from elsewhere; it counts from the day it holds, once it is accepted."""
    text, field = refusal_to_submit(site, kind=kind, valid_from=valid_from, valid_to=valid_to)
    if text:
        raise DutyRefused(text, field=field)
    kept = keep_upload(
        certificate, purpose=CERTIFICATE, scope=scope_of(site, by), by=by, field="certificate"
    )
    row = ExternalCover.objects.create(
        site=site,
        kind=kind,
        insurer_name=insurer_name,
        policy_number=policy_number,
        valid_from=valid_from,
        valid_to=valid_to,
        people=people,
        per_person=per_person,
        heads=list(heads),
        certificate=kept,
        **entered(by),
    )
    facts = {"kind": row.get_kind_display(), "valid_from": valid_from, "valid_to": valid_to}
    audit.record("external.submitted", by=by, on=site, changes=facts)
    tell_offices(
        site,
        title=gettext_lazy("外部保障待审核"),
        text=gettext_lazy("{name}：{kind}，{insurer}。"),
        url=site.get_absolute_url(),
        once=f"external:{row.public_id}",
        by=by,
        name=site.enterprise.name,
        kind=row.get_kind_display(),
        insurer=insurer_name,
    )
    return row


@transaction.atomic
def decide_external(
    *, cover: ExternalCover, state: str, decision: str, now: datetime, by: User
) -> ExternalCover:
    """Accept it, with the gap against the heads and the least limit of its first day; or not."""
    rows = ExternalCover.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("site__enterprise").get(pk=cover.pk)
    ExternalCover.transitions.check(row.state, state)
    if not decision.strip():
        raise DutyRefused(_("请写明审核意见。"), field="decision")
    row.state, row.decision, row.decided_at = state, decision, now
    row.decided_by, row.decided_by_name = by.actor_key, by.actor_name
    if row.kind == ExternalCover.Kind.GROUP:
        row.minimum = minimum_death_limit(row.valid_from).amount
        row.missing = [code for code, _label in heads_wanted() if code not in row.heads]
    row.save()
    facts = {"state": row.get_state_display(), "gap": row.limit_gap, "missing": len(row.missing)}
    audit.record("external.decided", by=by, on=row.site, reason=decision, changes=facts)
    tell_enterprise(
        row.site,
        title=gettext_lazy("外部保障已审核"),
        text=gettext_lazy("“{site}”：{state}。{decision}"),
        url=row.site.get_absolute_url(),
        once=f"external:{row.public_id}:{state}",
        by=by,
        site=row.site.name,
        state=row.get_state_display(),
        decision=decision,
    )
    return row
