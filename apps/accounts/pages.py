"""What list pages share: one page of rows, an order from the address, words about conditions."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def in_order(
    request: HttpRequest, rows: QuerySet[M], columns: Mapping[str, str], default: str
) -> tuple[QuerySet[M], str]:
    """The rows in the order `?sort=` asks for, and that order's name; unknown ones are ignored.

    `columns` maps what the address says to a field. Rows that tie keep a fixed order.
    """
    asked = request.GET.get("sort", "")
    sort = asked if asked.removeprefix("-") in columns else default
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{columns[sort.removeprefix('-')]}", "pk"), sort


def has_conditions(filters: Any) -> bool:
    """Whether a filter set narrows anything: "no result" then differs from "nothing yet"."""
    return any(value not in (None, "", []) for value in filters.form.cleaned_data.values())
