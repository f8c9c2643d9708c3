"""The ledger: entries with their lines, one entry, and what the accounts stand at."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.roles import Permission
from apps.billing.filters import EntryFilter
from apps.billing.models import Entry
from apps.billing.selectors.ledger import entries_shown, floor_rate, fund_lines, totals_of
from apps.core.templatetags.ui import moment, percent
from apps.enterprises.paging import list_of, page_of


@requires(Permission.VIEW_LEDGER)
def ledger(request: UserRequest) -> HttpResponse:
    user = request.user
    seen = Entry.objects.visible_to(user)
    found = EntryFilter(request.GET, seen, user=user)
    rows, after = found.filter_queryset(seen), request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=("-pk",), number=request.GET.get("page"), after=last, of=list_of(request)
    )
    facts = {
        "title": _("账簿"),
        "lead": _("备查账：平台不经手资金，只记谁欠谁、谁收了多少。借方为正，贷方为负。"),
        "crumbs": [{"label": _("保单"), "url": reverse("policies:list")}],
        "page": page,
        "entries": entries_shown(page.object_list, user),
        "filter_form": found.form,
        "filtered": found.is_narrowed,
    }
    return render(request, "billing/ledger.html", facts)


@requires(Permission.VIEW_LEDGER)
def statement(request: UserRequest) -> HttpResponse:
    """Accounts and prevention fund, of one insurer or of all one may see."""
    user, today = request.user, timezone.localdate()
    insurers = Organisation.objects.filter(kind=Kind.INSURER).order_by("name")
    asked = insurers.filter(public_id=request.GET.get("insurer", "")).first()
    condition = Q(owner=asked) if asked else Q()
    facts = {
        "title": _("科目汇总与事故预防资金"),
        "crumbs": [{"label": _("账簿"), "url": reverse("billing:ledger")}],
        "totals": totals_of(user, condition),
        "funds": fund_lines(user, condition, today),
        "rate": percent(floor_rate(today)),
        "insurers": insurers if user.organisation.kind != Kind.ENTERPRISE else [],
        "chosen": asked,
        "today": today,
    }
    return render(request, "billing/statement.html", facts)


@requires(Permission.VIEW_LEDGER)
def entry(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Entry.objects.visible_to(request.user).select_related("insurer", "reverses")
    found = get_object_or_404(rows, public_id=public_id)
    (shown,) = entries_shown([found], request.user)
    facts = {
        "title": str(found),
        "crumbs": [{"label": _("账簿"), "url": reverse("billing:ledger")}],
        "shown": shown,
        "facts": _facts(found, shown),
    }
    return render(request, "billing/entry.html", facts)


def _facts(found: Entry, shown: Any) -> list[dict[str, Any]]:
    """With the document behind it, and what it undoes or what undid it."""
    facts: list[dict[str, Any]] = [
        {"label": _("类别"), "value": found.get_kind_display()},
        {"label": _("业务日期"), "value": found.day.isoformat()},
        {"label": _("承保机构"), "value": str(found.insurer)},
        {"label": _("凭证号"), "value": found.voucher or _("无")},
        {"label": _("记账时间"), "value": moment(found.entered_at)},
    ]
    if shown.policy:
        url = shown.policy.get_absolute_url()
        facts.insert(0, {"label": _("保单"), "value": shown.policy.number, "url": url})
    documents = (
        (_("到账"), getattr(found, "receipt", None)),
        (_("冲正的分录"), found.reverses),
        (_("已被冲正"), getattr(found, "reversed_by", None)),
    )
    facts += [
        {"label": label, "value": str(row), "url": row.get_absolute_url()}
        for label, row in documents
        if row
    ]
    return facts + ([{"label": _("摘要"), "value": found.note}] if found.note else [])
