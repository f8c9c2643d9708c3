"""Taking a quote: once, in time, at the price that was reckoned, seen by the insurer chosen."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent
from apps.enterprises.models import Headcount
from apps.rating.errors import QuoteRefused
from apps.rating.models import Quote
from apps.rating.selectors.proof import proven, told
from apps.rating.services import accept_quote, name_insurer
from tests.factories import UserFactory, organisation
from tests.rating.conftest import TODAY

FROZEN = (IntegrityError, InternalError)


def test_the_enterprise_takes_one_and_it_is_written_down(quotes, owner, acting):
    with acting(owner):
        taken = accept_quote(quote=quotes[1], today=TODAY, by=owner)
    assert (taken.state, taken.accepted_by) == ("accepted", owner.actor_key)
    assert AuditEvent.objects.filter(action="quote.accepted").count() == 1


def test_the_second_click_is_refused(quotes, owner, acting):
    with acting(owner):
        accept_quote(quote=quotes[0], today=TODAY, by=owner)
        with pytest.raises(QuoteRefused, match="已被接受"):
            accept_quote(quote=quotes[0], today=TODAY, by=owner)


def test_a_quote_lapses_after_its_last_day(quotes, owner, acting):
    quote = quotes[0]
    assert [quote.has_lapsed(day) for day in (quote.valid_until, date(2026, 4, 2))] == [False, True]
    with acting(owner), pytest.raises(QuoteRefused, match="失效"):
        accept_quote(quote=quote, today=date(2026, 4, 2), by=owner)


def test_a_start_that_has_come_is_refused(quotes, owner, acting):
    with acting(owner), pytest.raises(QuoteRefused, match="次日零时"):
        accept_quote(quote=quotes[0], today=date(2026, 3, 9), by=owner)


def test_people_who_joined_meanwhile_make_it_void(quotes, owner, acting):
    Headcount.objects.update(production=60)
    with acting(owner), pytest.raises(QuoteRefused, match="“投保人数”已有变更"):
        accept_quote(quote=quotes[0], today=TODAY, by=owner)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("premium", Decimal("1.00")),
        ("worksheet", {}),
        ("insured_count", 1),
        ("valid_until", date(2030, 1, 1)),
        ("limit_choice_id", None),
    ],
)
def test_what_was_offered_cannot_be_changed(quotes, field, value):
    with pytest.raises(FROZEN), transaction.atomic():
        Quote.objects.filter(pk=quotes[0].pk).update(**{field: value})


def test_nor_removed(quotes):
    with pytest.raises(FROZEN), transaction.atomic():
        quotes[0].delete()


def test_the_insurer_sees_it_from_when_it_is_chosen_until_another_is(quotes, owner, acting):
    first, second = (UserFactory(organisation=organisation(Kind.INSURER)) for _ in range(2))

    def seen():
        found = []
        for person in (first, second):
            with acting(person):
                found.append(Quote.objects.filter(pk=quotes[0].pk).exists())
        return found

    assert seen() == [False, False]
    with acting(owner):
        name_insurer(quote=quotes[0], insurer=first.organisation, by=owner)
    assert seen() == [True, False]
    with acting(owner):
        name_insurer(quote=quotes[0], insurer=second.organisation, by=owner)
    assert seen() == [False, True]


def test_only_an_insurer_can_be_chosen(quotes, owner, acting):
    agency = organisation(Kind.AGENCY)
    with acting(owner), pytest.raises(QuoteRefused, match="只能选择承保机构"):
        name_insurer(quote=quotes[0], insurer=agency, by=owner)


def test_an_insurer_cannot_write_the_quote_it_was_chosen_for(quotes, owner, acting):
    insurer = UserFactory(organisation=organisation(Kind.INSURER))
    with acting(owner):
        name_insurer(quote=quotes[0], insurer=insurer.organisation, by=owner)
    with acting(insurer):
        assert Quote.objects.filter(pk=quotes[0].pk).update(insurer=None) == 0


class TestYearsLater:
    def test_the_worksheet_is_recomputed_after_the_tariff_has_ended(self, quotes, catalogue):
        quote = Quote.objects.get(pk=quotes[0].pk)
        version = quote.tariff_version
        version.state, version.valid_to = "retired", date(2026, 6, 1)
        version.save(update_fields=["state", "valid_to"])
        assert proven(quote).premium == quote.premium

    def test_a_premium_that_is_not_the_worksheet_s_is_refused(self, quotes):
        quote = quotes[0]
        quote.premium = Decimal("1.00")
        with pytest.raises(QuoteRefused, match="不符"):
            proven(quote)

    def test_a_worksheet_with_another_content_is_refused(self, quotes):
        quote = quotes[0]
        quote.worksheet = {**quote.worksheet, "premium": "1.00"}
        with pytest.raises(QuoteRefused, match="hash"):
            proven(quote)

    def test_it_is_told_in_yuan_that_add_up(self, quotes):
        fall = told(quotes[0])
        *steps, total = fall.bars
        assert sum(bar.effect for bar in steps) == fall.premium == total.effect
        assert [bar.label for bar in steps] == [
            "每人基础保费（限额 50 万元）",
            "限额系数",
            "人数规模系数",
            "免赔额系数",
            "标准化系数",
            "事故记录系数",
            "现场风险系数",
            "信用等级系数",
            "失信名单系数",
            "浮动幅度",
            "最低保费",
        ]
        assert steps[0].detail == "二类，120 元 × 46 人"
        assert steps[5].detail == "连续 4 年及以上无事故，× 0.9"
        assert [fact.value for fact in fall.facts[:2]] == ["3311 金属制品业", "46 人"]
        assert [(one.label, one.value) for one in fall.classes] == [
            ("行业风险类别", "二类"),
            ("现场风险程度", "中"),
        ]

    def test_every_bar_lies_within_the_picture(self, quotes):
        for bar in told(quotes[2]).bars:
            assert 0 <= bar.start <= bar.start + bar.width <= 1002
