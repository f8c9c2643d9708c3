"""Numbers of papers, without gaps: one counter per series, district and year."""

from datetime import date

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

NEXT = """
insert into core_counter (series, district, year, last) values (%s, %s, %s, 1)
on conflict (series, district, year) do update set last = core_counter.last + 1
returning last
"""


def next_number(series: str, *, on: date, district: str = "") -> str:
    """The next number, such as BD-NH-2026-000123, taken in the transaction of what it names.

    Whoever takes one holds the counter until that transaction ends: if it fails, the number is
    given to the next in line. Take numbers late in a transaction, and always in the same order.
    """
    if transaction.get_autocommit():
        raise TransactionManagementError("A number is taken in the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series, district, on.year])
        (number,) = cursor.fetchone()
    return "-".join(filter(None, [series, district, str(on.year), f"{number:06d}"]))
