"""How the platform runs: numbers for the system administrator, and nothing of the contents."""

import pytest
from django.utils import timezone

from apps.core import audit
from apps.core.models import AuditEvent, Effect, Job
from tests.factories import person


@pytest.fixture
def admin():
    return person("platform", "system_admin")


def effect(**fields):
    return Effect.objects.create(name="accounts.invite", actor="user:1", request_id="r", **fields)


def parked():
    error = "SMTPError: 王芳 wang@example.com"
    return effect(parked_at=timezone.now(), attempts=8, error=error)


def test_the_page_counts_effects_and_jobs_of_everybody(admin, as_):
    effect()
    effect(done_at=timezone.now())
    parked()
    Job.objects.create(kind="x", title="导出", actor="user:1")

    page = as_(admin).get("/system/")

    assert [figure["value"] for figure in page.context["stats"]] == ["1", "1", "1"]
    assert page.context["jobs"] == [("排队中", 1)]


def test_the_page_tells_the_kind_of_an_error_but_not_its_words(admin, as_):
    parked()

    page = as_(admin).get("/system/").content.decode()

    assert "SMTPError" in page
    assert "王芳" not in page
    assert "wang@example.com" not in page


def test_the_page_tells_how_far_the_audit_is_chained(admin, as_):
    audit.record("person.joined", by=admin, on=admin)
    audit.seal()

    facts = as_(admin).get("/system/").context["store"]

    assert facts[-1]["value"] == "2026-03-02 09:00"


def test_a_parked_effect_is_put_back_into_the_queue_and_that_is_written_down(admin, as_):
    stuck = parked()

    response = as_(admin).post(f"/system/effects/{stuck.pk}/retry/")

    assert response["Location"] == "/system/"
    stuck.refresh_from_db()
    assert (stuck.parked_at, stuck.attempts) == (None, 0)
    event = AuditEvent.objects.get()
    assert event.action == "effect.retried"
    assert event.changes == {"effect": "accounts.invite", "number": str(stuck.pk)}


def test_an_effect_that_is_not_parked_is_left_alone(admin, as_):
    waiting = effect(attempts=2)

    as_(admin).post(f"/system/effects/{waiting.pk}/retry/")

    waiting.refresh_from_db()
    assert waiting.attempts == 2
    assert AuditEvent.objects.count() == 0


def test_the_administrator_s_own_eyes_see_no_effect(admin, acting):
    effect()

    with acting(admin):
        assert Effect.objects.count() == 0
