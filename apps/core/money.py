"""Money is Decimal yuan with two places. Every rounding in the platform happens here."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256

FEN = Decimal("0.01")

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿")
TOO_LONG = 10 ** (4 * len(SECTIONS))


def to_fen(amount: Decimal) -> Decimal:
    """Round half up to the fen, away from zero for refunds too."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def whole_fen(fen: Fraction) -> int:
    """The same for an exact part of a sum, counted in fen."""
    size = (2 * abs(fen.numerator) + fen.denominator) // (2 * fen.denominator)
    return size if fen >= 0 else -size


def split(amount: Decimal, weights: Mapping[str, int], *, key: str) -> dict[str, Decimal]:
    """Share an amount out so that the parts always add back up to it."""
    fen = int(amount * 100)
    if FEN * fen != amount:
        raise ValueError("An amount to split has whole fen; round it first.")
    return {member: FEN * part for member, part in split_fen(fen, weights, key=key).items()}


def split_fen(fen: int, weights: Mapping[str, int], *, key: str) -> dict[str, int]:
    """The same on whole fen, for loops over many documents.

    Each part is rounded down; the fen left over go one by one to the largest remainders. Ties are
    broken by a hash of the document (`key`) and the member, so that no member gains over many.
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError("Weights must not be negative, nor all zero.")
    left = size = abs(fen)
    parts, rests = {}, {}
    for member, weight in weights.items():
        parts[member], rests[member] = part, _ = divmod(size * weight, total)
        left -= part
    if left:
        for member in _largest_remainders(rests, left, key):
            parts[member] += 1
    return parts if fen >= 0 else {member: -part for member, part in parts.items()}


def _largest_remainders(rests: Mapping[str, int], left: int, key: str) -> list[str]:
    ranked = sorted(rests, key=rests.__getitem__, reverse=True)
    if rests[ranked[left - 1]] == rests[ranked[left]]:

        def claim(member: str) -> tuple[int, bytes]:
            return rests[member], sha256(f"{key}/{member}".encode()).digest()

        ranked.sort(key=claim, reverse=True)
    return ranked[:left]


def to_fen_together(parts: Mapping[str, Decimal], total: Decimal) -> dict[str, Decimal]:
    """Round parts of either sign so that they add up to a total they come to but for rounding.

    Rounded down, then the fen left over go to the largest remainders; ties by name, not by place.
    """
    found = {name: part.quantize(FEN, ROUND_FLOOR) for name, part in parts.items()}
    left = int((total - sum(found.values())) / FEN)
    ranked = sorted(parts, key=lambda name: (found[name] - parts[name], name), reverse=left < 0)
    for place in range(abs(left)):
        found[ranked[place % len(ranked)]] += FEN if left > 0 else -FEN
    return found


def at_least(rate: Decimal, amount: Decimal) -> Decimal:
    """The smallest sum in fen that is not under `rate` of the amount."""
    return (rate * amount).quantize(FEN, ROUND_CEILING)


def at_most(rate: Decimal, amount: Decimal) -> Decimal:
    """The largest sum in fen that is not over `rate` of the amount."""
    return (rate * amount).quantize(FEN, ROUND_FLOOR)


def accrual_due(rate: Decimal, receipts_total: Decimal, already_accrued: Decimal) -> Decimal:
    """What to set aside now, so that all of it is never under the rate nor a fen over.

    Counting from the total lets a refund claw its own part back: the answer is then negative.
    """
    return at_least(rate, receipts_total) - already_accrued


def in_capitals(amount: Decimal) -> str:
    """The amount as papers of value write it: 壹万贰仟叁佰肆拾伍元陆角柒分.

    A zero is written where digits are missing before others; where the rules leave it open (a zero
    just before 万, 元 or 角) it is not.
    """
    yuan, fen = divmod(int(abs(amount) * 100), 100)
    if yuan >= TOO_LONG or to_fen(amount) != amount:
        raise ValueError("Capitals are for whole fen below a million million yuan.")
    text = f"{_integer_in_capitals(yuan)}元" if yuan else ""
    jiao, rest = divmod(fen, 10)
    if jiao:
        text += f"{DIGITS[jiao]}角"
    if rest:
        text += "零" * bool(yuan and not jiao) + f"{DIGITS[rest]}分"
    else:
        text = (text or "零元") + "整"
    return f"负{text}" if amount < 0 else text


def _integer_in_capitals(number: int) -> str:
    text, gap = "", False
    for section in range(len(SECTIONS) - 1, -1, -1):
        four = number // 10 ** (4 * section) % 10_000
        if four:
            text += "零" * bool(text and (gap or four < 1_000))
            text += _four_in_capitals(four) + SECTIONS[section]
        gap = not four
    return text


def _four_in_capitals(number: int) -> str:
    text, gap = "", False
    for place in range(len(PLACES) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += "零" * bool(text and gap) + DIGITS[digit] + PLACES[place]
        gap = not digit
    return text
