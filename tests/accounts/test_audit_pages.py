"""Reading the audit, proving it whole, taking it home."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from apps.accounts.services import export_events
from apps.core import audit, context, running
from apps.core.models import AuditEvent, Job
from tests.conftest import ARRANGER, admin_in
from tests.factories import UserFactory, organisation, person

REASON = re.compile(r"<div>(第\d+件)")


@pytest.fixture
def auditor():
    return person("platform", "audit_admin")


@pytest.fixture
def officer():
    return person("city_bureau", "city_officer")


def happen(by, action="person.suspended", on=None, **facts):
    audit.record(action, by=by, on=on or by.organisation, **facts)


def test_the_auditor_and_the_city_read_every_event(auditor, officer, as_):
    insurer = person("insurer", name="中国人保")
    happen(insurer, reason="离职")

    for reader in (auditor, officer):
        page = as_(reader).get("/audit/").content.decode()
        assert "停用账号" in page
        assert "离职" in page
        assert insurer.name in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"action": "person.suspended"}, True),
        ({"action": "person.joined"}, False),
        ({"actor": "王"}, True),
        ({"actor": "李"}, False),
        ({"since": "2026-03-02", "until": "2026-03-02"}, True),
        ({"until": "2026-03-01"}, False),
        ({"target_name": "中国人保"}, True),
        ({"target_name": "平安"}, False),
        ({"since": "nonsense"}, True),
    ],
)
def test_the_list_narrows_by_day_action_actor_and_object(auditor, as_, asked, found):
    own = organisation("insurer", name="中国人保")
    happen(UserFactory(organisation=own, name="王芳"), reason="离职")

    page = as_(auditor).get("/audit/", asked).content.decode()

    assert ("离职" in page) == found


def test_the_events_of_one_object_are_a_click_away(auditor, as_):
    insurer, other = person("insurer"), person("broker")
    happen(insurer, reason="第一件")
    happen(other, reason="第二件")
    client = as_(auditor)
    target = f"accounts.organisation:{insurer.organisation.pk}"
    assert f"target={quote(target)}" in client.get("/audit/").content.decode()

    page = client.get("/audit/", {"target": target}).content.decode()

    assert "第一件" in page
    assert "第二件" not in page


def test_older_events_follow_by_key(auditor, as_):
    insurer = person("insurer")
    for number in range(60):
        happen(insurer, reason=f"第{number}件")
    client = as_(auditor)

    first = client.get("/audit/")
    second = client.get("/audit/", {"before": first.context["older"]})

    rows = [REASON.findall(page.content.decode()) for page in (first, second)]
    assert [len(page) for page in rows] == [50, 10]
    assert (rows[0][-1], rows[1][0]) == ("第10件", "第9件")
    assert second.context["older"] is None


def test_a_whole_chain_is_told_to_be_whole(auditor, as_):
    happen(person("insurer"))
    audit.seal()

    response = as_(auditor).get("/audit/check/", {"since": "2026-03-02", "until": "2026-03-02"})

    chain = response.context["chain"]
    assert (chain.breaks, chain.events, chain.waiting) == ([], 1, 0)
    assert "完好" in response.content.decode()


def test_a_broken_chain_is_told_where_it_breaks(own_database, client):
    with context.entering(ARRANGER), transaction.atomic():
        auditor = person("platform", "audit_admin")
        happen(auditor, reason="离职")
        audit.seal()
        client.force_login(auditor)
    tampering = "update core_auditevent set reason = '升职'"
    admin_in(own_database, "set session_replication_role = replica", tampering)

    page = client.get("/audit/check/", {"since": "2026-03-02", "until": "2026-03-02"})

    assert [found.what for found in page.context["chain"].breaks] == ["content"]
    assert "内容被改过" in page.content.decode()


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-03-02", "2026-03-01"), ("2026-01-01", "2026-03-02"), ("", ""), ("x", "2026-03-02")],
)
def test_days_that_cannot_be_checked_are_refused(auditor, as_, since, until):
    response = as_(auditor).get("/audit/check/", {"since": since, "until": until})

    assert response.status_code == 422
    assert response.context["chain"] is None


def test_an_export_is_a_job_with_the_columns_of_the_page(auditor, as_, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    insurer = person("insurer", name="中国人保")
    happen(insurer, reason="=1+1", changes={"is_active": [True, False]})

    response = as_(auditor).post("/audit/export/", {"action": "person.suspended"})
    found = Job.objects.get()
    assert response["Location"] == f"/jobs/{found.public_id}/"
    running.run(found.pk)

    found.refresh_from_db()
    assert (found.state, found.done, found.total) == (Job.State.DONE, 1, 1)
    sheet = CalamineWorkbook.from_path(tmp_path / found.file).get_sheet_by_index(0)
    heading, row = sheet.to_python()
    assert heading[:3] == ["时间", "事项", "对象"]
    assert row[1:7] == ["停用账号", "中国人保", insurer.name, "承保出单员", "中国人保", "=1+1"]
    assert AuditEvent.objects.filter(action="audit.exported").count() == 1


def test_an_export_holds_what_its_reader_may_see_when_it_runs(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bureau = person("city_bureau", "city_officer")
    happen(person("insurer"))
    found = export_events({}, by=bureau)
    bureau.role = "city_leader"
    bureau.organisation.kind = "insurer"
    bureau.organisation.save()

    running.run(found.pk)

    found.refresh_from_db()
    rows = CalamineWorkbook.from_path(tmp_path / found.file).get_sheet_by_index(0).to_python()
    assert "停用账号" not in {row[1] for row in rows}


def test_without_a_day_the_last_thirty_are_shown(auditor, as_):
    page = as_(auditor).get("/audit/")

    since = (timezone.localdate() - timedelta(days=30)).isoformat()
    assert page.context["conditions"] == {"since": since}


@pytest.mark.parametrize("before", ["x", "9" * 18, "9" * 5_000, "-1", "٣"])
def test_a_key_that_was_never_handed_out_does_no_harm(auditor, as_, before):
    assert as_(auditor).get("/audit/", {"before": before}).status_code == 200
