"""Everything that needs Django: measured one after another, printed as it comes."""

from collections.abc import Mapping
from http import HTTPStatus

from apps.accounts.kinds import Kind
from apps.core.context import Context
from benchmarks import core, visitors
from benchmarks.city import City, without_row_security
from benchmarks.pages import PAGES, Asked, Page, asked_by, path_of, person
from benchmarks.report import Table, microseconds, milliseconds, ratio
from benchmarks.visitors import Crowd, Timing

BUDGET = 0.1  # seconds, p95
READER = Context(Kind.PLATFORM.database_role, "system:bench")


def small_things(city: City) -> None:
    table = Table([("core", 44), ("measured", 12), ("baseline", 12), ("ratio", 8)])
    table.head("The small things, each beside the plainest way to do the same")
    officer = person("city-officer", READER)
    parts, rounded = core.splitting()
    table.line("split() / rounding alone", *pair(parts, rounded))
    many, single = core.splitting_columns()
    rates = (f"{many / 1e6:.1f} M/s", f"{single / 1e6:.2f} M/s", ratio(many, single))
    table.line("split_many() over six members / one by one", *rates)
    event, plain = core.recording(city, officer)
    table.line("audit.record() / a bare insert", *pair(event, plain))
    for text in ("家具", "榕澜"):
        pairs, reading = core.searching(city, text)
        table.line(f"search {text} by pairs / LIKE", *pair(pairs, reading))
    for login in ("city-officer", "district-officer.nanhai", "underwriter.lingnan"):
        both, secured, filtered = core.listing(city, person(login, READER))
        table.line(f"50 rows, {login}: both locks / filter", *pair(both, filtered))
        table.line(f"50 rows, {login}: RLS alone / filter", *pair(secured, filtered))
    tracked, bare = core.storing(city, officer)
    rates = (f"{tracked:,.0f} /s", f"{bare:,.0f} /s", ratio(tracked, bare))
    table.line("rows stored with history and RLS / with neither", *rates)


def pair(measured: float, baseline: float) -> tuple[str, str, str]:
    words = milliseconds if measured > 0.001 else microseconds
    return words(measured), words(baseline), ratio(measured, baseline)


def page_times(city: City, port: int, crowd: Crowd, only: str = "") -> list[str]:
    """One line per page; the statements of every page above the budget."""
    pages = [page for page in PAGES if only in page.name]
    table = Table(
        [
            *[("page", 30), ("queries", 7), ("Postgres", 9), ("Python", 9)],
            *[("p50", 9), ("p95", 9), ("p50 no RLS", 10), ("ratio", 7), ("budget", 8)],
        ]
    )
    pause = f"{crowd.pause:g} s apart" if crowd.pause else "without a pause"
    table.head(f"Pages at {crowd.users} users {pause}, p95 within {milliseconds(BUDGET)}")
    cookies = sessions(city, port, pages)
    missed = []
    for page in pages:
        user = person(page.login, READER)
        path = path_of(page, user)
        if not path:
            table.line(page.name, *["–"] * 7, "no page")
            continue
        asked = asked_by(path, cookies[page.login])
        timing = visitors.visit(port, cookies[page.login], path, crowd)
        with without_row_security(city):
            bare = visitors.visit(port, cookies[page.login], path, crowd.for_a_baseline())
        table.line(page.name, *cells(asked, timing, bare))
        if timing.p95 > BUDGET or timing.status != HTTPStatus.OK:
            missed.append(explained(page, path, timing, asked))
    return missed


def cells(asked: Asked, timing: Timing, bare: Timing) -> list[str]:
    if timing.status != HTTPStatus.OK:
        return ["–"] * 7 + [f"status {timing.status}"]
    return [
        str(asked.count),
        milliseconds(asked.postgres),
        milliseconds(asked.python),
        milliseconds(timing.p50),
        milliseconds(timing.p95),
        milliseconds(bare.p50),
        ratio(timing.p50, bare.p50),
        "met" if timing.p95 <= BUDGET else "NOT MET",
    ]


def explained(page: Page, path: str, timing: Timing, asked: Asked) -> str:
    lines = [f"{page.name} ({page.login}): {path} – p95 {milliseconds(timing.p95)}"]
    lines += [f"    {milliseconds(seconds):>9}  {sql[:600]}" for seconds, sql in asked.slowest]
    return "\n".join(lines)


def sessions(city: City, port: int, pages: list[Page]) -> Mapping[str, Mapping[str, str]]:
    """One login per person, through the form: the login desk lets 30 a minute in."""
    passwords = city.logins()
    logins = {login.split("@")[0]: login for login in passwords}
    return {
        name: visitors.log_in(port, logins[name], passwords[logins[name]])
        for name in dict.fromkeys(page.login for page in pages)
    }
