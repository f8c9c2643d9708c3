"""`python -m ops.faults`: kill the database and the worker under writers, then check the books.

A platform of its own is started in a folder of its own. Six programs of insurers' finance people
record small receipts through the API, each act with its key, and repeat it until it is answered.
Meanwhile the database server is killed with -9, and the worker again and again. What was answered
must be there, once; then `check_books` judges all the books.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from ops.home import Home
from ops.processes import ROOT
from ops.refusal import Refusal, ending
from ops.reset import delete, stop_everything
from ops.supervisor import say

SUM = "1.00"
TRIES = 600
PAUSE = 0.1
SHANGHAI = timezone(timedelta(hours=8))
READY = "ready http://127.0.0.1:"


class Person:
    """A signed-in person's program, with the patience to ask again until it is answered."""

    def __init__(self, site: str, account: dict[str, str]) -> None:
        self.site, self.name = site, account["login"]
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)
        given = {"csrfmiddlewaretoken": self.token("/account/login/")}
        given |= {name: account[name] for name in ("login", "password")}
        self.opener.open(f"{site}/account/login/", urlencode(given).encode(), timeout=20)
        self.csrf = self.token("/home/")

    def token(self, path: str) -> str:
        with self.opener.open(self.site + path, timeout=20) as page:
            found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        if found is None:
            raise Refusal(f"{path} of the platform under test shows no form.")
        return found.group(1)

    def ask(self, path: str, body: Any = None, method: str = "GET") -> Any:
        """The same key for the same act, however often it is asked."""
        headers = {"Referer": self.site, "Content-Type": "application/json"}
        headers |= {"X-CSRFToken": self.csrf, "Idempotency-Key": uuid4().hex}
        text = None if body is None else json.dumps(body).encode()
        url = f"{self.site}/api/v1/{path}"
        request = urllib.request.Request(url, text, headers, method=method)  # noqa: S310
        for _try in range(TRIES):
            try:
                with self.opener.open(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as refused:
                if refused.code in {400, 404, 422}:
                    raise Refusal(f"{method} {path}: {refused.read().decode()}") from None
            except OSError:
                pass
            time.sleep(PAUSE)
        raise Refusal(f"{method} {path} was not answered.")


def bought(site: str, accounts: list[dict[str, str]], owner: dict[str, str]) -> tuple[str, str]:
    """A factory applies for cover and gets its policy: the policy, and the insurer's name."""
    by = Person(site, owner)
    free = next((one for one in by.ask("sites/")["results"] if not one["insurer"]), None)
    if free is None:
        return "", ""
    here = f"applications/{by.ask('applications/', {'site': free['id']}, 'POST')['id']}/"
    start = (datetime.now(SHANGHAI).date() + timedelta(days=5)).isoformat()
    by.ask(here, {"wanted_from": start, "had_accident": False, "is_listed": False}, "PATCH")
    by.ask(f"{here}offer/", {}, "POST")
    by.ask(f"{here}quote/", {"quote": by.ask(f"{here}offer/")[0]["id"]}, "POST")
    insurer = by.ask(f"{here}insurers/")[0]
    by.ask(f"{here}insurers/", {"insurer": insurer["id"]}, "POST")
    for step in ("attest", "submit"):
        by.ask(f"{here}{step}/", {}, "POST")
    clerk = Person(site, account(accounts, "underwriter", insurer["name"]))
    clerk.ask(f"{here}issue/", {}, "POST")
    return str(clerk.ask(here)["policy"]), str(insurer["name"])


def account(accounts: list[dict[str, str]], role: str, organisation: str) -> dict[str, str]:
    fitting = (one for one in accounts if one["role"] == role)
    return next(one for one in fitting if one["organisation"] == organisation)


@dataclass
class Writer:
    """An insurer's finance takes the premium of one policy in many small sums."""

    person: Person
    policy: str
    number: int
    answered: list[str] = field(default_factory=list)
    fault: str = ""

    def write(self, acts: int) -> None:
        try:
            for place in range(acts):
                self.record(f"F{self.number}-{place}")
        except Refusal as refused:
            self.fault = str(refused)

    def record(self, voucher: str) -> None:
        today = datetime.now(SHANGHAI).date().isoformat()
        facts = {"policy": self.policy, "voucher": voucher, "payer_name": "某公司", "amount": SUM}
        made = self.person.ask("receipts/", {**facts, "received_on": today}, "POST")
        self.answered.append(made["id"])


@dataclass
class Platform:
    home: Home
    port: int
    process: subprocess.Popen[str]

    def kill_postgres(self) -> bool:
        pid_file = self.home.path / "postgres" / "data" / "postmaster.pid"
        try:
            os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def kill_worker(self) -> bool:
        """The fleet's parent and its children, found by this platform's folder."""
        killed = False
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
                place = (folder / "environ").read_bytes()
                if b"celery" not in words or b"worker" not in words:
                    continue
                if str(self.home.path).encode() in place:
                    os.kill(int(folder.name), signal.SIGKILL)
                    killed = True
            except OSError:
                continue
        return killed


def inherited() -> dict[str, str]:
    """Nothing of another installation that this shell may know."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@contextmanager
def platform(enterprises: int) -> Iterator[Platform]:
    path = Path(tempfile.mkdtemp(prefix="sli-faults-", dir="/tmp"))
    path.chmod(0o711)
    home = Home(path).create()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"SLI_HOME": str(path), "PORT": str(port), "DEMO_ENTERPRISES": str(enterprises)}
    command = [sys.executable, "-m", "ops.run"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=inherited() | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            if process.stdout is None or not any(READY in line for line in process.stdout):
                raise Refusal("The platform under test did not start.")
            yield Platform(home, port, process)
        finally:
            process.terminate()
            process.wait(60)
            stop_everything(home)
            delete(home)


def torment(under: Platform, writers: list[Writer], *, acts: int, kills: int, worker: int) -> None:
    """Let all write at once; kill in turn, each time after something more was answered."""

    threads = [threading.Thread(target=one.write, args=[acts], daemon=True) for one in writers]
    for thread in threads:
        thread.start()
    left = {"postgres": kills, "worker": worker}
    while any(thread.is_alive() for thread in threads) or any(left.values()):
        seen, waited = sum(len(one.answered) for one in writers), time.monotonic()
        if left["worker"] and under.kill_worker():
            left["worker"] -= 1
        elif left["postgres"] and under.kill_postgres():
            left["postgres"] -= 1
            say(f"postgres killed, {left['postgres']} to go; {seen} receipts answered")
        while time.monotonic() - waited < 10 and any(thread.is_alive() for thread in threads):
            if sum(len(one.answered) for one in writers) > seen:
                break
            time.sleep(PAUSE)
        if not any(thread.is_alive() for thread in threads):
            break


def judged(writers: list[Writer]) -> list[str]:
    """What is wrong: a receipt that is gone, or one that is there twice."""
    faults = [f"{one.person.name}: {one.fault}" for one in writers if one.fault]
    for one in writers:
        for place, public_id in enumerate(one.answered):
            voucher = f"F{one.number}-{place}"
            found = one.person.ask(f"receipts/?voucher={voucher}")["results"]
            if [row["id"] for row in found] != [public_id]:
                faults.append(f"{voucher} was answered and is there {len(found)} times")
    return faults


def check_books(under: Platform) -> tuple[str, float]:
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ops.manage"],
        cwd=ROOT,
        env=inherited() | {"SLI_HOME": str(under.home.path), "ARGS": "check_books"},
        check=False,
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - before
    return ("" if done.returncode == 0 else done.stdout + done.stderr), took


def run(*, enterprises: int, writers: int, acts: int, kills: int, worker: int) -> list[str]:
    with platform(enterprises) as under:
        accounts = json.loads(under.home.accounts.read_text())
        site = f"http://127.0.0.1:{under.port}"
        owners = [one for one in accounts if one["role"] == "enterprise_owner"]
        bought_by = (bought(site, accounts, owner) for owner in owners)
        covers = [cover for cover in bought_by if cover[0]]
        if not covers:
            raise Refusal("No factory of the demo city is without cover: take more enterprises.")
        people = []
        for number in range(writers):
            policy, insurer = covers[number % len(covers)]
            finance = Person(site, account(accounts, "insurer_finance", insurer))
            people.append(Writer(finance, policy, number))
        torment(under, people, acts=acts, kills=kills, worker=worker)
        faults = judged(people)
        wrong, took = check_books(under)
        answered = sum(len(one.answered) for one in people)
        say(f"{answered} receipts answered; check_books took {took:.1f} s")
        return faults + ([wrong] if wrong else [])


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m ops.faults", description=__doc__)
    asked.add_argument("--enterprises", type=int, default=300)
    asked.add_argument("--writers", type=int, default=6)
    asked.add_argument("--acts", type=int, default=200, help="receipts of each writer")
    asked.add_argument("--kills", type=int, default=30, help="of the database server")
    asked.add_argument("--worker", type=int, default=100, help="kills of the worker")
    given = asked.parse_args()
    faults = run(**vars(given))
    for fault in faults:
        say(fault)
    say("nothing lost, nothing doubled" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    ending(main)
