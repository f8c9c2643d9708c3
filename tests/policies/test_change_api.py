"""Changes over the API: the same plan, the same mark, the same refusals as on the pages."""

import json

import pytest
import time_machine

from apps.policies.models import Policy
from tests.enrollment.conftest import TODAY
from tests.policies.stacked import at, paid
from tests.policies.test_changes import APRIL


@pytest.fixture
def covered(issued, finance, acting) -> Policy:
    return paid(issued, finance, acting, on=TODAY)


def post(client, policy, what, asked, key):
    return client.post(
        f"/api/v1/policies/{policy.public_id}/{what}/",
        json.dumps(asked),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_an_endorsement_is_previewed_by_its_mark_and_recorded_once(client, covered, underwriter):
    home = f"/api/v1/policies/{covered.public_id}/transactions/"
    asked = {"effective_on": "2026-05-06", "heads": 76}
    with time_machine.travel(at(APRIL), tick=False):
        client.force_login(underwriter)
        seen = post(client, covered, "endorsements", asked, "k1")
        assert (seen.status_code, len(seen.json()["steps"])) == (200, 1)
        asked["shown"] = seen.json()["mark"]
        for _again in range(2):
            done = post(client, covered, "endorsements", asked, "k2")
            assert done.status_code == 201
        stack = client.get(f"{home}?on=2026-06-01").json()
        assert (stack["held"]["insured_count"], len(stack["transactions"])) == (76, 2)
        before = client.get(f"{home}?on=2026-05-05").json()
        assert before["held"]["insured_count"] == 46
        past = client.get(f"{home}?on=2026-06-01&known=2026-03-31").json()
        assert (past["held"]["insured_count"], past["total"]) == (46, str(covered.premium))


def test_a_stale_mark_is_refused(client, covered, underwriter):
    asked = {"effective_on": "2026-05-06", "heads": 76, "shown": "0" * 24}
    with time_machine.travel(at(APRIL), tick=False):
        client.force_login(underwriter)
        sent = post(client, covered, "endorsements", asked, "k1")
    assert sent.status_code in {409, 422}
    assert sent.json()["code"] == "change_refused"
