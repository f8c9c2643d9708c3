"""What somebody has typed into a registration so far, kept on the server until it is sent.

Sealed, because sessions lie in the database as they are and a contact is personal data.
"""

import json

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from apps.core import sealing

KEY = "registration"
NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "act"})


class Draft:
    """The answers of each step, as they were posted."""

    def __init__(self, session: SessionBase, owner: str, *, key: str = KEY) -> None:
        self.session, self.key, self.place = session, key, f"session.{key}:{owner}"
        envelope = session.get(key, "")
        self.answers: dict[str, dict[str, list[str]]] = (
            json.loads(sealing.unseal(envelope, place=self.place)) if envelope else {}
        )

    def __contains__(self, step: str) -> bool:
        return step in self.answers

    def data(self, step: str) -> QueryDict | None:
        """The answers of a step, to bind its form with; None before there are any."""
        if step not in self.answers:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.answers[step].items():
            data.setlist(name, values)
        return data

    def keep(self, step: str, posted: QueryDict) -> None:
        self.answers[step] = {
            name: [str(value) for value in values]
            for name, values in posted.lists()
            if name not in NOT_ANSWERS
        }
        self.save()

    def save(self) -> None:
        text = json.dumps(self.answers).encode()
        self.session[self.key] = sealing.seal(text, place=self.place)

    def forget(self) -> None:
        self.answers = {}
        self.session.pop(self.key, None)
