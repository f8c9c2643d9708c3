"""Chance that can be repeated: every thing in the city is drawn from a stream of its own name."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from django.utils import timezone
from stdnum.cn import uscc as standard

from apps.core.dates import DAY
from apps.core.fields import ALPHABET, CODE_LENGTH
from apps.core.uscc import ALPHABET as USCC_ALPHABET
from apps.core.uscc import ORGANISATION_WEIGHTS

T = TypeVar("T")


def stream(*name: object) -> Random:
    """Numbers that depend on the name alone."""
    return Random("/".join(map(str, name)))  # noqa: S311


class Urn(Generic[T]):
    """Things drawn as often as they weigh."""

    def __init__(self, weighed: Sequence[tuple[T, float]]) -> None:
        self.things = [thing for thing, _ in weighed]
        self.heaped = list(accumulate(weight for _, weight in weighed))

    def draw(self, rng: Random) -> T:
        return rng.choices(self.things, cum_weights=self.heaped)[0]


def public_id(prefix: str, rng: Random) -> str:
    """In the shape of PublicIdField's own, but repeatable: a demo city has nothing to hide."""
    bits = rng.getrandbits(5 * CODE_LENGTH)
    code = "".join([ALPHABET[bits >> shift & 31] for shift in range(0, 5 * CODE_LENGTH, 5)])
    return f"{prefix}_{code}"


def credit_code(number: int, *, region: str, kind: str = "91") -> str:
    """A valid code that nobody holds: organisation codes beginning with MAY are not issued yet."""
    signs = ""
    for _ in range(5):
        number, digit = divmod(number, len(USCC_ALPHABET))
        signs = USCC_ALPHABET[digit] + signs
    body = f"MAY{signs}"
    pairs = zip(body, ORGANISATION_WEIGHTS, strict=True)
    check = "0123456789X"[-sum(int(sign, 36) * weight for sign, weight in pairs) % 11]
    code = f"{kind}{region}{body}{check}"
    return code + str(standard.calc_check_digit(code))


def heads(rng: Random, median: float, spread: float = 1.0) -> int:
    """Most near the median, a few far above it."""
    return max(1, round(median * math.exp(rng.gauss(0, spread))))


def day_between(rng: Random, first: date, last: date) -> date:
    """A day of [first, last); `first` where there is none."""
    return first + DAY * rng.randrange(max(1, (last - first).days))


def office_hour(rng: Random, day: date) -> datetime:
    moment = time(rng.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17)), rng.randrange(60))
    return timezone.make_aware(datetime.combine(day, moment)) + timedelta(seconds=rng.randrange(60))
