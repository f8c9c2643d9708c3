"""Who owes is reminded before and after the day, once each time, until paid or cancelled."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.billing.dunning.reminding import remind_of_premium
from apps.billing.models import Reminder
from apps.core.models import Effect
from tests.enrollment.conftest import NOW, START
from tests.money import paid

DUE = START - timedelta(days=1)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def told():
    return list(Effect.objects.filter(payload__once__startswith="premium:").order_by("pk"))


def test_before_and_after_the_day_each_reminder_comes_once(issued, owner, finance):
    assert remind_of_premium(DUE - timedelta(days=4)) == 0
    assert remind_of_premium(DUE - timedelta(days=3)) == 1
    assert remind_of_premium(DUE) == 0
    assert remind_of_premium(DUE + timedelta(days=1)) == 1
    assert remind_of_premium(DUE + timedelta(days=7)) == 0
    assert remind_of_premium(DUE + timedelta(days=8)) == 1
    assert list(Reminder.objects.order_by("pk").values_list("stage", flat=True)) == [0, 1, 2]
    receivers = [set(effect.payload["receivers"]) for effect in told()]
    assert owner.pk in set.union(*receivers)
    late = Effect.objects.filter(payload__title="有保费逾期未到账")
    assert [finance.pk in effect.payload["receivers"] for effect in late] == [True, True]


def test_part_paid_still_owes_the_rest_and_whole_paid_is_left_alone(issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("100.00"))
    remind_of_premium(DUE)
    assert Reminder.objects.get().owed == issued.premium - 100
    paid(issued, finance, acting, amount=issued.premium - 100, voucher="HD-2")
    assert remind_of_premium(DUE + timedelta(days=30)) == 0


def test_the_list_shows_the_age_and_how_often_somebody_was_reminded(client, issued, finance):
    remind_of_premium(DUE + timedelta(days=1))
    with time_machine.travel(date(2026, 3, 20)):
        client.force_login(finance)
        text = client.get("/dunning/").content.decode()
        assert issued.number in text
        assert "逾期 8–30 天" in text
        assert "1 次" in text
        assert issued.number not in client.get("/dunning/?age=older").content.decode()
