"""A pool's quarter becomes the next shares: computed, explained, answered by everybody, published.

The broker opens the round and freezes its figures; one member objects and is answered; every
member's finance agrees; the broker publishes; the bureau looks on.
"""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, shot, sign_in

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]

POOL = "顺德区共保体"


# What a worker does when its bell rings; here at once, so that nobody waits for one to start.
LONG_WORK = """
from importlib import import_module
from django.db import transaction
from apps.core import context
from apps.core.context import DISPATCH
from apps.core.models import Job
from apps.core.running import run

import_module("apps.billing.jobs")
with context.entering(DISPATCH.context), transaction.atomic():
    waiting = list(Job.objects.unfinished().values_list("pk", flat=True))
for key in waiting:
    run(key)
with context.entering(DISPATCH.context), transaction.atomic():
    print(*Job.objects.filter(pk__in=waiting).values_list("state", "note"))
"""


def works(site: Site) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", LONG_WORK],
        env=site.environment,
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def window(browser: Browser, site: Site, role: str, organisation: str = "") -> Page:
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    page = context.new_page()
    fitting = (one for one in site.accounts if one["role"] == role)
    sign_in(page, next(one for one in fitting if organisation in ("", one["organisation"])))
    return page


def members_of(page: Page) -> list[str]:
    page.goto("/pools/")
    page.get_by_role("link", name=POOL).click()
    return page.locator("section[aria-labelledby=members] tbody a").all_inner_texts()


def computes(broker: Page, site: Site) -> str:
    """Opens the round, freezes its figures, asks the members; says where it stands."""
    broker.get_by_role("button", name="发起份额调整").click()
    broker.wait_for_url(re.compile("/share-rounds/"))
    address = broker.url
    expect(broker.locator("main")).to_contain_text("等待归集数据")
    broker.get_by_role("button", name="冻结数据并计算").click()
    broker.wait_for_url(re.compile("/jobs/"))
    assert works(site) == "('done', '')"
    broker.reload()
    broker.get_by_role("link", name="查看结果").click()
    broker.wait_for_url(address)
    expect(broker.locator(".track-words").first).to_contain_text("下期份额")
    shot(broker, "pool-round-computed")
    broker.get_by_role("button", name="征求成员意见").click()
    expect(broker.locator("main")).to_contain_text("等待成员答复")
    return address


def tries_out(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name=re.compile("^试算")).click()
    page.get_by_label("评分").first.fill("100")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("section[aria-labelledby=effects]")).to_contain_text("试算结果")
    shot(page, "pool-what-if")


def objects(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="提出异议").click()
    page.locator("[name=text]").fill("九月末的一单没有计入。")
    page.locator("form .form-actions .btn-primary").click()
    expect(page.locator("#voices ~ .objection")).to_contain_text("九月末的一单没有计入。")


def answers(broker: Page, address: str) -> None:
    broker.goto(address)
    broker.get_by_role("link", name="答复", exact=True).click()
    broker.locator("[name=upheld][value='0']").check()
    broker.locator("[name=answer]").fill("该单在冻结日后到账，计入下一期。")
    broker.locator("form .form-actions .btn-primary").click()
    expect(broker.locator(".objection")).to_contain_text("计入下一期")


def agrees(page: Page, address: str) -> None:
    page.goto("/home/")
    expect(page.locator("main")).to_contain_text("对下一期份额提出异议或表示同意")
    page.goto(address)
    page.get_by_role("link", name="同意", exact=True).click()
    page.locator("form .form-actions .btn-primary").click()
    page.wait_for_url(address)


def publishes(broker: Page, address: str) -> str:
    broker.goto(address)
    expect(broker.locator("main")).to_contain_text("全体成员已同意")
    broker.get_by_role("link", name="公布", exact=True).click()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    broker.locator("[name=effective_from]").fill(tomorrow)
    broker.locator("form .form-actions .btn-primary").click()
    expect(broker.locator("main")).to_contain_text(f"新份额自 {tomorrow} 起用于出单")
    shot(broker, "pool-round-published")
    return tomorrow


def recomputed(site: Site, document: str) -> dict[str, int]:
    """By the command, without the site."""
    done = subprocess.run(
        [sys.executable, "manage.py", "share_round"],
        input=document,
        text=True,
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
    )
    shares: dict[str, int] = json.loads(done.stdout)["shares"]
    return shares


def test_a_quarter_becomes_the_next_shares(browser: Browser, site: Site) -> None:
    broker = window(browser, site, "broker_evaluator")
    members = members_of(broker)
    address = computes(broker, site)
    voices = [window(browser, site, "insurer_finance", name) for name in members]
    tries_out(voices[0], address)
    objects(voices[0], address)
    answers(broker, address)
    for voice in voices:
        agrees(voice, address)
    official = window(browser, site, "district_leader")
    official.goto(address)
    day = publishes(broker, address)
    with voices[0].expect_download() as download:
        voices[0].goto(address)
        voices[0].get_by_role("link", name="下载冻结的数据").click()
    shares = recomputed(site, download.value.path().read_text())
    assert sum(shares.values()) == 10_000
    broker.goto("/pools/")
    broker.get_by_role("link", name=POOL).click()
    broker.get_by_role("link", name="各期份额").click()
    expect(broker.locator("main")).to_contain_text(f"自 {day} 起的份额")
    written = broker.locator("section[aria-labelledby^=table-]").first.locator("td.num")
    points = [text.rstrip(" %") for text in written.all_inner_texts()]
    assert sorted(points) == sorted(f"{share / 100:.2f}" for share in shares.values())
    shot(broker, "pool-history")


def opens(broker: Page, pool: str) -> str:
    """Open a pool's round and send its figures off to be frozen; says where it stands."""
    broker.goto("/pools/")
    broker.get_by_role("link", name=pool).click()
    broker.get_by_role("button", name="发起份额调整").click()
    broker.wait_for_url(re.compile("/share-rounds/"))
    address = broker.url
    broker.get_by_role("button", name="冻结数据并计算").click()
    broker.wait_for_url(re.compile("/jobs/"))
    return address


def test_all_the_other_pools_follow(browser: Browser, site: Site) -> None:
    """Four more rounds: every member reads its words and agrees, and each is published."""
    broker = window(browser, site, "broker_evaluator")
    broker.goto("/pools/")
    names = broker.locator("main a").filter(has_text="共保体").all_inner_texts()
    pools = [name for name in dict.fromkeys(names) if name != POOL]
    assert len(pools) == 4
    rounds = [opens(broker, pool) for pool in pools]
    assert works(site).count("done") == len(pools)
    waiting: dict[str, list[str]] = {}
    for pool, address in zip(pools, rounds, strict=True):
        broker.goto(address)
        expect(broker.locator(".track-words").first).to_contain_text("下期份额")
        broker.get_by_role("button", name="征求成员意见").click()
        expect(broker.locator("main")).to_contain_text("等待成员答复")
        broker.goto("/pools/")
        broker.get_by_role("link", name=pool).click()
        members = broker.locator("section[aria-labelledby=members] tbody a").all_inner_texts()
        for member in members:
            waiting.setdefault(member, []).append(address)
    for member, addresses in waiting.items():
        page = window(browser, site, "insurer_finance", member)
        for address in addresses:
            page.goto(address)
            page.get_by_role("link", name="同意", exact=True).click()
            page.locator("form .form-actions .btn-primary").click()
            page.wait_for_url(address)
        page.context.close()
    for address in rounds:
        publishes(broker, address)
