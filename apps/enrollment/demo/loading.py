"""Covers for a whole city, in the transaction that builds it.

Row-level security holds here too: quotes are written with the eyes of the city bureau, and what an
insurer sold with those of that insurer.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.core import context
from apps.core.context import Context
from apps.core.models import Counter
from apps.enrollment.demo import rows
from apps.enrollment.demo.plans import Plan, SiteSeen, plans_of
from apps.enrollment.demo.pools import found_pools
from apps.enrollment.demo.pouring import number_rows, pour
from apps.enrollment.demo.pricing import Pricer
from apps.enrollment.demo.rows import Batch, Desk
from apps.enrollment.models import Application, ApplicationState
from apps.enterprises.demo.loading import CITY
from apps.enterprises.demo.telling import Cast
from apps.enterprises.models import Site
from apps.pools.selectors import share_vector
from apps.rating.models import Quote
from apps.reference.codes import ParameterCode
from apps.reference.models import District
from apps.reference.selectors.parameters import decimal_on

SITES = 1_500  # read, priced and stored at a time
ALONG = ("enterprise", "district", "town", "industry")
RECENT = 120  # days; of older covers the application is not kept in the demo


class Underwriting:
    """Everything that was sold before today."""

    def __init__(self, seed: int, today: date, cast: Cast, chosen: set[int]) -> None:
        self.seed, self.today, self.cast, self.chosen = seed, today, cast, chosen
        self.numbers: Tally[tuple[str, str, int]] = Tally()
        self.count = 0

    def load(self) -> int:
        """Pools first, then the covers of every site that an insurer serves."""
        self.pools = found_pools(self.seed, self.cast, self.today)
        with context.entering(CITY):
            plans = list(self._plans())
            self._number(plans)
            self.desks = dict(self._desks())
            self.pricer = Pricer(self.seed)
        by_site: dict[int, list[Plan]] = defaultdict(list)
        for plan in plans:
            by_site[plan.site.pk].append(plan)
        sites = sorted(by_site)
        for start in range(0, len(sites), SITES):
            self._store(sites[start : start + SITES], by_site)
        Counter.objects.bulk_create(
            Counter(series=series, district=district, year=year, last=last)
            for (series, district, year), last in self.numbers.items()
        )
        return self.count

    def _plans(self) -> Iterator[Plan]:
        served = Site.objects.in_operation().exclude(insurer=None).filter(headcount__gt=0)
        seen = served.values_list("pk", "insurer_id", "district_id", "enterprise_id")
        known = seen.annotate(since=F("enterprise__registered_at__date")).order_by("pk")
        for pk, insurer, district, enterprise, since in known:
            site = SiteSeen(pk, insurer, district, since, enterprise in self.chosen)
            yield from plans_of(self.seed, site, self.today)

    def _number(self, plans: list[Plan]) -> None:
        """In the order of the days of issue, without a gap."""
        short = dict(District.objects.values_list("pk", "abbreviation"))
        for plan in sorted(plans, key=lambda one: (one.issued_on, one.site.pk)):
            if plan.ends_as == ApplicationState.ISSUED:
                plan.number = self._next("AZ", short[plan.site.district], plan.issued_on)

    def _next(self, series: str, district: str, day: date) -> str:
        key = (series, district, day.year)
        self.numbers[key] += 1
        return f"{series}-{district}-{day.year}-{self.numbers[key]:06d}"

    def _desks(self) -> Iterator[tuple[tuple[int, int], Desk]]:
        insurers, posts = Organisation.objects.in_bulk(), self.cast.posts
        rate = decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, self.today)
        for district, pool in self.pools.items():
            vector = share_vector(pool, self.today)
            members = {key: insurers[key] for key in vector}
            for key in vector:
                yield (
                    (district, key),
                    Desk(
                        pool=pool,
                        insurer=insurers[key],
                        rate=rate,
                        members=members,
                        vector=vector,
                        underwriter=posts["underwriter", key],
                        finance=posts["insurer_finance", key],
                    ),
                )

    def _store(self, keys: list[int], by_site: dict[int, list[Plan]]) -> None:
        with context.entering(CITY):
            sold = list(self._priced(keys, by_site))
            quotes = [quote for _, quote, _ in sold]
            number_rows(quotes)
            pour(quotes)
            Quote.objects.filter(pk__in=[quote.pk for quote in quotes]).update(
                state=Quote.State.ACCEPTED,
                accepted_at=F("offered_at"),
                accepted_by=F("offered_by"),
                accepted_by_name=F("offered_by_name"),
            )
            reasons = self._reasons(quotes)
        by_insurer: dict[int, list[tuple[Plan, Quote, Site]]] = defaultdict(list)
        for line in sold:
            by_insurer[line[0].site.insurer].append(line)
        for insurer, lines in by_insurer.items():
            with context.entering(eyes_of(insurer)):
                self._sell(lines, reasons)

    def _priced(
        self, keys: list[int], by_site: dict[int, list[Plan]]
    ) -> Iterator[tuple[Plan, Quote, Site]]:
        sites = Site.objects.filter(pk__in=keys).select_related(*ALONG).order_by("pk")
        for site in sites.prefetch_related("headcounts", "facts__tag", "grades"):
            for plan in by_site[site.pk]:
                by = self._applicant(plan)
                quote = self.pricer.quote(plan, site, by)
                if quote is not None:
                    yield plan, quote, site

    def _applicant(self, plan: Plan) -> Any:
        """The bureau's officer enters for firms without an account of their own."""
        return self.cast.bureaus[plan.site.district]

    def _reasons(self, quotes: list[Quote]) -> dict[int, Any]:
        versions = {quote.product_version_id: quote.product_version for quote in quotes}
        return {key: version.refusal_reasons.first() for key, version in versions.items()}

    def _sell(self, lines: list[tuple[Plan, Quote, Site]], reasons: dict[int, Any]) -> None:
        batch, states = Batch(), defaultdict(list)
        issued = [line for line in lines if line[0].ends_as == ApplicationState.ISSUED]
        desk = {id(line): self.desks[line[0].site.district, line[0].site.insurer] for line in lines}
        batch.policies = [rows.policy_of(*line, desk[id(line)], self.seed) for line in issued]
        number_rows(batch.policies)
        policies = dict(zip(map(id, issued), batch.policies, strict=True))
        for line in lines:
            plan, quote, site = line
            policy, where = policies.get(id(line)), desk[id(line)]
            if policy is not None:
                self._papers_of(policy, plan, where, batch)
            if policy is None or (self.today - plan.issued_on).days < RECENT:
                number = self._next("TB", site.district.abbreviation, plan.offered_on)
                row = rows.application_of(plan, quote, site, where, number, self.seed)
                rows.decide(row, plan, policy, where, reasons[quote.product_version_id])
                batch.applications.append(row)
                states[plan.ends_as].append(row)
        number_rows(batch.applications)
        keep(batch)
        move(states)
        self.count += len(batch.policies)

    def _papers_of(self, policy: Any, plan: Plan, desk: Desk, batch: Batch) -> None:
        shares = rows.shares_for(policy, desk)
        batch.shares += shares
        rows.book(policy, plan, desk, batch)
        if plan.money_on:
            batch.papers.append(rows.paper_of(policy, shares, plan, desk))


def eyes_of(insurer: int) -> Context:
    return Context(Kind.INSURER.database_role, CITY.actor, {"organisation": str(insurer)})


def keep(batch: Batch) -> None:
    """Store a batch, each model once; lines of an entry come in its own statement's batch."""
    for unnumbered in (batch.shares, batch.entries, batch.receipts, batch.papers):
        number_rows(unnumbered)
    for posting in batch.postings:
        posting.entry_id = posting.entry.pk
    number_rows(batch.postings)
    for receipt in batch.receipts:
        receipt.entry_id = receipt.entry.pk
    for stored in (batch.policies, batch.shares, batch.applications, batch.entries):
        pour(stored)
    # In one statement: one that ended within an entry would be refused as unbalanced.
    pour(batch.postings, size=max(1, len(batch.postings)))
    pour(batch.receipts)
    pour(batch.papers)


def move(states: dict[str, list[Application]]) -> None:
    """The database lets an application begin as a draft only, and takes each move from there."""
    everyone = [row.pk for many in states.values() for row in many]
    Application.objects.filter(pk__in=everyone).update(state=ApplicationState.SUBMITTED)
    for state, many in states.items():
        if state != ApplicationState.SUBMITTED:
            Application.objects.filter(pk__in=[row.pk for row in many]).update(state=state)
