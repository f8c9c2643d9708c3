"""From the draft to a policy in force, with the eyes of everybody who takes part."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db.models import Sum

from apps.accounts.kinds import Kind
from apps.billing.models import AccountKind, Entry, Posting, Receipt
from apps.billing.selectors import outstanding, received, set_aside
from apps.billing.services import record_receipt
from apps.core.money import at_least, split
from apps.documents.models import Paper
from apps.documents.selectors import verified_by_number
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.services import issue
from apps.enterprises.models import Site
from apps.policies.models import Policy, PolicyState
from tests.enrollment.conftest import NOW, SHARES, START, TODAY
from tests.factories import UserFactory, person

pytestmark = pytest.mark.django_db


def paid(policy, finance, acting, **changes):
    with acting(finance):
        facts = {
            "voucher": "HD-1",
            "payer_name": policy.insured_name,
            "amount": policy.premium,
            "received_on": TODAY,
        }
        return record_receipt(policy=policy, today=TODAY, by=finance, **facts | changes)


def test_a_paid_policy_covers_from_the_wanted_day(issued, finance, acting, site):
    paid(issued, finance, acting)
    issued.refresh_from_db()
    assert (issued.cover_from, issued.cover_to) == (START, date(2027, 3, 9))
    assert issued.gap_days == 0
    assert issued.state_on(TODAY) == PolicyState.NOT_YET
    assert issued.state_on(START) == PolicyState.IN_FORCE
    assert issued.state_on(date(2027, 3, 9)) == PolicyState.EXPIRED
    site.refresh_from_db()
    assert site.insurer_id == issued.insurer_id


def test_late_money_moves_the_whole_year(issued, finance, acting):
    with time_machine.travel(date(2026, 3, 20)), acting(finance):
        record_receipt(
            policy=issued,
            voucher="HD-2",
            payer_name=issued.insured_name,
            amount=issued.premium,
            received_on=date(2026, 3, 19),
            today=date(2026, 3, 20),
            by=finance,
        )
    issued.refresh_from_db()
    assert (issued.cover_from, issued.cover_to) == (date(2026, 3, 20), date(2027, 3, 20))
    assert issued.gap_days == 11


def test_half_the_money_starts_nothing(issued, finance, acting):
    half = (issued.premium / 2).quantize(Decimal("0.01"))
    paid(issued, finance, acting, amount=half)
    issued.refresh_from_db()
    assert issued.state_on(TODAY) == PolicyState.AWAITING_PREMIUM
    paid(issued, finance, acting, amount=issued.premium - half, voucher="HD-2")
    issued.refresh_from_db()
    assert issued.cover_from == START


def test_the_ledger_adds_up_to_the_fen(issued, finance, acting, insurers):
    paid(issued, finance, acting)
    assert outstanding(issued) == 0
    assert received(issued) == issued.premium
    assert set_aside(issued) == at_least(Decimal("0.15"), issued.premium)
    assert Posting.objects.aggregate(total=Sum("amount"))["total"] == 0
    due = Posting.objects.filter(account=AccountKind.DUE_TO_INSURER)
    parts = {str(line.owner_id): -line.amount for line in due}
    vector = {str(insurer.pk): points for insurer, points in zip(insurers, SHARES, strict=True)}
    assert parts == split(issued.premium, vector, key=issued.number)


def test_the_certificate_says_what_it_is_worth_today(issued, finance, acting):
    assert verified_by_number(issued.number, issued.insured_name, TODAY) is None
    paid(issued, finance, acting)
    Paper.objects.get(number=issued.number)
    for day, tone in ((TODAY, "waiting"), (START, "done"), (date(2027, 3, 9), "ended")):
        assert verified_by_number(issued.number, issued.insured_name, day).state.tone == tone


def test_everybody_sees_their_part(issued, finance, acting, owner, underwriter, insurers):
    paid(issued, finance, acting)
    co_insurer = person_of(insurers[0])
    stranger = person(Kind.INSURER)
    seen = {
        "owner": owner,
        "seller": underwriter,
        "co-insurer": co_insurer,
        "city": person(Kind.CITY_BUREAU),
        "broker": person(Kind.BROKER),
        "district": person(Kind.DISTRICT_BUREAU),
        "elsewhere": person(Kind.DISTRICT_BUREAU, town="大良街道"),
        "stranger": stranger,
        "factory": person(Kind.ENTERPRISE),
    }
    counts = {}
    for name, user in seen.items():
        with acting(user):
            counts[name] = (
                Policy.objects.visible_to(user).count(),
                Policy.objects.count(),
                Application.objects.count(),
                Receipt.objects.count(),
                Entry.objects.count(),
            )
    whole, none = (1, 1, 1, 1, 3), (0, 0, 0, 0, 0)
    assert counts == {
        "owner": whole,
        "seller": whole,
        "co-insurer": (1, 1, 0, 0, 0),
        "city": whole,
        "broker": whole,
        "district": whole,
        "elsewhere": none,
        "stranger": none,
        "factory": none,
    }
    with acting(co_insurer):
        assert {line.owner_id for line in Posting.objects.all()} == {insurers[0].pk}


def person_of(organisation):
    return UserFactory(organisation=organisation, role="underwriter")


def test_a_second_clerk_is_told_that_it_was_issued(submitted, underwriter, acting):
    with acting(underwriter):
        issue(application=submitted, today=TODAY, now=NOW, by=underwriter)
        with pytest.raises(Exception, match="最终状态"):
            issue(application=submitted, today=TODAY, now=NOW, by=underwriter)
    submitted.refresh_from_db()
    assert submitted.state == ApplicationState.ISSUED
    assert Policy.objects.count() == 1


def test_the_site_is_served_only_from_the_cover_on(submitted, underwriter, acting, site):
    with acting(underwriter):
        assert not Site.objects.filter(pk=site.pk).exists()
        assert Application.objects.visible_to(underwriter).get().facts["site"] == site.name
