"""The list: conditions, order, columns, pages; the same cost for one row as for fifty."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import OrganisationName
from apps.core.search import bigrams
from apps.enterprises.models import Enterprise
from apps.enterprises.paging import page_of
from apps.enterprises.selectors.register import ORDERS, Terms, enterprises_fitting, in_order
from tests.enterprises.conftest import district, industry, town
from tests.factories import EnterpriseFactory, HeadcountFactory, SiteFactory, UserFactory, person

LIST = "/enterprises/"
TITLE = re.compile(r'<td class="cell-title"><a href="[^"]+">([^<]+)</a>')


def firm(name, *, people=10, state="registered", **facts):
    given = {"town": town("桂城街道"), "headcount": people}
    enterprise = EnterpriseFactory(name=name)
    if state != "registered":
        Enterprise.objects.filter(pk=enterprise.pk).update(state=state)
    SiteFactory(enterprise=enterprise, **given | facts)
    return enterprise


def names(response):
    return TITLE.findall(response.content.decode())


@pytest.fixture
def firms():
    return {
        "tiles": firm("佛山陶瓷厂", people=300, industry=industry("3071")),
        "metal": firm("佛山五金厂", people=20, state="verified"),
        "build": firm("佛山建筑公司", people=50, industry=industry("4710"), town=town("狮山镇")),
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["佛山建筑公司", "佛山五金厂", "佛山陶瓷厂"]),
        ({"q": "五金"}, ["佛山五金厂"]),
        ({"q": "五"}, []),
        ({"q": "佛山（五金）"}, ["佛山五金厂"]),
        ({"town": "440605124"}, ["佛山建筑公司"]),
        ({"industry": "33"}, ["佛山五金厂"]),
        ({"industry": "E"}, ["佛山建筑公司"]),
        ({"industry": "陶瓷"}, ["佛山陶瓷厂"]),
        ({"state": "verified"}, ["佛山五金厂"]),
        ({"people_from": 50}, ["佛山建筑公司", "佛山陶瓷厂"]),
        ({"people_from": 21, "people_to": 50}, ["佛山建筑公司"]),
        ({"view": "unverified"}, ["佛山建筑公司", "佛山陶瓷厂"]),
        ({"industry": "33", "town": "440605124"}, []),
        ({"sort": "headcount"}, ["佛山五金厂", "佛山建筑公司", "佛山陶瓷厂"]),
        ({"sort": "-headcount"}, ["佛山陶瓷厂", "佛山建筑公司", "佛山五金厂"]),
        ({"sort": "name"}, ["佛山五金厂", "佛山建筑公司", "佛山陶瓷厂"]),
        ({"sort": "nonsense"}, ["佛山建筑公司", "佛山五金厂", "佛山陶瓷厂"]),
    ],
)
def test_conditions_narrow_and_orders_order(firms, client_of, asked, found):
    assert names(client_of.get(LIST, asked)) == found


def test_both_conditions_must_hold_for_the_same_plant(client_of):
    enterprise = firm("佛山两厂公司", industry=industry("3071"))
    SiteFactory(enterprise=enterprise, town=town("狮山镇"), industry=industry("4710"))

    found = names(client_of.get(LIST, {"town": town("狮山镇").code, "industry": "30"}))

    assert found == []


def test_a_nonsense_condition_is_pointed_out_and_narrows_nothing(firms, client_of):
    response = client_of.get(LIST, {"people_from": "许多"})

    assert response.context["filter_form"].errors["people_from"] == ["输入整数。"]
    assert len(names(response)) == 3


def test_conditions_that_narrow_nothing_are_not_offered(officer, as_):
    clerk = person("town_office", town="桂城街道")

    bureau = as_(officer).get(LIST).context["filter_form"].fields
    office = as_(clerk).get(LIST).context["filter_form"].fields

    assert "district" not in bureau
    assert {"district", "town"} & set(office) == set()


def test_a_bureau_is_offered_the_towns_of_its_district_only(officer, client_of):
    field = client_of.get(LIST).context["filter_form"].fields["town"]

    assert {one.district for one in field.queryset} == {district("南海区")}


@pytest.mark.parametrize(
    ("view", "found"),
    [
        ("", ["佛山多厂公司", "佛山停产厂", "佛山缺数厂"]),
        ("uncounted", ["佛山缺数厂"]),
        ("several", ["佛山多厂公司"]),
        ("suspended", ["佛山停产厂"]),
        ("closed", ["佛山注销厂"]),
    ],
)
def test_the_usual_views(client_of, view, found):
    firm("佛山缺数厂", people=0)
    idle = firm("佛山停产厂").sites.get()
    type(idle).objects.filter(pk=idle.pk).update(state="suspended", closed_on="2026-02-01")
    SiteFactory(enterprise=firm("佛山多厂公司"))
    firm("佛山注销厂", state="closed")

    assert names(client_of.get(LIST, {"view": view})) == found


def test_whoever_asks_for_a_closed_firm_by_name_finds_it(client_of):
    firm("佛山注销厂", state="closed")

    assert names(client_of.get(LIST, {"q": "注销厂"})) == ["佛山注销厂"]


def test_a_hit_by_a_former_name_says_so(client_of, officer):
    place = town("桂城街道")
    enterprise = firm("佛山新名公司")
    own = enterprise.organisation
    type(own).objects.filter(pk=own.pk).update(district=place.district, town=place)
    OrganisationName.objects.create(organisation=own, name="佛山旧称厂", valid_from="2020-01-01")
    Enterprise.objects.filter(pk=own.pk).update(search=bigrams("佛山新名公司", "佛山旧称厂"))

    text = client_of.get(LIST, {"q": "旧称"}).content.decode()

    assert "曾用名：佛山旧称厂" in text


def test_columns_are_chosen_and_keep_their_order(firms, client_of):
    response = client_of.get(LIST, {"col": ["uscc", "nonsense", "sector"]})

    assert [column.key for column in response.context["shown"]] == ["uscc", "sector"]


def test_an_enterprise_goes_straight_to_its_own_page(registered, as_):
    owner = UserFactory(organisation=registered.organisation)

    assert as_(owner).get(LIST).url == registered.get_absolute_url()


def test_nothing_yet_differs_from_nothing_found(client_of):
    nothing = client_of.get(LIST).content.decode()
    not_found = client_of.get(LIST, {"q": "没有这家"}).content.decode()

    assert "这个视图里现在没有企业" in nothing
    assert "没有符合条件的记录" in not_found


def test_the_list_costs_the_same_for_one_row_and_for_fifty(client_of):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client_of.get(LIST, {"col": ["town", "industry", "sector", "insurer", "headcount"]})
        return len(caught)

    firm("佛山第一厂")
    queries()
    one = queries()
    for number in range(49):
        HeadcountFactory(site=SiteFactory(enterprise=firm(f"佛山{number}厂")))

    assert queries() == one
    assert one <= 25


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_by_key_show_every_row_once(officer, acting, monkeypatch, sort):
    monkeypatch.setattr("apps.enterprises.paging.SIZE", 3)
    monkeypatch.setattr("apps.enterprises.paging.LAST_NUMBERED", 2)
    for number in range(11):
        firm(f"佛山{number % 4}厂", people=number % 3)

    with acting(officer):
        rows, order = in_order(enterprises_fitting(officer, Terms()), sort, officer)
        pages = [page_of(rows, order=order, number=1), page_of(rows, order=order, number=2)]
        while after := pages[-1].after:
            last = rows.get(public_id=after)
            pages.append(page_of(rows, order=order, after=last))

    shown = [row.pk for page in pages for row in page.object_list]
    assert shown == list(rows.order_by(*order).values_list("pk", flat=True))
    assert [page.is_keyset for page in pages] == [False, False, True, True]


def test_the_page_beyond_the_numbers_is_reached_by_its_key(client_of, monkeypatch):
    monkeypatch.setattr("apps.enterprises.paging.SIZE", 2)
    monkeypatch.setattr("apps.enterprises.paging.LAST_NUMBERED", 1)
    for number in range(3):
        firm(f"佛山{number}厂")

    first = client_of.get(LIST)
    second = client_of.get(LIST, {"after": first.context["page"].after})

    assert names(first) == ["佛山2厂", "佛山1厂"]
    assert names(second) == ["佛山0厂"]


def test_counting_stops_where_nobody_counts_on(officer, acting, monkeypatch):
    monkeypatch.setattr("apps.enterprises.paging.MOST_COUNTED", 2)
    for number in range(4):
        firm(f"佛山{number}厂")

    with acting(officer):
        page = page_of(enterprises_fitting(officer, Terms()), order=("-pk",))

    assert page.total_text == "2+"


def test_search_offers_the_first_hits_and_the_list(firms, client_of):
    page = client_of.get(reverse("accounts:search"), {"q": "佛山五金"})

    (hits,) = [group for group in page.context["groups"] if str(group.heading) == "企业"]
    assert [item["label"] for item in hits.items] == ["佛山五金厂"]
    assert hits.all_url == "/enterprises/?q=佛山五金"


def test_people_are_those_at_the_sites_one_sees(firms, officer, city, as_):
    elsewhere = town("大良街道")
    SiteFactory(enterprise=firms["metal"], town=elsewhere, headcount=90_000)

    many = f"{LIST}?people_from=50000&sort=-headcount"

    assert names(as_(officer).get(many)) == []
    assert names(as_(city).get(many)) == ["佛山五金厂"]
    assert names(as_(city).get(f"{LIST}?sort=-headcount"))[0] == "佛山五金厂"
    assert names(as_(officer).get(f"{LIST}?sort=-headcount"))[0] == "佛山陶瓷厂"
