"""Numbers as people write them: 1,200.50 · 95% · 1.5‰ · 50万 · １２０元. Exact, or refused."""

import re
import unicodedata
from decimal import Decimal

SIGNIFICANT = 15  # what Excel keeps of a number
PLAIN = re.compile(r"^([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)$")
UNITS = {
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
YUAN = ("元", "¥", "￥", "人民币")


class NotAFigure(ValueError):
    """The text is no number, or could be two different ones."""


def figure(text: str) -> Decimal:
    """The one number that a text says, whatever width its signs have."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for word in YUAN:
        plain = plain.removesuffix(word).removeprefix(word)
    plain = plain.replace("−", "-")
    unit = UNITS.get(plain[-1:], Decimal(1))
    if plain[-1:] in UNITS:
        plain = plain[:-1]
    found = PLAIN.match(plain)
    if found is None:
        raise NotAFigure(text)
    number = Decimal(found[2].replace(",", "")) * unit
    return -number if found[1] == "-" else number


def shown(number: float) -> str:
    """A number out of a spreadsheet as its reader saw it: 0.1 + 0.2 is 0.3."""
    return f"{Decimal(f'{number:.{SIGNIFICANT}g}'):f}"


def fits(number: Decimal, whole: int, places: int) -> bool:
    """Whether so many digits before and after the point hold it without rounding."""
    if not number.is_finite():
        return False
    digits = number.normalize().as_tuple()
    exponent = int(digits.exponent)
    return -exponent <= places and len(digits.digits) + exponent <= whole
