"""Plain SQL: the tables of the tariff as tables, joined; numbers are `numeric`, hence exact."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from apps.catalogue.rules.tariff import OTHERWISE, Axis, AxisKind, FactKind, Table, Tariff
from benchmarks.rivals.common import Facts, cell, clamp, parts, steps

Pricer = Callable[[Sequence[Facts]], list[int]]
CASTS = {FactKind.NUMBER: "numeric", FactKind.CODE: "text", FactKind.CODES: "text[]"}


def pricers(tariff: Tariff, cursor: object) -> tuple[Pricer, Pricer]:
    """One risk as parameters of the statement, and all risks of a table in one statement.

    `cursor` belongs to somebody who may make temporary tables.
    """
    run = cursor.execute  # type: ignore[attr-defined]
    fetch = cursor.fetchall  # type: ignore[attr-defined]
    for table, axis, name in steps(tariff):
        _make(run, table, axis, name)
    facts = tariff.asked
    columns = ", ".join(f'"{fact.code}" {CASTS[fact.kind]}' for fact in facts)
    run(f"create temp table risk (id int, {columns})")
    given = ", ".join(f'%s::{CASTS[fact.kind]} as "{fact.code}"' for fact in facts)
    run("set plan_cache_mode = auto")
    single = _statement(tariff, f"(select 1 as id, {given})")
    whole = _statement(tariff, "risk")

    def row(each: Facts) -> list[object]:
        values = [each[fact.code] for fact in facts]
        return [sorted(value) if isinstance(value, frozenset) else value for value in values]

    def one(rows: Sequence[Facts]) -> list[int]:
        run(single, row(rows[0]))
        return [_fen(premium) for _id, premium in fetch()]

    def load(rows: Sequence[Facts]) -> list[int]:
        run("select count(*) from risk")
        if fetch()[0][0] != len(rows):
            run("truncate risk")
            marks = ", ".join(["%s"] * (len(facts) + 1))
            for at, each in enumerate(rows):
                run(f"insert into risk values ({marks})", [at, *row(each)])  # noqa: S608
            run("analyze risk")
        run(whole)
        return [_fen(premium) for _id, premium in sorted(fetch())]

    return one, load


def _make(run: Callable[..., object], table: Table, axis: Axis, name: str) -> None:
    told = "text" if table.gives else "numeric"
    run(f"create temp table t_{name} (place int, key text, low numeric, high numeric, told {told})")
    for place, point in enumerate(axis.points):
        low = point.lower if axis.kind == AxisKind.TIER else None
        values = [place, point.key, low, point.upper, cell(table, point.key)]
        run(f"insert into t_{name} values (%s, %s, %s, %s, %s)", values)  # noqa: S608
    run(f"create index on t_{name} (key)")
    run(f"analyze t_{name}")


def _statement(tariff: Tariff, risks: str) -> str:
    joins = [_join(tariff, axis, name) for _table, axis, name in steps(tariff)]
    plain, held = parts(tariff)
    low, high = clamp(tariff)
    product = " * ".join(f"t_{name}.told" for name in held)
    amount = " * ".join(["r.heads", *(f"t_{name}.told" for name in plain)])
    held_product = f"least(greatest({product}, {low}), {high})"
    premium = f"greatest(round({amount} * {held_product}, 2), {tariff.minimum})"
    return f"select r.id, {premium} from {risks} r {' '.join(joins)}"  # noqa: S608


def _join(tariff: Tariff, axis: Axis, name: str) -> str:
    asked = {fact.code for fact in tariff.asked}
    source = f'r."{axis.fact}"' if axis.fact in asked else f"t_{axis.fact}.told"
    table = f"t_{name}"
    if axis.kind == AxisKind.TIER:
        high = f"({table}.high is null or {source} < {table}.high)"
        return f"join {table} on {source} >= {table}.low and {high}"
    if axis.kind == AxisKind.PREFIX:
        return _first(table, f"starts_with({source}, key)", "length(key) desc")
    if axis.kind == AxisKind.FIRST:
        return _first(table, f"key = any({source}) or key = '{OTHERWISE}'", "place")
    if tariff.fact[axis.fact].kind == FactKind.NUMBER:
        return f"join {table} on {table}.key::numeric = {source}"
    return f"join {table} on {table}.key = {source}"


def _first(table: str, test: str, order: str) -> str:
    return (
        f"join lateral (select told from {table} where {test} order by {order} limit 1) "  # noqa: S608
        f"as {table} on true"
    )


def _fen(premium: Decimal) -> int:
    return int(premium.scaleb(2))
