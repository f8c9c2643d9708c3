"""A certificate to issue in tests: nine heads, five co-insurers, an amount with fen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.documents.models import Paper, Scope
from apps.documents.papers.certificate import (
    CertificateData,
    CoInsurer,
    CoverageLine,
    SubLimit,
)
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.services.papers import make_paper

HEADS = (
    ("从业人员死亡和伤残", "每人", "800000", True, "0"),
    ("从业人员下落不明", "每人", "800000", True, "0"),
    ("急性职业中毒", "每人", "790000", True, "0"),
    ("第三者人身伤亡", "每人", "780000", True, "0"),
    ("第三者直接财产损失", "每次事故", "400000", True, "1000"),
    ("事故抢险救援费用", "每次事故", "500000", False, "0"),
    ("医疗救护费用", "每人", "80000", False, "100"),
    ("事故鉴定费用", "每次事故", "100000", False, "0"),
    ("法律诉讼费用", "每次事故", "315295.92", False, "0"),
)
COVERAGE = tuple(
    CoverageLine(
        head=head,
        per=per,
        limit=Decimal(limit),
        is_inside=is_inside,
        deductible=Decimal(deductible),
        sub_limits=(SubLimit("急救费用", Decimal(30000)),) if head.startswith("医疗") else (),
        terms="只赔直接损失" if "财产" in head else "",
    )
    for head, per, limit, is_inside, deductible in HEADS
)
CERTIFICATE = CertificateData(
    number="AZ-NH-2026-000123",
    insurer="岭南财产保险股份有限公司佛山分公司",
    insurer_phone="95599",
    insured="佛山市南海区锋利五金制品有限公司",
    uscc="91440605MA4UXXXX1Y",
    policyholder="佛山市南海区狮山镇人民政府",
    site="二号厂区",
    address="佛山市南海区狮山镇兴业路18号",
    industry="3311 金属结构制造",
    insured_count=1052,
    coverage_basis="生产作业岗位人员",
    product="安全生产责任保险统一产品 V1",
    tariff="基准费率表 V3",
    start=date(2026, 3, 9),
    end=date(2027, 3, 9),
    premium=Decimal("12345.67"),
    limit_per_person=Decimal(800000),
    limit_per_accident=Decimal(8000000),
    limit_aggregate=None,
    coverage=COVERAGE,
    co_insurers=(
        CoInsurer("岭南财产保险股份有限公司佛山分公司", 3500, is_lead=True),
        CoInsurer("珠江财产保险股份有限公司佛山中心支公司", 2800),
        CoInsurer("西樵财产保险股份有限公司佛山支公司", 3700),
    ),
    prevention_rate=Decimal("0.15"),
    is_sample=True,
)


def certificate(by: User, **facts: Any) -> Paper:
    """Issued by somebody of an insurer, inside their own context."""
    number = facts.pop("number", CERTIFICATE.number)
    return make_paper(
        POLICY_CERTIFICATE,
        number=number,
        data=facts.pop("data", replace(CERTIFICATE, number=number)),
        subject=facts.pop("subject", "policies.policy:12"),
        holder=CERTIFICATE.insured,
        holder_code=CERTIFICATE.uscc,
        scope=facts.pop("scope", Scope(owner=by.organisation_id, insurer=by.organisation_id)),
        by=by,
        **facts,
    )
