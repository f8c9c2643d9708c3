"""Who comes and who goes, before anybody's results count."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from apps.pools.rules.terms import WHOLE, Member, Note, Remark, Terms
from apps.pools.rules.webster import bounded_webster


def structural_step(members: Sequence[Member], terms: Terms) -> tuple[dict[str, int], list[Note]]:
    """The baseline: an entrant gets its part, the others keep the proportions of what they had."""
    entrants = [member.code for member in members if member.share is None]
    staying = {member.code: member.share for member in members if member.share is not None}
    if not staying:
        return spread(dict.fromkeys(entrants, 1), WHOLE), [Note(Remark.FIRST_TABLE)]
    notes = []
    kept = sum(staying.values())
    if kept < WHOLE:
        notes.append(Note(Remark.LEFT, numbers={"free": WHOLE - kept}))
    entry = min(terms.entry, WHOLE // len(members))
    baseline = dict.fromkeys(entrants, entry)
    baseline |= spread(staying, WHOLE - entry * len(entrants))
    notes += [Note(Remark.ENTERED, code, {"share": entry}) for code in entrants]
    return baseline, notes


def spread(old: dict[str, int], total: int) -> dict[str, int]:
    """In proportion to what they had; alike when they had nothing."""
    parts = old if any(old.values()) else dict.fromkeys(old, 1)
    weights = {code: Fraction(part) for code, part in parts.items()}
    return bounded_webster(weights, _all(old, 0), _all(old, total), total)


def _all(codes: Iterable[str], value: int) -> dict[str, int]:
    return dict.fromkeys(codes, value)
