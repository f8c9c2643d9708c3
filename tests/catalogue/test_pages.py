"""What the programme sells can be read by everybody in it, and is changed by no page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.kinds import Kind
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest, read, write
from tests.factories import person

pytestmark = pytest.mark.usefixtures("product")

V2, T2 = "/products/foshan-sli/versions/2/", "/products/foshan-sli/tariffs/2/"
PAGES = ["/products/", V2, f"{V2}?tab=related", f"{V2}?tab=process", T2, f"{T2}?tab=related"]


@pytest.fixture
def reader(client):
    client.force_login(person(Kind.INSURER))
    return client


@pytest.mark.parametrize("kind", Kind)
def test_everybody_in_the_programme_reads_them(kind, client):
    client.force_login(person(kind))
    assert [client.get(page).status_code for page in PAGES] == [200] * len(PAGES)


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(V2).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_few_questions(page, reader):
    with CaptureQueriesContext(connection) as queries:
        reader.get(page)
    assert len(queries) <= 25


def test_versions_are_listed_with_how_they_stand_today(reader):
    text = reader.get("/products/").content.decode()
    assert text.index("/versions/2/") < text.index("/versions/1/")
    assert "2018-03-01 至 2025-03-28" in text
    assert "生效中" in text
    assert "已停用" in text


def test_samples_are_marked_as_such(reader):
    for page in (V2, T2):
        assert "示例，待主管部门确认" in reader.get(page).content.decode()


def test_the_heads_of_cover_are_nine(reader):
    text = reader.get(V2).content.decode()
    heads = ["从业人员死亡和伤残", "从业人员下落不明", "急性职业中毒", "第三者人身伤亡"]
    heads += ["第三者直接财产损失", "事故抢险救援费用", "医疗救护费用", "事故鉴定费用"]
    assert all(head in text for head in [*heads, "法律诉讼费用"])


def test_a_grid_shows_every_cell(reader):
    text = reader.get(T2).content.decode()
    assert "每人基础保费（限额 50 万元）" in text
    assert all(value in text for value in ("0.85", "2.62", "1.06"))


def test_a_version_that_is_not_there_is_not_found(reader):
    assert reader.get("/products/foshan-sli/tariffs/9/").status_code == 404
    assert reader.get("/products/other/versions/1/").status_code == 404


class TestApi:
    def test_lists_versions_newest_first(self, reader):
        for kind in ("products", "tariffs"):
            rows = reader.get(f"/api/v1/{kind}/").json()["results"]
            assert {(row["product"], row["number"]) for row in rows} == {
                ("foshan-sli", 1),
                ("foshan-sli", 2),
            }

    def test_tells_a_product_with_everything_in_it(self, reader):
        told = reader.get("/api/v1/products/foshan-sli/versions/2/").json()
        assert len(told["heads"]) == 9
        assert told["limits"][0]["per_person"] == "400000.00"
        assert [row["amount"] for row in told["deductibles"]] == ["0.00", "1000.00", "2000.00"]
        assert [reason["code"] for reason in told["refusal_reasons"]][:2] == ["closed", "stopped"]
        assert told["coverage_basis"] == "all_employees"

    def test_tells_a_tariff_whose_digest_anybody_can_take_again(self, reader):
        told = reader.get("/api/v1/products/foshan-sli/tariffs/2/").json()
        assert digest(told["document"]) == told["digest"]
        assert write(read(told["document"])) == told["document"]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    @pytest.mark.parametrize("kind", [Kind.INSURER, Kind.CITY_BUREAU])
    def test_changes_nothing(self, method, kind, client):
        client.force_login(person(kind))
        key = {"Idempotency-Key": "once"}
        for path in ("/api/v1/tariffs/", "/api/v1/products/foshan-sli/tariffs/2/?revision=1"):
            body = {"revision": 1, "valid_from": "2030-01-01", "note": "x"}
            options = {"content_type": "application/json", "headers": key}
            answer = getattr(client, method)(path, body, **options)
            assert answer.status_code in {403, 405, 409}
        assert TariffVersion.objects.get(number=2).note.startswith("自全国")
