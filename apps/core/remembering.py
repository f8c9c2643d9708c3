"""Tables that change with a release: every process reads them once and keeps them for a while."""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SECONDS = 60.0  # a name corrected in the tables is on every page a minute later
_REMEMBERED: "list[Remembered[Any]]" = []


class Remembered(Generic[T]):
    """The answer to a question without arguments, asked anew when it has grown old."""

    answer: T
    until = 0.0

    def __init__(self, ask: Callable[[], T]) -> None:
        self.ask = ask
        _REMEMBERED.append(self)

    def __call__(self) -> T:
        now = time.monotonic()
        if now > self.until:
            self.answer, self.until = self.ask(), now + SECONDS
        return self.answer

    def forget(self) -> None:
        self.until = 0.0


def forget_all() -> None:
    for one in _REMEMBERED:
        one.forget()
