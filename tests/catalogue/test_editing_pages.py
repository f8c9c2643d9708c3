"""The pages a clerk works on: each shows itself, saves all or nothing, and says what is wrong."""

import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.kinds import Kind
from apps.catalogue.models import Product, TariffVersion
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import start_product, start_tariff
from apps.rating.gate.services import run_gate
from tests.factories import person

pytestmark = pytest.mark.usefixtures("product")

TODAY = date(2026, 3, 2)
T3, V3 = "/products/foshan-sli/tariffs/3/", "/products/foshan-sli/versions/3/"
WORDS = {"valid_from": date(2027, 1, 1), "source": "市局文件", "today": TODAY}


@pytest.fixture(autouse=True)
def _march():
    with time_machine.travel("2026-03-02 10:00+08:00", tick=True):
        yield


@pytest.fixture
def drafts(product, bureau, acting):
    """A draft tariff and a draft product of the first of the two."""
    maker = bureau[0]
    with acting(maker):
        start_tariff(product=product, like=product.tariffs.get(number=2), by=maker, **WORDS)
        start_product(
            product=product, like=product.product_versions.get(number=2), by=maker, **WORDS
        )


@pytest.fixture
def clerk(client, bureau, drafts):
    client.force_login(bureau[0])
    return client


@pytest.fixture
def insurer(client, drafts):
    client.force_login(person(Kind.INSURER))
    return client


def act_in(client, page):
    """The key that the page drew for its act."""
    text = client.get(page).content.decode()
    return text.split('name="act" value="')[1].split('"')[0]


def post(client, page, **values):
    return client.post(page, {"act": act_in(client, page), **values})


def tariff():
    return tariff_of(TariffVersion.objects.get(number=3))


PAGES = [
    *(f"{T3}{tail}" for tail in ("", "edit/", "bounds/", "cases/1/", "import/", "differences/")),
    *(
        f"{T3}{tail}"
        for tail in ("check/", "send/", "delete/", "tables/base/", "tables/risk_class/")
    ),
    *(f"{V3}{tail}" for tail in ("", "edit/", "send/", "delete/")),
    *(f"{V3}lists/{name}/" for name in ("heads", "limits", "deductibles", "clauses")),
    *(f"{V3}lists/{name}/" for name in ("refusal_reasons", "cancellation_grounds")),
    "/products/foshan-sli/tariffs/new/",
    "/products/foshan-sli/versions/new/",
    "/products/new/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_itself_within_its_queries(page, clerk, django_assert_max_num_queries):
    clerk.get(page)  # what is read once per process
    with django_assert_max_num_queries(25):
        assert clerk.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_an_insurer_opens_only_those_to_read(page, insurer):
    is_read = page in {T3, V3, f"{T3}differences/"}
    assert insurer.get(page).status_code == (200 if is_read else 403)
    assert insurer.post(page, {"act": "x", "revision": 1}).status_code in {403, 200}
    assert TariffVersion.objects.get(number=3).revision == 1


def test_an_insurer_is_shown_no_button_that_changes_anything(insurer):
    text = insurer.get(T3).content.decode()
    assert "下载工作簿" in text
    assert not any(word in text for word in ("上传工作簿", "改基本信息", "删除草案", ">检验<"))


class TestTheGrid:
    page = f"{T3}tables/base/"

    def save(self, client, cells, revision=1):
        sent = [{"keys": [key], "value": value} for key, value in cells.items()]
        return post(client, self.page, revision=revision, cells=json.dumps(sent))

    def test_saves_and_tells_how_the_cases_come_out(self, clerk):
        told = self.save(clerk, {"I": "61"})
        assert told.status_code == 200
        assert told.json()["revision"] == 2
        assert any("应为" in line for line in told.json()["lines"])
        assert tariff().table["base"].cells["I",].value == 61

    def test_a_wrong_cell_is_named_and_nothing_is_taken(self, clerk):
        told = self.save(clerk, {"I": "61", "II": "x"})
        assert told.status_code == 422
        assert told.json()["cells"] == [{"keys": ["II"], "text": "“x”不是数值。"}]
        assert tariff().table["base"].cells["I",].value == 60

    def test_who_saw_an_older_draft_gets_the_newest_and_keeps_what_was_typed(self, clerk):
        self.save(clerk, {"I": "61"})
        told = self.save(clerk, {"I": "62"}, revision=1)
        assert told.status_code == 409
        assert "已被改过" in told.json()["error"]
        assert told.json()["revision"] == 2
        assert told.json()["rows"][0]["cells"][0] == ["61", "60"]

    def test_works_as_a_plain_form(self, clerk):
        cells = {"cell-0-0": "61", "cell-1-0": "120", "cell-2-0": "220"}
        assert post(clerk, self.page, revision=1, **cells).status_code == 302
        assert tariff().table["base"].cells["I",].value == 61

    def test_nonsense_is_refused(self, clerk):
        for cells in ("{", "[1]", '[{"keys": 1}]'):
            assert post(clerk, self.page, revision=1, cells=cells).status_code == 400

    def test_another_table_is_not_found(self, clerk):
        assert clerk.get(f"{T3}tables/none/").status_code == 404


class TestTheWorkbook:
    def workbook(self, client):
        response = client.get(f"{T3}workbook.xlsx")
        assert response["Content-Disposition"].endswith('"foshan-sli-tariff-3.xlsx"')
        return response.content

    def changed(self, content, old, new):
        """Texts stand in the sheets by number too, but marked t="s"."""
        number = re.compile(rb'(<c r="[A-Z]+[0-9]+" s="[0-9]+"><v>)' + old + rb"(</v>)")
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as one, zipfile.ZipFile(target, "w") as other:
            for name in one.namelist():
                part = number.sub(rb"\g<1>" + new + rb"\g<2>", one.read(name))
                other.writestr(name, part, zipfile.ZIP_DEFLATED)
        return target.getvalue()

    def upload(self, client, content, **more):
        page = f"{T3}import/"
        file = SimpleUploadedFile("费率.xlsx", content)
        return client.post(page, {"act": act_in(client, page), "book": file, **more})

    def test_is_looked_at_first_and_taken_afterwards(self, clerk):
        content = self.changed(self.workbook(clerk), b"220", b"231")
        shown = self.upload(clerk, content)
        text = shown.content.decode()
        assert "改动 1 格费率" in text
        assert "↑ 升 +5.00 %" in text
        assert tariff().table["base"].cells["III",].value == 220

        taken = text.split('name="taken" value="')[1].split('"')[0]
        assert post(clerk, f"{T3}import/", taken=taken).status_code == 302
        assert tariff().table["base"].cells["III",].value == 231

    def test_a_fault_is_told_by_sheet_and_cell(self, clerk):
        content = self.changed(self.workbook(clerk), b"220", b"-220")
        shown = self.upload(clerk, content)
        assert shown.status_code == 422
        assert "每人基础保费 限额 50 万元 C7" in shown.content.decode().replace("（", " ").replace(
            "）", ""
        )

    def test_nobody_confirms_what_somebody_else_was_shown(self, clerk, bureau):
        shown = self.upload(clerk, self.workbook(clerk)).content.decode()
        taken = shown.split('name="taken" value="')[1].split('"')[0]
        clerk.force_login(bureau[1])
        assert post(clerk, f"{T3}import/", taken=taken).status_code == 302
        assert TariffVersion.objects.get(number=3).revision == 1


class TestForms:
    def test_bounds(self, clerk):
        page = f"{T3}bounds/"
        text = clerk.get(page).content.decode()
        assert 'value="0.7"' in text
        crossed = post(clerk, page, revision=1, lowest="1.4", highest="1.3", minimum="500")
        assert crossed.status_code == 422
        assert post(clerk, page, revision=1, lowest="0.6", highest="1.3", minimum="1千").status_code
        assert (tariff().lowest, tariff().minimum) == (tariff().lowest, 1000)

    def test_a_golden_case_is_added_and_removed(self, clerk):
        count = len(tariff().golden)
        page = f"{T3}cases/{count + 1}/"
        facts = {"fact:industry": "3311", "fact:heads": "46", "fact:limit": "50万"}
        facts |= {"fact:deductible": "0", "fact:standardisation": "3", "fact:accidents": "none_2"}
        facts |= {"fact:tags": ["special_equipment"], "fact:credit": "B", "fact:listed": "no"}
        made = post(clerk, page, revision=1, name="新算例", premium="5,000", **facts)
        assert made.status_code == 302
        case = tariff().golden[-1]
        assert (case.name, case.facts["limit"], case.facts["tags"]) == (
            "新算例",
            500_000,
            ["special_equipment"],
        )
        assert case.facts["deductible"] == 0
        gone = post(clerk, page, revision=2, name="x", premium="1", remove="1", **facts)
        assert gone.status_code == 302
        assert len(tariff().golden) == count

    def test_the_heads_of_a_product(self, clerk):
        page = f"{V3}lists/heads/"
        row = Product.objects.get(code="foshan-sli").product_versions.get(number=3)
        values = {"line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-MIN_NUM_FORMS": "0"}
        line = {"kind": "injury", "per": "person", "limit": "30%", "deductible": "", "ORDER": "1"}
        values |= {f"line-0-{name}": value for name, value in line.items()}
        assert post(clerk, page, revision=1, **values).status_code == 302
        (head,) = row.heads.all()
        assert (head.share, head.amount, head.deductible) == (Decimal("0.3"), None, 0)

    def test_an_impossible_share_is_refused_at_its_field(self, clerk):
        values = {"line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-limit": "130%"}
        values |= {"line-0-kind": "injury", "line-0-per": "person", "line-0-ORDER": "1"}
        shown = post(clerk, f"{V3}lists/heads/", revision=1, **values)
        assert shown.status_code == 422
        assert "不超过 100%" in shown.content.decode()

    def test_the_clauses_are_a_book(self, clerk):
        response = clerk.get(f"{V3}clauses.pdf")
        assert response.content.startswith(b"%PDF")
        assert response.content == clerk.get(f"{V3}clauses.pdf").content


class TestTheWay:
    def test_two_people_take_a_tariff_to_its_day(self, clerk, bureau, acting):
        assert post(clerk, f"{T3}check/").status_code == 302
        assert "逐格检验" in clerk.get(f"{T3}send/").content.decode()
        with acting(bureau[0]):
            run_gate(version=TariffVersion.objects.get(number=3), by=bureau[0])
        assert post(clerk, f"{T3}send/").status_code == 302
        assert post(clerk, f"{T3}approve/", reason="同意").status_code == 422
        clerk.force_login(bureau[1])
        assert post(clerk, f"{T3}approve/", reason="同意").status_code == 302
        assert post(clerk, f"{T3}activate/").status_code == 302
        assert TariffVersion.objects.get(number=3).state == "active"

    def test_a_draft_that_does_not_hold_is_not_checked_and_says_why(self, clerk):
        cells = json.dumps([{"keys": ["I"], "value": "300"}])
        post(clerk, f"{T3}tables/base/", revision=1, cells=cells)
        shown = post(clerk, f"{T3}check/")
        assert shown.status_code == 422
        assert "违反单调性" in shown.content.decode()

    def test_deleting_leads_back_to_the_list(self, clerk):
        assert post(clerk, f"{T3}delete/").url == "/products/"
