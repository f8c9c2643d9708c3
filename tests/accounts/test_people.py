"""The people of one's organisation: who sees them, and what may be done with an account."""

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.core.models import AuditEvent
from tests.factories import UserFactory, person


@pytest.fixture
def admin():
    return person("insurer", "insurer_admin", name="中国人保佛山")


@pytest.fixture
def colleague(admin):
    return UserFactory(
        organisation=admin.organisation,
        name="王芳",
        email="wang.fang@example.com",
        phone="13900139000",
        role="underwriter",
    )


def page_of(one, verb="", *more):
    return reverse(f"accounts:person{verb}", args=[one.public_id, *more])


def last_event():
    return AuditEvent.objects.order_by("-id").first()


def test_one_sees_one_s_colleagues_and_nobody_else(admin, colleague, as_):
    stranger = person("insurer", name="平安")

    page = as_(colleague).get("/people/").content.decode()

    assert admin.name in page
    assert stranger.name not in page


def test_the_security_administrator_sees_everybody_with_their_organisation(colleague, as_):
    security = person("platform", "security_admin")

    page = as_(security).get("/people/", {"organisation": "人保"}).content.decode()

    assert "王芳" in page
    assert "中国人保佛山" in page
    assert security.public_id not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "王"}, True),
        ({"q": "李"}, False),
        ({"role": "claims_officer"}, False),
        ({"state": "active"}, True),
        ({"state": "suspended"}, False),
    ],
)
def test_the_list_narrows_by_name_role_and_state(admin, colleague, as_, asked, found):
    page = as_(admin).get("/people/", asked).content.decode()

    assert ("王芳" in page) == found


@pytest.mark.parametrize("verb", ["", "_suspend", "_reinstate", "_role"])
def test_a_person_of_another_organisation_is_not_found(colleague, as_, verb):
    stranger = person("insurer", "insurer_admin")

    assert as_(stranger).get(page_of(colleague, verb)).status_code == 404


def test_nothing_can_be_done_to_a_person_of_another_organisation(colleague, as_):
    client = as_(person("insurer", "insurer_admin"))
    answers = {"act": "p-1", "reason": "离职", "role": "claims_officer"}

    for verb in ("_suspend", "_reinstate", "_role", "_sign_out"):
        assert client.post(page_of(colleague, verb), answers).status_code == 404
    assert client.post(page_of(colleague, "_reveal", "phone"), answers).status_code == 404
    colleague.refresh_from_db()
    assert (colleague.is_active, colleague.role) == (True, "underwriter")


def test_contacts_of_others_are_hidden_and_one_s_own_are_shown(admin, colleague, as_):
    of_other = as_(admin).get(page_of(colleague)).content.decode()
    of_self = as_(colleague).get(page_of(colleague)).content.decode()

    assert "13900139000" not in of_other
    assert "wang.fang@example.com" not in of_other
    assert "139****9000" in of_other
    assert "w***@example.com" in of_other
    assert "13900139000" in of_self


def test_a_contact_is_shown_for_a_reason_and_the_reason_is_written_down(admin, colleague, as_):
    url = page_of(colleague, "_reveal", "phone")

    response = as_(admin).post(url, {"reason": "有急事联系本人"})

    assert "13900139000" in response.content.decode()
    event = last_event()
    assert (event.action, event.reason) == ("person.revealed", "有急事联系本人")
    assert event.target == f"accounts.user:{colleague.pk}"
    assert event.actor == admin.actor_key
    assert "13900139000" not in str(event.changes)


def test_without_a_reason_the_mask_stays(admin, colleague, as_):
    response = as_(admin).post(page_of(colleague, "_reveal", "phone"), {"reason": " "})

    assert response.status_code == 422
    assert "13900139000" not in response.content.decode()
    assert not AuditEvent.objects.filter(action="person.revealed").exists()


def test_scripts_get_the_value_alone_and_the_mask_again_after_a_minute(admin, colleague, as_):
    url, client = page_of(colleague, "_reveal", "phone"), as_(admin)
    headers = {"HX-Request": "true"}

    shown = client.post(url, {"reason": "核对"}, headers=headers).content.decode()
    hidden = client.get(url, headers=headers).content.decode()

    assert "13900139000" in shown
    assert "<html" not in shown
    assert f'hx-get="{url}"' in shown
    assert "139****9000" in hidden


def test_whoever_lacks_the_right_cannot_have_a_contact_shown(colleague, as_):
    finance = UserFactory(organisation=colleague.organisation, role="insurer_finance")
    client = as_(finance)

    assert client.post(page_of(colleague, "_reveal", "phone"), {"reason": "x"}).status_code == 403
    assert "_reveal" not in client.get(page_of(colleague)).content.decode()


def test_only_contacts_can_be_shown(admin, colleague, as_):
    url = page_of(colleague, "_reveal", "password")

    assert as_(admin).post(url, {"reason": "x"}).status_code == 404


def test_a_suspended_person_is_signed_out_at_once(admin, colleague, as_):
    theirs = as_(colleague)
    answers = {"act": "p-1", "reason": "离职"}

    response = as_(admin).post(page_of(colleague, "_suspend"), answers)

    assert response["Location"] == page_of(colleague)
    assert theirs.get("/home/").status_code == 302
    event = last_event()
    assert (event.action, event.reason) == ("person.suspended", "离职")
    assert event.changes == {"is_active": [True, False]}


def test_suspending_needs_a_reason(admin, colleague, as_):
    response = as_(admin).post(page_of(colleague, "_suspend"), {"act": "p-1", "reason": ""})

    assert response.status_code == 422
    assert User.objects.get(pk=colleague.pk).is_active


def test_nobody_suspends_themselves_or_changes_their_own_role(admin, as_):
    client = as_(admin)
    answers = {"act": "p-1", "reason": "x", "role": "underwriter"}

    for verb, sentence in (("_suspend", "不能停用自己"), ("_role", "不能改变自己")):
        assert sentence in client.get(page_of(admin, verb)).content.decode()
        assert client.post(page_of(admin, verb), answers).status_code == 422
    admin.refresh_from_db()
    assert (admin.is_active, admin.role) == (True, "insurer_admin")


def test_a_reinstated_person_logs_in_again(admin, colleague, as_):
    User.objects.filter(pk=colleague.pk).update(is_active=False)

    as_(admin).post(page_of(colleague, "_reinstate"), {"act": "p-1", "reason": "误停"})

    assert as_(colleague).get("/home/").status_code == 200
    assert last_event().action == "person.reinstated"


def test_a_new_role_counts_from_the_next_request(admin, colleague, as_):
    theirs = as_(colleague)
    assert theirs.get("/people/invite/").status_code == 403
    answers = {"act": "p-1", "reason": "接任", "role": "insurer_admin"}

    as_(admin).post(page_of(colleague, "_role"), answers)

    assert theirs.get("/people/invite/").status_code == 200
    event = last_event()
    assert (event.action, event.reason) == ("person.role_changed", "接任")
    assert event.changes == {"role": ["underwriter", "insurer_admin"]}


def test_a_role_of_another_kind_of_organisation_is_refused(admin, colleague, as_):
    answers = {"act": "p-1", "reason": "x", "role": "city_officer"}

    response = as_(admin).post(page_of(colleague, "_role"), answers)

    assert response.status_code == 422
    colleague.refresh_from_db()
    assert colleague.role == "underwriter"


def test_the_history_of_a_person_names_what_was_done(admin, colleague, as_):
    client = as_(admin)
    client.post(page_of(colleague, "_suspend"), {"act": "p-1", "reason": "离职"})

    page = client.get(page_of(colleague) + "?tab=history").content.decode()

    assert "停用账号" in page
    assert "原因：离职" in page


def test_the_security_administrator_has_no_histories(colleague, as_):
    page = as_(person("platform", "security_admin")).get(page_of(colleague)).content.decode()

    assert "变更记录" not in page
