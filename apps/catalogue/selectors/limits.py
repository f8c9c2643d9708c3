"""The least that may be insured on a day, with the name of the rule; and what the heads come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.catalogue.models import CoverageHead, LimitChoice, ProductVersion
from apps.core.money import to_fen
from apps.core.templatetags.ui import wan
from apps.reference.codes import ParameterCode
from apps.reference.models import Parameter, ParameterKey
from apps.reference.rules import LimitRule
from apps.reference.selectors.parameters import death_limit_rules, minimum_death_limit


@dataclass(frozen=True)
class MinimumLimit:
    """The strictest of the rules in force on the day the cover begins, and all the others."""

    amount: Decimal
    name: str
    source: str
    is_sample: bool
    rules: tuple[LimitRule, ...]

    def refusal_to_choose(self, per_person: Decimal) -> str:
        """Say which rule a limit falls below, or "" when it may be chosen."""
        if per_person >= self.amount:
            return ""
        facts = {
            "limit": wan(per_person),
            "least": wan(self.amount),
            "rule": self.name,
            "source": self.source,
        }
        return _("%(limit)s 低于每人责任限额下限 %(least)s：%(rule)s（%(source)s）。") % facts


def minimum_limit(on: date) -> MinimumLimit:
    """The maximum of all minima on the business day; ParameterMissing when one cannot be told.

    All sites lie in Foshan, so the income that the province's rule multiplies is the city's.
    """
    rules = [*death_limit_rules(on), *_disability_rules(on)]
    strictest = max(rules, key=lambda rule: rule.amount, default=None)
    if strictest is None:
        strictest = minimum_death_limit(on)  # refuses, naming what is missing
    return MinimumLimit(
        amount=strictest.amount,
        name=ParameterKey.objects.get(code=strictest.code).label,
        source=strictest.source,
        is_sample=strictest.is_sample,
        rules=tuple(rules),
    )


def limits_below_minimum(version: ProductVersion) -> list[str]:
    """The choices that the law of the version's first day forbids, each by its rule."""
    least = minimum_limit(version.valid_from)
    choices: Iterable[LimitChoice] = version.limits.order_by("per_person")
    refusals = [least.refusal_to_choose(choice.per_person) for choice in choices]
    return [refusal for refusal in refusals if refusal]


def _disability_rules(on: date) -> list[LimitRule]:
    """The limit per person is one for death and disability, so a floor for either binds."""
    code = ParameterCode.LIMIT_DISABILITY_NATION
    rows = Parameter.objects.in_force_on(on).filter(key__code=code)
    return [LimitRule(code, Decimal(row.value), row.source, row.is_sample) for row in rows]


@dataclass(frozen=True)
class CoverageLine:
    """One head of cover as a policy bears it: its limit in yuan, and what is not paid."""

    kind: str
    label: str
    limit: Decimal
    per: str
    per_label: str
    is_inside: bool
    deductible: Decimal
    terms: str


def main_limits(choice: LimitChoice, insured_count: int) -> tuple[Decimal, Decimal, Decimal]:
    """Per person, per accident, and for the whole term; without a sum, it is that for everyone."""
    per_accident = choice.per_accident or choice.per_person * insured_count
    return choice.per_person, per_accident, choice.aggregate or per_accident


def coverage_lines(
    version: ProductVersion, choice: LimitChoice, *, insured_count: int, deductible: Decimal
) -> list[CoverageLine]:
    """The nine heads with their limits, for a page, a policy and its papers."""
    person, accident, _aggregate = main_limits(choice, insured_count)
    heads: Iterable[CoverageHead] = version.heads.all()
    language = get_language()
    return [
        CoverageLine(
            kind=head.kind,
            label=labelled(head.kind, language),
            limit=_limit_of(head, person if head.per == CoverageHead.Per.PERSON else accident),
            per=head.per,
            per_label=labelled(head.per, language),
            is_inside=head.is_inside,
            deductible=max(head.deductible, deductible)
            if head.takes_deductible_choice
            else head.deductible,
            terms=head.terms_label,
        )
        for head in heads
    ]


@lru_cache(128)
def labelled(code: str, _language: str | None) -> str:
    """A head of cover or what its limit is for, in words; asked nine times for each policy."""
    return str({**dict(CoverageHead.Kind.choices), **dict(CoverageHead.Per.choices)}[code])


def _limit_of(head: CoverageHead, main: Decimal) -> Decimal:
    if head.share is None:
        return head.amount or Decimal(0)
    return to_fen(main * head.share)
