"""The page of a quote, the public estimate, and prices over the API."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.kinds import Kind
from apps.catalogue.rules.documents import digest
from apps.core.models import AuditEvent
from apps.rating.models import Quote
from apps.rating.services import name_insurer
from apps.reference.models import Parameter
from tests.factories import SiteFactory, UserFactory, organisation, person
from tests.rating.tariffs import risk

ESTIMATE = {"industry": "33", "heads": "46", "limit": "1500000.00", "had_accident": "no"}


def send(client, path, body, key=None):
    return client.post(
        f"/api/v1{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def facts(**changed):
    given = risk(tags=["special_equipment"], **changed)
    return {code: value for code, value in given.items() if code not in {"limit", "deductible"}}


class TestTheQuote:
    def test_shows_the_price_and_every_step_of_it(self, client, quotes, owner):
        client.force_login(owner)
        text = client.get(quotes[0].get_absolute_url()).content.decode()
        assert "11,374.73" in text
        for words in ("二类，120 元 × 46 人", "企业申报", "系数合计 0.9", quotes[0].worksheet_hash):
            assert words in text

    @pytest.mark.parametrize("tab", ["summary", "related", "process", "history"])
    def test_each_tab_asks_few_questions(self, tab, client, quotes, owner):
        client.force_login(owner)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{quotes[0].get_absolute_url()}?tab={tab}").status_code == 200
        assert len(queries) <= 25

    def test_the_insurer_chosen_reads_it_though_it_may_not_see_the_site(
        self, client, quotes, owner, acting
    ):
        insurer = UserFactory(organisation=organisation(Kind.INSURER))
        client.force_login(insurer)
        assert client.get(quotes[0].get_absolute_url()).status_code == 404
        with acting(owner):
            name_insurer(quote=quotes[0], insurer=insurer.organisation, by=owner)
        answer = client.get(quotes[0].get_absolute_url())
        assert answer.status_code == 200
        assert quotes[0].insured_name in answer.content.decode()

    def test_another_enterprise_finds_nothing(self, client, quotes):
        client.force_login(person(Kind.ENTERPRISE))
        assert client.get(quotes[0].get_absolute_url()).status_code == 404
        assert client.get(f"/api/v1/quotes/{quotes[0].public_id}/").status_code == 404


class TestTheEstimate:
    def test_four_answers_give_a_range_and_how_the_middle_comes_about(self, client, catalogue):
        answer = client.get("/estimate/", ESTIMATE)
        found = answer.context["found"]
        base = 46 * 120 * Decimal("2.16") * Decimal("1.06")
        assert (found.least, found.most) == (
            (base * Decimal("0.70")).quantize(Decimal("0.01")),
            (base * Decimal("1.30")).quantize(Decimal("0.01")),
        )
        assert found.least < found.fall.premium < found.most
        assert "示例，待主管部门确认" in answer.content.decode()
        assert Quote.objects.count() == 0

    def test_an_accident_makes_the_range_dearer(self, client, catalogue):
        plain, after = (
            client.get("/estimate/", ESTIMATE | {"had_accident": answer}).context["found"]
            for answer in ("no", "yes")
        )
        assert after.fall.premium > plain.fall.premium

    def test_lists_lawful_limits_only(self, client, catalogue):
        limits = client.get("/estimate/").context["form"].fields["limit"].choices
        assert [value for value, _words in limits] == ["1500000.00", "1800000.00", "2000000.00"]

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("industry", "", "请选择行业"),
            ("industry", "9999", "选择"),
            ("heads", "0", "1"),
            ("heads", "1000000", "100000"),
            ("limit", "400000.00", "400000"),
        ],
    )
    def test_bad_answers_are_pointed_out_at_their_field(
        self, field, value, words, client, catalogue
    ):
        answer = client.get("/estimate/", ESTIMATE | {field: value})
        assert "found" not in answer.context
        assert words in str(answer.context["form"].errors[field])

    def test_where_the_minimum_cannot_be_told_nothing_is(self, client, catalogue):
        Parameter.objects.filter(key__code="income.urban_disposable").delete()
        answer = client.get("/estimate/", ESTIMATE)
        assert "没有有效取值" in answer.context["refusal"]


class TestPreview:
    def test_of_facts_prices_every_lawful_limit_and_stores_nothing(self, client, catalogue):
        client.force_login(person(Kind.INSURER))
        events = AuditEvent.objects.count()
        told = send(
            client, "/quotes/preview/", {"starts_on": "2026-03-09", "facts": facts()}
        ).json()
        lawful = {row["limit"]: row["premium"] for row in told["options"] if row["premium"]}
        assert lawful == {
            "1500000.00": "12638.59",
            "1800000.00": "14276.93",
            "2000000.00": "15330.14",
        }
        refused = told["options"][0]
        assert refused["premium"] is None
        assert told["minimum"]["name"] in refused["refusal"]
        assert (Quote.objects.count(), AuditEvent.objects.count()) == (0, events)

    def test_its_steps_add_up(self, client, catalogue):
        client.force_login(person(Kind.INSURER))
        told = send(
            client, "/quotes/preview/", {"starts_on": "2026-03-09", "facts": facts()}
        ).json()
        for option in told["options"][6:]:
            effects = [Decimal(step["effect"]) for step in option["steps"]]
            assert sum(effects) == Decimal(option["premium"])

    def test_of_a_site_asks_what_the_enterprise_states(self, client, site, owner):
        client.force_login(owner)
        body = {"starts_on": "2026-03-09", "site": site.public_id}
        assert send(client, "/quotes/preview/", body).status_code == 422
        body["declared"] = {"had_accident": False, "is_listed": False}
        assert send(client, "/quotes/preview/", body).json()["options"][6]["premium"] == "11374.73"

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            ({"facts": {}}, 409, "industry"),
            ({"facts": facts(heads="many")}, 409, "heads"),
            ({"facts": facts(), "deductible": "300"}, 409, "deductible"),
            ({"facts": facts(), "starts_on": "2017-01-01"}, 409, "starts_on"),
            ({"facts": facts(), "starts_on": "2026-02-30"}, 422, "starts_on"),
            ({}, 422, "site"),
            ({"site": "site_nowhere", "declared": {}}, 404, None),
        ],
    )
    def test_a_refusal_names_what_is_at_fault(self, body, status, field, client, catalogue):
        client.force_login(person(Kind.INSURER))
        answer = send(client, "/quotes/preview/", {"starts_on": "2026-03-09", **body})
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        if field:
            assert field in answer.json()["errors"]

    def test_another_s_site_is_not_found(self, client, catalogue):
        client.force_login(person(Kind.ENTERPRISE))
        body = {"starts_on": "2026-03-09", "site": SiteFactory().public_id, "declared": {}}
        assert send(client, "/quotes/preview/", body).status_code == 404


class TestOffersOverTheApi:
    BODY = {
        "starts_on": "2026-03-09",
        "declared": {"had_accident": False, "is_listed": False},
    }

    def test_the_same_key_offers_once(self, client, site, owner):
        client.force_login(owner)
        body = self.BODY | {"site": site.public_id}
        first, second = (send(client, "/quotes/", body, key="once") for _ in range(2))
        assert (first.status_code, second.json()) == (201, first.json())
        assert Quote.objects.count() == 3

    def test_a_quote_carries_its_worksheet_and_the_hash_of_it(self, client, quotes, owner):
        client.force_login(owner)
        told = client.get(f"/api/v1/quotes/{quotes[0].public_id}/").json()
        assert digest(told["worksheet"]) == told["worksheet_hash"]
        assert len(client.get("/api/v1/quotes/").json()["results"]) == 3

    def test_there_is_no_field_to_type_a_premium_into(self, client, site, owner):
        client.force_login(owner)
        body = self.BODY | {"site": site.public_id, "premium": "1.00"}
        assert {row["premium"] for row in send(client, "/quotes/", body).json()} == {
            "11374.73",
            "12849.24",
            "13797.13",
        }

    def test_an_insurer_offers_none(self, client, site):
        client.force_login(person(Kind.INSURER))
        body = self.BODY | {"site": site.public_id}
        assert send(client, "/quotes/", body).status_code == 403
