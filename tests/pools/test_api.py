"""Rounds for other systems: the same acts, rights and refusals as the pages."""

import pytest

from apps.accounts.kinds import Kind
from apps.core.models import Job
from apps.pools.models import Approval, RoundState, ShareRound
from tests.factories import UserFactory, organisation, person

API = "/api/v1/share-rounds/"


@pytest.fixture
def post(client):
    def send(user, url, body=None, key="k1", status=200):
        client.force_login(user)
        headers = {"Idempotency-Key": key}
        answer = client.post(url, body or {}, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    return send


def url(row, verb=""):
    return f"{API}{row.public_id}/{verb}"


def test_a_round_goes_its_whole_way(post, client, computed, voices, broker, shared_pool):
    post(broker, url(computed, "ask/"))
    for voice in voices:
        body = {"inputs_hash": computed.inputs_hash}
        told = post(voice, url(computed, "approval/"), body, voice.email, 201)
    assert told["state"] == "approved"
    assert len(told["approvals"]) == 3
    body = {"effective_from": "2026-04-01"}
    published = post(broker, url(computed, "publication/"), body, "p", 201)
    assert (published["state"], published["effective_from"]) == ("published", "2026-04-01")
    client.force_login(voices[0])
    (pool,) = client.get("/api/v1/pools/").json()
    assert sum(share["basis_points"] for share in pool["shares"]) == 10_000
    assert sum(line["after"] for line in published["worksheet"]) == 10_000


def test_a_repeated_call_consents_once(post, asked, voices):
    for _again in range(2):
        post(voices[0], url(asked, "approval/"), {"inputs_hash": asked.inputs_hash}, "same", 201)
    assert Approval.objects.count() == 1


def test_an_objection_and_its_answer(post, asked, voices, broker):
    raised = post(voices[1], url(asked, "objections/"), {"text": "少计一单"}, "o", 201)
    body = {"upheld": True, "answer": "已补计"}
    answered = post(broker, f"/api/v1/objections/{raised['id']}/answer/", body, "a")
    assert answered["state"] == "upheld"
    assert ShareRound.objects.get().state == RoundState.GATHERING


def test_what_if_stores_nothing(post, computed, voices):
    before = ShareRound.objects.values().get()
    code = computed.worksheet[0]["code"]
    body = {"members": [{"code": code, "score": "100"}]}
    effects = post(voices[0], url(computed, "what-if/"), body)
    assert sum(one["points"] for one in effects) == 0
    assert ShareRound.objects.values().get() == before


def test_what_if_of_a_stranger_is_refused(post, computed, voices):
    body = {"members": [{"code": "org_x", "score": "100"}]}
    assert post(voices[0], url(computed, "what-if/"), body, status=409)["code"]


def test_computing_answers_with_its_job(post, gathering, broker):
    job = post(broker, url(gathering, "computation/"), {}, "c", 202)["job"]
    assert Job.objects.get().public_id == job


def test_refusals_are_problems_with_their_sentence(post, asked, broker):
    body = {"effective_from": "2026-04-01"}
    problem = post(broker, url(asked, "publication/"), body, "p", 409)
    assert problem["code"] == "share_round_refused"
    assert "不能直接变为" in problem["detail"]


@pytest.mark.parametrize("verb", ["ask/", "approval/", "objections/", "publication/"])
@pytest.mark.parametrize("kind", [Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU, Kind.CITY_FINANCE])
def test_government_reads_and_cannot_act(post, client, asked, kind, verb):
    official = person(kind)
    client.force_login(official)
    assert client.get(url(asked)).json()["state"] == "objection"
    post(official, url(asked, verb), {}, "g", 403)
    assert ShareRound.objects.get().state == RoundState.OBJECTION


def test_a_stranger_finds_nothing(client, post, asked, agreement):
    stranger = UserFactory(organisation=organisation(Kind.INSURER), role="insurer_admin")
    client.force_login(stranger)
    assert client.get(API).json()["results"] == []
    assert client.get("/api/v1/agreements/").json()["results"] == []
    post(stranger, url(asked, "approval/"), {"inputs_hash": asked.inputs_hash}, "s", 404)


def test_enterprises_see_members_without_shares(client, shared_pool):
    client.force_login(person(Kind.ENTERPRISE))
    (pool,) = client.get("/api/v1/pools/").json()
    assert (len(pool["members"]), pool["shares"]) == (3, [])


POOLS = "/api/v1/pools/"


def test_members_come_score_and_go_by_calls(post, client, shared_pool, broker, agreement, insurers):
    here = f"{POOLS}{shared_pool.public_id}/"
    entrant = organisation(Kind.INSURER, name="港资财产保险")
    door = {
        "insurer": entrant.public_id,
        "valid_from": "2026-04-01",
        "origin": "hong_kong",
        "licence": "P1",
        "solvency_on": "2025-12-31",
        "solvency_comprehensive": "250",
        "solvency_core": "180",
        "outlet": "佛山",
        "service_team": 3,
        "source": "决议",
    }
    refused = post(broker, f"{here}admissions/", door | {"service_team": 0}, "a", 409)
    assert refused["errors"].keys() == {"service_team"}
    assert len(post(broker, f"{here}admissions/", door, "b", 201)["members"]) == 4
    scores = [{"insurer": one.name, "score": "88"} for one in insurers]
    window = {"valid_from": "2025-10-01", "valid_to": "2026-01-01"}
    post(broker, f"{here}scores/", window | {"scores": scores}, "c", 201)
    scores[0]["score"] = "101"
    post(broker, f"{here}scores/", window | {"scores": scores}, "d", 409)
    gone = {
        "insurer": insurers[0].public_id,
        "successor": insurers[1].public_id,
        "is_merger": True,
        "valid_from": "2026-05-01",
        "source": "合并",
    }
    left = post(broker, f"{here}exits/", gone, "e", 201)["members"]
    assert insurers[0].public_id not in left
    told = client.get(f"/api/v1/agreements/{agreement.public_id}/assessment/").json()
    assert told["published"] == 0


def test_a_round_is_led_back_and_ended_by_calls(post, asked, broker):
    back = post(broker, url(asked, "regathering/"), {"reason": "数据更正"}, "a")
    assert back["state"] == "gathering"
    assert (
        post(broker, url(asked, "withdrawal/"), {"reason": "不再调整"}, "b")["state"] == "withdrawn"
    )
