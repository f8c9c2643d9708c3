"""Many rows of one model in one statement: a batch is one parameter, as the audit's loads do.

Only rows with a key are taken: the keys come from the table's own sequence.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, connections, models

BATCH = 5_000


def keys(model: type[models.Model], count: int) -> list[int]:
    table, pk = model._meta.db_table, model._meta.pk
    if pk is None or not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [table, pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def number_rows(rows: Sequence[Any]) -> None:
    if rows:
        for row, key in zip(rows, keys(type(rows[0]), len(rows)), strict=True):
            row.pk = key


def numbered(model: type[models.Model], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same for rows that are values by column."""
    for line, key in zip(lines, keys(model, len(lines)), strict=True):
        line["id"] = key
    return lines


def pour(rows: Sequence[Any], size: int = BATCH) -> None:
    """Insert rows of one model that have their keys; constraints and triggers hold as always."""
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        fields = part[0]._meta.concrete_fields
        batch = [{field.column: field.pre_save(row, add=True) for field in fields} for row in part]
        pour_columns(type(part[0]), batch)


def pour_columns(model: type[models.Model], batch: Sequence[Mapping[str, Any]]) -> None:
    """The same for rows that are values by column, in one statement."""
    if not batch:
        return
    table, fields = model._meta.db_table, model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    shape = ", ".join(f'"{field.column}" {_type(field)}' for field in fields)
    text = json.dumps(batch, cls=DjangoJSONEncoder, ensure_ascii=False)
    statement = (
        f'insert into "{table}" ({columns}) '  # noqa: S608
        f"select {columns} from jsonb_to_recordset(%s) as line ({shape})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [text])


class Clerk:
    """Stores one batch while the next is drawn.

    He works in a thread of his own on the connection, and so in the transaction, of whoever called
    him: until he is done nobody else may ask anything of it.
    """

    def __enter__(self) -> Self:
        shared = connections["default"]
        shared.inc_thread_sharing()
        self.desk = ThreadPoolExecutor(1, initializer=_sit_down, initargs=(shared,))
        self.work: Future[None] | None = None
        self.rule = connection.execute_wrapper(_refuse_in(threading.get_ident()))
        self.rule.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self.rule.__exit__(*raised)
        self.desk.shutdown()
        connections["default"].dec_thread_sharing()
        if self.work is not None and raised[0] is None:
            self.work.result()

    def store(self, act: Callable[[], None]) -> None:
        """Goes on at once unless the batch before is not stored yet."""
        if self.work is not None:
            self.work.result()
        self.work = self.desk.submit(copy_context().run, act)


def _sit_down(shared: Any) -> None:
    connections["default"] = shared


def _refuse_in(thread: int) -> Callable[..., Any]:
    def guarded(execute: Any, *statement: Any) -> Any:
        if threading.get_ident() == thread:
            raise RuntimeError(f"The connection is the clerk's now: {statement[0]}")
        return execute(*statement)

    return guarded


def _type(field: Any) -> str:
    find = field.rel_db_type if field.is_relation else field.cast_db_type
    return str(find(connection))
