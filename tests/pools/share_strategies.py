"""Pools of any kind for the property tests: uneven, with rivals, with nothing sold at all."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from apps.pools.rules import Member, Terms

CODES = [f"I{number:02}" for number in range(20)]
business = st.one_of(
    st.just(Fraction(0)),
    st.integers(1, 10**12).map(lambda fen: Fraction(fen, 100)),
)
scores = st.integers(0, 10_000).map(lambda hundredths: Fraction(hundredths, 100))
ratios = st.integers(0, 100).map(lambda percent: Fraction(percent, 100))


@st.composite
def cuts(draw, count, total=10_000):
    """Positive integers that sum to the total."""
    points = sorted(
        draw(st.sets(st.integers(1, total - 1), min_size=count - 1, max_size=count - 1))
    )
    return [after - before for before, after in zip([0, *points], [*points, total], strict=True)]


@st.composite
def pools(draw, least=1, most=20, *, changing=True):
    """Members with old shares; when `changing`, some left, some enter, some are on probation."""
    count = draw(st.integers(least, most))
    shares = draw(cuts(count))
    members = [
        Member(code, share, draw(business), draw(scores), draw(st.booleans()) and changing)
        for code, share in zip(CODES, shares, strict=False)
    ]
    if changing:
        members = [
            replace(member, share=None) if draw(st.integers(0, 9)) == 0 else member
            for member in members
        ]
        gone = draw(st.integers(0, max(0, count - least - 1)))
        members = members[gone:]
    return members


@st.composite
def terms(draw):
    floor = draw(st.integers(0, 10_000))
    return Terms(
        damping=draw(ratios),
        business_weight=draw(ratios),
        score_slope=draw(ratios),
        score_norm=draw(st.integers(0, 100).map(Fraction)),
        floor=floor,
        cap=draw(st.integers(floor, 10_000)),
        step=draw(st.integers(0, 10_000)),
        entry=draw(st.integers(0, 10_000)),
    )


agreed = st.one_of(st.just(Terms()), terms())
