"""Asking for all pools' statements: one job, for pages and API alike."""

from datetime import date

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.models import Job
from apps.core.running import start_job


def start_making(through: str, *, by: User) -> Job:
    """Up to and with the month `through`, such as 2026-03; without one, all that are over."""
    try:
        last = date.fromisoformat(f"{through}-01").isoformat() if through else ""
    except ValueError:
        last = ""
    return start_job("billing.make_statements", by=by, title=_("生成月度结算单"), through=last)
