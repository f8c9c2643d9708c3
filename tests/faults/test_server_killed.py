"""The database server is killed in the middle of requests; every act happens exactly once.

A clerk's program registers enterprises through the API and sends each act again, with its key,
until it has an answer. Whatever the kill interrupts, each has one effect and one answer.
"""

import json
import os
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest

from ops.postgres import Postgres
from ops.secrets import secrets_of
from tests.codes import uscc
from tests.ops.conftest import home  # noqa: F401  the fixture
from tests.ops.test_run import Platform, running

pytestmark = [pytest.mark.slow, pytest.mark.no_database, pytest.mark.real_clock]
ACTS = 40


class Clerk:
    """A signed-in person's program, with the patience to try again."""

    def __init__(
        self, platform: Platform, role: str = "city_officer", organisation: str = ""
    ) -> None:
        self.site = f"http://127.0.0.1:{platform.port}"
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)
        accounts = json.loads(platform.home.accounts.read_text())
        fitting = (each for each in accounts if each["role"] == role)
        self.sign_in(next(one for one in fitting if organisation in (one["organisation"], "")))

    def token(self, path: str) -> str:
        with self.opener.open(self.site + path, timeout=10) as page:
            return re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode()).group(1)

    def sign_in(self, account: dict[str, str]) -> None:
        fields = {
            "csrfmiddlewaretoken": self.token("/account/login/"),
            "login": account["login"],
            "password": account["password"],
        }
        self.opener.open(self.site + "/account/login/", urlencode(fields).encode(), timeout=10)
        self.csrf = self.token("/home/")

    def register(self, number: int) -> tuple[int, bytes]:
        body = {
            "uscc": uscc(500_000 + number),
            "name": f"佛山市第{number}次登记五金有限公司",
            "site": {"name": "厂区", "town": "440605011", "address": "路1号", "industry": "3311"},
        }
        return self.act("enterprises/", body, key=f"act-{number:06d}-of-this-clerk")

    def act(
        self, path: str, body: dict[str, object], *, key: str, method: str = "POST"
    ) -> tuple[int, bytes]:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-CSRFToken": self.csrf,
            "Referer": self.site,
        }
        text = json.dumps(body).encode()
        url = f"{self.site}/api/v1/{path}"
        return self.ask(urllib.request.Request(url, text, headers, method=method), key)

    def get(self, path: str) -> Any:
        _status, text = self.ask(urllib.request.Request(f"{self.site}/api/v1/{path}"), path)
        return json.loads(text)

    def ask(self, request: urllib.request.Request, name: str) -> tuple[int, bytes]:
        for _ in range(300):
            try:
                with self.opener.open(request, timeout=10) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as refused:
                if refused.code < 500 and refused.code not in {401, 403, 409}:
                    return refused.code, refused.read()
            except OSError:
                pass
            time.sleep(0.1)
        pytest.fail(f"{name} had no answer")


def postmaster_of(platform: Platform) -> int:
    pid_file = platform.home.path / "postgres" / "data" / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])


def test_every_act_happens_once_though_postgres_is_killed_meanwhile(home):  # noqa: F811
    with running(home) as platform:
        clerk = Clerk(platform)
        answers: dict[int, tuple[int, bytes]] = {}

        def work() -> None:
            for number in range(ACTS):
                answers[number] = clerk.register(number)

        worker = threading.Thread(target=work)
        worker.start()
        for _ in range(2):
            seen = len(answers)
            while len(answers) < seen + 5:
                time.sleep(0.01)
            os.kill(postmaster_of(platform), signal.SIGKILL)
            time.sleep(1)
        worker.join(120)

        assert {status for status, _body in answers.values()} == {201}
        again = {number: clerk.register(number) for number in range(ACTS)}
        assert again == answers
        assert counts(platform) == (ACTS, ACTS)


def counts(platform: Platform) -> tuple[int, int]:
    """Registered enterprises of this clerk, and audit events that say so."""
    url = Postgres(platform.home, secrets_of(platform.home)).url("postgres", "foshan_sli")
    with closing(psycopg2.connect(url)) as server, server.cursor() as cursor:
        cursor.execute(
            "select count(*), (select count(*) from core_auditevent where action ="
            " 'enterprise.registered' and target_name like '%%次登记五金%%')"
            " from enterprises_enterprise where name like '%%次登记五金%%'"
        )
        return cursor.fetchone()
