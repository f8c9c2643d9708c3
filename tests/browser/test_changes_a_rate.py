"""The clerk's way: one factor changed in Excel, looked at, checked, approved by a colleague.

Nobody in it is a programmer: the workbook is changed as a spreadsheet program would change it.
"""

import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.figures import NotAFigure, figure
from tests.browser.conftest import Site, shot, sign_in

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]

GO_ON = "form .form-actions .btn-primary"


def changed(source: Path, old: bytes, new: bytes) -> Path:
    """The same workbook with one number otherwise; numbers of texts are marked t="s"."""
    number = re.compile(rb'(<c r="[A-Z]+[0-9]+" s="[0-9]+"><v>)' + old + rb"(</v>)")
    target = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as one, zipfile.ZipFile(target, "w") as other:
        for name in one.namelist():
            content = one.read(name)
            if name.startswith("xl/worksheets/"):
                content = number.sub(rb"\g<1>" + new + rb"\g<2>", content)
            other.writestr(name, content, zipfile.ZIP_DEFLATED)
    return target


def go_on(page: Page) -> None:
    page.locator(GO_ON).first.click()
    page.wait_for_load_state()


def begins_a_draft(page: Page) -> str:
    page.goto("/products/")
    page.get_by_role("link", name="起草费率版本").first.click()
    day = timezone.localdate() + timedelta(days=40)
    page.locator("[name=valid_from]").fill(day.isoformat())
    page.locator("[name=source]").fill("佛应急〔2026〕9号")
    go_on(page)
    expect(page.locator("h1")).to_contain_text("费率 V3")
    return page.url


def changes_it_in_excel(page: Page, folder: Path) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="下载工作簿").click()
    source = folder / "tariff.xlsx"
    download.value.save_as(source)
    page.get_by_role("link", name="上传工作簿").click()

    page.locator("input[type=file]").set_input_files(changed(source, b"220", b"-1"))
    go_on(page)
    expect(page.locator(".error-summary")).to_contain_text("C7")

    page.locator("input[type=file]").set_input_files(changed(source, b"220", b"231"))
    go_on(page)
    expect(page.locator("main")).to_contain_text("改动 1 格费率")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".move-up").first).to_contain_text("+5.00 %")
    shot(page, "rate-differences")
    go_on(page)


def mends_the_cases(page: Page, address: str) -> None:
    """The draft says which golden cases no longer come out; the clerk takes them out one by one."""
    for _each in range(20):
        page.goto(address)
        line = page.locator(".verdict-lines li").filter(has_text="算例").first
        if not line.count():
            return
        name = (line.text_content() or "").split("“")[1].split("”")[0]
        page.goto(f"{address}?tab=related")
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("button", name="删去这个算例").click()
        page.wait_for_load_state()
    pytest.fail("the golden cases do not come out")


def types_in_the_grid(page: Page, address: str) -> None:
    page.goto(f"{address}tables/limit/")
    grid = page.get_by_role("grid")
    grid.locator("td").nth(1).click()
    page.keyboard.type("1.02")
    page.keyboard.press("Enter")
    expect(grid.locator("td").nth(1)).to_contain_text("↑ 升 +2.00 %")
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults]")).to_contain_text("“abc”不是数值")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(grid.locator("td").nth(1)).to_have_text("1")
    expect(page.locator("[data-faults]")).to_be_hidden()

    paste = "document.activeElement.dispatchEvent(new ClipboardEvent('paste', {bubbles: true,"
    paste += "clipboardData: (() => {const d = new DataTransfer();"
    paste += "d.setData('text/plain', '８５％\\n1.01'); return d;})()}))"
    grid.locator("td").nth(0).click()
    page.evaluate(paste)
    expect(grid.locator("td").nth(0)).to_have_text("0.85")
    expect(grid.locator("td").nth(1)).to_contain_text("+1.00 %")
    shot(page, "rate-grid")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-state]")).to_have_text("已保存")


def passes_the_gate(page: Page, address: str) -> None:
    """The examination runs behind the page; its report says when it has passed."""
    page.get_by_role("link", name="检验报告").click()
    page.get_by_role("button", name="开始检验").click()
    wait_until(page, f"{address}gate/", "检验的就是这一版现在的内容")
    shot(page, "rate-gate")


def sees_what_it_does(page: Page, address: str) -> None:
    """The draft on every policy in force, before anybody is asked to approve it."""
    page.goto(address)
    page.get_by_role("link", name="测算影响").click()
    page.get_by_role("button", name="开始测算").click()
    page.wait_for_url("**/jobs/**")
    page.get_by_role("link", name="查看结果").click()
    expect(page.locator("main")).to_contain_text("影响测算")
    shot(page, "rate-impact")
    page.goto(address)


def wait_until(page: Page, address: str, text: str) -> None:
    for _each in range(60):
        page.goto(address)
        if text in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1_000)
    pytest.fail(f"{address} does not say {text}")


def old_policy(page: Page) -> str:
    """What a factory insured before sees of its cover and of the tariff that priced it."""
    page.goto("/policies/?state=in_force")
    page.locator(".list-table .cell-title a").first.click()
    facts = page.locator("main .facts").first
    expect(facts).to_contain_text("费率 V2")
    return facts.inner_text()


def cheapest(page: Page) -> Decimal:
    return Decimal(page.locator("main tbody a").first.inner_text().replace(",", ""))


def quotes_follow_the_day(page: Page, day: date) -> None:
    """The same factory asks for cover from the day before the new rate, and from its first day."""
    page.locator("main").get_by_role("link", name="厂区").first.click()
    page.get_by_role("link", name="相关").click()
    page.get_by_role("link", name="询价").click()
    page.locator("[name=starts_on]").fill((day - timedelta(days=1)).isoformat())
    page.locator("[name=had_accident][value=no]").check()
    page.locator("[name=is_listed][value=no]").check()
    go_on(page)
    expect(page.locator("main")).to_contain_text("费率 V2")
    before = cheapest(page)
    page.locator("[name=starts_on]").fill(day.isoformat())
    page.get_by_role("button", name="复制报价").click()
    expect(page.locator("main")).to_contain_text("费率 V3")
    assert cheapest(page) > before
    shot(page, "rate-new-quote")


@pytest.mark.usefixtures("worker")
def test_a_rate_changed_by_two_people_counts_from_its_day(
    page: Page, browser: Browser, site: Site, tmp_path: Path
) -> None:
    owner = browser.new_context(base_url=site.url, locale="zh-CN").new_page()
    sign_in(owner, site.account("enterprise_owner"))
    known = old_policy(owner)

    officers = [one for one in site.accounts if one["role"] == "city_officer"]
    sign_in(page, officers[0])
    address = begins_a_draft(page)
    changes_it_in_excel(page, tmp_path)
    types_in_the_grid(page, address)
    mends_the_cases(page, address)
    shot(page, "rate-draft")

    page.get_by_role("link", name="检验", exact=True).click()
    go_on(page)
    passes_the_gate(page, address)
    sees_what_it_does(page, address)
    page.get_by_role("link", name="送批").click()
    go_on(page)
    expect(page.locator("main")).to_contain_text("已送批")
    expect(page.get_by_role("link", name="批准", exact=True)).to_have_count(0)

    colleague = browser.new_context(base_url=site.url, locale="zh-CN").new_page()
    sign_in(colleague, officers[1])
    colleague.goto(address)
    colleague.get_by_role("link", name="批准", exact=True).click()
    colleague.locator("[name=reason]").fill("经局长办公会同意")
    go_on(colleague)
    colleague.get_by_role("link", name="发布", exact=True).click()
    go_on(colleague)
    expect(colleague.locator(".state")).to_contain_text("待生效")
    shot(colleague, "rate-published")

    address = owner.url
    quotes_follow_the_day(owner, timezone.localdate() + timedelta(days=40))
    owner.goto(address)
    assert owner.locator("main .facts").first.inner_text() == known


TYPED = ["1,200.50", "１２０元", "９５％", "0.65‰", "50万", "1.5 亿元", "¥ 60", ".5", "1千", "007"]
TYPED += ["1,5", "1e5", "一百", "1.2.3", "", "12 34x", "0x10", "NaN"]


def test_the_script_and_the_server_read_a_number_alike(page: Page, site: Site) -> None:
    sign_in(page, site.account("city_officer"))
    page.goto("/products/foshan-sli/tariffs/2/tables/base/")
    script = "texts => texts.map(millionths).map(({value, wrong}) => wrong ? '' : written(value))"
    assert page.evaluate(script, TYPED) == [read(text) for text in TYPED]


def read(text: str) -> str:
    try:
        return text_of(figure(text))
    except NotAFigure:
        return ""
