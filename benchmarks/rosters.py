"""How long a factory waits from its Excel file to its whole roster, end to end."""

import time
from datetime import date, timedelta
from tempfile import TemporaryFile

from django.core.files import File
from stdnum.cn import ric

from apps.accounts.models import User
from apps.core.sheets.writing import Column, write_xlsx
from apps.policies.models import Policy
from apps.policies.services import imports
from benchmarks.report import Table

SIZES = (500, 5_000, 50_000)
BUDGET = 60.0  # seconds for the largest
HEADINGS = ("姓名", "证件类型", "证件号码", "用工类型", "岗位")
SIGNS = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"


def rosters(policy: Policy, by: User, today: date) -> list[str]:
    """One line per size that the policy was sold for.

    To be called inside a transaction that is taken back, as `by`.
    """
    table = Table([("rosters", 44), ("read and judged", 16), ("committed", 12), ("whole", 12)])
    table.head("From a workbook to the roster: quarantine, child process, staging, commit")
    missed = []
    for size in SIZES:
        if size > policy.insured_count:
            table.line(f"{size:,} people", "–", "–", "no policy")
            continue
        read, committed = importing(policy, by, size, today)
        whole = read + committed
        table.line(f"{size:,} people", f"{read:.1f} s", f"{committed:.1f} s", f"{whole:.1f} s")
        if whole > BUDGET:
            missed.append(f"roster of {size:,}: {whole:.1f} s")
    return missed


def importing(policy: Policy, by: User, size: int, today: date) -> tuple[float, float]:
    """Seconds to read and judge the file, and to put everybody in it on the roster."""
    with TemporaryFile() as target:
        start = sum(other for other in SIZES if other < size)
        columns = [Column(text) for text in HEADINGS]
        write_xlsx(target, columns, (line(start + number) for number in range(size)))
        file = File(target, name="roster.xlsx")
        began = time.perf_counter()
        batch = imports.receive(policy=policy, file=file, today=today, by=by)
        read = time.perf_counter()
        imports.commit(batch=batch, today=today, by=by)
        return read - began, time.perf_counter() - read


def line(number: int) -> tuple[str, ...]:
    born = date(1970, 1, 1) + timedelta(days=number % 10_000)
    body = f"440604{born:%Y%m%d}{number // 10_000:03d}"
    name = SIGNS[number % 16] + SIGNS[number // 16 % 16]
    return name, "居民身份证", body + ric.calc_check_digit(f"{body}0"), "生产", "冲压"
