"""Lost and new passwords."""

import re

import pytest
from django.core import mail
from django.test import Client

from apps.core.models import AuditEvent, Effect
from tests.accounts.conftest import PASSWORD, with_password
from tests.factories import UserFactory

RESET = "/account/password/reset/"
NEW = "Beijiang-2027"


@pytest.fixture
def known():
    return with_password(UserFactory(email="li.mei@example.com", phone="13800138000"))


def link_in(letter):
    return re.search(r"http://[^/\s]+(/\S+)", letter.body).group(1)


def test_a_lost_password_is_replaced_by_the_link_of_a_letter(client, known, deliver):
    response = client.post(RESET, {"email": "Li.Mei@example.com"})
    assert response["Location"] == "/account/password/reset/done/"
    deliver()

    (letter,) = mail.outbox
    page = client.get(link_in(letter), follow=True)
    assert "设置新密码" in page.content.decode()
    response = client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    assert response["Location"] == "/account/password/reset/key/done/"
    known.refresh_from_db()
    assert known.check_password(NEW)
    assert known.phone == "13800138000"


def test_the_link_of_a_letter_works_once(client, known, deliver):
    client.post(RESET, {"email": "li.mei@example.com"})
    deliver()
    link = link_in(mail.outbox[0])
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    again = Client().get(link, follow=True)

    assert "链接已失效" in again.content.decode()


def test_no_secret_waits_in_the_outbox(client, known):
    client.post(RESET, {"email": "li.mei@example.com"})

    (effect,) = Effect.objects.pending()
    assert effect.payload == {"user_id": known.pk, "language": "zh-hans"}


def test_strangers_and_the_suspended_get_the_same_answer_and_no_letter(client, known, deliver):
    known.is_active = False
    known.save()

    answers = [client.post(RESET, {"email": email}) for email in (known.email, "no@example.com")]
    deliver()

    assert {answer["Location"] for answer in answers} == {"/account/password/reset/done/"}
    assert mail.outbox == []


def test_the_letter_unlocks_an_account_that_somebody_locked_by_guessing(client, known, deliver):
    for _attempt in range(5):
        client.post("/account/login/", {"login": known.email, "password": "guess"})
    client.post(RESET, {"email": known.email})
    deliver()
    page = client.get(link_in(mail.outbox[0]), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})

    response = client.post("/account/login/", {"login": known.email, "password": NEW})

    assert response.status_code == 302


def test_a_new_password_ends_the_other_sessions_and_is_written_down(client, known):
    other = Client()
    for browser in (client, other):
        browser.post("/account/login/", {"login": known.email, "password": PASSWORD})
        assert browser.get("/home/").status_code == 200

    response = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert response.status_code == 302
    assert client.get("/home/").status_code == 200
    assert other.get("/home/").status_code == 302
    assert AuditEvent.objects.filter(action="password.changed", actor=known.actor_key).exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "密码至少10个字符。"),
        ("1234567890", "这个密码太常见，容易被猜到。"),
        ("li.mei@example", "密码与姓名或邮箱太像，容易被猜到。"),
        ("my13800138000", "密码里有您的手机号码，容易被猜到。"),
    ],
)
def test_a_weak_password_is_refused_with_422_and_the_reason(as_, known, password, words):
    client = as_(known)

    response = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    assert response.status_code == 422
    assert words in response.context["form"].errors["password1"]


def test_changing_needs_the_present_password(as_, known):
    response = as_(known).post(
        "/account/password/change/",
        {"oldpassword": "wrong", "password1": NEW, "password2": NEW},
    )

    assert response.status_code == 422


@pytest.mark.parametrize("phone", ["13800138000", ""])
def test_the_password_is_asked_again_before_what_matters(as_, phone):
    known = with_password(UserFactory(email="li.mei@example.com", phone=phone))
    client = as_(known)
    url = "/account/reauthenticate/?next=/people/"

    wrong = client.post(url, {"password": "wrong"})
    right = client.post(url, {"password": PASSWORD})

    assert wrong.status_code == 422
    assert right["Location"] == "/people/"
