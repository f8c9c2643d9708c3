"""An account comes by an invitation, once."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Invitation, User
from apps.accounts.services import AccountRefused, accept_invitation, invite_person, link_token
from apps.core.dates import SHANGHAI
from apps.core.models import AuditEvent, Effect
from apps.messaging.models import Notice
from tests.factories import UserFactory, person

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
ANSWERS = {
    "act": "a-1",
    "name": "王芳",
    "phone": "139 0013 9000",
    "password": "Zhujiang-2026",
    "again": "Zhujiang-2026",
}


@pytest.fixture
def admin():
    return person("insurer", "insurer_admin", name="中国人保佛山")


@pytest.fixture
def invitation(admin):
    return invite_person(
        organisation=admin.organisation,
        role="underwriter",
        name="王芳",
        email="Wang.Fang@example.com",
        by=admin,
    )


def link_to(invitation):
    return reverse("accounts:invitation_accept", args=[link_token(invitation)])


def test_the_letter_leads_to_an_account_with_the_promised_role(invitation, deliver, client):
    deliver()
    (letter,) = mail.outbox
    assert letter.to == ["wang.fang@example.com"]
    assert "中国人保佛山" in letter.subject
    link = re.search(r"http://[^/\s]+(/\S+)", letter.body).group(1)

    page = client.get(link).content.decode()
    assert "承保出单员" in page
    assert "查看本机构服务的企业，办理承保。" in page
    response = client.post(link, ANSWERS)

    assert response["Location"] == "/account/login/"
    joined = User.objects.get(email="wang.fang@example.com")
    assert joined.role == "underwriter"
    assert joined.organisation == invitation.organisation
    assert joined.phone == "13900139000"
    login = {"login": "139 0013 9000", "password": "Zhujiang-2026"}
    assert client.post("/account/login/", login)["Location"] == "/home/"


def test_the_inviter_is_told_once_when_somebody_joined(invitation, admin, deliver, client):
    client.post(link_to(invitation), ANSWERS)
    deliver()

    (notice,) = Notice.objects.filter(receiver=admin)
    assert notice.title == "王芳已接受邀请"
    joined = User.objects.get(email="wang.fang@example.com")
    assert notice.url == reverse("accounts:person", args=[joined.public_id])


def test_an_invitation_used_once_opens_no_second_account(invitation, client):
    client.post(link_to(invitation), ANSWERS)

    again = Client().post(link_to(invitation), ANSWERS | {"act": "a-2", "phone": "13700137000"})

    assert again.status_code == 410
    assert "邀请已失效" in again.content.decode()
    assert not User.objects.filter(phone_index__of="13700137000").exists()


def test_the_same_form_sent_twice_opens_one_account_and_answers_the_same(invitation, client):
    first = client.post(link_to(invitation), ANSWERS)
    second = client.post(link_to(invitation), ANSWERS)

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert User.objects.filter(email="wang.fang@example.com").count() == 1


def test_a_revoked_invitation_cannot_be_accepted(invitation, admin, as_, client):
    url = reverse("accounts:invitation_revoke", args=[invitation.public_id])
    assert as_(admin).post(url).status_code == 302

    assert client.post(link_to(invitation), ANSWERS).status_code == 410


def test_a_revoked_invitation_sends_no_letter_any_more(invitation, admin, as_, deliver):
    as_(admin).post(reverse("accounts:invitation_revoke", args=[invitation.public_id]))

    deliver()

    assert mail.outbox == []


def test_a_lapsed_invitation_cannot_be_accepted(invitation, client):
    with time_machine.travel(NOW + timedelta(days=7)):
        assert client.get(link_to(invitation)).status_code == 410


def test_one_sent_again_holds_for_the_full_time_anew(invitation, admin, as_, client):
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        as_(admin).post(reverse("accounts:invitation_resend", args=[invitation.public_id]))

        assert client.get(link_to(invitation)).status_code == 200
    assert Effect.objects.filter(name="accounts.invite").count() == 2


def test_a_link_that_was_altered_opens_nothing(invitation, client):
    forged = link_token(invitation)[:-1] + ("a" if link_token(invitation)[-1] != "a" else "b")

    response = client.get(reverse("accounts:invitation_accept", args=[forged]))

    assert response.status_code == 410


def test_a_phone_that_has_an_account_is_refused_at_its_field(invitation, client):
    UserFactory(phone="13900139000")

    response = client.post(link_to(invitation), ANSWERS)

    assert response.status_code == 422
    assert response.context["form"].errors["phone"] == [
        "此手机号码已有账号；一人一号，请直接登录。"
    ]


def test_an_e_mail_that_got_an_account_meanwhile_is_refused(invitation, client):
    UserFactory(email="wang.fang@example.com")

    response = client.post(link_to(invitation), ANSWERS)

    assert response.status_code == 422
    assert "此邮箱已有账号" in response.context["form"].non_field_errors()[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12345"), ("phone", ""), ("again", "other"), ("password", "12345"), ("name", "")],
)
def test_answers_that_cannot_be_right_are_refused_at_their_field(invitation, client, field, value):
    response = client.post(link_to(invitation), ANSWERS | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_inviting_twice_to_one_address_is_refused(invitation, admin, as_):
    answers = {
        "act": "i-1",
        "name": "王芳",
        "email": "wang.fang@example.com",
        "role": "underwriter",
    }

    response = as_(admin).post("/people/invite/", answers)

    assert response.status_code == 422
    assert "尚未接受" in response.context["form"].errors["email"][0]
    assert Invitation.objects.count() == 1


def test_inviting_an_address_that_another_organisation_invited_is_refused_too(invitation, acting):
    other = person("insurer", "insurer_admin")

    with acting(other), pytest.raises(AccountRefused) as refusal:
        invite_person(
            organisation=other.organisation,
            role="underwriter",
            name="王芳",
            email="wang.fang@example.com",
            by=other,
        )

    assert refusal.value.field == "email"


def test_a_colleague_who_has_an_account_is_not_invited_again(admin, as_):
    UserFactory(organisation=admin.organisation, email="lee@example.com")
    answers = {"act": "i-1", "name": "李", "email": "lee@example.com", "role": "underwriter"}

    response = as_(admin).post("/people/invite/", answers)

    assert response.context["form"].errors["email"] == [
        "此邮箱在本单位已有账号；一人一号，不必再邀请。"
    ]


def test_a_role_of_another_kind_of_organisation_is_not_given(admin, as_):
    answers = {"act": "i-1", "name": "李", "email": "lee@example.com", "role": "city_officer"}

    response = as_(admin).post("/people/invite/", answers)

    assert response.status_code == 422
    assert "role" in response.context["form"].errors


def test_the_list_shows_one_s_own_invitations_only(invitation, admin, as_):
    stranger = person("insurer", "insurer_admin")

    assert "wang.fang@example.com" in as_(admin).get("/people/invitations/").content.decode()
    assert "wang.fang" not in as_(stranger).get("/people/invitations/").content.decode()


@pytest.mark.parametrize("verb", ["revoke", "resend"])
def test_another_organisation_s_invitation_is_not_found(invitation, as_, verb):
    stranger = person("insurer", "insurer_admin")
    url = reverse(f"accounts:invitation_{verb}", args=[invitation.public_id])

    assert as_(stranger).post(url).status_code == 404
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.OPEN


def test_the_platform_s_security_administrator_invites_for_any_organisation(as_):
    enterprise = person("enterprise").organisation
    security = person("platform", "security_admin")
    url = f"/people/invite/?organisation={enterprise.public_id}"
    answers = {"act": "i-1", "name": "老板", "email": "boss@example.com"}

    response = as_(security).post(url, answers | {"role": "enterprise_owner"})

    assert response.status_code == 302
    assert Invitation.objects.get().organisation == enterprise


def test_others_cannot_invite_into_another_organisation(admin, as_):
    enterprise = person("enterprise").organisation
    url = f"/people/invite/?organisation={enterprise.public_id}"
    answers = {"act": "i-1", "name": "李", "email": "lee@example.com", "role": "underwriter"}

    as_(admin).post(url, answers)

    assert Invitation.objects.get().organisation == admin.organisation


def test_each_step_is_written_down(invitation, admin, as_, client):
    as_(admin).post(reverse("accounts:invitation_resend", args=[invitation.public_id]))
    client.post(link_to(invitation), ANSWERS)

    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)

    assert list(actions) == ["person.invited", "invitation.resent", "person.joined"]


def test_a_refused_acceptance_leaves_nothing_behind(invitation):
    UserFactory(phone="13900139000")
    before = AuditEvent.objects.count(), Effect.objects.count()

    with pytest.raises(AccountRefused):
        accept_invitation(
            link_token(invitation), name="王芳", phone="13900139000", password="x", now=NOW
        )

    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.OPEN
    assert (AuditEvent.objects.count(), Effect.objects.count()) == before
