"""What is read before a service is called: workbooks, versions to copy, lines of lists."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from apps.catalogue.errors import VersionRefused, WorkbookUnfit
from apps.catalogue.file_words import lines_of
from apps.catalogue.line_forms import LINES
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.workbook import Book, WorkbookRefused, read_workbook


def book_in(file: Any) -> Book:
    """The tariff of an uploaded workbook, or everything that is wrong with it."""
    try:
        return read_workbook(file.read())
    except WorkbookRefused as refused:
        raise WorkbookUnfit(lines_of(refused)) from None


def latest(versions: Any, number: int | None) -> Any:
    """The version named, else the newest that was published, else the newest."""
    rows = versions.select_related("product").order_by("-number")
    if number is not None:
        return get_object_or_404(rows, number=number)
    if found := rows.published().first() or rows.first():
        return found
    raise VersionRefused(_("这个产品还没有版本，无从复制。"))


def lines_in(name: str, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a list as its form on the page takes them; every fault by its line."""
    kind, lines = LINES[name][0], []
    faults: dict[str, Any] = {}
    for at, line in enumerate(given):
        form = kind(_with_limit(line))
        if form.is_valid():
            lines.append(form.line)
        else:
            faults[str(at)] = {field: list(said) for field, said in form.errors.items()}
    if faults:
        raise ValidationError({"lines": faults})
    return lines


def _with_limit(line: Mapping[str, Any]) -> dict[str, Any]:
    """A head says its limit as the answer does, by `share` or `amount`, or as people type it."""
    share, amount = line.get("share"), line.get("amount")
    if "limit" in line or (share is None and amount is None):
        return dict(line)
    try:
        limit = amount if share is None else f"{text_of(Decimal(str(share)) * 100)}%"
    except InvalidOperation:
        limit = share
    return {**line, "limit": limit}
