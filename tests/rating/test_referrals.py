"""A value in a range is chosen by somebody with authority and a reason, never by the asker."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given as always
from hypothesis import strategies as st

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent
from apps.rating.errors import RatingRefused
from apps.rating.models import Quote, RangeAuthority, Referral
from apps.rating.referrals.rules import allowed, is_within
from apps.rating.referrals.services import (
    Given,
    ReferralRefused,
    answer_referral,
    decline_referral,
    grant_authority,
    offer_settled,
    refer_site,
)
from apps.rating.selectors.proof import proven
from apps.rating.services import offer_grid
from tests.access.test_scope import ALL, OF_A_SITE, OWN, insider, outsider
from tests.factories import UserFactory, organisation, person
from tests.rating.conftest import AFTER_SINCE as START
from tests.rating.conftest import START as SINCE
from tests.rating.conftest import TODAY


def answered(referral, by, value="1.10", reason="现场查勘，管理一般"):
    terms = {"today": TODAY, "now": timezone.now(), "by": by}
    given = {"judged": Given(Decimal(value), reason)}
    return answer_referral(referral=referral, given=given, **terms)


class TestAsking:
    def test_without_the_value_there_is_no_price(self, ranged, site, owner, declared, acting):
        with acting(owner), pytest.raises(RatingRefused, match="现场评价"):
            offer_grid(site=site, on=START, declared=declared, today=TODAY, by=owner)

    def test_names_what_is_open_and_between_which_bounds(self, referral):
        assert [(need["code"], need["lowest"], need["highest"]) for need in referral.needs] == [
            ("judged", "0.9", "1.2")
        ]

    def test_is_refused_where_nothing_is_open(self, site, owner, declared, acting):
        with acting(owner), pytest.raises(ReferralRefused, match="直接报价"):
            refer_site(
                site=site, on=SINCE, declared=declared, today=TODAY, now=timezone.now(), by=owner
            )


class TestAnswering:
    def test_leads_to_prices_that_carry_value_and_reason(
        self, referral, authority, underwriter, owner, acting
    ):
        with acting(underwriter):
            answered(referral, underwriter)
        referral.refresh_from_db()
        with acting(owner):
            quotes = offer_settled(referral=referral, today=TODAY, by=owner)
        told = quotes[0].worksheet["facts"]["judged"]
        assert told == {"value": "1.1", "reason": "现场查勘，管理一般"}
        assert quotes[0].worksheet["evidence"]["judged"]["source"] == "核定单核定"
        assert all(proven(quote).premium == quote.premium for quote in quotes)

    @pytest.mark.parametrize("value", ["0.95", "0.89", "1.21"])
    def test_outside_the_authority_is_refused_and_changes_nothing(
        self, value, referral, authority, underwriter, acting
    ):
        with acting(underwriter), pytest.raises(ReferralRefused, match="超出权限"):
            answered(referral, underwriter, value)
        referral.refresh_from_db()
        assert (referral.state, referral.answers) == ("open", {})

    def test_without_a_reason_is_refused(self, referral, authority, underwriter, acting):
        with acting(underwriter), pytest.raises(ReferralRefused, match="理由"):
            answered(referral, underwriter, reason=" ")

    def test_without_any_authority_is_refused(self, referral, underwriter, acting):
        with acting(underwriter), pytest.raises(ReferralRefused, match="超出权限"):
            answered(referral, underwriter)

    def test_an_authority_counts_from_its_day(self, referral, ranged, underwriter, acting):
        officer = person(Kind.CITY_BUREAU, "city_officer")
        with acting(officer):
            grant_authority(
                role="underwriter", table="", part=(0, 100), since=START, source="函", by=officer
            )
        with acting(underwriter), pytest.raises(ReferralRefused, match="超出权限"):
            answered(referral, underwriter)

    def test_nobody_answers_what_he_asked_himself(self, referral, authority, owner):
        with pytest.raises(ReferralRefused, match="另一人"):
            answered(referral, owner)
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(
                state="answered", decided_by=referral.asked_by, decided_at=timezone.now()
            )

    def test_is_given_once(self, referral, authority, underwriter, acting):
        with acting(underwriter):
            answered(referral, underwriter)
            with pytest.raises(ReferralRefused, match="办结"):
                answered(referral, underwriter)
        assert AuditEvent.objects.filter(action="referral.answered").count() == 1

    def test_can_be_declined_with_a_reason(self, referral, underwriter, acting):
        with acting(underwriter):
            row = decline_referral(
                referral=referral, reason="资料不实", now=timezone.now(), by=underwriter
            )
        assert (row.state, row.reason) == ("declined", "资料不实")

    def test_an_insurer_that_does_not_serve_the_site_finds_nothing(self, referral, acting):
        other = UserFactory(organisation=organisation(Kind.INSURER), role="underwriter")
        with acting(other), pytest.raises(Referral.DoesNotExist):
            answered(referral, other)


class TestOnThePage:
    def test_the_underwriter_reads_its_limits_and_answers(
        self, referral, authority, underwriter, owner, client
    ):
        client.force_login(underwriter)
        page = client.get(referral.get_absolute_url())
        assert "您可以取" in page.content.decode()
        form = {"judged": "1.15", "judged-reason": "管理一般", "act": page.context["act"]}
        address = reverse("rating:referral_answer", args=[referral.public_id])
        assert client.post(address, form).status_code == 302
        client.force_login(owner)
        act = client.get(referral.get_absolute_url()).context["act"]
        took = client.post(
            reverse("rating:referral_settle", args=[referral.public_id]), {"act": act}
        )
        assert took.status_code == 302
        assert Quote.objects.filter(tariff_version__number=3).exists()

    def test_a_refused_answer_says_what_is_allowed(self, referral, authority, underwriter, client):
        client.force_login(underwriter)
        act = client.get(referral.get_absolute_url()).context["act"]
        form = {"judged": "0.9", "judged-reason": "管理好", "act": act}
        answer = client.post(reverse("rating:referral_answer", args=[referral.public_id]), form)
        assert answer.status_code == 422
        assert "超出权限" in answer.content.decode()


class TestTheAuthority:
    def test_the_next_ends_the_one_before(self, authority, acting):
        officer = person(Kind.CITY_BUREAU, "city_officer")
        with acting(officer):
            grant_authority(
                role="underwriter", table="", part=(0, 50), since=SINCE, source="函", by=officer
            )
        spans = RangeAuthority.objects.order_by("valid_from").values_list("valid_from", "valid_to")
        assert list(spans) == [(TODAY, SINCE), (SINCE, None)]

    def test_is_set_by_the_city_bureau_alone(self, client):
        client.force_login(person(Kind.BROKER, "broker_evaluator"))
        assert client.post(reverse("rating:authority_grant")).status_code == 403


def expected(kind):
    return {OWN: [True, False], ALL: [True, True]}.get(OF_A_SITE[kind], [False, False])


@pytest.mark.parametrize("kind", Kind)
def test_a_referral_is_seen_by_whoever_sees_the_site(kind, referral, site, acting):
    referral.refresh_from_db()
    people = insider(kind, site), outsider(kind, site)
    filtered = [Referral.objects.visible_to(one).exists() for one in people]
    locked = []
    for one in people:
        with acting(one):
            locked.append(Referral.objects.exists())
    assert filtered == locked == expected(kind)


HUNDREDTHS = st.integers(0, 100)


@pytest.mark.no_database
@always(low=HUNDREDTHS, high=HUNDREDTHS, value=st.integers(80, 130))
def test_what_one_may_choose_is_the_same_in_hundredths_and_in_values(low, high, value):
    part, of = (min(low, high), max(low, high)), (Decimal("0.9"), Decimal("1.2"))
    chosen = Decimal(value) / 100
    lowest, highest = allowed(of, part)
    assert is_within(chosen, of, part) == (lowest <= chosen <= highest)
