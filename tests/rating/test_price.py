"""The arithmetic against numbers reckoned by hand or published elsewhere."""

from decimal import Decimal

import pytest

from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, Chosen, Why, typed
from apps.rating.rules.trial import verdicts
from apps.rating.rules.worksheet import StepKind
from tests.rating.tariffs import factor, foshan, risk, small, zhongshan

pytestmark = pytest.mark.no_database

OFFICE = {
    "indoor": 50,
    "outdoor": 12,
    "heads": 62,
    "limit": 150_000,
    "rescue_limit": 10_000,
    "standard": "3",
    "accidents": "4",
    "risk": "low",
    "integrity": "A",
    "blacklist": "no",
    "addons": frozenset({"employer", "medical", "rescue"}),
}


def yuan(text):
    return Decimal(text)


class TestTheNeighbouringCity:
    def test_base_and_add_ons_come_to_4598_50(self):
        plainly = OFFICE | {"accidents": "2", "risk": "medium", "integrity": "B"}
        worksheet = price(zhongshan(), plainly)
        effects = {step.code: step.effect for step in worksheet.steps}
        assert effects["indoor"] + effects["outdoor"] == yuan("1110.00")
        assert [effects[code] for code in ("employer", "medical", "rescue")] == [
            yuan("222.00"),
            yuan("166.50"),
            yuan("3100.00"),
        ]
        assert worksheet.premium == yuan("4598.50")

    def test_factors_of_0_729_are_not_rounded_on_the_way(self):
        worksheet = price(zhongshan(), OFFICE)
        clamp = next(step for step in worksheet.steps if step.kind == StepKind.CLAMP)
        assert (clamp.value, clamp.counts) == ("0.729", False)
        assert worksheet.premium == yuan("3352.31")

    def test_a_product_of_0_5184_is_held_at_0_70(self):
        worksheet = price(zhongshan(), OFFICE | {"standard": "1", "integrity": "AA"})
        clamp = next(step for step in worksheet.steps if step.kind == StepKind.CLAMP)
        assert (clamp.value, clamp.counts) == ("0.5184", True)
        assert worksheet.premium == yuan("3218.95")

    def test_a_limit_between_two_steps_is_interpolated_and_none_beyond_them(self):
        worksheet = price(zhongshan(), OFFICE | {"limit": 300_000, "addons": frozenset()})
        assert worksheet.premium == yuan("1618.38")  # 1110 × 2 × 0.729
        with pytest.raises(CannotPrice) as refused:
            price(zhongshan(), OFFICE | {"limit": 1_050_001})
        assert (refused.value.why, refused.value.fact) == (Why.OUTSIDE, "limit")

    def test_an_add_on_needs_the_one_it_comes_with(self):
        with pytest.raises(CannotPrice) as refused:
            price(zhongshan(), OFFICE | {"addons": frozenset({"medical"})})
        assert (refused.value.why, refused.value.value) == (Why.REQUIRES, "employer")


class TestTheShippedTariff:
    @pytest.mark.parametrize("number", [1, 2])
    def test_every_golden_case_comes_out_to_the_fen(self, number):
        found = verdicts(foshan(number))
        assert [verdict.case.name for verdict in found if not verdict.holds] == []

    @pytest.mark.parametrize(
        ("heads", "tier"),
        [
            (20, "1"),
            (21, "21"),
            (50, "21"),
            (51, "51"),
            (100, "51"),
            (101, "101"),
            (300, "101"),
            (301, "301"),
            (1000, "301"),
            (1001, "1001"),
        ],
    )
    def test_tiers_contain_their_lower_end_and_not_their_upper(self, heads, tier):
        worksheet = price(foshan(), risk(heads=heads))
        step = next(step for step in worksheet.steps if step.code == "size")
        assert step.cell == (tier,)

    def test_the_finest_prefix_of_the_industry_decides(self):
        classes = {
            code: price(foshan(), risk(industry=code)).derived["risk_class"]
            for code in ("3391", "3399", "5211")
        }
        assert classes == {"3391": "III", "3399": "II", "5211": "I"}

    def test_the_gravest_activity_decides(self):
        tags = frozenset({"special_equipment", "dust"})
        assert price(foshan(), risk(tags=tags)).derived["site_risk"] == "high"
        assert price(foshan(), risk(tags=frozenset())).derived["site_risk"] == "low"

    def test_the_minimum_premium_is_its_own_step(self):
        worksheet = price(foshan(), risk(heads=1, limit=400_000, industry="5211"))
        last = worksheet.steps[-1]
        assert (last.kind, last.counts, last.running) == (StepKind.MINIMUM, True, yuan("500.00"))
        assert worksheet.premium == yuan("500.00")


class TestWhatIsMissing:
    @pytest.mark.parametrize("fact", [fact.code for fact in foshan().asked])
    def test_each_fact_is_missed_by_name_and_never_assumed(self, fact):
        known = risk()
        del known[fact]
        with pytest.raises(CannotPrice) as refused:
            price(foshan(), known)
        assert (refused.value.why, refused.value.fact) == (Why.MISSING, fact)

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"industry": "9999"}, Why.UNKNOWN),
            ({"heads": 0}, Why.OUTSIDE),
            ({"limit": 450_000}, Why.UNKNOWN),
            ({"credit": "E"}, Why.UNKNOWN),
            ({"risk_class": "I"}, Why.DERIVED),
        ],
    )
    def test_what_the_tables_do_not_have_is_refused(self, changed, why):
        with pytest.raises(CannotPrice) as refused:
            price(foshan(), risk(**changed))
        assert (refused.value.why, refused.value.fact) == (why, next(iter(changed)))

    @pytest.mark.parametrize("heads", [1.5, True, "many", None, "NaN", "-3"])
    def test_numbers_are_exact_or_refused(self, heads):
        with pytest.raises(CannotPrice) as refused:
            typed(foshan(), risk(heads=heads))
        assert refused.value.fact == "heads"


class TestHowFactorsCombine:
    def group(self, strategy, **bounds):
        return [{"code": "all", "name": "全部", "strategy": strategy, **bounds}]

    def premium(self, strategy, one, other, **bounds):
        tables = [factor("one", {"x": one}), factor("other", {"x": other})]
        tariff = small(
            tables=tables,
            facts={"one": "code", "other": "code"},
            groups=self.group(strategy, **bounds),
        )
        worksheet = price(tariff, {"heads": 10, "one": "x", "other": "x"})
        assert sum(step.effect for step in worksheet.steps) == worksheet.premium
        return worksheet.premium

    def test_by_multiplying(self):
        assert self.premium("product", "0.9", "0.8") == yuan("720.00")

    def test_by_the_best_of_a_group(self):
        assert self.premium("best", "0.92", "0.90") == yuan("900.00")

    def test_by_adding_discounts(self):
        assert self.premium("discounts", "0.9", "0.8") == yuan("700.00")

    def test_discounts_that_take_everything_are_refused(self):
        with pytest.raises(CannotPrice):
            self.premium("discounts", "0.4", "0.5")

    def test_within_the_bounds_of_the_group(self):
        assert self.premium("product", "0.9", "0.8", lowest="0.75") == yuan("750.00")
        assert self.premium("product", "1.2", "1.2", highest="1.3") == yuan("1300.00")

    def test_an_unknown_way_is_named(self):
        with pytest.raises(Exception, match=r"all\.strategy: average"):
            self.premium("average", "1", "1")


class TestOtherShapes:
    def test_cost_times_per_mille_less_discounts(self):
        tariff = small(
            facts={"cost": "number", "managed": "code"},
            tables=[
                {
                    "code": "works",
                    "kind": "base",
                    "name": "工程",
                    "exposure": "cost",
                    "per": 1000,
                    "cells": [["0", "0.65"], ["10000000", "0.60"]],
                    "axes": [
                        {
                            "fact": "cost",
                            "kind": "tier",
                            "points": [["0", "", "", "10000000"], ["10000000"]],
                        }
                    ],
                },
                factor("managed", {"yes": "0.85"}),
            ],
            groups=[{"code": "all", "name": "优惠", "strategy": "discounts"}],
        )
        worksheet = price(tariff, {"heads": 0, "cost": 10_000_000, "managed": "yes"})
        assert worksheet.premium == yuan("5100.00")

    def test_a_mixed_business_pays_for_its_dearest_part(self):
        flat = {
            "code": "flat",
            "kind": "base",
            "name": "按行业",
            "several": "highest",
            "axes": [{"fact": "trade", "kind": "exact", "points": [["a"], ["b"]]}],
            "cells": [["a", "3000"], ["b", "5000"]],
        }
        tariff = small(facts={"trade": "codes"}, tables=[flat])
        assert price(tariff, {"heads": 0, "trade": frozenset("ab")}).premium == yuan("5000.00")

    def test_a_value_from_a_range_needs_a_reason(self):
        table = factor("place", {"x": "0.95"}) | {"cells": [["x", "0.95", "1.10"]], "axes": []}
        table["cells"] = [["0.95", "1.10"]]
        tariff = small(
            facts={"place": "chosen"}, tables=[table], groups=[{"code": "all", "name": "环境"}]
        )

        def premium(value, reason):
            return price(tariff, {"heads": 10, "place": Chosen(yuan(value), reason)}).premium

        assert premium("1.05", "周边 50 米内有居民区") == yuan("1050.00")
        for value, reason, why in [("1.05", " ", Why.UNREASONED), ("1.11", "远", Why.OUTSIDE)]:
            with pytest.raises(CannotPrice) as refused:
                premium(value, reason)
            assert (refused.value.why, refused.value.fact) == (why, "place")

    def test_an_add_on_after_the_factors_is_not_adjusted(self):
        rescue = {
            "code": "rescue",
            "kind": "addon",
            "name": "施救",
            "share_of": "premium",
            "is_adjusted": False,
            "cells": [["0.10"]],
        }
        tariff = small(
            facts={"one": "code", "addons": "codes"},
            tables=[rescue, factor("one", {"x": "0.5"})],
            groups=[{"code": "all", "name": "全部"}],
        )
        known = {"heads": 10, "one": "x", "addons": frozenset({"rescue"})}
        worksheet = price(tariff, known)
        assert worksheet.premium == yuan("550.00")
        assert sum(step.effect for step in worksheet.steps) == yuan("550.00")

    def test_a_highest_premium_holds(self):
        assert price(small(maximum="54200"), {"heads": 1000}).premium == yuan("54200.00")

    def test_the_half_fen_goes_up(self):
        tariff = small(
            facts={"one": "code"},
            tables=[factor("one", {"x": "0.00005"})],
            groups=[{"code": "all", "name": "全部"}],
        )
        assert price(tariff, {"heads": 1, "one": "x"}).premium == yuan("0.01")
