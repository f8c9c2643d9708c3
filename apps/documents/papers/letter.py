"""What a letter of an authority to a unit that must insure says: plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LegalBasis:
    """The words of a text, and the fact of the unit that makes them speak of it."""

    cause: str
    source: str
    clause: str
    quote: str


@dataclass(frozen=True)
class LetterData:
    number: str
    authority: str
    phone: str
    enterprise: str
    uscc: str
    site: str
    address: str
    industry: str
    state: str
    since: date
    sent_on: date
    due_on: date
    is_order: bool
    bases: tuple[LegalBasis, ...]
