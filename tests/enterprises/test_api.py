"""The register for other systems: same rights, same scope, refusals as problem+json."""

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.models import AuditEvent
from apps.enterprises.models import Enterprise, Site
from tests.codes import uscc
from tests.enterprises.conftest import town
from tests.factories import EnterpriseFactory, HeadcountFactory, SiteFactory, person

ROOT = "/api/v1"
CODE = uscc(930_000)
NEW = {
    "uscc": CODE,
    "name": "佛山市接口五金有限公司",
    "site": {
        "name": "主厂区",
        "town": "440605011",
        "address": "夏南路8号",
        "industry": "3311",
        "headcount": {"production": 30},
        "tags": ["dust"],
    },
}


def send(client, method, address, body, key=None):
    return getattr(client, method)(
        f"{ROOT}{address}",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def of(row):
    kind = "sites" if isinstance(row, Site) else "enterprises"
    return f"/{kind}/{row.public_id}/"


def test_an_enterprise_is_told_with_the_plants_one_sees(registered, client_of, officer):
    SiteFactory(enterprise=registered, name="大良厂", town=town("大良街道"), headcount=9)

    told = client_of.get(f"{ROOT}{of(registered)}").json()

    assert told["id"] == registered.public_id
    assert (told["headcount"], [site["name"] for site in told["sites"]]) == (42, ["主厂区"])
    assert told["contact"] == "梁** 138****8000"
    site = told["sites"][0]
    assert {name: site[name] for name in ("district", "town", "industry", "sector", "insurer")} == {
        "district": "440605",
        "town": "440605011",
        "industry": "3311",
        "sector": "emergency",
        "insurer": None,
    }


def test_the_list_is_narrowed_like_the_page(registered, client_of):
    SiteFactory(enterprise=EnterpriseFactory(name="佛山陶瓷厂"), headcount=300)

    def found(**terms):
        rows = client_of.get(f"{ROOT}/enterprises/", terms).json()["results"]
        return [row["name"] for row in rows]

    assert found() == ["佛山陶瓷厂", registered.name]
    assert found(q="锋利") == [registered.name]
    assert found(people_from=100) == ["佛山陶瓷厂"]
    assert found(town="440605124") == []


def test_the_list_goes_on_by_cursor(client_of):
    for number in range(3):
        SiteFactory(enterprise=EnterpriseFactory(name=f"佛山{number}厂"))

    first = client_of.get(f"{ROOT}/enterprises/", {"page_size": 2}).json()
    second = client_of.get(first["next"]).json()

    names = [row["name"] for row in first["results"] + second["results"]]
    assert names == ["佛山2厂", "佛山1厂", "佛山0厂"]
    assert second["next"] is None


@pytest.mark.parametrize("address", ["/enterprises/", "/sites/"])
def test_a_list_costs_the_same_for_one_row_and_for_fifty(client_of, address):
    def queries():
        client_of.get(f"{ROOT}{address}")
        with CaptureQueriesContext(connection) as caught:
            client_of.get(f"{ROOT}{address}")
        return len(caught)

    SiteFactory()
    one = queries()
    for _number in range(49):
        SiteFactory()

    assert queries() == one
    assert one <= 25


def test_a_registration_is_the_same_act_as_on_the_page(client_of):
    answer = send(client_of, "post", "/enterprises/", NEW)

    made = Enterprise.objects.get(uscc=CODE)
    assert answer.status_code == 201
    assert answer.json()["id"] == made.public_id
    assert (made.sites.get().headcount, made.sites.get().facts.get().tag.code) == (30, "dust")
    assert AuditEvent.objects.filter(action="enterprise.registered").count() == 1


def test_the_same_key_registers_once_and_answers_the_same(client_of):
    first = send(client_of, "post", "/enterprises/", NEW, key="k-1")
    second = send(client_of, "post", "/enterprises/", NEW, key="k-1")

    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replay"] == "true"
    assert Enterprise.objects.filter(uscc=CODE).count() == 1


def test_a_write_without_a_key_is_refused(client_of):
    answer = client_of.post(
        f"{ROOT}/enterprises/", json.dumps(NEW), content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("changed", "status", "code", "errors"),
    [
        (
            {"uscc": "91440604MA000TA188"},
            409,
            "enterprise_refused",
            {"uscc": ["按前17位算，末位应为9，现为8；请核对末位和第1至8位。"]},
        ),
        ({"name": ""}, 422, "invalid", {"name": ["该字段不能为空。"]}),
        (
            {"site": NEW["site"] | {"town": "440606005"}},
            409,
            "enterprise_refused",
            {"town": ["大良街道不在您的辖区，该处的场所请联系市应急管理局登记。"]},
        ),
        (
            {"site": NEW["site"] | {"industry": "C"}},
            409,
            "site_refused",
            {"industry": ["行业请至少选到大类。"]},
        ),
        (
            {"site": NEW["site"] | {"headcount": {"production": 100_001}}},
            409,
            "headcount_refused",
            None,
        ),
        ({"contact_phone": "12"}, 409, "enterprise_refused", None),
    ],
)
def test_a_refusal_is_a_problem_with_a_sentence(client_of, changed, status, code, errors):
    answer = send(client_of, "post", "/enterprises/", NEW | changed)

    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["code"]) == (status, code)
    if errors:
        assert problem["errors"] == errors
    assert not Enterprise.objects.filter(uscc=CODE).exists()


def test_a_site_is_put_right_in_part(site, client_of):
    version = client_of.get(f"{ROOT}{of(site)}").json()["version"]
    body = {"address": "夏南路10号", "reason": "门牌更新", "version": version}

    answer = send(client_of, "patch", of(site), body)

    assert (answer.status_code, answer.json()["address"]) == (200, "夏南路10号")
    assert answer.json()["name"] == "主厂区"
    stale = send(client_of, "patch", of(site), body | {"name": "东厂"})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")


def test_an_enterprise_is_put_right_in_part(registered, client_of):
    version = client_of.get(f"{ROOT}{of(registered)}").json()["version"]
    body = {"parent_name": "大锋集团", "reason": "股权变更", "version": version}

    answer = send(client_of, "patch", of(registered), body)

    assert answer.json()["parent_name"] == "大锋集团"
    assert Enterprise.objects.get(pk=registered.pk).contact_phone == "13800138000"


def test_a_plant_is_added(registered, client_of):
    answer = send(client_of, "post", f"{of(registered)}sites/", NEW["site"] | {"name": "东厂"})

    assert (answer.status_code, answer.json()["enterprise"]) == (201, registered.public_id)


def test_people_are_counted(site, client_of):
    address = f"{of(site)}headcounts/"
    body = {"valid_from": "2026-03-02", "production": 45, "source": "企业人事系统"}

    answer = send(client_of, "post", address, body)
    told = client_of.get(f"{ROOT}{address}").json()["results"]

    assert (answer.status_code, answer.json()["total"]) == (201, 45)
    assert [(row["valid_from"], row["valid_to"], row["total"]) for row in told] == [
        ("2026-03-02", None, 45)
    ]
    late = send(client_of, "post", address, body | {"valid_from": "2026-03-01"})
    assert (late.status_code, late.json()["code"]) == (409, "headcount_refused")


class TestAnotherDistrict:
    @pytest.fixture
    def stranger(self, as_):
        return as_(person("district_bureau", town="大良街道"))

    def test_finds_nothing(self, registered, site, stranger):
        assert stranger.get(f"{ROOT}/enterprises/").json()["results"] == []
        assert stranger.get(f"{ROOT}/sites/").json()["results"] == []
        for row in (registered, site):
            answer = stranger.get(f"{ROOT}{of(row)}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("verb", ["patch", "post"])
    def test_changes_nothing(self, registered, site, stranger, verb):
        places = {
            "patch": [of(registered), of(site)],
            "post": [f"{of(registered)}sites/", f"{of(site)}headcounts/"],
        }
        statuses = [send(stranger, verb, place, {}).status_code for place in places[verb]]

        assert statuses == [404, 404]


@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        ("insurer", "underwriter", 403),
        ("broker", "broker_evaluator", 403),
        ("city_bureau", "city_leader", 403),
        ("city_bureau", "city_officer", 201),
    ],
)
def test_only_keepers_of_the_register_write(as_, kind, role, status):
    assert send(as_(person(kind, role)), "post", "/enterprises/", NEW).status_code == status


def test_the_headcounts_of_a_site_come_page_by_page(site, client_of):
    site.headcounts.all().delete()
    for year in range(2000, 2004):
        HeadcountFactory(site=site, valid_from=f"{year}-01-01", valid_to=f"{year + 1}-01-01")

    page = client_of.get(f"{ROOT}{of(site)}headcounts/", {"page_size": 3}).json()

    assert [row["valid_from"][:4] for row in page["results"]] == ["2003", "2002", "2001"]
    assert page["next"]


def test_the_schema_has_nothing_to_complain_about(tmp_path, capsys):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "s.yml"))

    text = (tmp_path / "s.yml").read_text()
    assert "/api/v1/enterprises/{public_id}/sites/" in text
