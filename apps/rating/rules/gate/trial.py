"""`examine`: everything that can be known of a tariff before it is used."""

import time
from collections.abc import Callable

from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.tariff import Tariff
from apps.rating.rules.gate.engines import (
    MOST_CELLS,
    Premiums,
    compare_cells,
    compare_lookups,
    premiums_of,
    walk_of,
)
from apps.rating.rules.gate.order import compare_neighbours
from apps.rating.rules.gate.report import GateFault, GateKind, Report, Section, Watch
from apps.rating.rules.many import encode, price_many
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.rules.trial import Verdict, verdicts
from apps.rating.rules.worksheet import digest_of

UNWATCHED = Watch()


def examine(tariff: Tariff, watch: Watch = UNWATCHED, *, most: int = MOST_CELLS) -> Report:
    """The report; GateCancelled when `watch` says so. Beyond `most` cells they are sampled."""
    report = Report(tariff.code, tariff.number, digest_of(tariff))
    sound = _timed(report, GateKind.AXES, lambda section: _axes(tariff, section, watch))
    if not sound.passed:
        report.sections += [
            Section(kind, skipped=True) for kind in GateKind if kind != GateKind.AXES
        ]
        return report
    walk = walk_of(tariff)
    kept: list[Premiums] = []

    def engines(section: Section) -> None:
        kept.append(premiums_of(walk.grid, section, watch, most))
        compare_cells(walk, kept[0], section, watch)

    _timed(report, GateKind.GOLDEN, lambda section: _golden(tariff, section, watch))
    _timed(
        report,
        GateKind.LOOKUPS,
        lambda section: compare_lookups(tariff, walk.grid, section, watch),
    )
    _timed(report, GateKind.ENGINES, engines)
    _timed(report, GateKind.ORDER, lambda section: compare_neighbours(kept[0], section, watch))
    return report


def _timed(report: Report, kind: GateKind, act: Callable[[Section], None]) -> Section:
    section, started = Section(kind), time.perf_counter()
    act(section)
    section.seconds = round(time.perf_counter() - started, 3)
    report.sections.append(section)
    return section


def _axes(tariff: Tariff, section: Section, watch: Watch) -> None:
    watch.at(GateKind.AXES, 0, 1)
    for fault in faults(tariff):
        section.add(GateFault(str(fault.kind), fault.table, fault.where))
    axes = [axis for table in tariff.tables for axis in table.axes]
    section.count(
        tables=len(tariff.tables),
        axes=len(axes),
        values=sum(len(table.cells) for table in tariff.tables),
    )


def _golden(tariff: Tariff, section: Section, watch: Watch) -> None:
    """By both engines; a tariff without a single known premium proves nothing."""
    watch.at(GateKind.GOLDEN, 0, 1)
    section.count(cases=len(tariff.golden))
    if not tariff.golden:
        section.add(GateFault("no_golden"))
    for verdict in verdicts(tariff):
        if not (verdict.holds and _holds_in_many(tariff, verdict)):
            found = "" if verdict.premium is None else str(verdict.premium)
            case = verdict.case
            fault = GateFault("golden", "", case.name, case.facts, str(case.premium), found)
            section.add(fault)


def _holds_in_many(tariff: Tariff, verdict: Verdict) -> bool:
    try:
        columns = encode(tariff, [typed(tariff, verdict.case.facts)])
    except CannotPrice:
        return False
    return int(price_many(tariff, columns)[0]) == int(verdict.case.premium.scaleb(2))
