"""What the electronic policy says, and what a visitor who holds it is told today."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.models import LimitChoice
from apps.catalogue.selectors.limits import coverage_lines, main_limits
from apps.core.dates import Period
from apps.core.templatetags.ui import yuan
from apps.documents.papers.certificate import (
    CertificateData,
    CoInsurer,
    CoverageLine,
    EndorsementLine,
)
from apps.documents.verification import Tone, VerifiedState
from apps.policies.errors import PolicyRefused
from apps.policies.models import Policy, PolicyShare, PolicyState
from apps.policies.rules.amending import Terms
from apps.policies.selectors.stack import Part, Stack, choice_of, first_terms, slip_number
from apps.policies.selectors.wording import title_of
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on

TONES = {
    PolicyState.AWAITING_PREMIUM: Tone.NOT_YET,
    PolicyState.NOT_YET: Tone.NOT_YET,
    PolicyState.IN_FORCE: Tone.HOLDS,
    PolicyState.EXPIRED: Tone.OVER,
    PolicyState.CANCELLED: Tone.OVER,
}
LABELS = {
    PolicyState.AWAITING_PREMIUM: gettext_lazy("尚未起保：保险费未到账"),
    PolicyState.NOT_YET: gettext_lazy("尚未起保"),
    PolicyState.IN_FORCE: gettext_lazy("有效"),
    PolicyState.EXPIRED: gettext_lazy("已期满"),
    PolicyState.CANCELLED: gettext_lazy("已解除"),
}


def certificate_data(policy: Policy, *, stack: Stack | None = None) -> CertificateData:
    """Plain values of a policy whose cover has its dates, in the language of papers.

    With its stack, as it stands after the last of the changes, which the paper then lists.
    """
    if policy.cover_from is None or policy.cover_to is None:
        raise PolicyRefused(_("保险费尚未全部到账，还没有电子保单。"))
    rate = decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, policy.cover_from)
    period = Period(policy.cover_from, policy.cover_to)
    shares = list(policy.shares.select_related("insurer"))
    with translation.override(settings.LANGUAGE_CODE):
        return certificate_of(policy, period, shares, rate, stack)


def certificate_of(
    policy: Policy,
    period: Period,
    shares: list[PolicyShare],
    prevention_rate: Decimal,
    stack: Stack | None = None,
) -> CertificateData:
    """The same from what was read already, for bulk loads."""
    terms, choice = first_terms(policy), policy.limit_choice
    if stack:
        terms = stack.parts(stack.last_moment)[-1].terms
        choice = choice_of(policy, terms)
    person, accident, aggregate = main_limits(choice, terms.heads)
    version = policy.product_version
    return CertificateData(
        number=policy.number,
        insurer=policy.insurer.name,
        insurer_phone=policy.insurer.hotline,
        insured=policy.insured_name,
        uscc=policy.insured_uscc,
        policyholder=policy.insured_name,
        site=policy.site_name,
        address=terms.address,
        industry=terms.industry,
        insured_count=terms.heads,
        coverage_basis=version.get_coverage_basis_display(),
        product=str(version),
        tariff=str(policy.tariff_version),
        start=period.start,
        end=period.end,
        premium=stack.premium(stack.last_moment) if stack else policy.premium,
        limit_per_person=person,
        limit_per_accident=accident,
        limit_aggregate=aggregate,
        coverage=_coverage(policy, terms, choice),
        co_insurers=tuple(
            CoInsurer(share.insurer.name, share.basis_points, share.insurer_id == policy.insurer_id)
            for share in shares
        ),
        prevention_rate=prevention_rate,
        is_sample=version.is_sample,
        endorsements=_endorsements(stack) if stack else (),
    )


def _endorsements(stack: Stack) -> tuple[EndorsementLine, ...]:
    return tuple(
        EndorsementLine(row.effective_on, slip_number(stack, row), title_of(row))
        for row in stack.standing(stack.last_moment)
        if row.number > 1
    )


def _coverage(policy: Policy, terms: Terms, choice: LimitChoice) -> tuple[CoverageLine, ...]:
    lines = coverage_lines(
        policy.product_version, choice, insured_count=terms.heads, deductible=terms.deductible
    )
    return tuple(
        CoverageLine(
            head=line.label,
            per=line.per_label,
            limit=line.limit,
            is_inside=line.is_inside,
            deductible=line.deductible,
            terms=line.terms,
        )
        for line in lines
    )


def verified_today(key: str, day: date) -> VerifiedState | None:
    """For the public page behind the QR code; read as VERIFIER, hence without any join."""
    policy = Policy.objects.filter(pk=key).first()
    if policy is None:
        return None
    state = policy.state_on(day)
    lines: list[tuple[str, str]] = []
    if policy.cover_from and policy.cover_to:
        facts = {"start": policy.cover_from, "end": policy.cover_to}
        lines.append((_("保险期间"), _("%(start)s 零时至 %(end)s 零时") % facts))
    part = _part_on(policy, day)
    lines.append((_("被保险人数"), str(part.terms.heads if part else policy.insured_count)))
    if policy.cancelled_from:
        lines.append((_("解除日"), policy.cancelled_from.isoformat()))
    lines.append((_("保险费"), yuan(policy.premium)))
    return VerifiedState(TONES[state], LABELS[state], tuple(lines))


def _part_on(policy: Policy, day: date) -> Part | None:
    """What holds on the day, for those that were changed after issue."""
    rows = list(policy.transactions.select_related("reverses").order_by("number"))
    if len(rows) < 2:
        return None
    stack = Stack(policy, rows)
    return stack.on(day, stack.last_moment)
