"""Choices and steps of a draft as the templates draw them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import day, wan, yuan
from apps.enrollment.forms import InsurerForm, LimitForm
from apps.enrollment.models import Application
from apps.enrollment.selectors.limits import LimitCard
from apps.enrollment.selectors.sites import refusals_of
from apps.enrollment.selectors.steps import StepKey, steps_of
from apps.pools.selectors import members_of
from apps.rating.models import Quote
from apps.reference.models import PolicyArticle

Option = dict[str, Any]


def rail(row: Application, current: StepKey, today: date) -> list[Option]:
    """For components/steps.html; what is done may be gone back to, in any order."""
    return [
        {
            "label": step.title,
            "phase": "current" if step.key == current else "done" if step.is_done else "later",
            "url": step.url,
        }
        for step in steps_of(row, today)
    ]


def limit_options(form: LimitForm, cards: list[LimitCard], look: Quote | None) -> list[Option]:
    """One card per limit; those without a quote say which rule they fall below."""
    chosen = form["quote"].value()
    return [
        {
            "value": card.quote.public_id if card.quote else "",
            "checked": card.quote is not None and card.quote.public_id == chosen,
            "title": wan(card.choice.per_person),
            "price": yuan(card.quote.premium) if card.quote else "",
            "lines": card.lines,
            "refusal": card.refusal,
            "is_looked_at": card.quote == look and look is not None,
        }
        for card in cards
    ]


def insurer_options(form: InsurerForm, row: Application, user: User, today: date) -> list[Option]:
    """In the order that was drawn; none is chosen before somebody chooses."""
    chosen = form["insurer"].value()
    since = {member.insurer_id: member.valid_from for member in members_of(row.pool, today)}
    refused = refusals_of(row, user)
    return [
        {
            "value": key,
            "checked": key == chosen,
            "title": one.name,
            "phone": one.hotline,
            "lines": _lines(row, since.get(one.pk), refused.get(one.pk)),
        }
        for key, one in form.insurers.items()
    ]


def _lines(row: Application, since: date | None, refused_on: date | None) -> list[str]:
    words = {"day": day(since), "pool": row.pool.name}
    lines = [_("%(day)s 起为%(pool)s成员，执行统一的条款和费率") % words]
    if refused_on:
        text = _("%(day)s 曾对本场所不予承保，理由在当时的申请上")
        lines.append(text % {"day": refused_on.isoformat()})
    return lines


def article(code: str) -> PolicyArticle | None:
    """The policy in its own words."""
    return PolicyArticle.objects.filter(code=code).first()
