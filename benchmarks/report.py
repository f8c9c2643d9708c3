"""One line per measurement: what, how long, against which baseline, within which budget."""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@dataclass
class Table:
    """Printed line by line, so that one sees how far it is."""

    columns: Sequence[tuple[str, int]]
    misses: list[str] = field(default_factory=list)

    def head(self, title: str) -> None:
        say(f"\n{title}")
        self.line(*(name for name, _ in self.columns))
        say("-" * (sum(wide for _, wide in self.columns) + 2 * len(self.columns) - 2))

    def line(self, *cells: str) -> None:
        padded = []
        for position, (cell, (_, wide)) in enumerate(zip(cells, self.columns, strict=True)):
            gap = " " * (wide - width(cell))
            padded.append(cell + gap if position == 0 else gap + cell)
        say("  ".join(padded).rstrip())


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


def ratio(measured: float, baseline: float) -> str:
    return f"× {measured / baseline:.2f}" if baseline else "–"
