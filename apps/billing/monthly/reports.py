"""Who is told of a statement, of a difference in it, and of an answer that is late."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.models import Difference, Settlement, Statement
from apps.core.context import Actor
from apps.messaging.services import notify
from apps.policies.reports import holding, people

BROKER = Q(organisation__kind=Kind.BROKER) & holding(Permission.MANAGE_POOLS)


def finance_of(insurers: Iterable[int]) -> Q:
    return Q(organisation__in=list(insurers)) & holding(Permission.RECORD_RECEIPT)


def tell_of_statement(statement: Statement, insurers: Iterable[int], *, by: User) -> None:
    notify(
        receivers=people(finance_of(insurers)),
        title=_("月度结算单待确认"),
        text=format_lazy(
            _("{number}，请在{day}前确认，或逐行提出差异。"),
            number=statement.number,
            day=statement.answer_by,
        ),
        url=statement.get_absolute_url(),
        once=f"statement:{statement.pk}:made",
        by=by,
    )


def tell_of_difference(difference: Difference, *, by: User) -> None:
    notify(
        receivers=people(BROKER),
        title=_("结算单有差异，请答复"),
        text=format_lazy(
            _("{number}第{line}行：{reason}。"),
            number=difference.statement.number,
            line=difference.line.line,
            reason=difference.get_reason_display(),
        ),
        url=difference.statement.get_absolute_url(),
        once=f"difference:{difference.pk}",
        by=by,
    )


def tell_of_settlement(settlement: Settlement, *, by: User) -> None:
    difference = settlement.difference
    notify(
        receivers=people(finance_of([difference.insurer_id])),
        title=_("结算差异已答复"),
        text=format_lazy(
            _("{number}第{line}行：{verdict}。请查看后确认结算单。"),
            number=difference.statement.number,
            line=difference.line.line,
            verdict=settlement.get_verdict_display(),
        ),
        url=difference.statement.get_absolute_url(),
        once=f"settlement:{settlement.pk}",
        by=by,
    )


def tell_of_lateness(statement: Statement, insurers: list[int], today: date, *, by: Actor) -> None:
    notify(
        receivers=people(finance_of(insurers) | BROKER),
        title=_("结算单逾期未确认"),
        text=format_lazy(
            _("{number}应在{day}前确认，还有{count}家没有确认。"),
            number=statement.number,
            day=statement.answer_by,
            count=len(insurers),
        ),
        url=statement.get_absolute_url(),
        once=f"statement:{statement.pk}:late:{today:%Y-%m}",
        by=by,
    )
