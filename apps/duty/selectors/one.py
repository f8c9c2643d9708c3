"""One enterprise on one page: what it owes, what covers it and whom, for what money."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.audit import target_of
from apps.documents.models import Paper
from apps.duty.models import Dispute, Letter
from apps.duty.selectors.ledger import duties_of, latest_letters
from apps.duty.words import status_of
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.now import sites_of
from apps.policies.models import Policy, PolicyState
from apps.policies.roster.models import InsuredPerson
from apps.policies.selectors.listing import rows_of
from apps.policies.selectors.shares import is_partner

COVERING = (PolicyState.IN_FORCE, PolicyState.NOT_YET, PolicyState.AWAITING_PREMIUM)


@dataclass(frozen=True)
class Money:
    """Of all policies one sees: what was paid, what is still to be paid."""

    paid: Decimal
    awaiting: Decimal


@dataclass(frozen=True)
class OnePage:
    duties: list[dict[str, Any]]
    covers: list[dict[str, Any]]
    money: Money
    papers: list[Paper]
    letters: list[Letter]
    disputes: list[Dispute]
    sites: list[Site]


def one_page(enterprise: Enterprise, user: User, today: date) -> OnePage:
    sites = sites_of(enterprise.pk, user)
    policies = policies_of(enterprise, user)
    live = [policy for policy in policies if policy.state_on(today) in COVERING]
    letters = Letter.objects.visible_to(user).filter(site__in=sites)
    disputes = Dispute.objects.visible_to(user).filter(site__in=sites)
    return OnePage(
        duties=duty_lines(enterprise, user, today),
        covers=cover_lines(live, user, today),
        money=money_of(policies),
        papers=papers_of(policies, user),
        letters=list(letters.select_related("site")[:8]),
        disputes=list(disputes.select_related("site")[:5]),
        sites=sites,
    )


def policies_of(enterprise: Enterprise, user: User) -> list[Policy]:
    """Those of which one may see more than a share of the money."""
    rows = Policy.objects.visible_to(user).for_list().filter(enterprise=enterprise.pk)
    return [policy for policy in rows.order_by("-pk")[:60] if not is_partner(policy, user)]


def duty_lines(enterprise: Enterprise, user: User, today: date) -> list[dict[str, Any]]:
    duties = duties_of(enterprise, user, today)
    letters = latest_letters([duty.site_id for duty in duties], user)
    return [
        {
            "duty": duty,
            "site": duty.site,
            "status": status_of(duty, letters.get(duty.site_id), today),
        }
        for duty in duties
    ]


def cover_lines(policies: list[Policy], user: User, today: date) -> list[dict[str, Any]]:
    named = named_on(policies, user, today)
    return [
        {"row": row, "named": named.get(row.policy.pk), "insured": row.policy.insured_count}
        for row in rows_of(policies, user, today)
    ]


def named_on(policies: list[Policy], user: User, today: date) -> dict[int, int]:
    """How many people each roster names; a number tells nobody who they are."""
    if not can(user, Permission.VIEW_ROSTER) or user.organisation.kind == Kind.BROKER:
        return {}
    people = InsuredPerson.objects.visible_to(user).filter(policy__in=[one.pk for one in policies])
    counted = people.live_on(today).order_by().values_list("policy").annotate(number=Count("pk"))
    return dict(counted.values_list("policy", "number"))


def money_of(policies: list[Policy]) -> Money:
    paid = [one.premium for one in policies if one.cover_from is not None]
    waiting = [one for one in policies if one.cover_from is None and one.cancelled_from is None]
    return Money(sum(paid, Decimal()), sum((one.premium for one in waiting), Decimal()))


def papers_of(policies: list[Policy], user: User) -> list[Paper]:
    subjects = [target_of(policy) for policy in policies]
    rows = Paper.objects.visible_to(user).current().filter(subject__in=subjects)
    return list(rows.defer("data")[:8])
