"""The list as a file: the columns and conditions of the page, the scope of whoever asked."""

from pathlib import Path

import pytest

from apps.core import context
from apps.core.idempotency import new_act
from apps.core.models import AuditEvent, Job
from apps.core.running import run
from apps.core.sheets.reading import read_sheet
from apps.enterprises.models import Enterprise
from tests.enterprises.conftest import errors, town, url
from tests.factories import EnterpriseFactory, SiteFactory, person


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def firms():
    for number in range(3):
        SiteFactory(enterprise=EnterpriseFactory(name=f"佛山{number}厂"), headcount=number)
    SiteFactory(enterprise=EnterpriseFactory(name="顺德厂"), town=town("大良街道"))


def export(client, query="", **data):
    return client.post(f"{url('export')}?{query}", {"act": new_act(), **data})


def written(response, media):
    """What is in the file, once the worker has done the job."""
    job = Job.objects.get(public_id=response.url.split("/")[-2])
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.note) == (Job.State.DONE, "")
    with Path(media, job.file).open("rb") as file:
        return job, [row.cells for row in read_sheet(file)]


def test_the_file_has_the_columns_and_conditions_of_the_page(client_of, firms, media):
    response = export(client_of, "q=佛山&col=headcount&col=town")

    job, rows = written(response, media)

    assert rows == [
        ["企业", "镇街", "从业人数"],
        ["佛山2厂", "桂城街道", "2"],
        ["佛山1厂", "桂城街道", "1"],
        ["佛山0厂", "桂城街道", "0"],
    ]
    assert (job.done, job.total) == (3, 3)
    assert job.file == f"jobs/{job.public_id}.xlsx"


def test_it_holds_nothing_its_reader_does_not_see(as_, firms, media):
    client = as_(person("district_bureau", town="大良街道"))

    _job, rows = written(export(client), media)

    assert [cells[0] for cells in rows] == ["企业", "顺德厂"]


def test_it_is_written_batch_by_batch(client_of, firms, media, monkeypatch):
    monkeypatch.setattr("apps.enterprises.jobs.BATCH", 2)

    _job, rows = written(export(client_of), media)

    assert [cells[0] for cells in rows] == ["企业", "佛山2厂", "佛山1厂", "佛山0厂"]


def test_contacts_go_along_for_a_reason_that_is_on_record(client_of, registered, media):
    response = export(client_of, "col=uscc", contacts="1", reason="开展参保动员")

    _job, rows = written(response, media)

    assert rows[1] == [registered.name, registered.uscc, "梁伟明", "13800138000"]
    event = AuditEvent.objects.get(action="enterprises.exported_with_contacts")
    assert event.reason == "开展参保动员"


def test_contacts_are_not_handed_out_for_nothing(client_of):
    response = export(client_of, contacts="1")

    assert response.status_code == 422
    assert errors(response) == {"reason": ["导出联系人须说明用途。"]}
    assert not Job.objects.exists()


def test_the_broker_gets_no_contacts_however_it_asks(as_, registered, media):
    client = as_(person("broker", "broker_evaluator"))

    _job, rows = written(export(client, contacts="1", reason="想要"), media)

    assert "13800138000" not in str(rows)
    assert "梁伟明" not in str(rows)


def test_rights_lost_meanwhile_count(client_of, officer, registered, media):
    response = export(client_of, contacts="1", reason="核实")
    type(officer).objects.filter(pk=officer.pk).update(role="district_leader")

    _job, rows = written(response, media)

    assert "13800138000" not in str(rows)


def test_a_name_that_looks_like_a_formula_stays_a_name(client_of, officer, media):
    SiteFactory(enterprise=EnterpriseFactory(name="=1+1"))

    _job, rows = written(export(client_of, "col=town"), media)

    assert rows[1] == ["=1+1", "桂城街道"]


def test_asking_twice_starts_one_job(client_of, firms):
    act = new_act()

    for _time in range(2):
        client_of.post(url("export"), {"act": act})

    assert Job.objects.count() == 1


def test_who_may_not_export_is_turned_away(as_):
    assert export(as_(person("city_bureau", "city_leader"))).status_code == 403


def test_a_colleague_does_not_reach_the_file(client_of, firms, media, as_):
    response = export(client_of)
    job, _rows = written(response, media)
    colleague = as_(person("district_bureau"))

    assert colleague.get(f"/jobs/{job.public_id}/file/").status_code == 404
    taken = client_of.get(f"/jobs/{job.public_id}/file/")
    taken.close()
    assert taken.status_code == 200


def test_the_context_of_the_job_is_its_readers(officer, firms, media, client_of, monkeypatch):
    seen = []
    original = Enterprise.objects.visible_to

    def spy(user):
        seen.append(context.current().role)
        return original(user)

    monkeypatch.setattr(Enterprise.objects, "visible_to", spy)
    written(export(client_of), media)

    assert set(seen) == {"scope_district_bureau"}
