"""One table of a tariff as rows and columns to be typed into, beside what holds today."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Cell, Keys, Table, TableKind, Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import joined, point_words, worded

RANGE = " – "
PLAIN = ("code", "name", "corner", "columns", "column_keys", "is_text", "is_range")


@dataclass(frozen=True)
class MatrixCell:
    keys: Keys
    value: str
    base: str


@dataclass(frozen=True)
class MatrixRow:
    label: str
    keys: Keys
    cells: list[MatrixCell]

    @property
    def plain(self) -> dict[str, Any]:
        """Each cell as its value, followed by the one before where that is another."""
        cells = [
            [cell.value] if cell.value == cell.base else [cell.value, cell.base]
            for cell in self.cells
        ]
        return {"label": self.label, "keys": self.keys, "cells": cells}


@dataclass(frozen=True)
class Matrix:
    """The last axis across, all others down. `is_text`: codes stand in the cells, not numbers."""

    code: str
    name: str
    corner: str
    columns: list[str]
    column_keys: list[str]  # none where there is one axis only
    rows: list[MatrixRow]
    is_text: bool
    is_range: bool

    @property
    def count(self) -> int:
        return len(self.rows) * len(self.columns)

    @property
    def plain(self) -> dict[str, Any]:
        """For the script: thousands of cells, hence as little about each as will do."""
        own = {name: getattr(self, name) for name in PLAIN}
        return {**own, "rows": [row.plain for row in self.rows]}


def compared_with(version: TariffVersion) -> TariffVersion | None:
    """What a draft is compared with: the newest that was published before it."""
    rows = TariffVersion.objects.filter(product=version.product_id).published()
    before = rows.exclude(pk=version.pk).filter(number__lt=version.number)
    return before.select_related("product").order_by("-number").first()


def matrix_of(tariff: Tariff, table: Table, base: Tariff | None) -> Matrix:
    old = base.table.get(table.code) if base else None
    if len(table.axes) < 2:
        down, columns = table.axes, [""]
    else:
        down, columns = table.axes[:-1], [point.key for point in table.axes[-1].points]
    across = table.axes[-1] if len(table.axes) > 1 else None
    rows = [
        MatrixRow(
            joined(*(point_words(axis, key) for axis, key in zip(down, keys, strict=True)))
            or worded(table),
            keys,
            [_cell(table, old, (*keys, column) if across else keys) for column in columns],
        )
        for keys in product(*([point.key for point in axis.points] for axis in down))
    ]
    labels = [point_words(across, key) for key in columns] if across else [_value_label(table)]
    corner = " × ".join(_called(tariff, axis.fact) for axis in table.axes)
    is_text = table.kind == TableKind.CLASS
    return Matrix(
        code=table.code,
        name=worded(table),
        corner=corner,
        columns=labels,
        column_keys=columns if across else [],
        rows=rows,
        is_text=is_text,
        is_range=table.is_range,
    )


def _value_label(table: Table) -> str:
    return _("得出") if table.kind == TableKind.CLASS else _("数值")


def _called(tariff: Tariff, code: str) -> str:
    return worded(tariff.fact[code]) if code in tariff.fact else code


def _cell(table: Table, old: Table | None, keys: Keys) -> MatrixCell:
    before = old.cells.get(keys) if old else None
    return MatrixCell(keys, cell_text(table.cells.get(keys)), cell_text(before))


def cell_text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    parts = [text_of(value) for value in (cell.value, cell.highest) if value is not None]
    return cell.gives or RANGE.join(parts)


def matrix_for(tariff: Tariff, code: str, before: TariffVersion | None) -> Matrix | None:
    """A table with the values of the version before beside it; None when there is none such."""
    table = tariff.table.get(code)
    base = tariff_of(before) if before else None
    return matrix_of(tariff, table, base) if table else None
