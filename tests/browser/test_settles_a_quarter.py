"""Three months of five pools are stated at a button; one line is disputed and corrected.

The broker presses the button; a member disputes a line, the broker accepts; the correction stands
in the next month's statement; members confirm; the books hold before and after.
"""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, shot
from tests.browser.test_shares_a_pool import window, works

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]


def books_hold(site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check_books"],
        env=site.environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def months_of(page: Page) -> dict[tuple[str, str], str]:
    """The address of each statement, by pool and month."""
    page.goto("/statements/")
    found = {}
    for row in page.locator("#results tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        address = row.locator("a").first.get_attribute("href") or ""
        found[cells[1].strip(), cells[2].strip()] = address
    return found


def months_back(number: int) -> str:
    first = timezone.localdate().replace(day=1)
    for _ in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return f"{first:%Y-%m}"


def presses(broker: Page, site: Site, through: str) -> dict[tuple[str, str], str]:
    broker.goto("/statements/")
    broker.get_by_label("生成到").fill(through)
    broker.get_by_role("button", name="一键生成结算单").click()
    broker.wait_for_url(re.compile("/jobs/"))
    assert works(site) == "('done', '')"
    return months_of(broker)


def busy_pool(page: Page, found: dict[tuple[str, str], str]) -> tuple[str, str, list[str]]:
    """The latest statement in which money moved: its pool, its address, its members."""
    for (pool, _month), address in found.items():
        page.goto(address)
        names = page.locator("section[aria-labelledby=net] tbody td.cell-title")
        if names.count() > 1:
            return pool, address, [name.strip() for name in names.all_inner_texts()]
    raise AssertionError("no money moved")


def disputes(member: Page, address: str) -> None:
    member.goto(f"{address}lines/")
    member.locator("#results tbody a").first.click()
    member.get_by_role("link", name="提出差异").click()
    member.get_by_label("特殊调整").check()
    member.get_by_label("本机构认为的份额").fill("88.88")
    member.get_by_label("说明").fill("按补充协议，本单由本机构多承担。")
    member.locator("form .form-actions .btn-primary").click()
    expect(member.locator("#differences ~ .objection")).to_contain_text("等待顾问机构答复")
    member.get_by_role("button", name="确认结算单").click()
    expect(member.locator("main")).to_contain_text("待确认")


def settles(broker: Page, address: str) -> None:
    broker.goto("/home/")
    expect(broker.locator("main")).to_contain_text("答复结算单差异")
    broker.goto(address)
    broker.get_by_role("link", name="答复差异").click()
    broker.get_by_label("成立，下期更正").check()
    broker.get_by_label("答复", exact=True).fill("补充协议属实，下期更正。")
    broker.locator("form .form-actions .btn-primary").click()
    expect(broker.locator("main")).to_contain_text("将列入下一期结算单")
    shot(broker, "statement-settled")


def confirms(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="确认结算单").click()
    expect(page.locator("main")).to_contain_text("已确认")


def test_a_quarter_is_stated_disputed_and_corrected(browser: Browser, site: Site) -> None:
    books_hold(site)
    broker = window(browser, site, "broker_admin")
    first, second, third = (months_back(number) for number in (3, 2, 1))
    found = presses(broker, site, first)
    pool, address, names = busy_pool(broker, found)
    members = [window(browser, site, "insurer_finance", name.strip()) for name in names]
    disputes(members[0], address)
    settles(broker, address)
    for member in members:
        confirms(member, address)
    expect(members[-1].locator("main .state")).to_contain_text("已确认锁定")
    shot(members[-1], "statement-locked")
    found = presses(broker, site, third)
    assert len({name for name, month in found if month in {first, second, third}}) == 5
    members[0].goto(f"{found[pool, second]}lines/?about=corrections")
    expect(members[0].locator("#results tbody tr")).to_have_count(1)
    expect(members[0].locator("#results tbody")).to_contain_text("上期更正")
    shot(members[0], "statement-corrections")
    members[0].goto(address)
    expect(members[0].locator("main")).to_contain_text("已列入")
    with members[0].expect_download() as download:
        members[0].get_by_role("link", name="下载 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    for page in (members[0], members[1]):
        confirms(page, found[pool, second])
    books_hold(site)
