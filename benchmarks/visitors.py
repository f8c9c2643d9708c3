"""People at their browsers: they log in as everybody does, then ask for one page after another."""

import http.client
import random
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from statistics import quantiles
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LOGIN = "/account/login/"


@dataclass(frozen=True)
class Timing:
    seconds: list[float]
    status: int

    @property
    def p50(self) -> float:
        return quantiles(self.seconds, n=20, method="inclusive")[9]

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20, method="inclusive")[18]


class Browser:
    """One connection that stays open, with the cookies of one session."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies or {})

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form) if form else None, headers)
        response = self.connection.getresponse()
        body = response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response.status, body

    def log_in(self, login: str, password: str) -> None:
        _, page = self.get(LOGIN)
        found = TOKEN.search(page.decode())
        form = {
            "login": login,
            "password": password,
            "csrfmiddlewaretoken": found[1] if found else "",
        }
        status, _ = self.ask("POST", LOGIN, form)
        if status != http.HTTPStatus.FOUND:
            raise SystemExit(f"{login} could not log in: status {status}.")


def log_in(port: int, login: str, password: str) -> dict[str, str]:
    browser = Browser(port)
    browser.log_in(login, password)
    return browser.cookies


@dataclass(frozen=True)
class Crowd:
    """So many people, each asking for so long, with a pause between two pages."""

    users: int
    seconds: float
    pause: float

    def for_a_baseline(self) -> "Crowd":
        return replace(self, seconds=self.seconds / 2)


def visit(port: int, cookies: Mapping[str, str], path: str, crowd: Crowd) -> Timing:
    """How long each page took, after everybody has seen it a few times."""
    with ThreadPoolExecutor(crowd.users) as seats:
        visits = [seats.submit(_sit, port, cookies, path, crowd) for _ in range(crowd.users)]
        timings = [visit.result() for visit in visits]
    return Timing([one for timing in timings for one in timing.seconds], timings[0].status)


def _sit(port: int, cookies: Mapping[str, str], path: str, crowd: Crowd) -> Timing:
    browser = Browser(port, cookies)
    for _ in range(3):
        status, _body = browser.get(path)
    taken: list[float] = []
    end = time.perf_counter() + crowd.seconds
    while (started := time.perf_counter()) < end or len(taken) < 2:
        browser.get(path)
        taken.append(time.perf_counter() - started)
        time.sleep(crowd.pause * random.uniform(0.5, 1.5))
    browser.connection.close()
    return Timing(taken, status)
