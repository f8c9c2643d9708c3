"""How long a login lasts: so long unused, and so long at all."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from apps.accounts.kinds import Kind

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
IDLE_OF_ENTERPRISES = timedelta(minutes=60)
NOTED_EVERY = timedelta(seconds=60)  # a note is a write; one a minute is close enough
BEGAN, SEEN = "began", "seen"


class Session(Protocol):
    def get(self, key: str, default: float, /) -> float: ...
    def __setitem__(self, key: str, value: float, /) -> None: ...


def begin(session: Session, now: datetime) -> None:
    session[BEGAN] = session[SEEN] = now.timestamp()


def has_ended(session: Session, kind: str, now: datetime) -> bool:
    moment = now.timestamp()
    idle = IDLE_OF_ENTERPRISES if kind == Kind.ENTERPRISE else IDLE
    unused = moment - session.get(SEEN, moment)
    old = moment - session.get(BEGAN, moment)
    return unused > idle.total_seconds() or old > LONGEST.total_seconds()


def last_used(session: Session) -> datetime | None:
    """To the minute; see `note`."""
    seen = session.get(SEEN, 0)
    return datetime.fromtimestamp(seen, UTC) if seen else None


def note(session: Session, now: datetime) -> None:
    """Remember that the session is in use."""
    moment = now.timestamp()
    if not session.get(BEGAN, 0):
        begin(session, now)
    elif moment - session.get(SEEN, 0) > NOTED_EVERY.total_seconds():
        session[SEEN] = moment
