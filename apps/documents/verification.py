"""Whether a paper holds today, for anyone who has it in hand; without personal data.

What a paper is about is known to the app that issued it: it registers a function per kind of
subject when Django starts. The function reads as VERIFIER, which needs a policy of its own on each
table it looks at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

Text = str | Promise


class Tone(StrEnum):
    """The colours of a state on the page; the words always say it too."""

    HOLDS = "done"
    NOT_YET = "waiting"
    OVER = "ended"
    WRONG = "problem"


@dataclass(frozen=True)
class VerifiedState:
    """What a visitor is told: 有效, and lines such as 被保险人, 保险期间, 承保机构, 每人限额."""

    tone: Tone
    label: Text
    lines: tuple[tuple[Text, str], ...] = ()
    note: Text = ""


Verifier = Callable[[str, date], VerifiedState | None]

# By kind of subject, such as "policies.policy"; asked with the key after the colon.
VERIFIERS: dict[str, Verifier] = {}
