"""The main job by five people: a factory nobody prepared buys cover, and it verifies.

A visitor registers and applies; an underwriter issues; finance records the money; the district's
officer reads the copied report; somebody with the paper in hand asks whether it holds.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, shot, sign_in
from tests.codes import uscc

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]

NAME = "佛山市南海区新锋五金制品有限公司"
CODE = uscc(700_001)
PASSWORD = "lianxi-2026-anquan"
NUMBER = re.compile(r"AZ-NH-\d{4}-\d{6}")
GO_ON = "form .form-actions .btn-primary"


@pytest.fixture
def licence(tmp_path: Path) -> Path:
    path = tmp_path / "营业执照.png"
    Image.new("RGB", (600, 400), "white").save(path)
    return path


def window(browser: Browser, site: Site, role: str = "", organisation: str = "") -> Page:
    """A browser of its own for another person, signed in when a role is given."""
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    page = context.new_page()
    if role:
        fitting = [
            one
            for one in site.accounts
            if one["role"] == role and organisation in (one["organisation"], "")
        ]
        sign_in(page, fitting[0])
    return page


def go_on(page: Page) -> None:
    page.locator(GO_ON).first.click()
    page.wait_for_load_state()


def fill(page: Page, **answers: str) -> None:
    for name, text in answers.items():
        page.locator(f"[name={name}]").first.fill(text)


def choose(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"[name={name}][value={value}]").check()


def registers(page: Page, licence: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="登记企业，开始投保").click()
    fill(page, uscc=CODE[:-1] + ("1" if CODE[-1] != "1" else "2"), name=NAME)
    go_on(page)
    expect(page.locator("main")).to_contain_text("统一社会信用代码")
    expect(page.locator("[name=name]")).to_have_value(NAME)
    fill(page, uscc=CODE)
    go_on(page)
    fill(page, name="主厂区", address="夏南路8号", industry="3311", opened_on="2015-05-01")
    page.locator("[name=town]").select_option(label="桂城街道")
    go_on(page)
    fill(page, production="40", quality="2", dispatched="6")
    go_on(page)
    choose(page, had_death="no")
    go_on(page)
    fill(page, name="陈志强", phone="138 2733 0001", password=PASSWORD, again=PASSWORD)
    page.locator("input[type=file]").set_input_files(licence)
    page.locator("[name=consent]").check()
    go_on(page)
    shot(page, "journey-register-check")
    go_on(page)
    expect(page.locator("h1")).to_contain_text(NAME)
    shot(page, "journey-registered")


def applies(page: Page) -> str:
    """Up to submission; says which insurer was chosen."""
    page.get_by_role("link", name="开始投保").first.click()
    page.get_by_role("button", name="开始投保").click()
    page.wait_for_load_state()
    if not page.url.endswith("/terms/"):
        page.get_by_role("link", name=re.compile("^继续：")).click()
    fill(page, wanted_from=(timezone.localdate() + timedelta(days=3)).isoformat())
    choose(page, had_accident="no")
    expect(page.locator(".saved")).to_contain_text("自动保存")
    choose(page, is_listed="no")
    go_on(page)
    expect(page.locator("main")).to_contain_text("是这样算出来的")
    shot(page, "journey-limits")
    page.locator("[name=quote]").first.check()
    go_on(page)
    assert page.locator("[name=insurer]:checked").count() == 0
    shot(page, "journey-insurers")
    page.locator("[name=insurer]").first.check()
    insurer = page.locator(".option-title").first.inner_text()
    go_on(page)
    page.locator("[name=promise]").check()
    go_on(page)
    shot(page, "journey-check")
    go_on(page)
    expect(page.locator("main")).to_contain_text("TB-NH-")
    return insurer


def issues(page: Page) -> str:
    page.goto("/applications/")
    page.get_by_role("link", name=NAME).click()
    shot(page, "journey-underwriting")
    page.get_by_role("link", name="出单").click()
    page.get_by_role("button", name="出单").click()
    found = NUMBER.search(page.locator("h1").inner_text() + page.content())
    assert found
    return found.group()


def pays(page: Page, number: str) -> None:
    page.goto("/policies/?state=awaiting_premium")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="登记到账").first.click()
    fill(page, voucher="HD 2026 0001", payer_name=NAME)
    go_on(page)
    shot(page, "journey-receipt-check")
    go_on(page)
    expect(page.locator("h1")).to_contain_text("已登记到账")
    shot(page, "journey-paid")


def test_a_factory_nobody_prepared_is_covered(
    page: Page, browser: Browser, site: Site, licence: Path
) -> None:
    registers(page, licence)
    insurer = applies(page)
    number = issues(window(browser, site, "underwriter", insurer))
    pays(window(browser, site, "insurer_finance", insurer), number)

    page.goto("/policies/")
    page.get_by_role("link", name=number).click()
    expect(page.locator("main")).to_contain_text("零时")
    shot(page, "journey-policy")

    officer = window(browser, site, "district_officer", "佛山市南海区应急管理局")
    officer.goto("/policies/")
    officer.get_by_role("link", name=number).click()
    expect(officer.locator("main")).to_contain_text(NAME)

    anyone = window(browser, site)
    anyone.goto("/verify/")
    fill(anyone, number=number, holder=NAME)
    anyone.locator("form .btn-primary").first.click()
    expect(anyone.locator(".verdict-state")).to_contain_text("尚未起保")
    expect(anyone.locator("main")).to_contain_text(number)
    shot(anyone, "journey-verified")
