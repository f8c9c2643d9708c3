"""The formula on pools somebody can check by hand."""

from fractions import Fraction

import pytest

from apps.pools.rules import Member, Note, Remark, Terms, next_shares
from apps.pools.rules.webster import bounded_webster

pytestmark = pytest.mark.no_database

WORKED = [
    Member("A", 3500, Fraction(26), Fraction(72)),
    Member("B", 2500, Fraction(31), Fraction(88)),
    Member("C", 1800, Fraction(19), Fraction(80)),
    Member("D", 1200, Fraction(19), Fraction(93)),
    Member("E", 1000, Fraction(5), Fraction(60)),
]


def shares_of(*members, **terms):
    return dict(next_shares(members, Terms(**terms)).shares)


def remarks_of(*members, **terms):
    return [note.remark for note in next_shares(members, Terms(**terms)).notes]


def even(count, share=None):
    return [
        Member(f"I{n:02}", 10_000 // count if share is None else share, Fraction(1), Fraction(80))
        for n in range(count)
    ]


def test_the_worked_example_to_the_basis_point():
    result = next_shares(WORKED, Terms())
    assert dict(result.shares) == {"A": 3200, "B": 2748, "C": 1744, "D": 1500, "E": 808}
    assert result.notes == ()


def test_the_worksheet_tells_every_step_of_the_worked_example():
    first = next_shares(WORKED, Terms()).worksheet[0]
    assert (first.before, first.structural) == (3500, 3500)
    assert first.business_share == 2600
    assert first.factor == Fraction(95, 100)
    assert first.weight == Fraction(6, 10) * 3500 + Fraction(4, 10) * 2960 * Fraction(95, 100)
    assert (first.low, first.high, first.after) == (3200, 3800, 3200)
    assert first.performance < first.low


def test_a_score_at_the_norm_changes_nothing_and_the_ends_give_half_more_or_less():
    for score, factor in (
        (80, 1),
        (100, Fraction(3, 2)),
        (0, Fraction(1, 2)),
        (90, Fraction(5, 4)),
    ):
        (row,) = next_shares([Member("A", 10_000, Fraction(1), Fraction(score))], Terms()).worksheet
        assert row.factor == factor


@pytest.mark.parametrize("norm", [0, 100])
def test_a_norm_at_the_end_of_the_scale_divides_by_nothing(norm):
    members = [Member("A", 6000, Fraction(1), Fraction(100)), Member("B", 4000, Fraction(1))]
    assert sum(shares_of(*members, score_norm=Fraction(norm)).values()) == 10_000


class TestSizes:
    def test_one_member_carries_everything(self):
        result = next_shares([Member("A", 10_000, Fraction(5), Fraction(10))], Terms())
        assert dict(result.shares) == {"A": 10_000}
        assert result.notes == (Note(Remark.CAP_RAISED, numbers={"agreed": 4000, "used": 10_000}),)

    def test_two_members_end_up_at_half_and_are_told_that_the_cap_could_not_hold(self):
        assert shares_of(Member("A", 5000), Member("B", 5000)) == {"A": 5000, "B": 5000}
        assert shares_of(Member("A", 6000), Member("B", 4000)) == {"A": 5700, "B": 4300}
        assert Remark.CAP_RAISED in remarks_of(Member("A", 5000), Member("B", 5000))

    def test_twenty_members(self):
        members = [
            Member(f"I{n:02}", 500, Fraction(100 + 37 * n), Fraction(60 + 2 * n)) for n in range(20)
        ]
        shares = shares_of(*members)
        assert sum(shares.values()) == 10_000
        assert all(300 <= share <= 800 for share in shares.values())
        assert shares["I00"] < 500 < shares["I19"]


class TestNothingToCompare:
    def test_without_business_only_old_shares_and_scores_speak(self):
        members = [Member("A", 3000, score=Fraction(80)), Member("B", 3500, score=Fraction(80))]
        members.append(Member("C", 3500, score=Fraction(80)))
        assert shares_of(*members) == {"A": 3000, "B": 3500, "C": 3500}
        assert remarks_of(*members) == [Remark.NO_BUSINESS]

    def test_where_every_weight_is_zero_shares_stay(self):
        """Everything hangs on scores, and all of them are nought."""
        members = [Member("A", 3000), Member("B", 3500), Member("C", 3500)]
        extreme = {"damping": Fraction(1), "score_slope": Fraction(1)}
        assert shares_of(*members, **extreme) == {"A": 3000, "B": 3500, "C": 3500}
        assert Remark.NO_WEIGHT in remarks_of(*members, **extreme)

    def test_a_new_pool_begins_alike(self):
        members = [Member(code, None) for code in "ABC"]
        assert shares_of(*members) == {"A": 3334, "B": 3333, "C": 3333}
        assert Remark.FIRST_TABLE in remarks_of(*members)


class TestWhoComesAndGoes:
    def test_what_a_leaver_had_goes_to_the_others_in_proportion(self):
        result = next_shares(
            [Member("A", 3000), Member("B", 3000), Member("C", 2000)], Terms(step=10_000)
        )
        assert [row.structural for row in result.worksheet] == [3750, 3750, 2500]
        assert result.notes[0] == Note(Remark.LEFT, numbers={"free": 2000})

    def test_an_entrant_gets_the_agreed_part_and_its_first_results_do_not_count(self):
        members = [*WORKED[:4], Member("E", 1000, Fraction(5), Fraction(60))]
        entrant = Member("N", None, Fraction(1_000), Fraction(100))
        result = next_shares([*members, entrant], Terms())
        row = result.worksheet[-1]
        assert (row.structural, row.weight, row.is_on_probation) == (500, 500, True)
        assert Note(Remark.ENTERED, "N", {"share": 500}) in result.notes
        assert Note(Remark.PROBATION, "N") in result.notes

    def test_a_crowd_of_entrants_does_not_take_more_than_its_heads(self):
        members = [Member("A", 10_000), *(Member(f"N{n:02}", None) for n in range(29))]
        baseline = {row.code: row.structural for row in next_shares(members, Terms()).worksheet}
        assert baseline["N00"] == 333
        assert baseline["A"] == 10_000 - 29 * 333

    def test_a_member_on_probation_weighs_what_it_had(self):
        tried = Member("A", 5000, Fraction(900), Fraction(100), probation=True)
        other = Member("B", 5000, Fraction(100), Fraction(80))
        row = next_shares([tried, other], Terms()).worksheet[0]
        assert row.weight == 5000


class TestBoundsThatCannotBeMet:
    def test_a_floor_above_the_even_share_is_lowered(self):
        result = next_shares(even(4), Terms(floor=3000))
        assert Note(Remark.FLOOR_LOWERED, numbers={"agreed": 3000, "used": 2500}) in result.notes
        assert set(result.shares.values()) == {2500}

    def test_a_cap_below_the_even_share_is_raised(self):
        result = next_shares([*even(3, 3333)[:2], Member("I02", 3334)], Terms(cap=1000))
        assert Note(Remark.CAP_RAISED, numbers={"agreed": 1000, "used": 3334}) in result.notes
        assert sum(result.shares.values()) == 10_000

    def test_a_step_too_small_is_widened_by_single_basis_points(self):
        """Three below the floor have to rise; only one can give, and only as fast as the step."""
        members = [Member("A", 9700), Member("B", 100), Member("C", 100), Member("D", 100)]
        result = next_shares(members, Terms(cap=10_000, step=50))
        widened = [note for note in result.notes if note.remark is Remark.STEP_WIDENED]
        assert widened == [Note(Remark.STEP_WIDENED, numbers={"agreed": 50, "used": 600})]
        assert dict(result.shares) == {"A": 9100, "B": 300, "C": 300, "D": 300}

    def test_from_outside_the_box_a_share_glides_by_at_most_a_step(self):
        result = next_shares([Member("A", 8000), Member("B", 1000), Member("C", 1000)], Terms())
        assert dict(result.shares)["A"] == 7700
        assert Note(Remark.GLIDES_DOWN, "A", {"from": 8000, "to": 4000}) in result.notes


class TestWebster:
    def test_ties_go_to_the_larger_weight_and_then_to_the_first_code(self):
        three, one = Fraction(3), Fraction(1)
        free = {"low": {"A": 0, "B": 0}, "high": {"A": 9, "B": 9}}
        assert bounded_webster({"A": one, "B": three}, total=2, **free) == {"A": 0, "B": 2}
        assert bounded_webster({"B": one, "A": one}, total=1, **free) == {"A": 1, "B": 0}

    def test_without_room_it_says_so(self):
        with pytest.raises(ValueError, match="no way"):
            bounded_webster({"A": Fraction(1)}, {"A": 0}, {"A": 5}, 6)
