"""Logging in by phone or e-mail; what the page says to whoever fails, and to whom."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from apps.accounts.adapter import MISMATCH
from apps.accounts.models import User
from apps.core.models import AuditEvent
from tests.accounts.conftest import PASSWORD, with_password
from tests.factories import UserFactory, person

LOGIN = "/account/login/"


@pytest.fixture
def known():
    return with_password(UserFactory(email="li.mei@example.com", phone="13800138000"))


def log_in(client, login, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(client):
    return client.get("/home/").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "１３８００１３８０００",
        "li.mei@example.com",
        " Li.Mei@Example.com ",
    ],
)
def test_a_person_logs_in_by_phone_or_e_mail_however_it_was_pasted(client, known, typed):
    response = log_in(client, typed)

    assert response.status_code == 302
    assert response["Location"] == "/home/"
    assert is_in(client)


def test_a_login_leads_back_to_where_one_wanted_to_go(client, known):
    response = client.get("/people/")
    assert response["Location"] == "/account/login/?next=/people/"

    response = log_in(client, "13800138000", QUERY_STRING="next=/people/")
    assert response["Location"] == "/people/"


def test_a_login_never_leads_to_a_foreign_site(client, known):
    response = log_in(client, "13800138000", QUERY_STRING="next=https://evil.example/")

    assert response["Location"] == "/home/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("13800138000", "wrong"),
        ("li.mei@example.com", "wrong"),
        ("13911112222", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("李梅", PASSWORD),
    ],
)
def test_every_failure_says_the_same_whether_the_account_exists_or_not(
    client, known, login, password
):
    response = log_in(client, login, password)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [str(MISMATCH)]
    assert not is_in(client)


def test_a_suspended_person_who_knows_the_password_is_told_so(client, known):
    known.is_active = False
    known.save()

    response = log_in(client, "13800138000")

    assert response["Location"] == reverse("account_inactive")
    assert not is_in(client)


def test_a_suspended_person_is_not_told_to_whoever_does_not_know_the_password(client, known):
    known.is_active = False
    known.save()

    response = log_in(client, "13800138000", "wrong")

    assert response.context["form"].non_field_errors() == [str(MISMATCH)]


def test_people_of_a_suspended_organisation_cannot_log_in_either(client, known):
    known.organisation.is_active = False
    known.organisation.save()

    response = log_in(client, "13800138000")

    assert response["Location"] == reverse("account_inactive")
    assert not is_in(client)


def test_after_five_failures_the_right_password_does_not_help_for_a_while(client, known):
    for _attempt in range(5):
        log_in(client, "13800138000", "wrong")

    response = log_in(client, "13800138000")

    assert response.status_code == 422
    assert "尝试次数过多" in response.context["form"].non_field_errors()[0]
    assert not is_in(client)


def test_failures_by_phone_and_by_e_mail_count_for_the_same_account(client, known):
    for login in ["13800138000", "li.mei@example.com"] * 2 + ["+8613800138000"]:
        log_in(client, login, "wrong")

    response = log_in(client, "li.mei@example.com")

    assert "尝试次数过多" in response.context["form"].non_field_errors()[0]


def test_failures_on_one_phone_do_not_lock_another(client, known):
    with_password(UserFactory(phone="13900139000"))
    for _attempt in range(5):
        log_in(client, "13900139000", "wrong")

    assert log_in(client, "13800138000").status_code == 302


def test_success_is_not_counted_as_failure(client, known):
    for _attempt in range(6):
        assert log_in(client, "13800138000").status_code == 302
        client.logout()


def test_one_address_may_not_try_many_accounts(client, known):
    for number in range(10):
        log_in(client, f"1391111000{number}", "guess")

    response = log_in(client, "13800138000")

    assert "尝试次数过多" in response.context["form"].non_field_errors()[0]


def test_a_flood_of_logins_from_one_address_is_answered_429(client):
    for _attempt in range(30):
        log_in(client, "x", "y")

    response = log_in(client, "x", "y")

    assert response.status_code == 429
    assert "操作太频繁" in response.content.decode()


def test_logins_and_failures_on_known_accounts_are_written_down_without_what_was_typed(
    client, known
):
    log_in(client, "13800138000", "wrong-secret")
    log_in(client, "nobody@example.com", "wrong-secret")
    log_in(client, "13800138000")
    client.post("/account/logout/")

    events = list(AuditEvent.objects.order_by("id"))
    assert [event.action for event in events] == [
        "session.refused",
        "session.opened",
        "session.closed",
    ]
    assert [event.actor for event in events] == ["system:login", known.actor_key, known.actor_key]
    assert events[0].changes == {"ip": "127.0.0.1"}
    assert "secret" not in str([event.changes for event in events])


def test_a_login_gets_a_new_session_id(client, known):
    client.get("/account/login/")
    client.session["before"] = "1"
    client.session.save()
    before = client.session.session_key

    log_in(client, "13800138000")

    assert client.session.session_key != before


def test_logging_out_ends_the_session_on_the_server(client, known):
    log_in(client, "13800138000")
    key = client.session.session_key

    response = client.post("/account/logout/")

    assert response["Location"] == "/"
    assert not Session.objects.filter(pk=key).exists()
    assert not is_in(client)


def test_whoever_is_suspended_meanwhile_is_nobody_on_the_next_request(as_):
    known = person("insurer")
    client = as_(known)
    assert is_in(client)

    User.objects.filter(pk=known.pk).update(is_active=False)

    response = client.get("/home/")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/home/"


def test_people_of_an_organisation_suspended_meanwhile_are_nobody_on_the_next_request(as_):
    known = person("insurer")
    client = as_(known)

    known.organisation.is_active = False
    known.organisation.save()

    assert client.get("/home/").status_code == 302


def test_there_is_no_signing_up(client):
    response = client.get("/account/signup/")

    assert response.status_code == 200
    assert "请本单位管理员发出邀请" in response.content.decode()
    assert client.post("/account/signup/", {"email": "a@example.com"}).status_code == 200
    assert not User.objects.filter(email="a@example.com").exists()
