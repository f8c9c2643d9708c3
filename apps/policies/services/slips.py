"""The papers of a change: its slip, and a new certificate in the place of the old one."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from apps.accounts.models import User
from apps.core import audit
from apps.core.dates import DAY
from apps.documents.models import Paper
from apps.documents.papers.kinds import CANCELLATION_SLIP, ENDORSEMENT_SLIP, POLICY_CERTIFICATE
from apps.documents.papers.slip import ChangedTerm, SlipData, SlipLine
from apps.documents.services.papers import make_paper
from apps.policies.certificate import certificate_data
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy
from apps.policies.rules.stack import Act
from apps.policies.selectors.stack import Stack, slip_number, stack_of
from apps.policies.selectors.wording import differences_of, formula, title_of
from apps.policies.services.cover import scope_of


def make_slips(policy: Policy, lead: PolicyTransaction, moved: Decimal, *, by: User) -> None:
    stack = stack_of(policy)
    kind = CANCELLATION_SLIP if lead.act == Act.CANCEL else ENDORSEMENT_SLIP
    with translation.override(settings.LANGUAGE_CODE):
        data = slip_data(stack, lead, moved)
    shared: dict[str, Any] = {
        "subject": audit.target_of(policy),
        "holder": policy.insured_name,
        "holder_code": policy.insured_uscc,
        "scope": scope_of(policy),
        "by": by,
    }
    make_paper(kind, number=data.number, data=data, **shared)
    if policy.cover_from is None or lead.act == Act.CANCEL:
        return  # the state of a cancelled policy is told where its certificate is verified
    old = current_certificate(policy)
    data_now = certificate_data(policy, stack=stack)
    make_paper(POLICY_CERTIFICATE, number=policy.number, data=data_now, supersedes=old, **shared)


def current_certificate(policy: Policy) -> Paper | None:
    papers = Paper.objects.about(audit.target_of(policy)).filter(kind=POLICY_CERTIFICATE.code)
    return papers.current().first()


def slip_data(stack: Stack, lead: PolicyTransaction, moved: Decimal) -> SlipData:
    policy = stack.policy
    rows = [row for row in stack.rows if row.bundle == lead.bundle]
    after = stack.charged(lead.recorded_at)
    return SlipData(
        number=slip_number(stack, lead),
        policy=policy.number,
        act=title_of(lead),
        insurer=policy.insurer.name,
        insured=policy.insured_name,
        uscc=policy.insured_uscc,
        site=policy.site_name,
        start=stack.term.start,
        end=max(stack.end(lead.recorded_at), stack.term.start + DAY),
        effective_on=lead.effective_on,
        terms=tuple(ChangedTerm(t.label, t.before, t.after) for t in differences_of(lead)),
        lines=tuple(
            SlipLine(title_of(row), row.effective_on, row.charged, formula(row)) for row in rows
        ),
        premium_before=after - moved,
        premium_after=after,
        ground=lead.ground.label if lead.ground else "",
        reason=lead.reason,
        is_sample=policy.product_version.is_sample,
    )
