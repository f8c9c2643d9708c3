"""Who must insure by the shipped rules, on the visitor's page and on the page of a site."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.kinds import Kind
from apps.core import context
from apps.core.models import AuditEvent
from apps.enterprises import onward
from apps.enterprises.models import FatalAccident, RiskFact
from apps.enterprises.obligation.rules import Facts, obligation
from apps.enterprises.obligation.selectors import duty_of, rules_on
from apps.reference.models import ActivityTag, CategoryIndustry, ScopeRule
from tests.enterprises.conftest import TODAY, errors, url
from tests.factories import SiteFactory, person

MUST, PROMOTED, FREE = "mandatory", "promoted", "encouraged"


def level(industry, *tags, on=TODAY):
    return obligation(Facts(industry, frozenset(tags)), rules_on(on), on).level


def codes(industry, *tags, on=TODAY):
    found = obligation(Facts(industry, frozenset(tags)), rules_on(on), on)
    return {reason.rule.code for reason in found.reasons}


class TestTheShippedRules:
    @pytest.mark.parametrize(
        "industry",
        ["1012", "2614", "2671", "4710", "5442", "5532", "8111", "4812", "3311", "3120", "0412"],
    )
    def test_the_high_risk_industries_of_the_policy_must(self, industry):
        assert level(industry) == MUST

    def test_transport_is_mandatory_in_the_city_only_in_its_four_kinds(self):
        assert "city.transport" in codes("5441")
        assert codes("5431") == {"nation.law.carriers", "nation.measures.carriers"}
        assert level("5431", on=date(2025, 3, 28)) == FREE
        assert level("5431", on=date(2025, 3, 29)) == MUST
        assert level("5411") == FREE

    def test_fireworks_must_by_the_nation_alone(self):
        assert codes("2672") == {"nation.law.fireworks", "nation.measures.fireworks"}

    @pytest.mark.parametrize("tag", ["dust", "ammonia", "industrial_gas", "occupational_disease"])
    def test_what_the_policy_promotes_is_promoted(self, tag):
        assert level("3072", tag) == PROMOTED

    @pytest.mark.parametrize("tag", ["special_equipment", "public_harm"])
    def test_what_no_code_tells_can_make_the_duty(self, tag):
        assert level("65", tag) == MUST

    def test_the_national_measures_of_2017_end_where_those_of_2025_begin(self):
        found = ScopeRule.objects.filter(code="nation.measures.mining").order_by("valid_from")
        assert [(row.valid_from, row.valid_to) for row in found] == [
            (date(2018, 1, 1), date(2025, 3, 29)),
            (date(2025, 3, 29), None),
        ]

    def test_a_lapsed_rule_is_marked_as_a_sample(self):
        (row,) = ScopeRule.objects.filter(code="city.machinery", valid_to=None)
        assert row.is_sample
        assert "2021-02-28" in row.note

    def test_every_article_quoted_says_so_word_for_word(self):
        rows = ScopeRule.objects.exclude(article=None).select_related("article")
        assert rows
        assert [row.code for row in rows if row.quote not in row.article.text] == []

    def test_every_group_that_is_listed_by_industry_has_a_rule(self):
        listed = set(CategoryIndustry.objects.values_list("category__code", flat=True))
        ruled = ScopeRule.objects.filter(ground="industry").values_list("category__code", flat=True)
        assert listed == set(ruled)

    def test_no_rule_overlaps_its_own_next_version(self):
        last = {}
        for row in ScopeRule.objects.order_by("code", "valid_from"):
            end = last.get(row.code, date.min)
            assert end is not None
            assert row.valid_from >= end
            last[row.code] = row.valid_to


class TestOfASite:
    def test_facts_of_the_register_make_it(self):
        site = SiteFactory()
        found = duty_of(site, TODAY)
        assert found.is_mandatory
        assert {reason.rule.code for reason in found.reasons} == {
            "city.machinery",
            "province.machinery",
        }

    def test_a_fact_counts_on_its_days_only(self):
        site = SiteFactory()
        tag = ActivityTag.objects.get(code="dust")
        RiskFact.objects.create(
            site=site, tag=tag, valid_from="2026-01-01", valid_to="2026-02-01", source="测试"
        )
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
        found = [any(reason.tag == "dust" for reason in duty_of(site, day).reasons) for day in days]
        assert found == [False, True, True, False]

    def test_an_accident_counts_for_three_years(self):
        site = SiteFactory()
        FatalAccident.objects.create(
            site=site, happened_on="2023-03-03", died_on="2023-03-03", source="事故调查报告"
        )
        kept = [
            any(reason.accident_on for reason in duty_of(site, day).reasons)
            for day in (TODAY, date(2026, 3, 3))
        ]
        assert kept == [True, False]

    def test_it_is_told_in_few_queries(self):
        site = SiteFactory()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            duty_of(site, TODAY)
        assert len(queries) <= 8

    def test_whoever_sees_the_site_sees_its_duty(self, site, client_of):
        page = client_of.get(url("site", site.public_id)).content.decode()
        assert "应当投保" in page
        assert "机械制造" in page

    def test_a_reader_sees_it_too(self, site, as_):
        reader = person(Kind.BROKER, "broker_evaluator")
        assert "应当投保" in as_(reader).get(url("site", site.public_id)).content.decode()

    def test_what_apps_above_offer_for_the_site_stands_beside_it(
        self, site, client_of, monkeypatch
    ):
        monkeypatch.setattr(onward, "ONWARD", [lambda place, user: None, insure])
        page = client_of.get(url("site", site.public_id)).content.decode()
        assert f'href="/insure/{site.public_id}/"' in page


def insure(place, user):
    return onward.Way("开始投保", f"/insure/{place.public_id}/")


class TestTheVisitorsPage:
    @pytest.fixture
    def visitor(self, client):
        with context.entering(None):
            yield client

    def ask(self, client, **answers):
        return client.get(url("duty"), {"industry": "3311", "had_death": "no", **answers})

    def test_it_asks_before_it_answers(self, visitor):
        page = visitor.get(url("duty"))
        assert page.status_code == 200
        assert "duty" not in page.context

    def test_the_answer_quotes_the_article_and_leads_on(self, visitor):
        text = self.ask(visitor).content.decode()
        assert "应当投保安全生产责任保险" in text
        assert "在全市非煤矿山、危险化学品" in text
        assert url("join") in text
        assert "/estimate/" in text

    def test_promoted_and_free_units_are_told_so(self, visitor):
        assert "重点推行" in self.ask(visitor, industry="3072", tags=["dust"]).content.decode()
        assert "鼓励参保" in self.ask(visitor, industry="65").content.decode()

    def test_an_accident_is_told_with_its_last_day(self, visitor):
        answer = self.ask(visitor, industry="65", had_death="yes", accident_on="2024-02-29")
        assert "到 2027-02-28 为止" in answer.content.decode()

    def test_an_industry_is_found_by_its_name_without_a_script(self, visitor):
        offered = self.ask(visitor, industry="金属")
        chosen = self.ask(visitor, industry="金属", industry_choice="3311")
        assert offered.status_code == 422
        assert 'value="3311"' in offered.content.decode()
        assert chosen.status_code == 200

    @pytest.mark.parametrize(
        ("answers", "field", "words"),
        [
            ({"industry": ""}, "industry", "请填写行业"),
            ({"industry": "没这回事"}, "industry", "没有这样的行业"),
            ({"had_death": ""}, "had_death", "请选择"),
            ({"had_death": "yes"}, "accident_on", "请填写事故日期"),
            ({"had_death": "yes", "accident_on": "2025-02-30"}, "accident_on", "没有这一天"),
            ({"had_death": "yes", "accident_on": "2026-03-03"}, "accident_on", "晚于今天"),
            ({"tags": ["nothing"]}, "tags", ""),
        ],
    )
    def test_a_wrong_answer_is_told_at_its_field(self, visitor, answers, field, words):
        refused = self.ask(visitor, **answers)
        assert refused.status_code == 422
        assert words in errors(refused)[field][0]
        assert "duty" not in refused.context

    def test_nothing_is_kept(self, visitor):
        self.ask(visitor)
        assert not visitor.session.items()
        assert not AuditEvent.objects.exists()
