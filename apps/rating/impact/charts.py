"""The picture of a run: bars of a histogram as numbers for an SVG, and ranked bars of groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import count, money
from apps.rating.impact.rules import FALLS, bin_edges
from apps.rating.impact.selectors import NAMES, step_words

WIDTH, HEIGHT = 720, 200  # of the picture; below it stand the words
SLOT = 54
GAP = 8
MOST_BARS = 20


@dataclass(frozen=True)
class Mark:
    """A bar that leads to its rows."""

    label: str
    short: str
    count: int
    x: int
    y: int
    height: int
    tone: str
    url: str

    @property
    def middle(self) -> int:
        return self.x + (SLOT - GAP) // 2

    @property
    def above(self) -> int:
        return self.y - 6


def marks(counts: list[int], home: str) -> list[Mark]:
    """A bar for each step, the height by its number of policies; none is too small to be seen."""
    most = max(counts, default=0) or 1
    found = []
    for at, (number, edges) in enumerate(zip(counts, bin_edges(), strict=True)):
        height = max(number * (HEIGHT - 24) // most, 2) if number else 0
        tone = "down" if at < len(FALLS) else "none" if at == len(FALLS) else "up"
        found.append(
            Mark(
                label=step_words(*edges),
                short=_short(*edges),
                count=number,
                x=at * SLOT + GAP // 2,
                y=HEIGHT - height,
                height=height,
                tone=tone,
                url=f"{home}?{urlencode({'step': at})}" if home else "",
            )
        )
    return found


def _short(low: int | None, high: int | None) -> str:
    if low == high:
        return "0"
    if low is None:
        return f"<{high}"
    if high is None:
        return f">{low}"
    return f"{low}~{high}"


def bars(name: str, groups: Mapping[str, Any], home: str) -> list[dict[str, Any]]:
    """The groups of a dimension, the largest rise first, each leading to its rows."""
    words = NAMES[name](list(groups))
    ranked = sorted(groups.items(), key=lambda pair: (-Decimal(pair[1]["change"]), pair[0]))
    return [
        {
            "label": words.get(key, key or _("不详")),
            "value": abs(Decimal(each["change"])),
            "text": _signed(each),
            "url": f"{home}?{urlencode({name: key})}" if home else "",
            "tone": "problem" if Decimal(each["change"]) > 0 else "done",
            "count": count(each["count"]),
            "each": each,
        }
        for key, each in ranked[:MOST_BARS]
    ]


def _signed(each: Mapping[str, Any]) -> str:
    change, before = Decimal(each["change"]), Decimal(each["before"])
    sign = "+" if change > 0 else ""
    return f"{sign}{money(change)}（{share(change, before)}）"


def share(change: Decimal, of: Decimal) -> str:
    return f"{change * 100 / of:+.2f} %" if of else "–"
