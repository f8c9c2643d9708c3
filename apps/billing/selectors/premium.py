"""Where the premium of a policy stands, and which policies owe or are owed something."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from apps.accounts.models import User
from apps.billing.models import AccountKind, EntryKind, Posting
from apps.billing.selectors.balances import NOTHING
from apps.policies.models import Policy


@dataclass(frozen=True)
class Standing:
    """due = paid + outstanding + written off, where paid is what came less what went back."""

    due: Decimal = NOTHING
    received: Decimal = NOTHING
    refunded: Decimal = NOTHING
    written_off: Decimal = NOTHING
    outstanding: Decimal = NOTHING
    overpaid: Decimal = NOTHING

    @property
    def paid(self) -> Decimal:
        return self.received - self.refunded - self.overpaid

    @property
    def is_partly_paid(self) -> bool:
        return bool(self.outstanding > 0 and self.paid > 0)


def standing_of(policy: Policy) -> Standing:
    """From the enterprise's own accounts, which everybody who sees the money sees; one query."""
    owed, back, k = AccountKind.RECEIVABLE, AccountKind.OVERPAID, EntryKind
    rows = Posting.objects.filter(entry__policy=policy, account__in=(owed, back)).order_by()
    found = rows.aggregate(
        due=Sum("amount", filter=Q(entry__kind__in=(k.PREMIUM_DUE, k.PREMIUM_RETURNED))),
        received=-Sum("amount", filter=Q(entry__kind=k.PREMIUM_RECEIVED)),
        refunded=Sum("amount", filter=Q(entry__kind=k.OVERPAID_REFUNDED)),
        written_off=-Sum("amount", filter=Q(entry__kind=k.WRITE_OFF)),
        outstanding=Sum("amount", filter=Q(account=owed)),
        overpaid=-Sum("amount", filter=Q(account=back)),
    )
    return Standing(**{name: amount or NOTHING for name, amount in found.items()})


def _by_policy(rows: QuerySet[Posting], account: str, wanted: Q) -> dict[int, Decimal]:
    sums = rows.filter(account=account).order_by().values("entry__policy")
    found = sums.annotate(total=Sum("amount")).filter(wanted)
    return {row["entry__policy"]: abs(row["total"]) for row in found}


def owing(user: User) -> dict[int, Decimal]:
    """What is unpaid of what this person's insurer sold, by the key of the policy."""
    own = Posting.objects.visible_to(user).filter(insurer=user.organisation_id)
    return _by_policy(own, AccountKind.RECEIVABLE, Q(total__gt=0))


def owed_back(user: User) -> dict[int, Decimal]:
    """What was paid too much and has not gone back, by the key of the policy."""
    return _by_policy(Posting.objects.visible_to(user), AccountKind.OVERPAID, Q(total__lt=0))


def policies_of(user: User, keys: dict[int, Decimal]) -> list[tuple[Policy, Decimal]]:
    """Each with its amount, the newest first."""
    rows = Policy.objects.visible_to(user).for_list().select_related("insurer")
    found = rows.filter(pk__in=keys).order_by("-pk")
    return [(policy, keys[policy.pk]) for policy in found]
