"""Pages of a long list: the first twenty by number, all others by the key of the row before.

Counting stops at a thousand: nobody reads the exact number, and row-level security makes each
row of a count cost.
"""

from collections.abc import Hashable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from apps.core.remembering import RememberedFor

SIZE = 50
LAST_NUMBERED = 20
MOST_COUNTED = SIZE * LAST_NUMBERED
# Of a list longer than that only this is said; it will not have shrunk within the minute.
_LONG = RememberedFor[int](worth=lambda count: count > MOST_COUNTED)
NOT_A_CONDITION = frozenset({"page", "after", "col", "sort"})


def list_of(request: HttpRequest) -> Hashable:
    """Which list somebody looks at: the page, its reader and the conditions of today."""
    user: Any = request.user
    asked = sorted(item for item in request.GET.lists() if item[0] not in NOT_A_CONDITION)
    return request.path, user.pk, user.scope_key, timezone.localdate(), str(asked)


class CappedPaginator(Paginator[Any]):
    of: Hashable = None

    @cached_property
    def count(self) -> int:
        return _LONG(self.of, self._counted) if self.of else self._counted()

    def _counted(self) -> int:
        rows: Any = self.object_list
        # By the key alone: what a row is sorted by need not be worked out to count it.
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, LAST_NUMBERED)


class ListPage(Page[Any]):
    """A page that knows where the next one goes on, should that have no number."""

    after = ""
    is_keyset = False
    paginator: CappedPaginator

    @property
    def total_text(self) -> str:
        count = self.paginator.count
        return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def page_of(
    rows: QuerySet[Any],
    *,
    order: Sequence[str],
    number: Any = 1,
    after: Any = None,
    whole: QuerySet[Any] | None = None,
    of: Hashable = None,
) -> ListPage:
    """One page of `rows` by the fields in `order`, of which the last is unique.

    With `after`, the row that ended the page before, the page has no number. With `whole`, `rows`
    are searched, put in order and counted once, by their keys alone, and those shown are then read
    from there: where finding them is the work, it is done neither twice nor with all they carry.
    `of` (see `list_of`) lets a long list be counted once a minute.
    """
    ordered = rows.order_by(*order)
    paginator = CappedPaginator(ordered, SIZE)
    paginator.of = of
    if after is not None:
        found = read(ordered.filter(beyond(after, order))[: SIZE + 1], whole)
        page = ListPage(found[:SIZE], 1, paginator)
        page.is_keyset = True
    else:
        start = (_number(number) - 1) * SIZE
        if whole is None:
            found = list(ordered[start : start + SIZE + 1])
        else:
            keys = list(ordered.values_list("pk", flat=True)[: MOST_COUNTED + 1])
            paginator.count = len(keys)
            found = in_this_order(keys[start : start + SIZE + 1], whole)
        if found and len(found) <= SIZE:
            paginator.count = start + len(found)  # the end is in sight: nothing to count
        elif not found and start:
            return page_of(rows, order=order, number=paginator.num_pages, whole=whole, of=of)
        page = ListPage(found[:SIZE], start // SIZE + 1, paginator)
    if len(found) > SIZE and (page.is_keyset or page.number == LAST_NUMBERED):
        page.after = found[SIZE - 1].public_id
    return page


def read(rows: QuerySet[Any], whole: QuerySet[Any] | None) -> list[Any]:
    if whole is None:
        return list(rows)
    return in_this_order(list(rows.values_list("pk", flat=True)), whole)


def in_this_order(keys: Sequence[Any], whole: QuerySet[Any]) -> list[Any]:
    found = whole.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _number(asked: Any) -> int:
    """A page somebody may ask for; nonsense is the first."""
    text = str(asked or "")
    return min(max(int(text[:6]), 1), LAST_NUMBERED) if text.isdecimal() else 1


def beyond(row: Any, order: Sequence[str]) -> Q:
    """The rows that come after this one in that order."""
    condition, equal = Q(), Q()
    for field in order:
        name = field.removeprefix("-")
        sign = "lt" if field.startswith("-") else "gt"
        value = getattr(row, name)
        condition |= equal & Q(**{f"{name}__{sign}": value})
        equal &= Q(**{name: value})
    return condition
