"""The rows of one cover, from the application to the certificate, none of them stored yet."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.accounts.models import Organisation, User
from apps.billing import ledger, rules
from apps.billing.models import Entry, EntryKind, Receipt
from apps.core.audit import target_of
from apps.core.dates import local_day
from apps.documents.models import Paper
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.services.papers import drafted as drafted_paper
from apps.enrollment.demo.plans import Plan
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.services.submission import facts_of
from apps.enterprises.demo.draws import office_hour, public_id, stream
from apps.enterprises.models import Site
from apps.policies.certificate import certificate_of
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy, PolicyShare
from apps.policies.selectors.stack import issue_row
from apps.policies.services import period_of_cover
from apps.policies.services.cover import scope_of
from apps.policies.services.issue import drafted
from apps.pools.models import Pool
from apps.rating.models import Quote


@dataclass
class Batch:
    """Rows by model, in the order in which they can be stored."""

    policies: list[Policy] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    transactions: list[PolicyTransaction] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    postings: list[tuple[Entry, list[rules.Line]]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    states: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Desk:
    """Who sells where, on which shares; `rate` is the floor of the prevention accrual."""

    pool: Pool
    insurer: Organisation
    rate: Decimal
    members: Mapping[int, Organisation]
    vector: Mapping[int, int]
    underwriter: User
    finance: User

    @cached_property
    def co_insurers(self) -> list[PolicyShare]:
        """As certificates name them; of no policy in particular."""
        return [
            PolicyShare(insurer=self.members[insurer], basis_points=points)
            for insurer, points in self.vector.items()
        ]


def policy_of(plan: Plan, quote: Quote, site: Site, desk: Desk, seed: int) -> Policy:
    rng = stream(seed, "policy", site.pk, plan.wanted_from)
    policy = drafted(quote, site=site, pool=desk.pool, insurer=desk.insurer, by=desk.underwriter)
    policy.public_id = public_id("pol", rng)
    policy.number = plan.number
    policy.issued_at = office_hour(rng, plan.issued_on)
    policy.cancelled_from = plan.cancelled_from
    if plan.money_on:
        period = period_of_cover(plan.wanted_from, plan.money_on)
        policy.cover_from, policy.cover_to = period.start, period.end
    return policy


def shares_for(policy: Policy, desk: Desk) -> list[dict[str, Any]]:
    """By column: there are four to six for each policy, and a model's object costs its time."""
    return [
        {
            "policy_id": policy.pk,
            "insurer_id": insurer,
            "seller_id": policy.insurer_id,
            "enterprise_id": policy.enterprise_id,
            "district_id": policy.district_id,
            "town_id": policy.town_id,
            "sector_id": policy.sector_id,
            "basis_points": points,
        }
        for insurer, points in desk.vector.items()
    ]


def issue_of(policy: Policy) -> PolicyTransaction:
    row = issue_row(policy)
    row.public_id = row.bundle = public_id("txn", stream("txn", policy.number))
    return row


def application_of(
    plan: Plan, quote: Quote, site: Site, desk: Desk, number: str, seed: int
) -> Application:
    """As a draft with everything in it: its state moves on once it is stored."""
    rng = stream(seed, "application", site.pk, plan.wanted_from)
    row = Application(
        public_id=public_id("app", rng),
        number=number,
        enterprise_id=site.enterprise_id,
        site=site,
        district_id=site.district_id,
        town_id=site.town_id,
        sector_id=site.sector_id,
        pool=desk.pool,
        wanted_from=plan.wanted_from,
        had_accident=plan.last_accident_on is not None,
        last_accident_on=plan.last_accident_on,
        is_listed=False,
        offer=quote.offer,
        quote=quote,
        chosen_insurer=desk.insurer,
        insurer=desk.insurer,
        shown_order=sorted((one.name for one in desk.members.values()), key=lambda _: rng.random()),
        submitted_by=quote.offered_by,
        submitted_by_name=quote.offered_by_name,
        attested_by=quote.offered_by,
        attested_by_name=quote.offered_by_name,
    )
    row.facts = facts_of(row)
    at = quote.offered_at
    row.created_at = row.chosen_at = row.attested_at = row.submitted_at = row.saved_at = at
    return row


def decide(row: Application, plan: Plan, policy: Policy | None, desk: Desk, reason: Any) -> None:
    row.decided_by, row.decided_by_name = desk.underwriter.actor_key, desk.underwriter.name
    if policy is not None:
        row.policy, row.decided_at = policy, policy.issued_at
    elif plan.ends_as == ApplicationState.REFUSED:
        row.decided_at = (row.submitted_at or row.created_at) + timedelta(hours=5)
        row.refusal_reason, row.refusal_note = reason, f"{reason.text}（示范数据）"
    else:
        row.decided_by = row.decided_by_name = ""


def book(policy: Policy, plan: Plan, desk: Desk, batch: Batch) -> None:
    """Premium due, and what came in, as the services would have entered it."""
    vector = {str(insurer): points for insurer, points in desk.vector.items()}
    payer = str(policy.enterprise_id)
    due = rules.premium_due(policy.premium, vector, enterprise=payer, key=policy.number)
    _enter(batch, policy, EntryKind.PREMIUM_DUE, f"premium_due:{policy.pk}", due, desk.underwriter)
    if plan.money_on is None:
        return
    seller, voucher = str(policy.insurer_id), f"HD{plan.money_on:%Y%m%d}{policy.pk:07d}"
    came = rules.premium_received(policy.premium, enterprise=payer, insurer=seller)
    once = f"receipt:{policy.insurer_id}:{voucher}"
    entry = _enter(batch, policy, EntryKind.PREMIUM_RECEIVED, once, came, desk.finance)
    entry.day, entry.voucher = plan.money_on, voucher
    batch.receipts.append(_receipt(policy, plan, entry, desk))
    put = rules.prevention_accrual(desk.rate, policy.premium, Decimal(0), insurer=seller)
    once = f"accrual:{policy.pk}"
    accrual = _enter(batch, policy, EntryKind.PREVENTION_ACCRUAL, once, put, desk.finance)
    accrual.day = plan.money_on


def _enter(
    batch: Batch, policy: Policy, kind: EntryKind, once: str, lines: list[rules.Line], by: User
) -> Entry:
    day = local_day(policy.issued_at)
    entry = ledger.drafted(kind, once=once, day=day, policy=policy, by=by)
    batch.entries.append(entry)
    batch.postings.append((entry, lines))
    return entry


def _receipt(policy: Policy, plan: Plan, entry: Entry, desk: Desk) -> Receipt:
    rng = stream("receipt", entry.voucher)
    is_personal = rng.random() < 0.01
    return Receipt(
        public_id=public_id("rcp", rng),
        policy=policy,
        insurer_id=policy.insurer_id,
        enterprise_id=policy.enterprise_id,
        district_id=policy.district_id,
        voucher=entry.voucher,
        payer_name="陈某" if is_personal else policy.insured_name,
        payer_check=rules.payer_check("陈某", set()) if is_personal else "matches",
        amount=policy.premium,
        received_on=plan.money_on or entry.day,
        entry=entry,
        recorded_at=office_hour(rng, entry.day),
        recorded_by=desk.finance.actor_key,
        recorded_by_name=desk.finance.name,
    )


def paper_of(policy: Policy, plan: Plan, desk: Desk) -> Paper:
    period = period_of_cover(plan.wanted_from, plan.money_on or plan.issued_on)
    rng = stream("paper", policy.number)
    paper = drafted_paper(
        POLICY_CERTIFICATE,
        number=policy.number,
        data=certificate_of(policy, period, desk.co_insurers, desk.rate),
        subject=target_of(policy),
        holder=policy.insured_name,
        holder_code=policy.insured_uscc,
        scope=scope_of(policy),
        by=desk.finance,
        now=office_hour(rng, plan.money_on or plan.issued_on),
    )
    paper.public_id = public_id("pap", rng)
    return paper
