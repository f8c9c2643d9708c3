"""A bureau's register comes in: what is wrong is told by row, what would change is shown first."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.core import running
from apps.core.models import Job
from apps.core.sheets.reading import read_sheet
from apps.core.sheets.writing import Column, write_xlsx
from apps.duty.models import RegistryImport, SiteDuty
from apps.duty.registry.reading import TEMPLATE
from apps.duty.selectors.ledger import duties_on
from apps.duty.services import registry
from apps.enterprises.models import Enterprise, Site
from tests.codes import uscc
from tests.factories import HeadcountFactory, SiteFactory, person

pytestmark = pytest.mark.django_db

HEAD = [["佛山市南海区高危行业名录", *[""] * (len(TEMPLATE) - 1)], list(TEMPLATE)]


def sheet(*rows, head=HEAD) -> SimpleUploadedFile:
    target = BytesIO()
    write_xlsx(target, [Column("") for _ in TEMPLATE], [*head, *rows])
    return SimpleUploadedFile("名录.xlsx", target.getvalue())


def line(n, **cells):
    row = {
        "uscc": uscc(n),
        "name": f"佛山市名录{n}金属制品有限公司",
        "site": "",
        "town": "佛山市南海区桂城街道",
        "address": f"工业路{n}号",
        "industry": "3311",
        "headcount": "20人",
        "tags": "粉尘涉爆、涉氨制冷",
    } | cells
    return list(row.values())


@pytest.fixture
def officer():
    return person(Kind.DISTRICT_BUREAU, "district_officer")


@pytest.fixture
def received(officer, acting):
    def receive(*rows, **facts):
        with acting(officer):
            return registry.receive(file=sheet(*rows, **facts), source="2026年名录", by=officer)

    return receive


def told(batch, officer, acting):
    with acting(officer):
        return {
            row.number: (row.effect, [fault[1] for fault in row.faults])
            for row in batch.staged_rows.all()
        }


def test_a_messy_file_is_told_row_by_row_with_the_number_excel_shows(received, officer, acting):
    wrong = uscc(3)[:-1] + ("0" if uscc(3)[-1] != "0" else "1")
    batch = received(
        line(1),
        line(2, uscc=f" {uscc(2).lower()} ", town="桂城", headcount="1,200"),
        line(3, uscc=wrong),
        line(4, town="不存在镇"),
        line(5, industry="铁匠"),
        line(6, headcount="约二十"),
        line(7, tags="爆炸"),
        line(8, town="顺德区大良街道"),
        line(1),
        line(9, address=""),
    )
    found = told(batch, officer, acting)
    assert [number for number, (effect, _) in found.items() if effect == "new"] == [4, 5]
    assert "末位应为" in found[6][1][0]
    assert "没有“不存在镇”这个镇街" in found[7][1][0]
    assert "没有“铁匠”这个行业" in found[8][1][0]
    assert "不是人数" in found[9][1][0]
    assert "没有“爆炸”这种情形" in found[10][1][0]
    assert "不在您的辖区" in found[11][1][0]
    assert found[12][1] == ["与第4行是同一处场所；一处场所只填一行。"]
    assert found[13][1] == ["新登记的场所要填地址。"]


def test_a_row_is_mended_in_place_or_only_the_bad_rows_are_sent_again(
    received, officer, acting, client
):
    batch = received(line(1), line(2, town="不存在镇"), line(3, headcount="无"))
    client.force_login(officer)
    url = reverse("duty:registry_row", args=[batch.public_id, 5])
    cells = dict(zip(("uscc", "name", "site", "town"), line(2)[:4], strict=True))
    more = {"address": "工业路2号", "industry": "3311", "headcount": "20", "tags": ""}
    assert client.post(url, cells | more | {"act": "m"}).status_code == 302
    faults = client.get(reverse("duty:registry_faults", args=[batch.public_id]))
    rows = read_sheet(BytesIO(faults.content))
    heads, bad = rows[0].cells, rows[1].cells
    assert [row.cells[0] for row in rows[1:]] == ["6"]
    bad[heads.index("从业人数")] = "33"
    target = BytesIO()
    write_xlsx(target, [Column(text) for text in heads], [bad])
    again = {"file": SimpleUploadedFile("改.xlsx", target.getvalue()), "act": "a"}
    assert client.post(reverse("duty:registry_again", args=[batch.public_id]), again).status_code
    assert [effect for effect, _ in told(batch, officer, acting).values()] == ["new"] * 3


def test_nothing_counts_before_it_is_confirmed_and_then_the_ledger_knows_it(
    received, officer, acting, client
):
    batch = received(line(1), line(2))
    with acting(officer):
        assert not Enterprise.objects.filter(uscc=uscc(1)).exists()
    client.force_login(officer)
    url = reverse("duty:registry_decide", args=[batch.public_id])
    assert client.post(url, {"wish": "commit", "act": "c"}).status_code == 302
    with acting(officer):
        job = Job.objects.get(kind=registry.COMMIT)
    running.run(job.pk)
    with acting(officer):
        batch = RegistryImport.objects.get()
        assert (batch.state, batch.added) == ("committed", 2)
        site = Site.objects.get(enterprise__uscc=uscc(1))
        assert (site.headcount, site.facts.count()) == (20, 2)
        row = duties_on(officer, timezone.localdate()).get(site=site.pk)
    assert row.state == SiteDuty.State.UNINSURED
    assert row.needed == 20


def test_what_an_enterprise_declared_is_shown_and_stays_unless_the_bureau_says_so(
    received, officer, acting
):
    site = SiteFactory(headcount=46, address="工业路1号")
    HeadcountFactory(site=site, production=38, other=8, source="企业申报")
    known = site.enterprise
    row = line(1, uscc=known.uscc, name=known.name, headcount="60", tags="粉尘涉爆")
    for overwrite, people in ((False, 46), (True, 60)):
        batch = received(row)
        with acting(officer):
            staged = batch.staged_rows.get()
            by_field = {change["field"]: change["own"] for change in staged.changes}
            assert by_field["headcount"] is True
            registry.commit(batch=batch, overwrite=overwrite, by=officer)
            site.refresh_from_db()
            assert site.headcount == people
    # The difference went to production posts; the others stay as they were declared.
    with acting(officer):
        assert site.headcounts.get(valid_to=None).other == 8


def test_a_second_plant_of_a_known_firm_is_a_new_site_not_a_new_firm(received, officer, acting):
    site = SiteFactory(address="工业路1号")
    known = site.enterprise
    batch = received(
        line(1, uscc=known.uscc, name=known.name, town="大沥镇", site="二厂"),
        line(2, uscc=known.uscc, name=known.name, site="主厂区", address="", tags="", headcount=""),
    )
    found = told(batch, officer, acting)
    assert [effect for effect, _ in found.values()] == ["more", "same"]
    with acting(officer):
        registry.commit(batch=batch, overwrite=False, by=officer)
        assert Site.objects.filter(enterprise=known.pk).count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 not a sheet", "请上传.xlsx或.csv表格"),
        (b"PK\x03\x04 broken", "打不开"),
        ("姓名,年龄\n张三,1\n".encode(), "没有找到表头"),
        (b"", "文件是空的"),
        ("统一社会信用代码,企业名称,镇街\n".encode(), "表头下面没有内容"),
    ],
)
def test_a_hostile_or_wrong_file_ends_in_a_sentence_and_leaves_nothing(
    officer, client, acting, content, sentence
):
    client.force_login(officer)
    file = SimpleUploadedFile("名录.xlsx", content)
    answer = client.post(reverse("duty:registry"), {"file": file, "source": "名录", "act": "x"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with acting(officer):
        assert not RegistryImport.objects.exists()


def test_another_bureau_does_not_see_the_file(received, officer, client):
    batch = received(line(1))
    client.force_login(person(Kind.DISTRICT_BUREAU, "district_officer", town="大良街道"))
    url = reverse("duty:registry_review", args=[batch.public_id])
    assert client.get(url).status_code == 404
