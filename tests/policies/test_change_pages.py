"""Changing a policy on its pages: asked for, shown, confirmed, and looked up as of any two days."""

import pytest
import time_machine
from django.urls import reverse

from apps.enterprises.models import Headcount
from apps.policies.changes.models import ChangeRequest
from apps.policies.models import Policy
from apps.policies.services.people import add_people
from tests.documents.corpus import pdf, upload
from tests.enrollment.conftest import TODAY
from tests.factories import UserFactory
from tests.policies.stacked import at, endorsed, paid
from tests.policies.test_changes import APRIL, JUNE, MAY
from tests.policies.test_roster import people


@pytest.fixture
def covered(issued, finance, acting) -> Policy:
    return paid(issued, finance, acting, on=TODAY)


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(name, policy):
    return reverse(f"policies:{name}", args=[policy.public_id])


def confirm(client, page, **more):
    shown = page.context["form"].initial["shown"]
    facts = {"act": page.context["act"], "shown": shown, "reason": "企业申请"} | more
    return client.post(page.request["PATH_INFO"], facts)


def asked(policy, **more):
    return {
        "act": "a1",
        "effective_on": "2026-05-06",
        "heads": "76",
        "limit": str(policy.limit_choice.per_person),
        "deductible": str(policy.deductible),
        "address": policy.site_address,
    } | more


def test_an_underwriter_adds_thirty_and_sees_it_first(covered, underwriter, as_):
    with time_machine.travel(at(APRIL), tick=False):
        client = as_(underwriter)
        assert client.get(url("endorse", covered)).status_code == 200
        sent = client.post(url("endorse", covered), asked(covered))
        assert sent.url == url("endorse_check", covered)
        page = client.get(sent.url)
        text = page.content.decode()
        assert "76 人" in text
        assert "应补收保险费" in text
        done = confirm(client, page)
        assert done.status_code == 302
        one = client.get(done.url)
        assert "年保险费为什么变" in one.content.decode()
        tab = client.get(f"{covered.get_absolute_url()}?tab=changes&on=2026-06-01").content.decode()
        assert "76 人" in tab
        tab = client.get(f"{covered.get_absolute_url()}?tab=changes&on=2026-04-20").content.decode()
        assert "46 人" in tab
        assert client.get(covered.get_absolute_url()).status_code == 200
        assert client.get(f"{covered.get_absolute_url()}?tab=coverage").status_code == 200


def test_what_was_known_on_a_day_is_told_later_as_it_was_then(covered, underwriter, as_, acting):
    with acting(underwriter):
        endorsed(covered, underwriter, on=MAY, now=at(MAY), heads_by=30)
    with time_machine.travel(at(JUNE), tick=False):
        home = covered.get_absolute_url()
        page = as_(underwriter).get(f"{home}?tab=changes&on=2026-06-01&known=2026-05-05")
        assert "46 人" in page.content.decode()
        assert "以后登记的不计" in page.content.decode()


def test_a_policy_is_cancelled_with_its_proof_and_reinstated(covered, underwriter, as_):
    with time_machine.travel(at(APRIL), tick=False):
        client = as_(underwriter)
        sent = client.post(
            url("cancel", covered), {"effective_on": "2026-05-06", "ground": "stopped"}
        )
        page = client.get(sent.url)
        assert "应退保险费" in page.content.decode()
        assert confirm(client, page).status_code == 422  # without the proof
        done = confirm(client, page, proof=upload(pdf()))
        assert done.status_code == 302
        assert Policy.objects.get(pk=covered.pk).cancelled_from == MAY
        back = confirm(client, client.get(url("reinstate", covered)))
        assert back.status_code == 302
    assert Policy.objects.get(pk=covered.pk).cancelled_from is None


def test_an_enterprise_asks_and_its_insurer_does_it(covered, owner, underwriter, as_):
    with time_machine.travel(at(APRIL), tick=False):
        client = as_(owner)
        assert client.get(url("ask_change", covered)).status_code == 200
        sent = client.post(url("ask_change", covered), asked(covered, reason="新招30人"))
        assert sent.status_code == 302
        assert "批改申请" in client.get(sent.url).content.decode()
        client = as_(underwriter)
        assert "申请批改：增加 30 人" in client.get("/home/").content.decode()
        page = client.get(url("endorse", covered) + "?asked")
        assert page.context["form"].initial["heads"] == 76
        page = client.get(client.post(url("endorse", covered), asked(covered)).url)
        confirm(client, page)
    assert ChangeRequest.objects.get().state == "done"


def test_a_partner_reads_no_terms_of_another_sellers_change(
    covered, underwriter, insurers, as_, acting
):
    with acting(underwriter):
        row = endorsed(covered, underwriter, on=MAY, now=at(MAY), heads_by=30)
    partner = UserFactory(organisation=insurers[0], role="underwriter")
    client = as_(partner)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(url("endorse", covered)).status_code == 404


def test_several_leave_at_once_and_less_premium_is_proposed(issued, finance, owner, as_, acting):
    covered = paid(issued, finance, acting, on=TODAY)
    with time_machine.travel(at(APRIL), tick=False):
        with acting(owner):
            rows = add_people(policy=covered, people=people(*range(5)), today=APRIL, by=owner)
        client, keys = as_(owner), [row.public_id for row in rows[:3]]
        page = client.get(url("people_leave", covered), {"person": keys})
        sent = {"act": "x", "person": keys, "left_on": "2026-04-02"}
        assert page.content.decode().count('name="person"') == 3
        assert client.post(url("people_leave", covered), sent).status_code == 302
        assert sum(row.left_on is not None for row in covered.people.all()) == 3
        assert client.get(url("people_leave", covered)).status_code == 302  # nobody ticked
        told = {"act": "y", "is_named": "0"}
        assert client.post(url("people_terms", covered), told).status_code == 302
        assert "不记名" in client.get(url("people_terms", covered)).content.decode()
        proof = {
            "act": "z",
            "file": upload(pdf()),
            "people": "2",
            "valid_from": "2026-01-01",
            "valid_to": "2027-12-31",
        }
        assert client.post(url("people_agency", covered), proof).status_code == 302
        assert "承保 2 人" in client.get(url("people_terms", covered)).content.decode()
        Headcount.objects.filter(site=covered.site_id).update(production=60)
        page = client.get(url("people", covered)).content.decode()
        assert "请增加人数" in page
        assert "?heads=" in page
