"""A policy as its readers find it: in the list, on its page, on the desk, by search."""

from datetime import date

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.accounts.shell import desk_of
from apps.policies.models import Policy
from tests.enrollment.conftest import NOW, START, TODAY
from tests.factories import UserFactory, person
from tests.money import paid

LATE = date(2026, 3, 19)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def page(client, user, url):
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_who_is_next(client, issued, owner, underwriter):
    for reader in (owner, underwriter, person(Kind.CITY_BUREAU)):
        text = page(client, reader, "/policies/")
        assert issued.number in text
        assert "待缴费" in text
        assert "企业缴费，承保机构登记到账" in text


def test_a_policy_in_force_says_how_many_days_are_left(client, issued, finance, acting, owner):
    paid(issued, finance, acting)
    with time_machine.travel(date(2026, 3, 10)):
        text = page(client, owner, issued.get_absolute_url())
    assert "有效 · 还剩 364 天" in text
    assert "自 2026-03-09 零时起至 2027-03-08 二十四时止" in text


def test_a_late_start_is_told_with_its_reason(client, issued, finance, acting, owner):
    with time_machine.travel(date(2026, 3, 20)):
        paid(issued, finance, acting, today=LATE)
        text = page(client, owner, issued.get_absolute_url())
    assert "比约定起保日晚 11 天，因保费 3月19日到账" in text


def test_while_nothing_is_paid_the_growing_gap_is_told(client, issued, owner):
    with time_machine.travel(date(2026, 3, 12)):
        assert "起保至少晚 4 天" in page(client, owner, issued.get_absolute_url())
    assert "起保至少晚" not in page(client, owner, issued.get_absolute_url())


def test_every_tab_opens_for_every_reader(client, issued, finance, acting, owner, underwriter):
    paid(issued, finance, acting)
    readers = (owner, underwriter, finance, person(Kind.CITY_BUREAU), person(Kind.BROKER))
    for reader in readers:
        for tab in ("summary", "coverage", "money", "files", "process", "history"):
            page(client, reader, f"{issued.get_absolute_url()}?tab={tab}")


def test_the_premium_is_written_in_capitals_and_split_to_the_fen(client, issued, owner):
    text = page(client, owner, issued.get_absolute_url())
    assert "元" in text
    assert "33.33 %" in text


def test_a_partner_sees_its_share_but_neither_place_nor_working(client, issued, insurers, finance):
    partner = UserFactory(organisation=insurers[0], role="underwriter")
    url = issued.get_absolute_url()
    for tab in ("summary", "coverage", "money", "files", "process", "history"):
        text = page(client, partner, f"{url}?tab={tab}")
        assert issued.site_address not in text
        assert issued.issued_by_name not in text
        assert "计算依据" not in text
    summary = page(client, partner, url)
    assert "50.00 %" in summary
    assert "33.33 %" not in summary
    assert issued.site_name not in page(client, partner, "/policies/")


@pytest.mark.parametrize("asked", ["az nh 2026", "AZ-NH-2026-000001", "AZNH2026000001"])
def test_a_number_is_found_however_it_is_typed(client, issued, owner, asked):
    assert issued.number in page(client, owner, f"/policies/?q={asked}")


def test_name_and_code_are_found_by_an_insurer_too(client, issued, underwriter):
    for asked in (issued.insured_uscc, issued.insured_name[3:7]):
        assert issued.number in page(client, underwriter, f"/policies/?q={asked}")
        assert issued.number in page(client, underwriter, f"/search/?q={asked}")
    assert "没有符合条件的记录" in page(client, underwriter, "/policies/?q=查无此人")


def test_the_list_narrows_by_todays_state(client, issued, owner):
    assert issued.number in page(client, owner, "/policies/?state=awaiting_premium")
    assert issued.number not in page(client, owner, "/policies/?state=in_force")


def test_another_enterprise_is_told_nothing(client, issued):
    client.force_login(person(Kind.ENTERPRISE))
    assert client.get(issued.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/policies/{issued.public_id}/").status_code == 404


def test_desks_say_what_is_to_do(issued, owner, finance, acting):
    bureau = person(Kind.CITY_BUREAU)
    with acting(owner):
        desk = desk_of(owner, TODAY)
    (todo,) = [todo for todo in desk.todos if issued.number in todo["title"]]
    assert issued.insurer.name in todo["note"]
    assert desk.lamps[0]["tone"] == "waiting"
    with acting(finance):
        assert "1 张保单待收款" in [todo["title"] for todo in desk_of(finance, TODAY).todos]
    paid(issued, finance, acting)
    with acting(owner):
        (lamp,) = desk_of(owner, START).lamps
    assert (lamp["tone"], lamp["big"]) == ("done", "365")
    with acting(bureau):
        figures = {stat["label"]: stat["value"] for stat in desk_of(bureau, START).stats}
    assert (figures["有效保单"], figures["待缴费保单"], figures["30天内到期"]) == ("1", "0", "0")


def test_a_site_and_its_enterprise_lead_to_the_policy(client, issued, owner, site):
    for row in (site, site.enterprise):
        assert issued.number in page(client, owner, f"{row.get_absolute_url()}?tab=related")


def test_the_list_asks_no_more_for_more_rows(client, issued, django_assert_max_num_queries):
    client.force_login(person(Kind.CITY_BUREAU))
    client.get("/policies/")
    with django_assert_max_num_queries(25):
        client.get("/policies/")
    with django_assert_max_num_queries(25):
        client.get(issued.get_absolute_url())


def test_the_api_lists_and_tells_a_policy(client, issued, owner, insurers):
    client.force_login(owner)
    (listed,) = client.get("/api/v1/policies/").json()["results"]
    assert (listed["id"], listed["state"]) == (issued.public_id, "awaiting_premium")
    told = client.get(f"/api/v1/policies/{issued.public_id}/").json()
    assert len(told["coverage"]) == 9
    assert sum(float(part["premium"]) for part in told["shares"]) == pytest.approx(
        float(issued.premium)
    )
    client.force_login(UserFactory(organisation=insurers[0], role="underwriter"))
    told = client.get(f"/api/v1/policies/{issued.public_id}/").json()
    assert (told["site_name"], told["worksheet"], len(told["shares"])) == (None, None, 1)


def test_the_pieces_to_search_by_are_kept_on_every_way_in(issued):
    assert issued.insured_uscc[:2].lower() in Policy.objects.get(pk=issued.pk).search
