"""From the register to prices side by side, and what must not be offered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from apps.catalogue.actors import VISITOR
from apps.catalogue.rules.documents import digest
from apps.catalogue.selectors.limits import coverage_lines, main_limits, minimum_limit
from apps.core import context
from apps.core.models import AuditEvent
from apps.enterprises.models import Grade, Headcount, Site
from apps.rating.errors import QuoteRefused, RatingRefused
from apps.rating.models import Quote
from apps.rating.rules.facts import accident_record
from apps.rating.selectors.facts import facts_for
from apps.rating.selectors.offers import preview, preview_of_facts
from apps.rating.services import offer_quotes
from apps.reference.errors import ParameterMissing
from apps.reference.models import Parameter
from tests.rating.conftest import START, TODAY
from tests.rating.tariffs import risk


class TestFacts:
    def test_each_comes_with_who_said_it_and_since_when(self, site, declared):
        facts = facts_for(site, on=START, basis="all_employees", declared=declared)
        assert {code: fact.value for code, fact in facts.items()} == {
            "industry": "3311",
            "heads": 46,
            "tags": frozenset({"special_equipment"}),
            "standardisation": "3",
            "credit": "none",
            "accidents": "none_4",
            "listed": "no",
        }
        assert (facts["heads"].source, facts["heads"].since) == ("企业申报", date(2026, 1, 1))
        assert (facts["standardisation"].source, facts["listed"].source) == ("粤AQB", "投保申请")

    def test_production_posts_leave_the_office_out(self, site, declared):
        facts = facts_for(site, on=START, basis="production_posts", declared=declared)
        assert facts["heads"].value == 38

    def test_a_certificate_that_has_run_out_when_cover_begins_is_none(self, site, declared):
        Grade.objects.update(valid_to=START)
        facts = facts_for(site, on=START, basis="all_employees", declared=declared)
        assert facts["standardisation"].value == "none"

    def test_what_nobody_said_stays_out(self, site, declared):
        Headcount.objects.all().delete()
        silent = replace(declared, had_accident=None, is_listed=None)
        facts = facts_for(site, on=START, basis="all_employees", declared=silent)
        assert {"heads", "accidents", "listed"} & facts.keys() == set()

    @pytest.mark.parametrize(
        ("last", "opened", "record"),
        [
            (date(2025, 3, 10), None, "recent"),
            (date(2025, 3, 9), None, "none_2"),
            (date(2023, 3, 9), None, "none_3"),
            (date(2022, 3, 9), None, "none_4"),
            (None, date(2023, 3, 10), "none_2"),
            (None, date(2022, 3, 9), "none_4"),
            (None, None, "none_2"),
        ],
    )
    def test_the_accident_record_counts_whole_years_to_the_start(self, last, opened, record):
        assert accident_record(last, opened, START) == record

    def test_a_leap_day_counts_from_the_first_of_march(self):
        assert accident_record(date(2024, 2, 29), None, date(2025, 2, 28)) == "recent"
        assert accident_record(date(2024, 2, 29), None, date(2025, 3, 1)) == "none_2"


class TestTheLeastThatMayBeInsured:
    def test_is_the_strictest_rule_of_the_day_with_its_name(self):
        least = minimum_limit(START)
        assert least.amount == Decimal(20 * 69_217)
        assert "可支配收入" in least.name
        assert len(least.rules) == 3

    @pytest.mark.parametrize(
        ("day", "amount"),
        [(date(2018, 3, 1), 300_000), (date(2021, 4, 22), 300_000), (date(2021, 4, 23), 1_084_680)],
    )
    def test_goes_by_the_day_the_cover_begins(self, day, amount):
        assert minimum_limit(day).amount == amount

    def test_twenty_times_46_849_refuses_800_000_and_takes_1_000_000(self):
        Parameter.objects.filter(
            key__code="income.urban_disposable", valid_from="2026-01-01"
        ).update(value="46849")
        least = minimum_limit(START)
        assert least.amount == 936_980
        assert least.refusal_to_choose(Decimal(1_000_000)) == ""
        refusal = least.refusal_to_choose(Decimal(800_000))
        assert "80.00 万元" in refusal
        assert least.name in refusal

    def test_without_the_income_of_the_year_before_nothing_is_quoted(self, site, declared):
        Parameter.objects.filter(key__code="income.urban_disposable").delete()
        with pytest.raises(ParameterMissing, match="可支配收入”在 2026-03-09 没有有效取值"):
            preview(site, on=START, declared=declared)


class TestPreview:
    def test_shows_every_limit_and_why_some_may_not_be_chosen(self, site, declared):
        found = preview(site, on=START, declared=declared)
        lawful = [int(option.choice.per_person) for option in found.lawful]
        assert lawful == [1_500_000, 1_800_000, 2_000_000]
        assert all(found.minimum.name in option.refusal for option in found.options[:6])
        assert [str(option.premium) for option in found.lawful] == [
            "11374.73",
            "12849.24",
            "13797.13",
        ]

    def test_stores_nothing(self, site, declared):
        preview(site, on=START, declared=declared)
        assert Quote.objects.count() == 0

    def test_names_the_fact_that_is_missing(self, site, declared):
        with pytest.raises(RatingRefused, match="缺少“生产安全事故记录”") as refused:
            preview(site, on=START, declared=replace(declared, had_accident=None))
        assert refused.value.field == "accidents"

    def test_a_deductible_makes_it_cheaper_and_an_unknown_one_is_refused(self, site, declared):
        plain, borne = (
            preview(site, on=START, declared=declared, deductible=amount).lawful[0].premium
            for amount in (None, Decimal(2000))
        )
        assert borne < plain
        with pytest.raises(RatingRefused, match="没有这一档"):
            preview(site, on=START, declared=declared, deductible=Decimal(300))

    def test_the_product_of_the_day_decides_who_is_counted(self, site, declared):
        Headcount.objects.update(valid_from="2018-01-01")
        found = preview(site, on=date(2020, 5, 1), declared=declared)
        assert (found.terms.version.number, found.facts["heads"].value) == (1, 38)

    def test_a_closed_site_is_not_quoted(self, site, declared):
        Site.objects.filter(pk=site.pk).update(state="closed", closed_on=TODAY)
        site.refresh_from_db()
        with pytest.raises(QuoteRefused, match="已关闭"):
            preview(site, on=START, declared=declared)

    def test_a_visitor_can_ask_without_being_anybody(self, catalogue):
        known = {
            code: value for code, value in risk().items() if code not in {"limit", "deductible"}
        }
        with context.entering(VISITOR.context):
            found = preview_of_facts(known, on=START, source="访客填写")
        assert len(found.lawful) == 3


class TestOffer:
    def test_offers_each_lawful_limit_with_its_working(self, quotes, site):
        assert [str(quote.premium) for quote in quotes] == ["11374.73", "12849.24", "13797.13"]
        assert len({quote.offer for quote in quotes}) == 1
        quote = quotes[0]
        assert (quote.insured_count, quote.starts_on) == (46, START)
        assert quote.valid_until == date(2026, 4, 1)
        assert quote.worksheet_hash == digest(quote.worksheet)
        assert quote.worksheet["evidence"]["heads"] == {"source": "企业申报", "since": "2026-01-01"}

    def test_is_written_down_once_on_the_site(self, quotes, site):
        event = AuditEvent.objects.get(action="quote.offered")
        assert event.target == f"enterprises.site:{site.pk}"
        assert event.changes["premiums"]["1500000.00"] == "11374.73"

    def test_the_database_keeps_the_worksheet_as_it_was_hashed(self, quotes):
        stored = Quote.objects.get(pk=quotes[0].pk)
        assert digest(stored.worksheet) == stored.worksheet_hash

    @pytest.mark.parametrize("day", [TODAY, date(2026, 3, 1)])
    def test_cover_is_never_backdated(self, day, site, owner, declared, acting):
        with acting(owner), pytest.raises(QuoteRefused, match="不能倒签"):
            offer_quotes(site=site, on=day, declared=declared, today=TODAY, by=owner)

    def test_without_a_lawful_limit_the_rule_is_named(self, site, owner, declared, acting):
        Parameter.objects.filter(
            key__code="income.urban_disposable", valid_from="2026-01-01"
        ).update(value="150000")
        with acting(owner), pytest.raises(QuoteRefused, match="可支配收入"):
            offer_quotes(site=site, on=START, declared=declared, today=TODAY, by=owner)
        assert Quote.objects.count() == 0


class TestCoverageLines:
    def test_nine_heads_each_with_its_own_limit(self, quotes):
        quote = quotes[0]
        lines = coverage_lines(
            quote.product_version,
            quote.limit_choice,
            insured_count=quote.insured_count,
            deductible=Decimal(1000),
        )
        limits = {line.kind: (line.limit, line.is_inside, line.deductible) for line in lines}
        assert limits == {
            "injury": (1_500_000, True, 0),
            "missing": (1_500_000, True, 0),
            "poisoning": (1_500_000, True, 0),
            "third_injury": (1_500_000, False, 0),
            "third_property": (1_000_000, False, 1000),
            "rescue": (500_000, False, 0),
            "medical": (450_000, False, 0),
            "appraisal": (100_000, False, 0),
            "legal": (100_000, False, 0),
        }

    def test_per_accident_is_that_of_everyone_insured(self, quotes):
        assert main_limits(quotes[0].limit_choice, 46) == (1_500_000, 69_000_000, 69_000_000)
