"""Quotes side by side, copied, lapsed and put away; nobody types a premium on the way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEvent
from apps.enterprises.models import Headcount
from apps.rating.errors import QuoteRefused
from apps.rating.models import Quote
from apps.rating.selectors.proof import proven
from apps.rating.services import (
    accept_quote,
    archive_lapsed,
    copy_quote,
    offer_grid,
    refusal_to_accept,
)
from tests.factories import SiteFactory, UserFactory
from tests.rating.conftest import START, TODAY

LATER = START + timedelta(days=60)


@pytest.fixture
def offered(site, owner, declared, acting):
    with acting(owner):
        return offer_grid(site=site, on=START, declared=declared, today=TODAY, by=owner)


class TestSideBySide:
    def test_every_lawful_limit_comes_with_every_deductible(self, offered):
        pairs = {(quote.limit_choice.per_person, quote.deductible) for quote in offered}
        limits, deductibles = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        assert len(deductibles) > 1
        assert len(pairs) == len(limits) * len(deductibles) == len(offered)
        assert len({quote.offer for quote in offered}) == 1

    def test_a_higher_limit_never_costs_less_nor_a_higher_deductible_more(self, offered):
        by_pair = {(q.limit_choice.per_person, q.deductible): q.premium for q in offered}
        for (limit, deductible), premium in by_pair.items():
            for (other, also), its in by_pair.items():
                if other >= limit and also <= deductible:
                    assert its >= premium

    def test_each_is_proved_from_its_own_frozen_worksheet(self, offered):
        assert all(proven(quote).premium == quote.premium for quote in offered)

    def test_the_page_shows_the_whole_grid(self, offered, owner, client):
        client.force_login(owner)
        answer = client.get(reverse("rating:offer", args=[offered[0].offer]))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert all(f"{quote.premium:,.2f}" in text for quote in offered)

    def test_another_enterprise_finds_no_such_offer(self, offered, client):
        stranger = UserFactory(organisation=SiteFactory().enterprise.organisation)
        client.force_login(stranger)
        assert client.get(reverse("rating:offer", args=[offered[0].offer])).status_code == 404


class TestACopy:
    def test_takes_the_versions_and_the_register_of_its_own_day(self, offered, owner, site, acting):
        Headcount.objects.filter(site=site).update(valid_to=LATER)
        Headcount.objects.create(
            site=site, production=50, other=10, valid_from=LATER, source="企业申报"
        )
        with acting(owner):
            copies = copy_quote(quote=offered[0], on=LATER, today=TODAY, by=owner)
        assert {copy.insured_count for copy in copies} == {60}
        assert {copy.copied_from_id for copy in copies} == {offered[0].pk}
        assert {copy.valid_until for copy in copies} == {offered[0].valid_until}

    def test_keeps_what_was_declared_with_its_evidence(self, offered, owner, acting):
        with acting(owner):
            copies = copy_quote(quote=offered[0], on=LATER, today=TODAY, by=owner)
        for code in ("accidents", "listed"):
            assert copies[0].worksheet["facts"][code] == offered[0].worksheet["facts"][code]
            assert copies[0].worksheet["evidence"][code] == offered[0].worksheet["evidence"][code]

    def test_leaves_the_old_one_as_it_was(self, offered, owner, acting):
        before = Quote.objects.values().get(pk=offered[0].pk)
        with acting(owner):
            copy_quote(quote=offered[0], on=LATER, today=TODAY, by=owner)
        assert Quote.objects.values().get(pk=offered[0].pk) == before

    def test_cannot_begin_today(self, offered, owner, acting):
        with acting(owner), pytest.raises(QuoteRefused, match="次日零时"):
            copy_quote(quote=offered[0], on=TODAY, today=TODAY, by=owner)


class TestLapsing:
    def test_the_last_day_still_holds_and_the_next_does_not(self, offered):
        quote = offered[0]
        assert not quote.has_lapsed(quote.valid_until)
        assert quote.has_lapsed(quote.valid_until + timedelta(days=1))

    def test_what_nobody_took_is_archived_once_and_audited(self, offered, owner, acting):
        with acting(owner):
            accept_quote(quote=offered[0], today=TODAY, by=owner)
        day = offered[0].valid_until + timedelta(days=1)
        done = archive_lapsed(today=day, now=timezone.now())
        again = archive_lapsed(today=day, now=timezone.now())
        assert (done, again) == (len(offered) - 1, 0)
        assert Quote.objects.get(pk=offered[0].pk).state == "accepted"
        assert AuditEvent.objects.filter(action="quote.archived").count() == done

    def test_nothing_is_archived_on_the_last_day(self, offered):
        assert archive_lapsed(today=offered[0].valid_until, now=timezone.now()) == 0

    def test_an_archived_quote_says_that_it_has_lapsed(self, offered, owner, acting):
        archive_lapsed(today=date(2027, 1, 1), now=timezone.now())
        quote = Quote.objects.select_related("site", "product_version").get(pk=offered[0].pk)
        assert "失效" in refusal_to_accept(quote, today=TODAY)
        with acting(owner), pytest.raises(QuoteRefused, match="失效"):
            accept_quote(quote=quote, today=TODAY, by=owner)

    def test_the_list_tells_open_from_lapsed(self, offered, owner, client):
        client.force_login(owner)
        address = reverse("rating:quotes")
        assert "待接受" in client.get(address, {"state": "open"}).content.decode()
        archive_lapsed(today=date(2027, 1, 1), now=timezone.now())
        assert "已归档" in client.get(address, {"state": "lapsed"}).content.decode()


class TestAskingOnThePage:
    FORM = {"starts_on": "2026-03-09", "had_accident": "no", "is_listed": "no"}

    def ask(self, client, site, **changed):
        page = reverse("rating:quote_new", args=[site.public_id])
        act = client.get(page).context["act"]
        return client.post(page, {**self.FORM, "act": act, **changed})

    def test_leads_to_the_grid(self, client, site, owner):
        client.force_login(owner)
        answer = self.ask(client, site)
        assert answer.status_code == 302
        assert Quote.objects.filter(offer=answer.url.rstrip("/").rsplit("/", 1)[-1]).exists()

    def test_names_what_is_missing_and_where_to_enter_it(self, client, site, owner):
        Headcount.objects.all().delete()
        client.force_login(owner)
        answer = self.ask(client, site)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "投保人数" in text
        assert "请先在企业资料中登记" in text
        assert not Quote.objects.exists()

    def test_copies_from_the_page_of_the_offer(self, client, offered, owner):
        client.force_login(owner)
        page = client.get(reverse("rating:offer", args=[offered[0].offer]))
        answer = client.post(
            reverse("rating:quote_copy", args=[offered[0].public_id]),
            {"starts_on": LATER.isoformat(), "act": page.context["act"]},
        )
        assert answer.status_code == 302
        assert Quote.objects.filter(copied_from=offered[0]).count() == len(offered)
        assert Decimal(0) < Quote.objects.first().premium
