"""The five steps of a draft: what is done, what comes next, what cannot be done yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.ui import wan, yuan
from apps.enrollment.models import Application
from apps.enrollment.selectors.draft import insurers_on_offer, refusal_of_start
from apps.rating.services import refusal_to_accept


class StepKey(StrEnum):
    TERMS = "terms"
    LIMITS = "limits"
    INSURER = "insurer"
    PROMISE = "promise"
    CHECK = "check"


class StepState(StrEnum):
    DONE = "done"
    TODO = "todo"
    AGAIN = "again"  # it was done, and no longer holds
    LOCKED = "locked"  # something else comes first


TITLES = {
    StepKey.TERMS: gettext_lazy("投保信息"),
    StepKey.LIMITS: gettext_lazy("选限额"),
    StepKey.INSURER: gettext_lazy("选承保机构"),
    StepKey.PROMISE: gettext_lazy("承诺"),
    StepKey.CHECK: gettext_lazy("核对并提交"),
}


@dataclass(frozen=True)
class Standing:
    state: StepState
    note: str = ""


@dataclass(frozen=True)
class Step:
    key: StepKey
    state: StepState
    note: str
    url: str

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def is_done(self) -> bool:
        return self.state == StepState.DONE


def has_all_terms(row: Application) -> bool:
    """Whether a price can be asked for."""
    return (
        row.wanted_from is not None
        and row.is_listed is not None
        and row.had_accident is not None
        and not (row.had_accident and row.last_accident_on is None)
    )


def _terms(row: Application, today: date) -> Standing:
    if not has_all_terms(row) or row.wanted_from is None:
        return Standing(StepState.TODO, _("起保日、事故记录和失信情况"))
    if refusal := refusal_of_start(row, row.wanted_from, today=today):
        return Standing(StepState.AGAIN, refusal)
    return Standing(StepState.DONE, _("%(day)s 零时起保") % {"day": row.wanted_from.isoformat()})


def _limits(row: Application, today: date) -> Standing:
    if not has_all_terms(row):
        return Standing(StepState.LOCKED, _("先填写投保信息，才能算出保费"))
    if row.quote is None:
        return Standing(StepState.TODO, _("各档限额和保费并排比较"))
    if refusal := refusal_to_accept(row.quote, today=today):
        return Standing(StepState.AGAIN, refusal)
    words = {"limit": wan(row.quote.limit_choice.per_person), "premium": yuan(row.quote.premium)}
    return Standing(StepState.DONE, _("每人 %(limit)s，年保费 %(premium)s") % words)


def _insurer(row: Application, today: date) -> Standing:
    if row.chosen_insurer is None:
        return Standing(StepState.TODO, _("在本区共保体成员中自主选择"))
    if row.chosen_insurer not in insurers_on_offer(row, today):
        return Standing(StepState.AGAIN, _("所选承保机构已退出本区共保体，请重新选择。"))
    return Standing(StepState.DONE, row.chosen_insurer.name)


def _promise(row: Application, today: date) -> Standing:
    if row.attested_at is None:
        return Standing(StepState.TODO, _("保费由单位缴纳，不向从业人员摊派"))
    return Standing(
        StepState.DONE, _("%(name)s已承诺，保费由单位缴纳") % {"name": row.attested_by_name}
    )


STANDINGS: dict[StepKey, Callable[[Application, date], Standing]] = {
    StepKey.TERMS: _terms,
    StepKey.LIMITS: _limits,
    StepKey.INSURER: _insurer,
    StepKey.PROMISE: _promise,
}


def steps_of(row: Application, today: date) -> list[Step]:
    """In the order of the way; the last opens when all others are done."""
    standings = {key: standing(row, today) for key, standing in STANDINGS.items()}
    is_ready = all(one.state == StepState.DONE for one in standings.values())
    standings[StepKey.CHECK] = (
        Standing(StepState.TODO, _("提交前再看一遍"))
        if is_ready
        else Standing(StepState.LOCKED, _("前四步完成后才能提交"))
    )
    return [Step(key, one.state, one.note, step_url(row, key)) for key, one in standings.items()]


def step_url(row: Application, key: StepKey) -> str:
    return reverse(f"enrollment:{key}", args=[row.public_id])


def next_of(steps: list[Step]) -> Step:
    """What to do now: the first step that can be done and is not."""
    return next(step for step in steps if step.state in {StepState.TODO, StepState.AGAIN})
