"""Gives each act its author and writes it into the audit, oldest first."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.enterprises.demo.stories import BUREAU, KEEPER, Act, Author

BATCH = 2_000
COLUMNS = (
    "at, day, action, actor, actor_name, actor_role, organisation_id, organisation_name,"
    " request_id, target, target_name, reason, changes, audience, digest"
)
INSERT = f"""
    insert into core_auditevent ({COLUMNS}) select {COLUMNS} from jsonb_to_recordset(%s) as line (
        at timestamptz, day date, action text, actor text, actor_name text, actor_role text,
        organisation_id bigint, organisation_name text, request_id text, target text,
        target_name text, reason text, changes jsonb, audience varchar[], digest text)

"""  # noqa: S608


@dataclass(frozen=True)
class Cast:
    """The people of the city, found by what they are."""

    people: list[User]

    def first(self, role: str) -> User:
        return self.all(role)[0]

    def all(self, role: str) -> list[User]:
        return [person for person in self.people if person.role == role]

    @cached_property
    def bureaus(self) -> dict[int | None, User]:
        return {one.organisation.district_id: one for one in self.all("district_officer")}

    @cached_property
    def offices(self) -> dict[int | None, User]:
        return {one.organisation.town_id: one for one in self.all("town_officer")}

    @cached_property
    def posts(self) -> dict[tuple[str, int], User]:
        return {(one.role, one.organisation_id): one for one in self.people}

    def play(self, author: Author) -> User:
        if author.part == KEEPER and author.town in self.offices:
            return self.offices[author.town]
        if author.part in {KEEPER, BUREAU}:
            return self.bureaus[author.district]
        return self.posts[author.part, author.organisation]


def line_of(act: Act, by: User) -> dict[str, Any]:
    return {
        "at": act.at.isoformat(),
        "day": act.at.date().isoformat(),
        "action": act.action,
        "actor": by.actor_key,
        "actor_name": by.actor_name,
        "actor_role": by.actor_role,
        "organisation_id": by.organisation_id,
        "organisation_name": by.organisation_name,
        "request_id": "",
        "target": act.target,
        "target_name": act.target_name,
        "reason": act.reason,
        "changes": act.changes,
        "audience": sorted({*act.audience, *by.audience}),
        "digest": "",
    }


def write_lines(lines: list[dict[str, Any]]) -> None:
    """A batch is one parameter: of rows with an array, Django would write each value by itself."""
    with connection.cursor() as cursor:
        for start in range(0, len(lines), BATCH):
            batch = json.dumps(lines[start : start + BATCH], ensure_ascii=False)
            cursor.execute(INSERT, [batch])
