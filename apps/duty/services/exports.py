"""The ledger as a file; the work is a job."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.models import Job
from apps.core.running import start_job

EXPORT = "duty.export"


@transaction.atomic
def export_ledger(*, terms: Mapping[str, Sequence[str]], by: User) -> Job:
    """Queue the list behind `terms`, the conditions as they stood in the address."""
    asked = {key: list(values) for key, values in terms.items()}
    job = start_job(EXPORT, by=by, title=_("导出应保台账"), filter=asked)
    audit.record("duty.exported", by=by, on=by.organisation, changes={"job": job.public_id})
    return job
