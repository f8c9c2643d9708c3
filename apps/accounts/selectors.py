"""Which events of the audit somebody may read, as row-level security has it too (policies.py)."""

from django.db.models import QuerySet

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.models import AuditEvent


def events_visible_to(user: User) -> QuerySet[AuditEvent]:
    """The city bureau and the platform's auditor read all; the platform's others read none.

    Everybody else reads what was addressed to their organisation, district, town or sector.
    """
    events = AuditEvent.objects.all()
    match user.organisation.kind:
        case Kind.CITY_BUREAU:
            return events
        case Kind.PLATFORM:
            return events if can(user, Permission.VIEW_AUDIT) else events.none()
        case _:
            return events.filter(audience__overlap=user.organisation.tokens)
