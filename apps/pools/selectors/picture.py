"""Shares as pictures: how they went over the years, and how one round moved them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from apps.pools.models import ShareTable

WIDTH = 1_000
TONES = 8  # fills in the stylesheet of pictures
FADE = timedelta(days=90)


@dataclass(frozen=True)
class Band:
    """One member's part of one table, in thousandths of the picture."""

    x: int
    y: int
    width: int
    height: int
    tone: int
    words: str


@dataclass(frozen=True)
class Key:
    name: str
    tone: int
    points: int | None


@dataclass(frozen=True)
class History:
    bands: list[Band]
    keys: list[Key]
    start: date
    end: date


def history_of(tables: Sequence[ShareTable], today: date) -> History | None:
    """Stacked from the largest of today upwards; the newest table runs on for a while."""
    if not tables:
        return None
    ordered = sorted(tables, key=lambda table: table.valid_from)
    start, end = ordered[0].valid_from, max(today, ordered[-1].valid_from) + FADE
    # A first table of many years ago would leave the rest a sliver.
    start = max(start, end - timedelta(days=4 * 365))
    tones = _tones(ordered)
    span = (end - start).days or 1
    bands = []
    for table in ordered:
        left = max(table.valid_from, start)
        right = min(table.valid_to or end, end)
        if right <= left:
            continue
        x = WIDTH * (left - start).days // span
        width = WIDTH * (right - start).days // span - x
        bands += _stack(table, x, width, tones)
    newest = {line.insurer_id: line.basis_points for line in ordered[-1].lines.all()}
    names = {line.insurer_id: _name(line) for table in ordered for line in table.lines.all()}
    keys = [Key(names[pk], tone, newest.get(pk)) for pk, tone in tones.items()]
    return History(bands, keys, start, end)


def _tones(tables: Iterable[ShareTable]) -> dict[int, int]:
    """A fill for each insurer, the same in all tables; the newest table's order comes first."""
    found: dict[int, int] = {}
    for table in reversed(list(tables)):
        for line in table.lines.all():
            found.setdefault(line.insurer_id, len(found) % TONES)
    return found


def _stack(table: ShareTable, x: int, width: int, tones: Mapping[int, int]) -> list[Band]:
    lines = {line.insurer_id: line for line in table.lines.all()}
    bands, top = [], 0
    for pk, tone in tones.items():
        if pk not in lines:
            continue
        below = top + lines[pk].basis_points
        y, bottom = top * WIDTH // 10_000, below * WIDTH // 10_000
        words = f"{_name(lines[pk])} {lines[pk].percent}% · {table.valid_from}"
        bands.append(Band(x, y, width, bottom - y, tone, words))
        top = below
    return bands


def _name(line: Any) -> str:
    return str(line.insurer.short_name or line.insurer.name)


@dataclass(frozen=True)
class Track:
    """One member's way through a round, in thousandths of the widest share."""

    before: int
    performance: int
    after: int
    low: int
    width: int
    left: int
    length: int


def tracks_of(worksheet: Sequence[Mapping[str, Any]]) -> list[Track]:
    stages = ("structural", "performance", "after", "high")
    widest = max((line[stage] for line in worksheet for stage in stages), default=0) or 1

    def at(points: int) -> int:
        return WIDTH * points // widest

    return [
        Track(
            before=at(line["structural"]),
            performance=at(line["performance"]),
            after=at(line["after"]),
            low=at(line["low"]),
            width=max(at(line["high"]) - at(line["low"]), 2),
            left=min(at(line["structural"]), at(line["after"])),
            length=abs(at(line["after"]) - at(line["structural"])),
        )
        for line in worksheet
    ]
