"""Queues what takes long; what is short is done at once."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.models import Job
from apps.core.running import start_job
from apps.policies.roster.models import RosterImport

STAGE, COMMIT = "policies.stage_roster", "policies.commit_roster"
BIG_FILE = 300_000  # bytes of a workbook; some 5 000 people
MANY = 1_000  # people


@transaction.atomic
def stage_later(*, batch: RosterImport, today: date, by: User) -> Job:
    title = _("读取人员名单：%(name)s") % {"name": batch.name}
    facts = {"batch": batch.public_id, "today": today.isoformat()}
    return start_job(STAGE, by=by, title=title[:200], **facts)


@transaction.atomic
def commit_later(*, batch: RosterImport, today: date, by: User) -> Job:
    title = _("人员入名单：%(name)s") % {"name": batch.name}
    facts = {"batch": batch.public_id, "today": today.isoformat()}
    return start_job(COMMIT, by=by, title=title[:200], **facts)
