"""Where one is signed in, and for how long."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.core.dates import SHANGHAI
from apps.core.models import AuditEvent
from tests.accounts.conftest import PASSWORD, with_password
from tests.factories import UserFactory, person

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 MicroMessenger/8.0.49"


@pytest.fixture
def known():
    return with_password(UserFactory(phone="13800138000"))


def browser(agent=WINDOWS):
    client = Client(headers={"User-Agent": agent})
    client.post("/account/login/", {"login": "13800138000", "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/home/").status_code == 200


def test_the_devices_are_told_by_system_browser_and_address(known):
    here, _there = browser(), browser(WECHAT)

    devices = here.get("/account/sessions/").context["devices"]

    assert {(device.name, device.ip, device.is_this) for device in devices} == {
        ("Windows · Chrome", "127.0.0.1", True),
        ("Android · 微信", "127.0.0.1", False),
    }


def test_one_other_device_is_signed_out_by_its_handle(known):
    here, there, third = browser(), browser(WECHAT), browser()
    devices = here.get("/account/sessions/").context["devices"]
    phone = next(device for device in devices if device.name == "Android · 微信")

    here.post("/account/sessions/end/", {"device": phone.handle})

    assert [is_in(client) for client in (here, there, third)] == [True, False, True]


def test_all_other_devices_are_signed_out_together(known):
    here, there, third = browser(), browser(WECHAT), browser()

    here.post("/account/sessions/end/")

    assert [is_in(client) for client in (here, there, third)] == [True, False, False]
    event = AuditEvent.objects.get(action="session.ended")
    assert (event.actor, event.changes) == (known.actor_key, {"devices": 2})


def test_nobody_ends_the_session_of_somebody_else_by_its_handle(known, as_):
    mine = browser()
    (device,) = mine.get("/account/sessions/").context["devices"]

    as_(person("insurer")).post("/account/sessions/end/", {"device": device.handle})

    assert is_in(mine)


def test_the_page_names_no_session_key(known):
    here = browser()

    page = here.get("/account/sessions/").content.decode()

    assert here.session.session_key not in page


def test_whoever_manages_people_signs_a_colleague_out_everywhere(known, as_):
    theirs = browser()
    admin = UserFactory(organisation=known.organisation, role="enterprise_owner")

    as_(admin).post(f"/people/{known.public_id}/sign-out/")

    assert not is_in(theirs)
    event = AuditEvent.objects.get(action="session.ended")
    assert (event.actor, event.target) == (admin.actor_key, f"accounts.user:{known.pk}")


@pytest.mark.parametrize(("kind", "minutes"), [("insurer", 30), ("enterprise", 60)])
def test_a_login_ends_when_it_is_not_used(as_, kind, minutes):
    client = as_(person(kind))
    assert is_in(client)

    with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
        assert is_in(client)
    with time_machine.travel(NOW + timedelta(minutes=2 * minutes, seconds=1), tick=False):
        assert not is_in(client)


def test_a_login_ends_after_twelve_hours_however_busy(as_):
    client = as_(person("insurer"))
    assert is_in(client)

    for step in range(1, 25):
        with time_machine.travel(NOW + timedelta(minutes=30 * step), tick=False):
            assert is_in(client)
    with time_machine.travel(NOW + timedelta(hours=12, seconds=1), tick=False):
        assert not is_in(client)


def test_pages_of_whoever_is_signed_in_are_kept_nowhere(as_):
    response = as_(person("insurer")).get("/home/")

    assert response["Cache-Control"] == "private, no-store"


def test_a_session_of_an_account_that_is_gone_is_nobody_s(as_):
    known = person("insurer")
    client = as_(known)
    User.objects.filter(pk=known.pk).delete()

    assert not is_in(client)
