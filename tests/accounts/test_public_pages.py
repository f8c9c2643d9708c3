"""Pages for everybody, and the pages for what went wrong."""

import pytest
from django.test import Client

from tests.factories import person

PAGES = ["/", "/policy/", "/join/", "/about/", "/privacy/", "/accessibility/"]


@pytest.mark.parametrize("url", PAGES)
def test_a_visitor_reads_it_and_gets_no_session(client, url):
    response = client.get(url)

    assert response.status_code == 200
    assert "session" not in response.cookies


@pytest.mark.parametrize("url", [*PAGES, "/account/login/"])
def test_a_visitor_reads_it_in_english_too(client, url):
    response = client.get(url, headers={"Accept-Language": "en"})

    assert response.status_code == 200
    assert '<html lang="en"' in response.content.decode()


def test_the_policy_is_quoted_article_by_article_with_an_address_for_each(client):
    page = client.get("/policy/").content.decode()

    assert 'id="A1.1"' in page
    assert "在高危行业强制实施安全生产责任保险" in page


def test_the_front_door_leads_whoever_is_signed_in_to_the_desk(as_):
    page = as_(person("insurer")).get("/").content.decode()

    assert "我的工作台" in page


def test_crawlers_are_kept_to_the_public_pages(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines[-1] == "Disallow: /"
    assert "Allow: /policy/" in lines


def test_large_type_is_kept_in_the_browser_and_leads_back(client):
    response = client.post("/appearance/", {"type": "large", "next": "/policy/"})

    assert response["Location"] == "/policy/"
    assert response.cookies["appearance"].value == "large"
    assert 'class="large-type"' in client.get("/policy/").content.decode()
    client.post("/appearance/", {"type": "normal", "next": "/"})
    assert 'class="large-type"' not in client.get("/").content.decode()


def test_large_type_never_leads_to_a_foreign_site(client):
    response = client.post("/appearance/", {"type": "large", "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_the_language_is_switched_for_visitors(client):
    response = client.post("/language/", {"language": "en", "next": "/"})

    assert response["Location"] == "/"
    assert '<html lang="en"' in client.get("/").content.decode()


def test_a_missing_right_is_told_with_the_roles_that_have_it_and_whom_to_ask(as_):
    finance = person("insurer", "insurer_finance")
    admin = person("insurer", "insurer_admin")
    admin.organisation, admin.name = finance.organisation, "吴管理"
    admin.save()

    response = as_(finance).get("/people/invite/")

    page = response.content.decode()
    assert response.status_code == 403
    assert "承保机构管理员" in page
    assert "吴管理" in page


def test_what_is_not_there_is_told_to_visitors_and_to_the_signed_in(client, as_):
    for reader in (client, as_(person("insurer"))):
        response = reader.get("/people/../nothing-here/")
        assert response.status_code == 404
        assert "没有找到这个页面" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_page_that_says_what_to_do(as_):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_(person("insurer")).cookies

    response = strict.post("/account/sessions/end/")

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_a_form_without_its_act_is_refused_with_400(as_):
    response = as_(person("insurer", "insurer_admin")).post("/people/invite/", {"name": "x"})

    assert response.status_code == 400
    assert "请求无法识别" in response.content.decode()


def test_an_error_of_ours_is_told_with_the_number_of_the_request(as_, monkeypatch):
    monkeypatch.setattr("apps.accounts.views.desk.desk_of", None)
    client = as_(person("insurer"))
    client.raise_request_exception = False

    response = client.get("/home/", headers={"X-Request-Id": "req_12345678"})

    assert response.status_code == 500
    assert "req_12345678" in response.content.decode()
    assert "TypeError" not in response.content.decode()
