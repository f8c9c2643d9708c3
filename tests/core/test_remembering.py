"""What is remembered is asked once, and again when it has grown old."""

import pytest

from apps.core.remembering import SECONDS, Remembered, RememberedFor

pytestmark = pytest.mark.no_database


def test_an_answer_is_kept_for_a_while_and_no_longer() -> None:
    asked: list[int] = []
    answer = Remembered(lambda: asked.append(1) or len(asked))

    assert [answer(), answer()] == [1, 1]
    answer.until -= SECONDS

    assert answer() == 2


def test_a_forgotten_answer_is_asked_anew() -> None:
    asked: list[int] = []
    answer = Remembered(lambda: asked.append(1) or len(asked))
    answer()

    answer.forget()

    assert answer() == 2


def test_nobody_is_told_what_was_found_for_another() -> None:
    figures = RememberedFor[int]()

    assert [figures("nanhai", lambda: 1), figures("shunde", lambda: 2)] == [1, 2]
    assert [figures("nanhai", lambda: 3), figures("shunde", lambda: 4)] == [1, 2]

    figures.forget()

    assert figures("nanhai", lambda: 5) == 5
