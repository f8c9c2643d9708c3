"""How long a certificate takes to print, beside an empty page: what the library itself costs."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from apps.core.context import DISPATCH
from apps.documents import outputs
from apps.documents.models import Paper, Scope
from apps.documents.papers.certificate import CertificateData, CoInsurer, CoverageLine
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.services.papers import drafted
from benchmarks.report import Table, milliseconds, ratio

BUDGET = 1.0  # seconds, for one certificate in a warm worker
ROUNDS = 20
PROCESSES = 2
HEADS = (
    ("从业人员死亡和伤残", "每人", "800000"),
    ("从业人员下落不明", "每人", "800000"),
    ("急性职业中毒", "每人", "800000"),
    ("第三者人身伤亡", "每人", "800000"),
    ("第三者直接财产损失", "每次事故", "400000"),
    ("事故抢险救援费用", "每次事故", "500000"),
    ("医疗救护费用", "每人", "80000"),
    ("事故鉴定费用", "每次事故", "100000"),
    ("法律诉讼费用", "每次事故", "315295.92"),
)
INSURERS = ("岭南", "珠江", "西樵", "汾江", "木棉")


def printing() -> list[str]:
    """One line per figure; what is above its budget."""
    table = Table([("papers", 44), ("measured", 12), ("baseline", 12), ("ratio", 8), ("budget", 8)])
    table.head("Printing a certificate of two pages")
    table.line("library, fonts and addresses, once", milliseconds(seconds(outputs.warm)), *[""] * 3)
    paper = certificate()
    table.line("the first one of a warm process", milliseconds(one(paper)), *[""] * 3)
    times = sorted(one(paper) for _round in range(ROUNDS))
    empty = statistics.median(seconds(outputs.press().warm) for _round in range(ROUNDS))
    p50, p95 = statistics.median(times), times[int(ROUNDS * 0.95)]
    pair = (milliseconds(p50), milliseconds(empty), ratio(p50, empty))
    table.line("p50 / an empty page", *pair, "")
    verdict = "met" if p95 <= BUDGET else "NOT MET"
    table.line("p95", milliseconds(p95), milliseconds(BUDGET), "", verdict)
    both, alone = together(paper), 1 / p50
    rates = (f"{both:.1f} /s", f"{alone:.1f} /s", ratio(both, alone))
    table.line(f"{PROCESSES} processes / one", *rates, "")
    table.line("bytes", f"{len(outputs.printed(paper)):,}", *[""] * 3)
    return [] if p95 <= BUDGET else [f"certificate: p95 {milliseconds(p95)}"]


def seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def one(paper: Paper) -> float:
    return seconds(lambda: outputs.printed(paper))


def together(paper: Paper) -> float:
    """Certificates a second from a pool as a worker has it, split off when warm."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(one, [paper] * PROCESSES))
        return ROUNDS / seconds(lambda: list(pool.map(one, [paper] * ROUNDS)))


def certificate() -> Paper:
    data = CertificateData(
        number="AZ-NH-2026-000123",
        insurer="岭南财产保险股份有限公司佛山分公司",
        insurer_phone="95599",
        insured="佛山市南海区锋利五金制品有限公司",
        uscc="91440605MA4UXXXX1Y",
        policyholder="佛山市南海区锋利五金制品有限公司",
        site="主厂区",
        address="佛山市南海区狮山镇兴业路18号",
        industry="3311 金属结构制造",
        insured_count=1052,
        coverage_basis="生产作业岗位人员",
        product="安全生产责任保险统一产品 V1",
        tariff="基准费率表 V1",
        start=date(2026, 3, 9),
        end=date(2027, 3, 9),
        premium=Decimal("12345.67"),
        limit_per_person=Decimal(800000),
        limit_per_accident=Decimal(8000000),
        limit_aggregate=Decimal(16000000),
        coverage=tuple(
            CoverageLine(head, per, Decimal(limit), is_inside=True, deductible=Decimal(1000))
            for head, per, limit in HEADS
        ),
        co_insurers=tuple(
            CoInsurer(f"{name}财产保险股份有限公司佛山分公司", 2000, is_lead=name == INSURERS[0])
            for name in INSURERS
        ),
        prevention_rate=Decimal("0.15"),
        is_sample=True,
    )
    return drafted(
        POLICY_CERTIFICATE,
        number=data.number,
        data=data,
        subject="policies.policy:1",
        holder=data.insured,
        scope=Scope(),
        by=DISPATCH,
        now=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    )
