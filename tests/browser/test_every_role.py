"""Everybody logs in, finds a desk, and can walk to every place the navigation offers."""

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.roles import ROLES
from tests.browser.conftest import Site, shot, sign_in

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock, pytest.mark.slow]

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("role", ROLES)
def test_logs_in_and_walks_the_navigation(role: str, page: Page, site: Site) -> None:
    sign_in(page, site.account(role))
    shot(page, f"{role}-home")
    links = page.locator(".sidebar .nav-list a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert links, "the desk has a navigation"
    for address in dict.fromkeys(links):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("h1")).to_be_visible()
        check_width(page, address)
        shot(page, f"{role}-{address.strip('/').replace('/', '-')}")


def check_width(page: Page, address: str) -> None:
    """Nothing makes a phone scroll sideways."""
    desktop = page.viewport_size
    page.set_viewport_size(PHONE)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{address} is {overflow} px too wide for a phone"
    assert desktop
    page.set_viewport_size(desktop)


def test_switches_the_language_and_comes_back(page: Page, site: Site) -> None:
    sign_in(page, site.account("city_officer"))
    for language, code in (("English", "en"), ("中文", "zh-hans")):
        page.get_by_role("button", name=language).first.click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert page.url.endswith("/home/")


def test_leaves_and_the_back_button_shows_nothing(page: Page, site: Site) -> None:
    sign_in(page, site.account("enterprise_owner"))
    page.evaluate("document.querySelector('form[action*=logout]').submit()")
    page.wait_for_url(f"{site.url}/")
    page.go_back()
    page.goto("/home/")
    assert "/account/login/" in page.url


def test_a_wrong_password_is_told_at_the_form_and_the_login_kept(page: Page, site: Site) -> None:
    account = site.account("city_officer")
    page.goto("/account/login/")
    page.get_by_label("手机号码或邮箱").fill(account["login"])
    page.get_by_label("密码", exact=True).fill("不对的密码")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("main")).to_contain_text("不正确")
    expect(page.get_by_label("手机号码或邮箱")).to_have_value(account["login"])
