"""The box each share must stay in, and how it gives way where nothing would fit into it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.pools.rules.terms import WHOLE, Note, Remark, Terms


@dataclass(frozen=True)
class Box:
    low: Mapping[str, int]
    high: Mapping[str, int]
    notes: tuple[Note, ...]


def box(baseline: Mapping[str, int], terms: Terms) -> Box:
    """Bounds that leave room for the whole, as near to the agreed ones as can be."""
    count = len(baseline)
    floor, cap = min(terms.floor, WHOLE // count), max(terms.cap, -(-WHOLE // count))
    step = _narrowest_step(baseline.values(), floor, cap, terms.step)
    notes = []
    if floor != terms.floor:
        notes.append(Note(Remark.FLOOR_LOWERED, numbers={"agreed": terms.floor, "used": floor}))
    if cap != terms.cap:
        notes.append(Note(Remark.CAP_RAISED, numbers={"agreed": terms.cap, "used": cap}))
    if step != terms.step:
        notes.append(Note(Remark.STEP_WIDENED, numbers={"agreed": terms.step, "used": step}))
    for code in sorted(baseline):
        if baseline[code] < floor:
            notes.append(Note(Remark.GLIDES_UP, code, {"from": baseline[code], "to": floor}))
        elif baseline[code] > cap:
            notes.append(Note(Remark.GLIDES_DOWN, code, {"from": baseline[code], "to": cap}))
    return Box(
        low={code: lowest(share, floor, step) for code, share in baseline.items()},
        high={code: highest(share, cap, step) for code, share in baseline.items()},
        notes=tuple(notes),
    )


def lowest(share: int, floor: int, step: int) -> int:
    """Not under the floor; from below it, as far towards it as one step leads."""
    return min(max(floor, share - step), share + step)


def highest(share: int, cap: int, step: int) -> int:
    return max(min(cap, share + step), share - step)


def _narrowest_step(shares: Collection[int], floor: int, cap: int, step: int) -> int:
    """The agreed step, widened by one basis point at a time until the whole fits.

    With every step the sums of the bounds change by as many as have not arrived yet.
    """
    lows = sum(lowest(share, floor, step) for share in shares)
    highs = sum(highest(share, cap, step) for share in shares)
    low_slope, high_slope = _Slope(shares, floor, step), _Slope(shares, cap, step)
    while not lows <= WHOLE <= highs:
        lows += low_slope.next()
        highs += high_slope.next()
        step += 1
    return step


class _Slope:
    """By how much the sum of shares moved towards a goal changes when the step grows by one."""

    def __init__(self, shares: Collection[int], goal: int, step: int) -> None:
        self.step, self.slope = step, 0
        self.arrivals: dict[int, int] = defaultdict(int)
        for share in shares:
            if (distance := abs(goal - share)) > step:
                towards = 1 if goal > share else -1
                self.slope += towards
                self.arrivals[distance] -= towards

    def next(self) -> int:
        change = self.slope
        self.step += 1
        self.slope += self.arrivals.get(self.step, 0)
        return change
