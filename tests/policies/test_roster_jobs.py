"""A big file is read and committed by a worker, with the eyes of whoever sent it."""

import pytest
import time_machine
from django.core.files.base import ContentFile

from apps.core.models import Job
from apps.core.running import run
from apps.documents.screening.reading import FileRefused
from apps.policies.roster.models import InsuredPerson, RosterImport
from apps.policies.services import imports
from apps.policies.services.jobs import commit_later, stage_later
from tests.core.workbooks import sheet_with
from tests.enrollment.conftest import NOW, TODAY
from tests.policies.test_roster import line, workbook


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def sent(policy, file, user, acting):
    with acting(user):
        batch = imports.take_in(policy=policy, file=file, today=TODAY, by=user)
        job = stage_later(batch=batch, today=TODAY, by=user)
    run(job.pk)
    return batch, Job.objects.get(pk=job.pk)


def test_a_worker_reads_the_file_and_puts_everybody_in(issued, owner, acting):
    batch, job = sent(issued, workbook(line(1), line(2)), owner, acting)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.result == {"url": f"/imports/{batch.public_id}/"}
    with acting(owner):
        later = commit_later(batch=batch, today=TODAY, by=owner)
    run(later.pk)
    assert Job.objects.get(pk=later.pk).state == "done"
    assert InsuredPerson.objects.count() == 2
    Job.objects.filter(pk=later.pk).update(state="done")
    run(later.pk)  # rung once more by the sweep
    assert InsuredPerson.objects.count() == 2


def test_a_file_the_worker_cannot_read_is_told_and_waits_for_nobody(issued, owner, acting):
    far = sheet_with('<row r="1048576"/>')
    with acting(owner), pytest.raises(FileRefused):
        imports.receive(policy=issued, file=ContentFile(far, "x.xlsx"), today=TODAY, by=owner)
    empty = workbook(head=["甲", "乙"])
    _batch, job = sent(issued, empty, owner, acting)
    assert job.state == "failed"
    assert "找不到表头" in job.note
    assert RosterImport.objects.get().state == "discarded"
