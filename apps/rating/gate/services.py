"""Putting a tariff through the gate, and what must be there before anybody approves one."""

from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.errors import TariffUnsound
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core import audit
from apps.core.context import Actor
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.running import start_job
from apps.rating.gate.models import GateReport
from apps.rating.gate.words import told
from apps.rating.rules.gate import Report, Watch, examine

KIND = "rating.gate"
EXAMINED = (TariffVersion.State.DRAFT, TariffVersion.State.SIMULATED)

# The versions that ship are loaded again and again, by tests and demos: their content is examined
# once in a process.
examined = lru_cache(maxsize=8)(examine)


class GateRefused(DomainError):
    code = "gate_refused"


def refusal_to_examine(version: TariffVersion) -> str:
    if version.state not in EXAMINED:
        return _("已批准的费率内容不能再变，不必再检验。")
    return ""


@transaction.atomic
def ask_gate(*, version: TariffVersion, by: User) -> Job:
    """Queue an examination; its report is kept whatever it says."""
    if refusal := refusal_to_examine(version):
        raise GateRefused(refusal)
    audit.record("tariff.gate_asked", by=by, on=version)
    title = _("检验 %(version)s") % {"version": version}
    return start_job(KIND, by=by, title=title, version=version.pk)


def run_gate(*, version: TariffVersion, by: Actor, watch: Watch | None = None) -> GateReport:
    """Examine a version now. Long: takes no lock, and opens its transactions itself."""
    if refusal := refusal_to_examine(version):
        raise GateRefused(refusal)
    started = timezone.now()
    with transaction.atomic():
        tariff = tariff_of(version)
    report = examine(tariff, watch) if watch else examined(tariff)
    return keep_report(version=version, report=report, started_at=started, by=by)


@transaction.atomic
def keep_report(
    *, version: TariffVersion, report: Report, started_at: datetime, by: Actor
) -> GateReport:
    counts = [section.counts.get("compared", 0) for section in report.sections]
    row = GateReport.objects.create(
        version=version,
        digest=report.digest,
        passed=report.passed,
        cells=sum(counts),
        report=report.document(),
        started_at=started_at,
        finished_at=timezone.now(),
        made_by=by.actor_key,
        made_by_name=by.actor_name,
    )
    changes = {"digest": report.digest, "gate_passed": report.passed}
    audit.record("tariff.examined", by=by, on=version, changes=changes)
    return row


def prove_shipped(version: TariffVersion, by: Actor) -> None:
    """What ships goes through the same gate; a release with a faulty tariff does not load."""
    row = run_gate(version=version, by=by)
    if not row.passed:
        raise TariffUnsound(lines_against(row.report, tariff_of(version)))


def lines_against(document: dict[str, object], tariff: Tariff) -> list[str]:
    return [line for section in told(document, tariff) for line in section.lines]


def refusal_without_gate(version: TariffVersion) -> str:
    """Asked before a version is approved, and again before it is published."""
    if version.state == TariffVersion.State.DRAFT:
        return ""  # it is not checked yet, which is said elsewhere
    found = GateReport.objects.of_content(version).first()
    if found is None:
        return _("这一版费率的现有内容还没有通过逐格检验。请先在“检验报告”页检验。")
    if not found.passed:
        return _("逐格检验没有通过，见“检验报告”页。请退回修改后重新检验。")
    return ""
