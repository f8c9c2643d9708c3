"""What every process asks once and keeps for a while: tables of a release, figures of a scope."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SECONDS = 60.0  # a name corrected in the tables is on every page a minute later
MOST = 500  # answers of one question
_REMEMBERED: "list[Remembered[Any] | RememberedFor[Any]]" = []


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


class RememberedFor(Generic[T]):
    """Answers under keys of their own, such as figures under the scope that they were counted in.

    Whoever asks gives a key that holds everything the answer depends on: nobody is told what was
    found for another. What is not `worth` keeping is asked again each time.
    """

    def __init__(self, worth: Callable[[T], bool] = lambda _answer: True) -> None:
        self.answers: dict[Hashable, tuple[float, T]] = {}
        self.worth = worth
        _REMEMBERED.append(self)

    def __call__(self, key: Hashable, ask: Callable[[], T]) -> T:
        now = time.monotonic()
        until, answer = self.answers.get(key, (0.0, None))
        if answer is None or now > until:
            if len(self.answers) >= MOST:
                self.answers.clear()
            answer = ask()
            if self.worth(answer):
                self.answers[key] = now + SECONDS, answer
        return answer

    def forget(self) -> None:
        self.answers.clear()


def forget_all() -> None:
    for one in _REMEMBERED:
        one.forget()
