"""The value of a parameter on a business date, with its source; missing means refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.reference.codes import CoverageBasis, ParameterCode
from apps.reference.errors import ParameterMissing
from apps.reference.models import Certainty, Parameter, ParameterKey
from apps.reference.models.base import entered_label
from apps.reference.rules import LimitRule, Value, strictest, typed

T = TypeVar("T", Decimal, int, str, bool)

WORDED = {
    CoverageBasis.PRODUCTION_POSTS: gettext_lazy("生产作业岗位人员"),
    CoverageBasis.ALL_EMPLOYEES: gettext_lazy("全部从业人员"),
}


@dataclass(frozen=True)
class ParameterValue:
    """A value as it stood on a day, and everything a page or a worksheet says about it."""

    code: str
    label: str
    value: Value
    kind: str
    unit: str
    level: str
    source: str
    article: str
    note: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None
    entered_by: str

    @property
    def is_sample(self) -> bool:
        return self.certainty == Certainty.SAMPLE

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def text(self) -> str:
        """The value as a page prints it: 15 %, 400,000 元, 10 工作日, 是."""
        match self.value:
            case bool():
                return _("是") if self.value else _("否")
            case Decimal() if self.kind == ParameterKey.Kind.RATE:
                return f"{(self.value * 100).normalize():f} %"
            case str():
                return str(
                    WORDED[CoverageBasis(self.value)] if self.value in WORDED else self.value
                )
        return f"{self.value:,} {self.unit}".strip()


def parameter_on(code: ParameterCode, day: date) -> ParameterValue:
    """The value in force on the business date; never a fallback to another day's."""
    if found := _in_force([code], day).get(code):
        return found
    raise _missing(code, day)


def decimal_on(code: ParameterCode, day: date) -> Decimal:
    """A sum of money or a rate."""
    return _of_type(Decimal, code, day)


def integer_on(code: ParameterCode, day: date) -> int:
    return _of_type(int, code, day)


def text_on(code: ParameterCode, day: date) -> str:
    return _of_type(str, code, day)


def boolean_on(code: ParameterCode, day: date) -> bool:
    return _of_type(bool, code, day)


def _of_type(kind: type[T], code: ParameterCode, day: date) -> T:
    value = parameter_on(code, day).value
    if not isinstance(value, kind):
        raise TypeError(f"{code} is not a {kind.__name__}")
    return value


def death_limit_rules(day: date) -> list[LimitRule]:
    """Every rule on the death limit per person in force on the inception date.

    The province multiplies the income of the year before, a parameter of each year: where that is
    missing, nothing can be quoted.
    """
    national = ParameterCode.LIMIT_DEATH_NATION
    provincial = ParameterCode.LIMIT_DEATH_INCOME_MULTIPLE
    found = _in_force([national, provincial], day)
    rules = []
    if floor := found.get(national):
        rules.append(LimitRule(national, Decimal(floor.value), floor.source, floor.is_sample))
    if multiple := found.get(provincial):
        income = parameter_on(ParameterCode.INCOME_URBAN_DISPOSABLE, day)
        amount = Decimal(multiple.value) * Decimal(income.value)
        is_sample = multiple.is_sample or income.is_sample
        rules.append(LimitRule(provincial, amount, multiple.source, is_sample))
    return rules


def minimum_death_limit(day: date) -> LimitRule:
    """The strictest of the rules; without any rule nothing can be said, hence nothing sold."""
    rules = death_limit_rules(day)
    if not rules:
        raise _missing(ParameterCode.LIMIT_DEATH_NATION, day)
    return strictest(rules)


@dataclass(frozen=True)
class ParameterRow:
    """One key on the page of parameters: what holds on the day, and every value it ever had."""

    key: ParameterKey
    current: ParameterValue | None
    values: list[ParameterValue]

    @property
    def others(self) -> list[ParameterValue]:
        return [value for value in self.values if value != self.current]


@dataclass(frozen=True)
class ParameterTopic:
    label: str
    rows: list[ParameterRow]


def parameter_table(day: date) -> list[ParameterTopic]:
    keys = ParameterKey.objects.prefetch_related(
        Prefetch("values", Parameter.objects.select_related("key").order_by("-valid_from"))
    )
    return [
        ParameterTopic(str(ParameterKey.Topic(topic).label), [_row(key, day) for key in group])
        for topic, group in groupby(keys, key=lambda key: key.topic)
    ]


def _row(key: ParameterKey, day: date) -> ParameterRow:
    values = [_value(row) for row in key.values.all()]
    current = next((value for value in values if value.holds_on(day)), None)
    return ParameterRow(key, current, values)


def _missing(code: ParameterCode, day: date) -> ParameterMissing:
    key = ParameterKey.objects.filter(code=code).first()
    return ParameterMissing.on_day(key.label if key else str(code), day)


def _in_force(codes: Iterable[str], day: date) -> dict[str, ParameterValue]:
    rows = Parameter.objects.in_force_on(day).filter(key__code__in=list(codes))
    return {row.key.code: _value(row) for row in rows.select_related("key")}


def _value(row: Parameter) -> ParameterValue:
    return ParameterValue(
        code=row.key.code,
        label=row.key.label,
        value=typed(row.key.kind, row.value),
        kind=row.key.kind,
        unit=row.key.get_unit_display(),
        level=row.get_level_display(),
        source=row.source,
        article=row.article,
        note=row.note,
        certainty=Certainty(row.certainty),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        entered_by=entered_label(row.entered_by),
    )
