"""The same services, rights and scopes over the API: offers, copies, referrals, runs, losses."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.catalogue.models import TariffVersion
from apps.core import running
from apps.core.models import Job
from apps.rating import jobs
from apps.rating.models import ImpactRun, LossFile, Quote, Referral
from tests.factories import person
from tests.rating.conftest import START
from tests.rating.correction.test_desk import table

DECLARED = {"had_accident": False, "is_listed": False}


def send(client, name, body, *args):
    return client.post(
        reverse(f"rating_api:{name}", args=args),
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )


def test_an_offer_holds_every_limit_and_deductible_and_is_copied(client, site, owner):
    client.force_login(owner)
    body = {"site": site.public_id, "starts_on": START.isoformat(), "declared": DECLARED}
    offered = send(client, "offers", body)
    assert offered.status_code == 201
    quotes = offered.json()
    assert len({quote["deductible"] for quote in quotes}) > 1
    copied = send(client, "copies", {"starts_on": "2026-04-01"}, quotes[0]["id"])
    assert copied.status_code == 201
    assert Quote.objects.filter(copied_from__public_id=quotes[0]["id"]).count() == len(quotes)


def test_a_referral_is_answered_within_authority_only(
    client,
    referral,
    authority,
    underwriter,
    owner,
):
    client.force_login(underwriter)
    outside = {"answers": {"judged": {"value": "0.9", "reason": "好"}}}
    assert send(client, "answer", outside, referral.public_id).status_code >= 400
    assert Referral.objects.get(pk=referral.pk).state == "open"
    inside = {"answers": {"judged": {"value": "1.1", "reason": "现场查勘"}}}
    answered = send(client, "answer", inside, referral.public_id)
    assert (answered.status_code, answered.json()["state"]) == (200, "answered")
    client.force_login(owner)
    assert send(client, "settled", {}, referral.public_id).status_code == 201


def test_whoever_asked_cannot_answer_and_a_stranger_finds_nothing(
    client,
    referral,
    owner,
):
    answer = {"answers": {"judged": {"value": "1.1", "reason": "好"}}}
    client.force_login(owner)
    assert send(client, "answer", answer, referral.public_id).status_code == 403
    client.force_login(person(Kind.INSURER, "underwriter"))
    assert send(client, "answer", answer, referral.public_id).status_code == 404


def test_a_run_is_asked_for_once_and_read_with_its_rows(client, site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    officer = person(Kind.CITY_BUREAU, "city_officer")
    client.force_login(officer)
    base = TariffVersion.objects.get(number=2).public_id
    body = {
        "base": base,
        "change": {"table": "size", "times": "1.05"},
        "as_of": "2026-03-02",
    }
    first = send(client, "impacts", body)
    assert first.status_code == 202
    running.run(Job.objects.get(kind=jobs.KIND).pk)
    again = send(client, "impacts", body)
    assert (again.status_code, again.json()["code"]) == (200, first.json()["code"])
    assert ImpactRun.objects.count() == 1
    code = first.json()["code"]
    told = client.get(reverse("rating_api:impact", args=[code])).json()
    assert told["result"]["total"]["count"] == 0
    assert client.get(reverse("rating_api:impact_rows", args=[code])).json() == []


@pytest.mark.usefixtures("catalogue")
def test_losses_are_imported_whole_or_refused_with_every_fault(client):
    client.force_login(person(Kind.BROKER, "broker_evaluator"))
    address = reverse("rating_api:losses")
    terms = {"source": "报送", "valued_on": "2026-02-28"}

    def post(file):
        file.name = "losses.csv"
        headers = {"Idempotency-Key": str(uuid4())}
        return client.post(address, {"file": file, **terms}, headers=headers)

    refused = post(table([{"行业代码": "XX"}, {"赔案数": "x"}]))
    assert refused.status_code == 422
    assert [(fault["row"], fault["column"]) for fault in refused.json()] == [
        (2, "行业代码"),
        (3, "赔案数"),
    ]
    assert not LossFile.objects.exists()
    assert post(table([{}])).status_code == 201
    assert client.get(address).json()["results"][0]["lines_count"] == 1
