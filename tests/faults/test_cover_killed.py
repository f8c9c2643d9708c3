"""The database server is killed while a factory buys cover and pays in many small sums.

Each of the three programs repeats an act with its key until it is answered; afterwards there is one
policy, every sum is in the ledger once, and all the books hold. The worker is killed as well.
"""

import json
import os
import signal
import threading
import time
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.utils import timezone

from ops import faults
from ops.postgres import Postgres
from ops.secrets import secrets_of
from tests.faults.test_server_killed import Clerk, postmaster_of
from tests.ops.conftest import home  # noqa: F401  the fixture
from tests.ops.test_run import Platform, running

pytestmark = [pytest.mark.slow, pytest.mark.no_database, pytest.mark.real_clock]
SUMS = 20
PART = "10.00"
COUNTS = """
    select (select count(*) from enrollment_application where policy_id = p.id),
           (select count(*) from billing_receipt where policy_id = p.id),
           (select count(*) from billing_entry where policy_id = p.id),
           (select sum(amount) from billing_posting b join billing_entry e on e.id = b.entry_id
             where e.policy_id = p.id),
           (select sum(amount) from billing_posting b join billing_entry e on e.id = b.entry_id
             where e.policy_id = p.id and account = 'cash')
    from policies_policy p where p.public_id = %s
"""


def test_one_policy_and_every_sum_once_though_postgres_is_killed_meanwhile(home):  # noqa: F811
    with running(home) as platform:
        done: list[str] = []
        under = faults.Platform(platform.home, platform.port, platform.process)
        worker = threading.Thread(target=buy_and_pay, args=(platform, done))
        worker.start()
        for so_far in (3, 10, 20):
            while len(done) < so_far and worker.is_alive():
                time.sleep(0.01)
            under.kill_worker()
            os.kill(postmaster_of(platform), signal.SIGKILL)
            time.sleep(1)
        worker.join(180)

        assert len(done) == 8 + SUMS
        url = Postgres(platform.home, secrets_of(platform.home)).url("postgres", "foshan_sli")
        with closing(psycopg2.connect(url)) as server, server.cursor() as cursor:
            cursor.execute(COUNTS, [done[7]])
            # Premium due, and for every sum its receipt and what is set aside of it.
            assert cursor.fetchone() == (1, SUMS, 1 + 2 * SUMS, 0, 200)
        wrong, seconds = faults.check_books(under)
        assert wrong == ""
        assert seconds < 60


def buy_and_pay(platform: Platform, done: list[str]) -> None:
    """Eight acts up to the policy, then many small sums; each is noted once it is answered."""
    owner = Clerk(platform, "enterprise_owner")
    site = next(one for one in owner.get("sites/")["results"] if not one["insurer"])

    def act(by: Clerk, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        status, text = by.act(path, body, key=f"cover-act-{len(done):06d}", method=method)
        assert status in {200, 201}, text
        return text

    application = _id_of(act(owner, "applications/", {"site": site["id"]}))
    done.append(application)
    here, wanted = f"applications/{application}/", timezone.localdate() + timedelta(days=5)
    terms = {"wanted_from": wanted.isoformat(), "had_accident": False, "is_listed": False}
    done.append(_id_of(act(owner, here, terms, "PATCH")))
    act(owner, f"{here}offer/", {})
    done.append("offer")
    quote = owner.get(f"{here}offer/")[0]["id"]
    act(owner, f"{here}quote/", {"quote": quote})
    done.append(quote)
    insurer = owner.get(f"{here}insurers/")[0]
    act(owner, f"{here}insurers/", {"insurer": insurer["id"]})
    done.append(insurer["id"])
    for step in ("attest", "submit"):
        act(owner, f"{here}{step}/", {})
        done.append(step)
    underwriter = Clerk(platform, "underwriter", insurer["name"])
    act(underwriter, f"{here}issue/", {})
    policy = underwriter.get(here)["policy"]
    done.append(policy)
    finance = Clerk(platform, "insurer_finance", insurer["name"])
    sums = {"policy": policy, "payer_name": "某公司", "amount": PART}
    for number in range(SUMS):
        today = timezone.localdate().isoformat()
        act(finance, "receipts/", {**sums, "voucher": f"K-{number}", "received_on": today})
        done.append(f"sum {number}")


def _id_of(text: bytes) -> str:
    return str(json.loads(text)["id"])
