"""Next period's shares from this period's results (A4.2).

    p  baseline after the structural step         b  part of the pool's business, in basis points
    g  1 + slope x (score - norm) / (100 - norm) from the norm upwards, / norm below it
    w  (1 - damping) p + damping [weight b + (1 - weight) p] g
    x  the whole, handed out by Webster in proportion to w, inside the box around p

Nothing looks at losses: under the duty to insure everybody, that would pay for avoiding bad risks.
"""

from collections.abc import Sequence
from fractions import Fraction

from apps.pools.rules.bounds import box
from apps.pools.rules.structure import structural_step
from apps.pools.rules.terms import WHOLE, Member, Note, Remark, Result, Row, Terms
from apps.pools.rules.webster import bounded_webster

FULL_SCORE = 100


def next_shares(members: Sequence[Member], terms: Terms) -> Result:
    """Shares that sum to 10 000, what had to give way, and how each came about.

    The order of members and the unit of business do not matter. Business is not negative, scores
    are 0 to 100, codes differ, and old shares sum to at most 10 000.
    """
    members = sorted(members, key=lambda member: member.code)
    baseline, notes = structural_step(members, terms)
    total = sum((member.business for member in members), Fraction(0))
    if not total:
        notes.append(Note(Remark.NO_BUSINESS))
    weights = {m.code: _weight(m, baseline[m.code], total, terms) for m in members}
    if not any(weights.values()):
        notes.append(Note(Remark.NO_WEIGHT))
        weights = {code: Fraction(share) for code, share in baseline.items()}
    bounds = box(baseline, terms)
    shares = bounded_webster(weights, bounds.low, bounds.high, WHOLE)
    free = dict.fromkeys(baseline, 0), dict.fromkeys(baseline, WHOLE)
    performance = bounded_webster(weights, *free, WHOLE)
    notes += [Note(Remark.PROBATION, m.code) for m in members if _on_probation(m)]
    rows = [
        Row(
            code=m.code,
            before=m.share,
            structural=baseline[m.code],
            business=m.business,
            business_share=WHOLE * m.business / total if total else None,
            score=m.score,
            factor=score_factor(m.score, terms),
            weight=weights[m.code],
            performance=performance[m.code],
            low=bounds.low[m.code],
            high=bounds.high[m.code],
            after=shares[m.code],
            is_on_probation=_on_probation(m),
        )
        for m in members
    ]
    return Result(shares, (*notes, *bounds.notes), tuple(rows))


def score_factor(score: Fraction, terms: Terms) -> Fraction:
    """1 at the norm; at most 1 + slope, at least 1 - slope."""
    norm = terms.score_norm
    span = FULL_SCORE - norm if score >= norm else norm
    return 1 + terms.score_slope * (score - norm) / span if span else Fraction(1)


def _weight(member: Member, baseline: int, total: Fraction, terms: Terms) -> Fraction:
    if _on_probation(member):
        return Fraction(baseline)
    ratio = terms.business_weight
    blend = Fraction(baseline)
    if total:
        blend = ratio * WHOLE * member.business / total + (1 - ratio) * baseline
    moved = blend * score_factor(member.score, terms)
    return (1 - terms.damping) * baseline + terms.damping * moved


def _on_probation(member: Member) -> bool:
    """Until a full window lies behind it, a member's results say nothing."""
    return member.probation or member.share is None
