"""The books checked every night; when something does not hold, the platform's auditor is told."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.roles import Permission
from apps.billing.actors import BOOKS
from apps.billing.books import Finding, failures
from apps.billing.sealing import seal_all
from apps.core import audit, context
from apps.messaging.services import notify
from apps.policies.reports import holding, people


def check_tonight(today: date) -> list[Finding]:
    seal_all()
    if wrong := failures():
        with context.entering(BOOKS.context), transaction.atomic():
            _raise_alarm(wrong, today)
    return wrong


def _raise_alarm(wrong: list[Finding], today: date) -> None:
    platform = Organisation.objects.filter(kind=Kind.PLATFORM).order_by("pk").first()
    if platform is None:
        return
    facts = {finding.name: finding.keys for finding in wrong}
    audit.record("books.broken", by=BOOKS, on=platform, changes=facts)
    auditors = Q(organisation__kind=Kind.PLATFORM) & holding(Permission.VIEW_AUDIT)
    notify(
        receivers=people(auditors),
        title=_("账簿核对没有通过"),
        text=format_lazy(
            _("{count}项不符：{names}。详见操作记录。"),
            count=len(wrong),
            names="；".join(facts),
        ),
        url="/audit/",
        once=f"books:{today}",
        by=BOOKS,
    )
