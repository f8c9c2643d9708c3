"""The loss file: its columns, and each row read or told what is wrong with it; all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.rules.tariff import Fact, FactKind, Tariff
from apps.core.errors import DomainError
from apps.core.money import to_fen
from apps.core.sheets.reading import Row
from apps.rating.errors import refusal
from apps.rating.rules.pricing import ADDONS, price
from apps.rating.rules.risk import CannotPrice, plain, typed

MOST_FAULTS = 200
SEPARATOR = ";"


@dataclass(frozen=True)
class Figure:
    """A column that is no fact of a tariff."""

    code: str
    name: str | Promise
    sentence: str | Promise
    is_whole: bool = False
    default: Decimal | None = None


FIGURES = (
    Figure("years", gettext_lazy("在保年数"), gettext_lazy("观察期内在保的年数，如 0.5")),
    Figure("premium", gettext_lazy("已赚保费"), gettext_lazy("观察期内已赚的保险费，元")),
    Figure("claims", gettext_lazy("赔案数"), gettext_lazy("观察期内发生的赔案件数"), is_whole=True),
    Figure("incurred", gettext_lazy("已发生赔款"), gettext_lazy("已付加未决，元；没有赔案填 0")),
    Figure(
        "development",
        gettext_lazy("发展系数"),
        gettext_lazy("由已发生推算到最终的倍数；没有这一列就是 1"),
        default=Decimal(1),
    ),
)


@dataclass(frozen=True)
class Fault:
    row: int
    column: str
    reason: str


class LossesRefused(DomainError):
    code = "losses_refused"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        text = _("文件有 %(count)s 处要改，没有导入任何一行。") % {"count": len(faults)}
        super().__init__(text, field="file")


@dataclass(frozen=True)
class Loss:
    """A row that can be used."""

    number: int
    facts: dict[str, Any]
    years: Decimal
    premium: Decimal
    claims: int
    loss: Decimal


def documented(tariff: Tariff) -> list[tuple[str, str, bool]]:
    """Heading, meaning, whether it must be there: facts of the tariff in force, then figures."""
    facts = [(fact.name, _meaning(fact), fact.code != ADDONS) for fact in tariff.asked]
    return [*facts, *((str(f.name), str(f.sentence), f.default is None) for f in FIGURES)]


def _meaning(fact: Fact) -> str:
    match fact.kind:
        case FactKind.CODES:
            return _("费率表的代码，多个用分号隔开，没有就空着")
        case FactKind.NUMBER:
            return _("数字%(unit)s") % {"unit": f"，{fact.unit}" if fact.unit else ""}
        case FactKind.CHOSEN:
            return _("当时取的值")
    return _("费率表的代码")


def read_losses(rows: list[Row], tariff: Tariff) -> list[Loss]:
    """Every row, or LossesRefused with every fault by row, column and reason."""
    places, faults = _places(rows[0], tariff) if rows else ({}, [_empty()])
    if faults:
        raise LossesRefused(faults)
    if len(rows) == 1:
        raise LossesRefused([_empty()])
    found: list[Loss] = []
    for row in rows[1:]:
        _read(row, places, tariff, found, faults)
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise LossesRefused(faults)
    return found


def _empty() -> Fault:
    return Fault(1, "", _("没有数据行。"))


def _places(head: Row, tariff: Tariff) -> tuple[dict[str, int], list[Fault]]:
    """Where each column stands, by its heading or its code."""
    names = {fact.name: fact.code for fact in tariff.asked}
    names |= {str(figure.name): figure.code for figure in FIGURES}
    codes = set(names.values())
    places: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(head.cells):
        text = cell.strip()
        code = names.get(text) or (text if text in codes else "")
        if not code and text:
            faults.append(Fault(head.number, text, _("不认识这一列，请按列名表填写。")))
        elif code in places:
            faults.append(Fault(head.number, text, _("这一列出现了两次。")))
        elif code:
            places[code] = place
    for name, code in names.items():
        figure = next((each for each in FIGURES if each.code == code), None)
        optional = code == ADDONS or (figure is not None and figure.default is not None)
        if code not in places and not optional:
            faults.append(Fault(head.number, name, _("缺少这一列。")))
    return places, faults


def _read(
    row: Row, places: Mapping[str, int], tariff: Tariff, found: list[Loss], faults: list[Fault]
) -> None:
    cells = {code: _cell(row, place) for code, place in places.items()}
    wrong: list[Fault] = []
    figures = {figure.code: _number(row, figure, cells, wrong) for figure in FIGURES}
    facts = _facts(row, tariff, cells, wrong)
    claims, incurred = figures["claims"], figures["incurred"]
    if not wrong and not claims and incurred:
        wrong.append(Fault(row.number, str(FIGURES[3].name), _("没有赔案却有赔款。")))
    for code in ("years", "premium"):
        if not wrong and not figures[code]:
            name = next(str(figure.name) for figure in FIGURES if figure.code == code)
            wrong.append(Fault(row.number, name, _("须大于 0。")))
    if wrong:
        faults.extend(wrong)
        return
    loss = to_fen(incurred * figures["development"])
    amounts = to_fen(figures["premium"]), int(claims)
    found.append(Loss(row.number, facts, figures["years"], *amounts, loss))


def _cell(row: Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _number(row: Row, figure: Figure, cells: Mapping[str, str], wrong: list[Fault]) -> Decimal:
    text = cells.get(figure.code, "").replace(",", "")
    if not text and figure.default is not None:
        return figure.default
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or (figure.is_whole and number != int(number)):
        kind = _("须为不小于 0 的整数。") if figure.is_whole else _("须为不小于 0 的数字。")
        wrong.append(Fault(row.number, str(figure.name), f"“{text}”{kind}"))
        return Decimal(0)
    return number


def _facts(
    row: Row, tariff: Tariff, cells: Mapping[str, str], wrong: list[Fault]
) -> dict[str, Any]:
    """Typed and priced by the tariff in force, whose refusal names the column."""
    given = {fact.code: _value(fact, cells.get(fact.code, "")) for fact in tariff.asked}
    try:
        risk = typed(tariff, {code: value for code, value in given.items() if value != ""})
        price(tariff, risk)
    except CannotPrice as cause:
        fact = tariff.fact.get(cause.fact)
        name = fact.name if fact else cause.fact
        wrong.append(Fault(row.number, name, str(refusal(tariff, cause))))
        return {}
    return plain(tariff, risk)


def _value(fact: Fact, text: str) -> Any:
    match fact.kind:
        case FactKind.CODES:
            parts = text.replace("；", SEPARATOR).split(SEPARATOR)
            return [part.strip() for part in parts if part.strip()]
        case FactKind.NUMBER:
            return text.replace(",", "")
        case FactKind.CHOSEN if text:
            return {"value": text, "reason": _("赔付数据")}
    return text
