"""What finance still has to collect, oldest first, with its age."""

from collections import defaultdict
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.dunning.selectors import Debt, debts_of
from apps.billing.models import WriteOff, WriteOffState
from apps.billing.selectors.premium import owing
from apps.policies.models import Policy

A_PAGE = 50


def debts_for(user: User) -> list[Debt]:
    owed = owing(user)
    rows = Policy.objects.visible_to(user).filter(pk__in=owed, insurer=user.organisation_id)
    return debts_of(owed, rows.for_list().order_by("pk"), timezone.localdate())


def labels() -> dict[str, str]:
    return {
        "not_due": _("未到期"),
        "week": _("逾期 1–7 天"),
        "month": _("逾期 8–30 天"),
        "two_months": _("逾期 31–60 天"),
        "older": _("逾期超过 60 天"),
    }


@requires(Permission.RECORD_RECEIPT)
def dunning(request: UserRequest) -> HttpResponse:
    debts, words = debts_for(request.user), labels()
    chosen = request.GET.get("age", "")
    found = [debt for debt in debts if chosen not in words or debt.age == chosen]
    proposed = WriteOff.objects.visible_to(request.user).filter(
        insurer=request.user.organisation_id, state=WriteOffState.PROPOSED
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "title": _("催收"),
        "lead": _("应收而未到账的保费。快到付款日和逾期的，系统每天自动提醒企业。"),
        "crumbs": [{"label": _("保费到账"), "url": reverse("billing:receipts")}],
        "ages": ages_of(debts, words),
        "chosen": chosen,
        "page": page,
        "rows": [(debt, words[debt.age]) for debt in page.object_list],
        "proposed": proposed.select_related("policy").defer("policy__search", "policy__worksheet"),
    }
    return render(request, "billing/dunning.html", facts)


def ages_of(debts: list[Debt], words: dict[str, str]) -> list[dict[str, object]]:
    """How many and how much of each age."""
    count: dict[str, int] = defaultdict(int)
    total: dict[str, Decimal] = defaultdict(Decimal)
    for debt in debts:
        count[debt.age] += 1
        total[debt.age] += debt.owed
    return [
        {"key": key, "label": label, "count": count[key], "total": total[key]}
        for key, label in words.items()
    ]
