"""A program that asks with a key: what it may, and when it no longer may."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from apps.accounts.keys import MOST, KeyRefused, make_key
from apps.accounts.models import ApiKey
from apps.accounts.services import suspend_person
from apps.core import context
from apps.core.dates import SHANGHAI
from apps.core.models import AuditEvent
from tests.factories import UserFactory, person

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
MONTH = timedelta(days=30)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clerk(clock):
    return person("insurer")


def key_for(owner, *, reads_only=True, lasts=MONTH):
    with owner_context(owner):
        return make_key(name="财务系统", lasts=lasts, reads_only=reads_only, now=NOW, by=owner)


def owner_context(owner):
    return context.entering(owner.context)


def program(secret):
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_program_is_its_owner_and_sees_what_the_owner_sees(clerk):
    _key, secret = key_for(clerk)
    answer = program(secret).get("/api/v1/me/")
    assert answer.status_code == 200
    assert answer.json()["id"] == clerk.public_id
    foreign = program(secret).get("/api/v1/organisations/").json()
    own = Client()
    own.force_login(clerk)
    assert foreign == own.get("/api/v1/organisations/").json()


@pytest.mark.parametrize("secret", ["", "sli_", "sli_" + "x" * 43, "x" * 47])
def test_what_is_no_key_is_told_so_even_beside_a_good_session(clerk, secret):
    caller = program(secret or "nothing")
    caller.force_login(clerk)
    answer = caller.get("/api/v1/me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "密钥" in answer.json()["detail"]


def test_a_reading_key_writes_nothing_and_a_writing_key_needs_no_csrf_token(clock):
    owner = person("enterprise", "enterprise_owner")
    _key, reading = key_for(owner)
    _key, writing = key_for(owner, reads_only=False)
    strict = Client(enforce_csrf_checks=True)
    url = "/api/v1/applications/"
    refused = strict.post(url, headers={"Authorization": f"Bearer {reading}"})
    assert refused.status_code == 403
    assert "只能读取" in refused.json()["detail"]
    taken = strict.post(url, headers={"Authorization": f"Bearer {writing}"})
    assert taken.json()["code"] == "idempotency_key_missing"


def test_pages_take_no_keys(clerk):
    _key, secret = key_for(clerk, reads_only=False)
    assert program(secret).get("/home/").status_code == 302


def test_a_key_ends_on_its_day(clerk, clock):
    _key, secret = key_for(clerk, lasts=timedelta(days=1))
    clock.move_to(NOW + timedelta(days=1, seconds=-1))
    assert program(secret).get("/api/v1/me/").status_code == 200
    clock.move_to(NOW + timedelta(days=1))
    assert program(secret).get("/api/v1/me/").status_code == 401


def test_the_page_shows_the_secret_once_and_keeps_a_digest(clerk):
    browser = Client()
    browser.force_login(clerk)
    page = browser.get("/account/keys/new/")
    form = {"name": "夜间报表", "days": "90", "act": page.context["act"]}
    secret = browser.post("/account/keys/new/", form).context["secret"]
    assert program(secret).get("/api/v1/me/").status_code == 200
    (key,) = ApiKey.objects.all()
    assert secret not in str(vars(key))
    assert key.reads_only
    listed = browser.get("/account/keys/").content.decode()
    assert "夜间报表" in listed
    assert secret not in listed
    assert AuditEvent.objects.get(action="key.made").actor == clerk.actor_key


def test_ended_by_hand_it_opens_nothing_and_only_its_owner_can_end_it(clerk):
    key, secret = key_for(clerk)
    other = Client()
    other.force_login(UserFactory(organisation=clerk.organisation))
    assert other.post(f"/account/keys/{key.public_id}/revoke/").status_code == 404
    own = Client()
    own.force_login(clerk)
    own.post(f"/account/keys/{key.public_id}/revoke/")
    assert program(secret).get("/api/v1/me/").status_code == 401
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_whoever_loses_the_account_loses_the_keys_for_good(clerk):
    _key, secret = key_for(clerk)
    chief = person("platform")
    with owner_context(chief):
        suspend_person(clerk, reason="离职", by=chief)
    assert program(secret).get("/api/v1/me/").status_code == 401
    clerk.is_active = True
    clerk.save()
    assert program(secret).get("/api/v1/me/").status_code == 401


def test_nobody_hoards_keys(clerk):
    for _number in range(MOST):
        key_for(clerk)
    with pytest.raises(KeyRefused, match="每人最多同时有10个"):
        key_for(clerk)
    with pytest.raises(KeyRefused, match="365天"):
        key_for(clerk, lasts=timedelta(days=366))
