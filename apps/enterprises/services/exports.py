"""The list as a file. The work is a job; who took which columns for what is written down here."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit
from apps.core.models import Job
from apps.core.running import start_job
from apps.enterprises.errors import EnterpriseRefused, Refusal, refuse

EXPORT = "enterprises.export"


def refusal_to_export(*, contacts: bool, reason: str, by: User) -> Refusal:
    if contacts and not can(by, Permission.REVEAL_PERSONAL_DATA):
        return Refusal(_("您的角色不能导出联系人。"), "contacts")
    if contacts and not reason:
        return Refusal(_("导出联系人须说明用途。"), "reason")
    return Refusal()


@transaction.atomic
def export_enterprises(
    *,
    terms: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    contacts: bool,
    reason: str,
    by: User,
) -> Job:
    """Queue the list behind `terms` (the filter as it stood in the address) with these columns."""
    refuse(EnterpriseRefused, refusal_to_export(contacts=contacts, reason=reason, by=by))
    job = start_job(
        EXPORT,
        by=by,
        title=_("导出企业名录"),
        filter={key: list(values) for key, values in terms.items()},
        columns=list(columns),
        contacts=contacts,
        reason=reason,
    )
    action = "enterprises.exported_with_contacts" if contacts else "enterprises.exported"
    audit.record(action, by=by, on=by.organisation, reason=reason, changes={"job": job.public_id})
    return job
