"""The working on paper adds up, and a change of premium is told factor by factor."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.enterprises.models import Grade, Headcount
from apps.rating.models import Quote
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import typed
from apps.rating.selectors.changes import compared
from apps.rating.selectors.waterfall import waterfall
from apps.rating.services import copy_quote
from tests.rating.conftest import START, TODAY
from tests.rating.tariffs import foshan, risk

NEXT = START + timedelta(days=30)


@pytest.fixture
def later(quotes, site, owner, acting) -> Quote:
    """The same site a month later: more people, and a better grade."""
    Headcount.objects.filter(site=site).update(valid_to=NEXT)
    Headcount.objects.create(site=site, production=50, other=10, valid_from=NEXT, source="申报")
    Grade.objects.filter(site=site).update(valid_to=NEXT)
    Grade.objects.create(site=site, kind=1, value="2", valid_from=NEXT, source="粤AQB2")
    with acting(owner):
        copies = copy_quote(quote=quotes[0], on=NEXT, today=TODAY, by=owner)
    same = {"limit_choice": quotes[0].limit_choice_id, "deductible": quotes[0].deductible}
    return Quote.objects.get(offer=copies[0].offer, **same)


@pytest.mark.no_database
@given(
    heads=st.sampled_from([1, 2, 20, 21, 100, 101, 300, 301, 1000, 1001, 5000]),
    standardisation=st.sampled_from(["none", "3", "2", "1"]),
    accidents=st.sampled_from(["recent", "none_2", "none_3", "none_4"]),
    listed=st.sampled_from(["no", "yes"]),
)
def test_the_bars_add_up_to_the_premium_through_clamp_and_minimum(**facts):
    tariff = foshan()
    worksheet = price(tariff, typed(tariff, risk(**facts)))
    fall = waterfall(worksheet.document(), tariff)
    steps = [bar for bar in fall.bars if bar.tone != "total"]
    assert sum(bar.effect for bar in steps) == worksheet.premium == fall.bars[-1].effect
    assert steps[-1].running == worksheet.premium


def test_each_step_says_by_whose_word_its_cell_was_found(quotes, owner, client):
    client.force_login(owner)
    text = client.get(quotes[0].get_absolute_url()).content.decode()
    assert "依据：粤AQB" in text


def test_the_paper_proves_itself_anew(quotes, owner, client):
    client.force_login(owner)
    text = client.get(reverse("rating:quote_print", args=[quotes[0].public_id])).content.decode()
    assert quotes[0].worksheet_hash in text
    assert "与原计算书一致" in text


def test_what_changed_adds_up_to_the_difference(quotes, later, acting):
    before = Quote.objects.select_related("tariff_version__product").get(pk=quotes[0].pk)
    found = compared(before, later)
    assert sum(reason.effect for reason in found.reasons) == later.premium - before.premium
    assert {"投保人数", "标准化等级"} <= {
        label.removeprefix("安全生产") for label in (reason.label for reason in found.reasons)
    }


def test_the_page_names_each_cause_and_finds_the_last_quote(quotes, later, owner, client):
    client.force_login(owner)
    page = client.get(reverse("rating:quote_change", args=[later.public_id]))
    text = page.content.decode()
    assert page.context["before"].pk == quotes[0].pk
    for words in ("46 人", "60 人", f"{later.premium - quotes[0].premium:,.2f}"):
        assert words in text


def test_a_first_quote_has_nothing_to_be_compared_with(quotes, owner, client):
    client.force_login(owner)
    page = client.get(reverse("rating:quote_change", args=[quotes[0].public_id]))
    assert page.status_code == 200
    assert "没有可比的上一次" in page.content.decode()
    assert Decimal(0) < quotes[0].premium
    assert date(2026, 3, 9) == START
