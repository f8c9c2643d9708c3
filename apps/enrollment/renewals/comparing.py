"""This year beside the next: every fact of the price, and what each difference does to it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core.errors import DomainError
from apps.core.templatetags.ui import yuan
from apps.enrollment.renewals.board import starts_on
from apps.enrollment.renewals.services import terms_before
from apps.enrollment.services.draft import SOURCE
from apps.enterprises.models import Site
from apps.policies.models import Policy
from apps.policies.roster.models import InsuredPerson
from apps.policies.rules.stack import Act
from apps.policies.selectors.stack import Stack, stack_of
from apps.rating.errors import name_of
from apps.rating.rules.proof import recompute
from apps.rating.rules.worksheet import Worksheet
from apps.rating.selectors.changes import Reason, reasons_of
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.offers import Option, preview
from apps.reference.models.base import in_language

NOTHING = "—"
MONEY = frozenset({"limit", "deductible"})


@dataclass(frozen=True)
class FactBeside:
    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Beside:
    starts_on: date
    before: Decimal
    after: Decimal | None
    facts: list[FactBeside]
    reasons: list[Reason]
    people: int
    refusal: str = ""

    @property
    def difference(self) -> Decimal:
        return (self.after or self.before) - self.before


def beside(policy: Policy, user: User, today: date) -> Beside:
    """At the same limit and deductible, on the register's facts of the new first day."""
    stack, on = stack_of(policy), starts_on(policy, today)
    held = stack.parts(stack.last_moment)[-1]
    old = recompute(document_of(stack), tariff_of(policy.tariff_version))
    rows = InsuredPerson.objects.visible_to(user).filter(policy=policy, left_on=None)
    facts: dict[str, Any] = {"starts_on": on, "before": held.annual, "people": rows.count()}
    try:
        option = _option(policy, user, on, held.terms.limit, held.terms.deductible)
    except DomainError as refused:
        return Beside(**facts, after=None, facts=[], reasons=[], refusal=str(refused))
    if option.worksheet is None:
        return Beside(**facts, after=None, facts=[], reasons=[], refusal=option.refusal)
    new = option.worksheet
    told = _facts(old, new)
    return Beside(**facts, after=new.premium, facts=told, reasons=reasons_of(old, new))


def document_of(stack: Stack) -> dict[str, Any]:
    """The worksheet that stands at the end of the term."""
    standing = stack.standing(stack.last_moment)
    last = [row.worksheet for row in standing if row.act == Act.ENDORSE and row.worksheet]
    found: dict[str, Any] = last[-1] if last else stack.policy.worksheet
    return found


def _option(policy: Policy, user: User, on: date, limit: Decimal, deductible: Decimal) -> Option:
    site = Site.objects.visible_to(user).select_related("industry", "enterprise")
    terms = terms_before(policy, user, wanted_from=on)
    declared = Declared(
        source=SOURCE,
        on=on,
        had_accident=bool(terms.had_accident),
        last_accident_on=terms.last_accident_on,
        is_listed=bool(terms.is_listed),
    )
    found = preview(site.get(pk=policy.site_id), on=on, declared=declared, deductible=deductible)
    alike = [option for option in found.options if option.choice.per_person == limit]
    return alike[0] if alike else found.lawful[0]


def _facts(old: Worksheet, new: Worksheet) -> list[FactBeside]:
    before, after = old.document({})["facts"], new.document({})["facts"]
    return [
        FactBeside(
            name_of(new.tariff, code),
            _said(old.tariff, code, before.get(code)),
            _said(new.tariff, code, value),
        )
        for code, value in after.items()
    ]


def _said(tariff: Tariff, code: str, value: Any) -> str:
    """In the words of the tariff's own tables, so that nobody reads a code."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, list):
        return _("、").join(_said(tariff, code, one) for one in value)
    if code in MONEY:
        return yuan(Decimal(value))
    axes = [axis for table in tariff.tables for axis in table.axes if axis.fact == code]
    points = [point for axis in axes for point in axis.points if point.key == value]
    unit = tariff.fact[code].unit if code in tariff.fact else ""
    return in_language(points[0].label, points[0].label_en) if points else f"{value} {unit}".strip()
