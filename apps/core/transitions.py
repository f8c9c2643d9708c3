"""One table of allowed moves per model: the service, the database and the page all read it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pgtrigger
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

Text = str | Promise
PLAIN = re.compile(r"^[a-z0-9_]+$")


class TransitionRefused(DomainError):
    code = "transition_refused"


class Move(NamedTuple):
    start: str
    end: str
    verb: Text


class Transitions:
    """The states of a model, where a row may begin, and which moves lead on."""

    def __init__(
        self,
        label: str,
        states: type[models.TextChoices],
        *,
        start: Sequence[str],
        moves: Iterable[tuple[str, str, Text]],
    ) -> None:
        self.label = label
        self.states = states
        self.start = [str(state) for state in start]
        self.moves = [Move(str(a), str(b), verb) for a, b, verb in moves]
        named = {*self.start, *(state for move in self.moves for state in move[:2])}
        if unknown := named - set(states.values):
            message = f"{label}: {sorted(unknown)} are not states of {states.__name__}."
            raise ValueError(message)
        if unplain := [state for state in states.values if not PLAIN.match(state)]:
            message = f"{label}: {unplain} must be written in a-z, 0-9 and _."
            raise ValueError(message)

    def moves_from(self, state: str) -> list[Move]:
        return [move for move in self.moves if move.start == state]

    def refusal_to_move(self, start: str, end: str) -> str:
        moves = self.moves_from(start)
        if any(move.end == end for move in moves):
            return ""
        names = {"start": self.states(start).label, "end": self.states(end).label}
        if not moves:
            return _("“%(start)s”是最终状态，不能再变为“%(end)s”。") % names
        verbs = _("、").join(dict.fromkeys(str(move.verb) for move in moves))
        return _("“%(start)s”不能直接变为“%(end)s”；现在可以：%(verbs)s。") % {
            **names,
            "verbs": verbs,
        }

    def check(self, start: str, end: str) -> None:
        """Refuse a move that is not in the table."""
        if refusal := self.refusal_to_move(start, end):
            raise TransitionRefused(refusal)

    def trigger(self, field: str, *, name: str = "") -> "TransitionTrigger":
        """The same table, enforced by the database: for the model's Meta.triggers."""
        return TransitionTrigger(self, field=field, name=name or f"{field}_moves")

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the documentation."""
        lines = [f"    {state.value}: {state.label}" for state in self.states]
        lines += [f"    [*] --> {state}" for state in self.start]
        lines += [f"    {move.start} --> {move.end}: {move.verb}" for move in self.moves]
        return "\n".join(["stateDiagram-v2", *lines, ""])

    def drawing(self, current: str) -> list[dict[str, str]]:
        """Every state for the page: `done` when each way to `current` leads through it."""
        following = {move.end for move in self.moves_from(current)} - {current}

        def status(state: str) -> str:
            if state == current:
                return "current"
            if state in following:
                return "next"
            return "other" if self._is_reachable(current, without=state) else "done"

        return [
            {"state": state.value, "label": str(state.label), "status": status(state.value)}
            for state in self.states
        ]

    def _is_reachable(self, goal: str, *, without: str) -> bool:
        seen = {state for state in self.start if state != without}
        frontier = list(seen)
        while frontier:
            ends = {move.end for move in self.moves_from(frontier.pop())} - seen - {without}
            seen |= ends
            frontier += ends
        return goal in seen


class TransitionTrigger(pgtrigger.Trigger):
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, table: Transitions, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.table = table
        self.field = field

    def get_func(self, model: Any) -> str:
        column = f'"{model._meta.get_field(self.field).column}"'
        starts = ", ".join(f"'{state}'" for state in self.table.start)
        moves = ", ".join(f"'{move.start}>{move.end}'" for move in self.table.moves)
        return self.format_sql(f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.{column} IN ({starts}) THEN RETURN NEW; END IF;
                RAISE EXCEPTION '% may not begin as %', TG_TABLE_NAME, NEW.{column}
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.{column} = OLD.{column} OR OLD.{column} || '>' || NEW.{column} IN ({moves}) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% may not go from % to %', TG_TABLE_NAME, OLD.{column}, NEW.{column}
                USING ERRCODE = 'check_violation';
        """)


def enforced() -> Iterator[tuple[Any, Transitions]]:
    """Every model with the table its database trigger enforces, in order of the models' names."""
    pairs = [
        (model, trigger.table)
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, TransitionTrigger)
    ]
    yield from sorted(pairs, key=lambda pair: pair[1].label)
