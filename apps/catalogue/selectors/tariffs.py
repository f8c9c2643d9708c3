"""From the rows of a version to the plain tariff that prices; read once per process."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.tariff import (
    Axis,
    AxisKind,
    Cell,
    Fact,
    FactKind,
    Golden,
    Group,
    Point,
    Several,
    Share,
    Strategy,
    Table,
    TableKind,
    Tariff,
    Trend,
)

R = TypeVar("R")
MOST_KEPT = 64


class TariffTampered(Exception):
    """The rows are not those that were checked; nothing may be priced with them."""


def tariff_of(version: TariffVersion) -> Tariff:
    """The tariff of a version. A draft is read anew each time, since it may have changed.

    What was checked is kept by its digest: equal content is equal whichever database it came from.
    """
    if version.state == TariffVersion.State.DRAFT:
        return read_rows(version)
    tariff = _KEPT.get(version.digest)
    if tariff is None:
        tariff = read_rows(version)
        if digest(write(tariff)) != version.digest:
            raise TariffTampered(version.public_id)
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[version.digest] = tariff
    return tariff


_KEPT: dict[str, Tariff] = {}


def read_rows(version: TariffVersion) -> Tariff:
    points = _by(version.points.order_by("order"), "axis_id")
    axes = _by(version.axes.order_by("order"), "table_id")
    cells = _by(version.cells.all(), "table_id")
    return Tariff(
        code=version.product.code,
        number=version.number,
        facts=tuple(_fact(row) for row in version.facts.order_by("order")),
        tables=tuple(
            _table(row, [_axis(axis, points[axis.pk]) for axis in axes[row.pk]], cells[row.pk])
            for row in version.tables.order_by("order")
        ),
        groups=tuple(_group(row) for row in version.groups.order_by("order")),
        lowest=version.lowest,
        highest=version.highest,
        minimum=version.minimum,
        maximum=version.maximum,
        golden=tuple(
            Golden(row.name, row.facts, row.premium, row.source)
            for row in version.golden.order_by("order")
        ),
    )


def _by(rows: Iterable[R], key: str) -> dict[Any, list[R]]:
    found: dict[Any, list[R]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _fact(row: Any) -> Fact:
    return Fact(row.code, FactKind(row.kind), row.name, row.name_en, row.unit, row.places)


def _group(row: Any) -> Group:
    return Group(
        row.code,
        row.name,
        row.name_en,
        Strategy(row.strategy),
        row.lowest,
        row.highest,
        row.is_float,
    )


def _table(row: Any, axes: list[Axis], cells: list[Any]) -> Table:
    return Table(
        code=row.code,
        kind=TableKind(row.kind),
        name=row.name,
        name_en=row.name_en,
        axes=tuple(axes),
        cells={tuple(cell.keys): Cell(cell.value, cell.highest, cell.gives) for cell in cells},
        group=row.group,
        gives=row.gives,
        exposure=row.exposure,
        per=row.per,
        several=Several(row.several),
        share_of=Share(row.share_of),
        is_adjusted=row.is_adjusted,
        requires=row.requires,
    )


def _axis(row: Any, points: list[Any]) -> Axis:
    return Axis(
        row.fact,
        AxisKind(row.kind),
        tuple(Point(point.key, point.label, point.label_en, point.upper) for point in points),
        Trend(row.trend),
    )
