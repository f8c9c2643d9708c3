"""A bureau imports a messy register, finds who is uninsured in one town, and urges them in bulk.

The file has a title, full-width codes and a row at fault, which is mended in place; one row is a
second plant of a firm that is known, whose owner then finds the letter on her desk.
"""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.core.sheets.writing import Column, write_xlsx
from tests.browser.conftest import Site, shot
from tests.browser.test_shares_a_pool import window, works
from tests.codes import uscc

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]

TOWN = "里水镇"
HEADS = ["统一社会信用代码", "单位名称", "厂区", "所在镇街", "详细地址", "行业代码", "员工人数"]
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x30, 0x5B)})


def register(known: str, name: str) -> bytes:
    """As bureaus keep them: titles above, codes in full width, a town that does not exist."""
    rows = [
        ["佛山市2026年高危行业名录", *[""] * 6],
        ["制表：安全监管科", *[""] * 6],
        HEADS,
        [known, name, "里水二厂", f"佛山市南海区{TOWN}", "里广路8号", "3311", "35人"],
        [uscc(901).translate(WIDE), "佛山市里水启明铸造有限公司", "", TOWN, "1号", "3391", "1,020"],
        [uscc(902), "佛山市里水恒达五金有限公司", "", "里水街", "里水大道2号", "3311", "18"],
        [*[""] * 7],
    ]
    target = BytesIO()
    write_xlsx(target, [Column("") for _ in HEADS], rows)
    return target.getvalue()


def does_the_work(page: Page, site: Site) -> None:
    page.wait_for_url(re.compile("/jobs/"))
    assert works(site) == "('done', '')"


def imports(officer: Page, site: Site, content: bytes) -> None:
    officer.goto("/must-insure/")
    officer.get_by_role("link", name="导入名录").click()
    officer.get_by_label("名录来源").fill("佛山市2026年高危行业名录")
    sheet = {"name": "名录.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    officer.locator("input[type=file]").set_input_files(sheet)
    officer.get_by_role("button", name="上传并核对").click()
    expect(officer.locator("main")).to_contain_text("没有“里水街”这个镇街")
    expect(officer.locator("main")).to_contain_text("有问题 1 行")
    shot(officer, "duty-registry-review")
    officer.get_by_role("link", name=re.compile("改正")).click()
    officer.get_by_label("镇街").fill(TOWN)
    officer.get_by_role("button", name="保存这一行").click()
    expect(officer.locator("main")).to_contain_text("新增 3 处")
    officer.get_by_role("button", name="确认入名录").click()
    does_the_work(officer, site)


def urges(officer: Page, site: Site, names: list[str]) -> None:
    officer.goto("/must-insure/?view=uninsured")
    officer.locator("select[name=town]").select_option(label=TOWN)
    officer.get_by_role("button", name="查询").click()
    expect(officer.locator("#results")).to_contain_text(names[0])
    for name in names:
        officer.locator("tr", has_text=name).locator("input[name=selected]").first.check()
    shot(officer, "duty-list")
    officer.get_by_role("button", name="发督促文书").click()
    expect(officer.locator("main")).to_contain_text("发出 3 份")
    shot(officer, "duty-letters")
    officer.get_by_role("button", name="发出 3 份").click()
    does_the_work(officer, site)
    officer.goto("/must-insure/letters/sent/")
    for name in names:
        expect(officer.locator("tbody tr", has_text=name)).to_have_count(1)


def test_a_bureau_imports_finds_and_urges_and_the_enterprise_sees_it(
    site: Site, browser: Browser
) -> None:
    owner = window(browser, site, "enterprise_owner")
    owner.goto("/enterprises/")
    name = owner.locator("h1").inner_text()
    known = owner.locator(".object-facts").inner_text()
    code = re.search(r"\b[0-9A-Z]{18}\b", known)
    assert code
    officer = window(browser, site, "city_officer")
    imports(officer, site, register(code.group(), name))
    urges(officer, site, ["启明铸造", "恒达五金", "里水二厂"])
    owner.goto("/home/")
    expect(owner.locator("main")).to_contain_text("督促函")
    owner.locator("a[href*='/must-insure/letters/']").first.click()
    expect(owner.locator("main")).to_contain_text("可以怎样办")
    shot(owner, "duty-letter")
    for page in (owner, officer):
        page.context.close()
