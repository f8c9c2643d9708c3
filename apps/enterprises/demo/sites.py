"""Draws one site: its place, its people over time, what makes it risky, how it was graded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from apps.accounts.models import Organisation
from apps.enterprises.demo import names
from apps.enterprises.demo.draws import day_between, heads, public_id
from apps.enterprises.demo.outlines import Outline
from apps.enterprises.demo.reference import Ground, Place, Trade
from apps.enterprises.models import Enterprise, Grade, Headcount, RiskFact, Site
from apps.enterprises.rules import STANDARDISATION_YEARS, years_after

DECLARED = "企业申报（示范数据）"
SOURCES = {
    "special_equipment": "特种设备使用登记（示范数据）",
    "occupational_disease": "职业病危害项目申报（示范数据）",
    "public_harm": "主管部门名录（示范数据）",
    "dust": "粉尘涉爆企业摸查（示范数据）",
    "ammonia": "涉氨制冷企业摸查（示范数据）",
}
CERTIFICATE = "安全生产标准化证书（示范数据）"
CREDIT_REPORT = "安全生产信用评定（示范数据）"
QUARTER = timedelta(days=90)


@dataclass
class SiteRows:
    site: Site
    headcounts: list[Headcount]
    facts: list[RiskFact]
    grades: list[Grade]
    becomes: str
    closed_on: date | None


def draw_site(
    ground: Ground,
    rng: Random,
    plan: Outline,
    enterprise: Enterprise,
    place: Place,
    insurer: Organisation | None,
) -> SiteRows:
    trade = plan.trade
    becomes, closed_on = _fate(rng, plan, ground.today)
    village = rng.choice(place.villages)
    site = Site(
        public_id=public_id("site", rng),
        enterprise=enterprise,
        name=village + ("厂区" if trade.is_making else trade.site_name),
        district=place.district,
        town=place.town,
        address=names.address(rng, place.town.name, [village]),
        industry=trade.industry,
        sector=trade.sector,
        insurer=None if becomes == Site.State.CLOSED else insurer,
        opened_on=plan.registered_on - timedelta(days=rng.randrange(30, 7_000)),
    )
    is_main = place is plan.place
    staff = plan.staff if is_main else max(1, round(plan.staff * rng.uniform(0.1, 0.6)))
    until = closed_on if becomes == Site.State.CLOSED else None
    headcounts = list(_headcounts(rng, site, trade, staff, plan.registered_on, until, ground.today))
    site.headcount = 0 if until else headcounts[-1].total
    return SiteRows(
        site=site,
        headcounts=headcounts,
        facts=[
            fact
            for fact in _facts(ground, rng, site, trade, staff, plan.registered_on)
            if _holds_before(fact, until)
        ],
        grades=[
            *_standardisation(rng, site, staff, ground.today),
            *_credit(rng, site, ground.today),
        ],
        becomes=becomes,
        closed_on=closed_on,
    )


def _fate(rng: Random, plan: Outline, today: date) -> tuple[str, date | None]:
    if plan.closed_on:
        return Site.State.CLOSED, plan.closed_on
    settled = plan.registered_on + QUARTER
    if not plan.is_chosen and settled < today and rng.random() < 0.035:
        state = rng.choice((Site.State.SUSPENDED, Site.State.SUSPENDED, Site.State.CLOSED))
        return state, day_between(rng, settled, today)
    return Site.State.OPERATING, None


def _headcounts(
    rng: Random,
    site: Site,
    trade: Trade,
    staff: int,
    since: date,
    until: date | None,
    today: date,
) -> Iterator[Headcount]:
    """One to three counts, each valid until the next one."""
    end = until or today
    wanted = 1 if end - since < QUARTER else rng.choice((2, 2, 3))
    changes = {day_between(rng, since + timedelta(days=30), end) for _ in range(wanted - 1)}
    starts = [since, *sorted(changes - {since})]
    for valid_from, valid_to in zip(starts, [*starts[1:], until], strict=True):
        count = staff if valid_to is None else max(1, round(staff * rng.uniform(0.7, 1.2)))
        yield Headcount(
            site=site,
            valid_from=valid_from,
            valid_to=valid_to,
            source=DECLARED,
            **_kinds(rng, count, trade),
        )


def _kinds(rng: Random, staff: int, trade: Trade) -> dict[str, int]:
    """People by kind of employment; building sites live on temporary hands."""
    shares = {
        "other": rng.uniform(0.08, 0.24),
        "quality": rng.uniform(0.01, 0.05) if trade.is_making else 0,
        "interns": rng.choice((0, 0, 0, 0, 0.03)),
        "dispatched": rng.choice((0, 0, 0, 0.06, 0.14)),
        "temporary": rng.uniform(0.2, 0.45) if trade.is_building else rng.choice((0, 0, 0, 0.05)),
    }
    kinds = {kind: round(staff * share) for kind, share in shares.items()}
    return kinds | {"production": max(0, staff - sum(kinds.values()))}


def _facts(
    ground: Ground, rng: Random, site: Site, trade: Trade, staff: int, since: date
) -> Iterator[RiskFact]:
    """What the trade often has; equipment is counted, and sometimes was counted twice."""
    for code, chance in trade.tags.items():
        if rng.random() >= chance:
            continue
        counted = code == "special_equipment"
        changed = day_between(rng, since + QUARTER, ground.today)
        is_twofold = counted and rng.random() < 0.15 and since + QUARTER < ground.today
        is_over = not counted and rng.random() < 0.04 and since + QUARTER < ground.today
        ends = [changed, None] if is_twofold else [changed if is_over else None]
        starts = [since, changed]
        for valid_from, valid_to in zip(starts, ends, strict=False):
            yield RiskFact(
                site=site,
                tag=ground.tags[code],
                quantity=heads(rng, 1 + staff / 30, 0.5) if counted else None,
                valid_from=valid_from,
                valid_to=valid_to,
                source=SOURCES.get(code, DECLARED),
            )


def _holds_before(fact: RiskFact, until: date | None) -> bool:
    """What is known of a site ends with it."""
    if until and (fact.valid_to is None or fact.valid_to > until):
        fact.valid_to = until
    return until is None or fact.valid_from < until


def _standardisation(rng: Random, site: Site, staff: int, today: date) -> Iterator[Grade]:
    """A certificate lasts three years; some were renewed in time, some lapsed."""
    if rng.random() >= (0.75 if staff >= 100 else 0.3):
        return
    start = today - timedelta(days=rng.randrange(30, 1_700))
    value = rng.choices("123", (1, 14, 85) if staff < 300 else (6, 44, 50))[0]
    while start < today:
        end = years_after(start, STANDARDISATION_YEARS)
        yield Grade(
            site=site,
            kind=Grade.Kind.STANDARDISATION,
            value=value,
            valid_from=start,
            valid_to=end,
            source=CERTIFICATE,
        )
        if rng.random() < 0.4:
            return
        start = end


def _credit(rng: Random, site: Site, today: date) -> Iterator[Grade]:
    if rng.random() >= 0.55:
        return
    start = today - timedelta(days=rng.randrange(10, 420))
    yield Grade(
        site=site,
        kind=Grade.Kind.CREDIT,
        value=rng.choices("ABCD", (22, 58, 16, 4))[0],
        valid_from=start,
        valid_to=years_after(start, 1),
        source=CREDIT_REPORT,
    )
