"""Covers for a whole city, in the transaction that builds it.

Row-level security holds here too: quotes are written with the eyes of the city bureau, and what an
insurer sold with those of that insurer.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from django.db.models import F

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.billing.models import Entry, Posting
from apps.billing.rules import Line
from apps.core import context
from apps.core.context import Context
from apps.core.models import Counter
from apps.enrollment.demo import rows
from apps.enrollment.demo.plans import Plan, SiteSeen, plans_of
from apps.enrollment.demo.pools import found_pools
from apps.enrollment.demo.pricing import Pricer
from apps.enrollment.demo.rows import Batch, Desk
from apps.enrollment.models import Application, ApplicationState
from apps.enterprises.demo.loading import CITY
from apps.enterprises.demo.pouring import Clerk, keys, number_rows, numbered, pour, pour_columns
from apps.enterprises.demo.telling import Cast
from apps.enterprises.models import Site
from apps.policies.models import Policy, PolicyShare
from apps.pools.selectors import share_vector
from apps.rating.models import Quote
from apps.reference.codes import ParameterCode
from apps.reference.models import District
from apps.reference.selectors.parameters import decimal_on

SITES = 500  # read, priced and stored at a time
ALONG = ("enterprise", "district", "town", "industry")
Sold = tuple[Plan, Quote, Site]
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
            sites = self._sites()
            self.pricer.learn(plans)
            self.keys = {
                model: iter(keys(model, len(plans))) for model in (Quote, Policy, Application)
            }
        by_site: dict[int, list[Plan]] = defaultdict(list)
        for plan in plans:
            by_site[plan.site.pk].append(plan)
        with Clerk() as clerk:
            for start in range(0, len(sites), SITES):
                batch = sites[start : start + SITES]
                clerk.store(partial(self._store, *self._drawn(batch, by_site)))
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

    def _sites(self) -> list[Site]:
        served = Site.objects.in_operation().exclude(insurer=None).filter(headcount__gt=0)
        rows = served.select_related(*ALONG).order_by("pk")
        return list(rows.prefetch_related("headcounts", "facts__tag", "grades"))

    def _drawn(
        self, sites: list[Site], by_site: dict[int, list[Plan]]
    ) -> tuple[list[Quote], list[tuple[int, Batch]]]:
        """What was offered for these sites, and what each insurer made of it."""
        sold = list(self._priced(sites, by_site))
        by_insurer: dict[int, list[Sold]] = defaultdict(list)
        for line in sold:
            by_insurer[line[0].site.insurer].append(line)
        batches = [(insurer, self._sold(lines)) for insurer, lines in by_insurer.items()]
        return [quote for _, quote, _ in sold], batches

    def _priced(self, sites: list[Site], by_site: dict[int, list[Plan]]) -> Iterator[Sold]:
        for site in sites:
            for plan in by_site[site.pk]:
                # The bureau's officer enters for firms without an account of their own.
                quote = self.pricer.quote(plan, site, self.cast.bureaus[plan.site.district])
                if quote is not None:
                    quote.pk = next(self.keys[Quote])
                    yield plan, quote, site

    def _store(self, quotes: list[Quote], batches: list[tuple[int, Batch]]) -> None:
        with context.entering(CITY):
            pour(quotes)
            Quote.objects.filter(pk__in=[quote.pk for quote in quotes]).update(
                state=Quote.State.ACCEPTED,
                accepted_at=F("offered_at"),
                accepted_by=F("offered_by"),
                accepted_by_name=F("offered_by_name"),
            )
        for insurer, batch in batches:
            with context.entering(eyes_of(insurer)):
                keep(batch)
                move(batch)

    def _sold(self, lines: list[Sold]) -> Batch:
        batch = Batch()
        for plan, quote, site in lines:
            desk, policy = self.desks[plan.site.district, plan.site.insurer], None
            if plan.ends_as == ApplicationState.ISSUED:
                policy = rows.policy_of(plan, quote, site, desk, self.seed)
                policy.pk = next(self.keys[Policy])
                batch.policies.append(policy)
                self._papers_of(policy, plan, desk, batch)
            if policy is None or (self.today - plan.issued_on).days < RECENT:
                number = self._next("TB", site.district.abbreviation, plan.offered_on)
                row = rows.application_of(plan, quote, site, desk, number, self.seed)
                row.pk = next(self.keys[Application])
                rows.decide(row, plan, policy, desk, self.pricer.refusal[quote.product_version_id])
                batch.applications.append(row)
                batch.states[plan.ends_as].append(row.pk)
        self.count += len(batch.policies)
        return batch

    def _papers_of(self, policy: Any, plan: Plan, desk: Desk, batch: Batch) -> None:
        batch.shares += rows.shares_for(policy, desk)
        batch.transactions.append(rows.issue_of(policy))
        rows.book(policy, plan, desk, batch, self.today)
        if plan.money_on:
            batch.papers.append(rows.paper_of(policy, plan, desk))


def eyes_of(insurer: int) -> Context:
    return Context(Kind.INSURER.database_role, CITY.actor, {"organisation": str(insurer)})


def keep(batch: Batch) -> None:
    """Store a batch, each model once; lines of an entry come in one statement."""
    money: tuple[list[Any], ...] = (batch.receipts, batch.refunds, batch.write_offs)
    others: tuple[list[Any], ...] = (batch.transactions, batch.entries, batch.papers)
    for unnumbered in others + money:
        number_rows(unnumbered)
    for row in chain.from_iterable(money):
        row.entry_id = row.entry.pk
    pour(batch.policies)
    pour_columns(PolicyShare, numbered(PolicyShare, batch.shares))
    pour(batch.applications)
    pour(batch.entries)
    # In one statement: one that ended within an entry would be refused as unbalanced.
    pour_columns(Posting, columns_of(batch.postings))
    pour(batch.transactions)
    for rows_of_money in money:
        pour(rows_of_money)
    pour(batch.papers)


def columns_of(entries: list[tuple[Entry, list[Line]]]) -> list[dict[str, Any]]:
    """Lines by column: a model's object for each would take longer than storing them."""
    lines = [
        {
            "entry_id": entry.pk,
            "line": number,
            "account": line.account,
            "owner_id": int(line.owner),
            "insurer_id": entry.insurer_id,
            "district_id": entry.district_id,
            "amount": line.amount,
        }
        for entry, lines in entries
        for number, line in enumerate(lines, 1)
    ]
    return numbered(Posting, lines)


def move(batch: Batch) -> None:
    """The database lets an application begin as a draft only, and takes each move from there."""
    everyone = [row.pk for row in batch.applications]
    Application.objects.filter(pk__in=everyone).update(state=ApplicationState.SUBMITTED)
    for state, keys_of in batch.states.items():
        if state != ApplicationState.SUBMITTED:
            Application.objects.filter(pk__in=keys_of).update(state=state)
