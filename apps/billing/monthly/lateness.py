"""Statements that are not confirmed in time: whoever has not answered is told, and the broker."""

from datetime import date

from django.db import transaction

from apps.billing.actors import BOOKS
from apps.billing.models import Confirmation, Statement, StatementMember
from apps.billing.monthly.reports import tell_of_lateness
from apps.core import context


def remind_late(today: date) -> int:
    """Once a month for each statement; says how many are late."""
    late = 0
    with context.entering(BOOKS.context), transaction.atomic():
        for row in Statement.objects.filter(answer_by__lt=today).order_by("pk"):
            done = Confirmation.objects.filter(statement=row).values("insurer")
            members = StatementMember.objects.filter(statement=row).exclude(insurer__in=done)
            if waiting := list(members.values_list("insurer_id", flat=True)):
                late += 1
                tell_of_lateness(row, waiting, today, by=BOOKS)
    return late
