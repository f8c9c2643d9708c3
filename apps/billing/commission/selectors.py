"""Agreements as pages and API show them: what was accrued, paid, and is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from apps.accounts.models import User
from apps.billing.commission.models import CommissionAgreement
from apps.billing.models import AccountKind, Posting

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class AgreementShown:
    agreement: CommissionAgreement
    accrued: Decimal
    paid: Decimal

    @property
    def owed(self) -> Decimal:
        return self.accrued - self.paid

    @property
    def rate(self) -> str:
        return f"{(self.agreement.rate * 100).normalize():f} %"


def agreements_for(user: User) -> QuerySet[CommissionAgreement]:
    rows = CommissionAgreement.objects.visible_to(user)
    return rows.select_related("insurer", "intermediary").order_by("-pk")


def agreements_shown(rows: Iterable[CommissionAgreement]) -> list[AgreementShown]:
    found = list(rows)
    accounts = (AccountKind.COMMISSION_COST, AccountKind.COMMISSION_BANK)
    lines = Posting.objects.filter(
        account__in=accounts, entry__policy__introduced__agreement__in=found
    )
    sums = lines.order_by().values("entry__policy__introduced__agreement", "account")
    totals = {
        (row["entry__policy__introduced__agreement"], row["account"]): row["total"]
        for row in sums.annotate(total=Sum("amount"))
    }
    return [
        AgreementShown(
            one,
            totals.get((one.pk, AccountKind.COMMISSION_COST), NOTHING),
            -totals.get((one.pk, AccountKind.COMMISSION_BANK), NOTHING),
        )
        for one in found
    ]
