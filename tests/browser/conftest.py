"""A real browser on a real server with the demo city, started once for all journeys."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from ops.preparation import FILES, STATIC
from tests.conftest import TEMPLATE, WORKER, clone, drop

LOGIN = "/account/login/"
# The browser's loop runs in this thread; the database is only touched between its calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@dataclass(frozen=True)
class Site:
    url: str
    accounts: list[dict[str, str]]
    environment: dict[str, str]

    def account(self, role: str) -> dict[str, str]:
        return next(account for account in self.accounts if account["role"] == role)


@pytest.fixture(scope="session")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    name = f"{TEMPLATE}_{WORKER}_browser"
    clone(name)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + name,
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "SITE_URL": url,
        "SECURE": "0",
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "foshan_sli.settings",
    }
    accounts = folder / "accounts.json"
    for command in (
        ["compile_catalogues"],
        FILES[STATIC].command,
        ["load_demo", "--enterprises", "60", "--accounts", str(accounts)],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            env=environment,
            cwd=settings.BASE_DIR,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    size = ["--worker-class", "gthread", "--workers", "2", "--threads", "2"]
    place = ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "foshan_sli.wsgi", *place, *size],
        env=environment,
        cwd=settings.BASE_DIR,
    )
    try:
        wait_until_ready(url)
        yield Site(url, json.loads(accounts.read_text()), environment)
    finally:
        server.terminate()
        server.wait(10)
        drop(name)


@pytest.fixture
def worker(site: Site) -> Iterator[None]:
    """Carries out what the pages leave for later."""
    command = ["celery", "-A", "foshan_sli", "worker", "--pool", "solo", "--loglevel", "ERROR"]
    running = subprocess.Popen(
        [sys.executable, "-m", *command], env=site.environment, cwd=settings.BASE_DIR
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(20)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_until_ready(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Install chromium (apt-get install chromium): journeys run in a real browser."
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh desktop window; errors of scripts and refused requests fail the test."""
    context = browser.new_context(
        base_url=site.url, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(f"{opened.url}: {error}"))
    opened.on("console", lambda message: note_console(message, complaints))
    yield opened
    context.close()
    assert complaints == []


def note_console(message, complaints: list[str]) -> None:
    refused = "Content Security Policy" in message.text or "Refused to" in message.text
    if message.type == "error" and refused:
        complaints.append(message.text)


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.goto(LOGIN)
    page.get_by_label("手机号码或邮箱").fill(account["login"])
    page.get_by_label("密码", exact=True).fill(account["password"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/home/")


def shot(page: Page, name: str) -> None:
    """Keep a picture when asked to: SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
