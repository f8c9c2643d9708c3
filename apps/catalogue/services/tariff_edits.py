"""Changes of a draft tariff: cells of a table, its bounds, its golden cases, or all at once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.errors import CellsRefused, VersionRefused, WorkbookUnfit
from apps.catalogue.models import GoldenCase, RatingTable, TableCell, TariffVersion
from apps.catalogue.rules.differences import What, differences
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.figures import NotAFigure, figure, fits
from apps.catalogue.rules.tariff import Keys, TableKind
from apps.catalogue.rules.workbook import Book
from apps.catalogue.rules.workbook.layout import CELL
from apps.catalogue.selectors.tariffs import read_rows
from apps.catalogue.services.drafting import write_parts
from apps.catalogue.services.editing import changed, draft_for, mark_edited
from apps.reference.models.base import Certainty

MOST_TOLD = 200  # changed cells that the audit names one by one
META = ("note", "rounding", "rounding_en")


@transaction.atomic
def save_cells(
    *, version: TariffVersion, table: str, cells: Mapping[Keys, str], revision: int, by: User
) -> TariffVersion:
    """All of what was typed into a table, or, when one cell is wrong, none of it."""
    row = draft_for(version, revision=revision, by=by)
    grid = row.tables.filter(code=table).first()
    if grid is None:
        raise VersionRefused(_("这一版没有费率表“%(table)s”。") % {"table": table})
    known = {tuple(cell.keys): cell for cell in grid.cells.all()}
    wrong, moved = {}, {}
    for keys, text in cells.items():
        cell = known.get(keys)
        refusal = _take(grid, cell, text) if cell else _("表里没有这一格。")
        if refusal:
            wrong[keys] = refusal
        elif cell:
            moved[keys] = cell
    if wrong:
        raise CellsRefused(wrong)
    return _store(row, grid, moved, by=by)


def _take(table: RatingTable, cell: TableCell, text: str) -> str:
    """Put what was typed on the cell; says why it cannot be."""
    if table.kind == TableKind.CLASS:
        if not 0 < len(text) <= CODE_MOST:
            return _("请填写代码，最多 40 个字。")
        cell.gives = text
        return ""
    values = []
    parts = text.split("–") if cell.highest is not None else [text]
    for part in parts:
        value, refusal = figure_for(part)
        if refusal:
            return refusal
        values.append(value)
    cell.value, cell.highest = values[0], values[-1] if cell.highest is not None else None
    if cell.highest is not None and cell.highest < values[0]:
        return _("上限不能低于下限。")
    return ""


CODE_MOST = 40


def figure_for(text: str) -> tuple[Decimal, str]:
    """The number that was typed, or why it is none that a rate may be."""
    try:
        value = figure(text)
    except NotAFigure:
        typed = text.strip()[:40]
        return Decimal(0), _("“%(text)s”不是数值。") % {"text": typed} if typed else _("没有填写。")
    if not fits(value, CELL.whole, CELL.places):
        return Decimal(0), _("最多 12 位整数、6 位小数。")
    return value, "" if value > 0 else _("须大于零。")


def _store(
    row: TariffVersion, grid: RatingTable, moved: Mapping[Keys, TableCell], *, by: User
) -> TariffVersion:
    before = read_rows(row)
    TableCell.objects.bulk_update(moved.values(), ["value", "highest", "gives"])
    told = told_cells(before, read_rows(row))
    return mark_edited(row, by=by, action="tariff.edited", changes={"table": grid.name, **told})


def told_cells(before: Any, after: Any) -> dict[str, Any]:
    """For the audit: each changed cell by its place, with what it said and says."""
    cells = [each for each in differences(before, after) if each.what == What.CELL]
    told: dict[str, Any] = {"cells_changed": len(cells)}
    for each in cells[:MOST_TOLD]:
        told[" · ".join((each.table, *each.where))] = [each.before, each.after]
    return told


@transaction.atomic
def save_bounds(
    *, version: TariffVersion, values: Mapping[str, Any], revision: int, by: User
) -> TariffVersion:
    """Clamp, minimum, maximum, and the bounds of the groups under `groups`."""
    row = draft_for(version, revision=revision, by=by)
    own = {name: value for name, value in values.items() if name != "groups"}
    moved: dict[str, Any] = changed(row, own)
    for group in row.groups.all():
        sums = values.get("groups", {}).get(group.code, {})
        for name, pair in changed(group, sums).items():
            moved[f"{group.code} · {name}"] = [text_of(value) for value in pair]
        group.save(update_fields=["lowest", "highest"])
    return mark_edited(row, by=by, action="tariff.edited", changes=moved, fields=tuple(own))


@transaction.atomic
def save_golden(
    *, version: TariffVersion, cases: Sequence[Mapping[str, Any]], revision: int, by: User
) -> TariffVersion:
    """The golden cases in their order; what is not among them is gone."""
    row = draft_for(version, revision=revision, by=by)
    before = row.golden.count()
    row.golden.all().delete()
    GoldenCase.objects.bulk_create(
        GoldenCase(version=row, order=order, **case) for order, case in enumerate(cases, 1)
    )
    changes = {"golden": [before, len(cases)]}
    return mark_edited(row, by=by, action="tariff.edited", changes=changes)


def refusal_to_import(version: TariffVersion, book: Book) -> str:
    if book.tariff.code != version.product.code:
        facts = {"found": book.tariff.code, "product": version.product.code}
        return _("工作簿的产品代码是 %(found)s，这份草案的是 %(product)s。") % facts
    return ""


@transaction.atomic
def import_book(*, version: TariffVersion, book: Book, revision: int, by: User) -> TariffVersion:
    """The draft becomes what the workbook says; its number, day and source stay its own."""
    row = draft_for(version, revision=revision, by=by)
    if refusal := refusal_to_import(row, book):
        raise WorkbookUnfit([refusal])
    before = read_rows(row)
    plain = book.tariff
    values: dict[str, Any] = {
        "lowest": plain.lowest,
        "highest": plain.highest,
        "minimum": plain.minimum,
        "maximum": plain.maximum,
        **{name: book.meta[name] for name in META if book.meta.get(name)},
    }
    if book.meta.get("certainty") in Certainty.values:
        values["certainty"] = book.meta["certainty"]
    moved = changed(row, values)
    for parts in (row.facts, row.groups, row.tables, row.golden):
        parts.all().delete()
    write_parts(row, plain)
    told = {**moved, **told_cells(before, read_rows(row))}
    return mark_edited(row, by=by, action="tariff.imported", changes=told, fields=tuple(values))
