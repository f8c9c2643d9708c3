"""Long work belongs to whoever asked for it."""

import pytest
from django.urls import reverse

from apps.core.models import Job
from tests.factories import person


@pytest.fixture
def known():
    return person("insurer")


def job_of(actor, **fields):
    return Job.objects.create(kind="x", title="导出名单", actor=actor.actor_key, **fields)


def finished(found, *, file=""):
    for state in (Job.State.RUNNING, Job.State.DONE):
        found.state, found.file = state, file
        found.save()
    return found


def url(found, verb=""):
    return reverse(f"accounts:job{verb}", args=[found.public_id])


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "jobs").mkdir(parents=True)
    (settings.MEDIA_ROOT / "jobs" / "a.xlsx").write_bytes(b"sheet")
    (tmp_path / "secret.xlsx").write_bytes(b"secret")
    return settings.MEDIA_ROOT


def test_one_sees_one_s_own_jobs(known, as_):
    mine, other = job_of(known), job_of(person("insurer"))

    page = as_(known).get("/jobs/").content.decode()

    assert mine.public_id in page
    assert other.public_id not in page


@pytest.mark.parametrize("verb", ["", "_file"])
def test_the_job_of_a_colleague_is_not_found(known, as_, media, verb):
    other = finished(job_of(person("insurer")), file="jobs/a.xlsx")

    assert as_(known).get(url(other, verb)).status_code == 404


def test_the_job_of_a_colleague_cannot_be_cancelled(known, as_):
    other = job_of(person("insurer"))

    assert as_(known).post(url(other, "_cancel")).status_code == 404
    other.refresh_from_db()
    assert other.state == Job.State.QUEUED


def test_a_waiting_job_is_cancelled_at_once(known, as_):
    mine = job_of(known)

    as_(known).post(url(mine, "_cancel"))

    mine.refresh_from_db()
    assert mine.state == Job.State.CANCELLED


def test_an_unfinished_job_polls_and_a_finished_one_does_not(known, as_):
    waiting, done = job_of(known), finished(job_of(known))
    client = as_(known)

    assert "every 2s" in client.get(url(waiting)).content.decode()
    assert "every 2s" not in client.get(url(done)).content.decode()


def test_a_result_is_taken_home_as_an_attachment_with_its_chinese_name(known, as_, media):
    mine = finished(job_of(known), file="jobs/a.xlsx")

    response = as_(known).get(url(mine, "_file"))

    assert b"".join(response.streaming_content) == b"sheet"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%AF%BC%E5%87%BA%E5%90%8D%E5%8D%95.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("file", ["", "jobs/gone.xlsx", "../secret.xlsx", "/etc/hostname"])
def test_what_is_no_file_of_the_job_is_not_found(known, as_, media, file):
    mine = finished(job_of(known), file=file)

    assert as_(known).get(url(mine, "_file")).status_code == 404


def test_a_file_of_a_job_that_is_still_running_is_not_found(known, as_, media):
    mine = job_of(known, file="jobs/a.xlsx")

    assert as_(known).get(url(mine, "_file")).status_code == 404
