"""A form in several steps: what comes next, what is missing, and the rail on top of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.core.errors import DomainError
from apps.enterprises.drafts import Draft


@dataclass(frozen=True)
class Walk:
    """The steps by name with their titles; `step_route` takes the name, `last_route` is the end."""

    titles: Mapping[str, Any]
    step_route: str
    last_route: str
    last_title: Any
    start_url: str

    @property
    def order(self) -> list[str]:
        return list(self.titles)

    def url(self, step: str) -> str:
        return reverse(self.step_route, args=[step])

    def first_gap(self, answered: Draft, *, before: str) -> str | None:
        """The first step without answers that comes before this one."""
        earlier = self.order[: self.order.index(before)] if before in self.titles else self.order
        return next((name for name in earlier if name not in answered), None)

    def after(self, step: str, *, is_check: bool) -> str:
        place = self.order.index(step) + 1
        if is_check or place == len(self.order):
            return reverse(self.last_route)
        return self.url(self.order[place])

    def back(self, step: str) -> str:
        place = self.order.index(step)
        return self.url(self.order[place - 1]) if place else reverse(self.start_url)

    def rail(self, current: str) -> list[dict[str, Any]]:
        """For components/steps.html; any other name than a step's is the last."""
        names = [*self.order, ""]
        here = names.index(current) if current in self.titles else len(self.order)
        return [
            {
                "label": self.titles[name] if name else self.last_title,
                "phase": "done" if place < here else "current" if place == here else "later",
                "url": self.url(name) if place < here else "",
            }
            for place, name in enumerate(names)
        ]

    def step_of(self, refusal: DomainError, forms: Mapping[str, Any]) -> str | None:
        """Where somebody can put right what was refused at the very end."""
        return next((name for name, form in forms.items() if refusal.field in form.fields), None)
