"""What must hold for every tariff and every risk, not only for those somebody thought of."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalogue.rules.documents import digest, read, write
from apps.rating.rules.pricing import price
from apps.rating.rules.proof import WorksheetMismatch, recompute
from tests.rating.tariffs import factor, foshan, risk, small

pytestmark = pytest.mark.no_database

TARIFF = foshan()
POINTS = {
    axis.fact: [point.key for point in axis.points]
    for table in TARIFF.tables
    for axis in table.axes
}
LIMITS = [int(key) for key in POINTS["limit"]]


def any_of(fact):
    return st.sampled_from(POINTS[fact])


RISKS = st.builds(
    risk,
    industry=any_of("industry"),
    heads=st.integers(1, 20_000),
    limit=st.sampled_from(LIMITS),
    deductible=st.sampled_from([0, 1000, 2000]),
    standardisation=any_of("standardisation"),
    accidents=any_of("accidents"),
    tags=st.frozensets(st.sampled_from(POINTS["tags"][:-1]), max_size=3),
    credit=any_of("credit"),
    listed=any_of("listed"),
)
VALUES = st.decimals("0.001", "3", places=3).map(str)
STRATEGIES = st.sampled_from(["product", "best", "discounts"])
DISCOUNTS = st.decimals("0.80", "1", places=4).map(str)


@st.composite
def tariffs(draw):
    """Up to three groups of up to four factors, with bounds that may bite."""
    groups, tables, facts = [], [], {}
    for number in range(draw(st.integers(1, 3))):
        code, strategy = f"g{number}", draw(STRATEGIES)
        low, high = sorted(draw(st.tuples(VALUES, VALUES)), key=Decimal)
        bounds = draw(st.sampled_from([{}, {"lowest": low}, {"lowest": low, "highest": high}]))
        is_float = draw(st.booleans())
        groups.append(
            {"code": code, "name": code, "strategy": strategy, "is_float": is_float, **bounds}
        )
        for each in range(draw(st.integers(1, 4))):
            name = f"{code}_{each}"
            value = draw(DISCOUNTS if strategy == "discounts" else VALUES)
            tables.append(factor(name, {"x": value}, group=code))
            facts[name] = "code"
    low, high = sorted(draw(st.tuples(VALUES, VALUES)), key=Decimal)
    bounds = draw(st.sampled_from([{}, {"lowest": low, "highest": high}]))
    minimum = draw(st.sampled_from(["", "100", "12345.67"]))
    return small(facts=facts, tables=tables, groups=groups, minimum=minimum, **bounds)


def reckoned(tariff, heads):
    """The premium by the book, in fractions and without any of the engine's own parts."""
    fixed, floating = Fraction(1), Fraction(1)
    for group in tariff.groups:
        values = [
            Fraction(table.cells[("x",)].value)
            for table in tariff.tables
            if table.group == group.code
        ]
        together = {
            "product": lambda values: Fraction(_product(values)),
            "best": min,
            "discounts": lambda values: 1 - sum(1 - value for value in values),
        }[group.strategy](values)
        together = _held(together, group.lowest, group.highest)
        if group.is_float:
            floating *= together
        else:
            fixed *= together
    amount = 100 * heads * fixed * _held(floating, tariff.lowest, tariff.highest)
    fen = (amount * 100 + Fraction(1, 2)) // 1
    return max(Decimal(int(fen)) / 100, tariff.minimum)


def _product(values):
    result = Fraction(1)
    for value in values:
        result *= value
    return result


def _held(value, lowest, highest):
    if lowest is not None:
        value = max(value, Fraction(lowest))
    return value if highest is None else min(value, Fraction(highest))


@given(tariffs(), st.integers(1, 100_000))
def test_any_tariff_comes_out_as_reckoned_in_fractions(tariff, heads):
    known = {"heads": heads} | {fact.code: "x" for fact in tariff.facts if fact.code != "heads"}

    worksheet = price(tariff, known)

    assert worksheet.premium == reckoned(tariff, heads)
    assert sum(step.effect for step in worksheet.steps) == worksheet.premium
    assert worksheet.steps[-1].running == worksheet.premium
    recompute(worksheet.document(), tariff)


@given(tariffs())
def test_a_tariff_survives_being_written_down(tariff):
    assert digest(write(read(write(tariff)))) == digest(write(tariff))


@given(RISKS)
def test_the_lines_add_up_to_the_premium(known):
    worksheet = price(TARIFF, known)
    assert sum(step.effect for step in worksheet.steps) == worksheet.premium


@given(RISKS)
def test_the_floating_factors_stay_within_their_bounds(known):
    worksheet = price(TARIFF, known)
    clamp = next(step for step in worksheet.steps if step.kind == "clamp")
    before = next(step for step in worksheet.steps if step.code == "deductible").running
    assert Decimal("0.70") * before - 1 <= clamp.running <= Decimal("1.30") * before + 1


@given(RISKS, st.sampled_from(["limit", "deductible", "standardisation", "credit", "listed"]))
def test_a_higher_limit_is_never_cheaper_and_a_better_grade_never_dearer(known, fact):
    rising = fact in {"limit", "listed"}
    values = [
        int(key) if key.isdigit() and fact != "standardisation" else key for key in POINTS[fact]
    ]
    premiums = [price(TARIFF, known | {fact: value}).premium for value in values]
    assert premiums == sorted(premiums, reverse=not rising)


@given(RISKS)
@settings(max_examples=30)
def test_a_frozen_worksheet_is_proved_and_a_changed_one_is_not(known):
    document = price(TARIFF, known).document({"heads": {"source": "企业申报", "since": ""}})
    assert recompute(document, TARIFF).premium == Decimal(document["premium"])
    changes = [
        ("premium", {"premium": "1.00"}),
        ("steps", {"steps": document["steps"][:-1]}),
        ("tariff", {"tariff": {**document["tariff"], "digest": "0" * 64}}),
        ("steps", {"facts": {**document["facts"], "heads": str(known["heads"] + 1)}}),
        ("format", {"format": 2}),
    ]
    for part, changed in changes:
        with pytest.raises(WorksheetMismatch) as refused:
            recompute({**document, **changed}, TARIFF)
        assert refused.value.part == part


def test_a_worksheet_with_a_hash_of_other_content_is_refused():
    document = price(TARIFF, risk()).document()
    recompute(document, TARIFF, sha256=digest(document))
    with pytest.raises(WorksheetMismatch, match="hash"):
        recompute(document, TARIFF, sha256=digest({**document, "evidence": {"heads": {}}}))
