"""The books as a whole: trial balance, chart of accounts, closed months, the chain, the export."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.forms import DaysForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.asking import BooksForm, ExportForm, MonthForm
from apps.billing.chart import CHART
from apps.billing.closing import CloseRefused, close_month
from apps.billing.export import FORMS, Asked, note_export
from apps.billing.models import ClosedMonth
from apps.billing.selectors.chains import chains
from apps.billing.selectors.months import books_of, closes_books
from apps.billing.selectors.trial import trial_balance


def _facts(title: str, lead: str, **facts: Any) -> dict[str, Any]:
    crumbs = [{"label": _("账簿"), "url": reverse("billing:ledger")}]
    return {"title": title, "lead": lead, "crumbs": crumbs, **facts}


def _month_so_far(today: date) -> dict[str, date]:
    return {"since": today.replace(day=1), "until": today}


@requires(Permission.VIEW_LEDGER)
def trial(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    form = BooksForm(request.GET or None, initial=_month_so_far(today), user=request.user)
    start, end = form.asked(today)
    facts = _facts(
        _("试算平衡表"),
        _("各科目的期初余额、本期发生额和期末余额。借方为正，贷方为负；整套账借贷相等，合计为零。"),
        form=form,
        trial=trial_balance(request.user, start, end, form.chosen),
        terms=form.terms(start, end),
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "billing/trial.html", facts, status=status)


@requires(Permission.VIEW_LEDGER)
def accounts(request: UserRequest) -> HttpResponse:
    """Every account with what stands on it today, of the books one sees."""
    today = timezone.localdate()
    form = BooksForm(request.GET or None, initial=_month_so_far(today), user=request.user)
    _start, end = form.asked(today)
    balances = {
        line.account.kind: line.closing
        for line in trial_balance(request.user, end, end, form.chosen).lines
    }
    facts = _facts(
        _("会计科目"),
        _("备查账用到的科目、余额方向和含义；点科目看分录。"),
        rows=[(account, balances.get(account.kind)) for account in CHART],
    )
    return render(request, "billing/accounts.html", facts)


@requires(Permission.VIEW_LEDGER)
def months(request: UserRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    closed = ClosedMonth.objects.visible_to(user).select_related("insurer")
    facts = _facts(
        _("月度结账"),
        _(
            "结账后，这个月及以前不再记账，迟到的业务记入以后的月份；结账连同以前没有结的月份，不能撤销。"
        ),
        books=books_of(user, today),
        closed=closed[:60],
        closes=closes_books(user),
    )
    return render(request, "billing/months.html", facts)


@requires(Permission.VIEW_LEDGER)
@require_POST
def close(request: UserRequest) -> HttpResponse:
    """Who may close is a matter of whose books they are and of the day; the service says it."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请从列表中选择要结账的月份。"))
        return redirect("billing:months")
    insurer, month = form.cleaned_data["insurer"], form.cleaned_data["month"]
    try:
        row = close_month(insurer=insurer, month=month, today=timezone.localdate(), by=request.user)
    except CloseRefused as refusal:
        messages.error(request, str(refusal))
    else:
        told = {"insurer": insurer.name, "month": str(row)}
        messages.success(request, _("已结 %(insurer)s %(month)s 的账。") % told)
    return redirect("billing:months")


@requires(Permission.VIEW_LEDGER)
def chain(request: UserRequest) -> HttpResponse:
    """The days as they were chained; with days asked for, recomputed entry by entry."""
    today = timezone.localdate()
    form = DaysForm(request.GET or None, initial=_month_so_far(today))
    is_asked = form.is_valid()
    days = form.days() if is_asked else [today.replace(day=1), today]
    facts = _facts(
        _("账簿的日链"),
        _("每天的分录逐笔相扣，链尾的校验值印在结算单上；改动任何一笔，以后的校验值都对不上。"),
        form=form,
        verified=is_asked,
        chains=chains(days[0], _after(days[-1]), verified=is_asked),
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "billing/chain.html", facts, status=status)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


@requires(Permission.VIEW_LEDGER)
def export(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    given = _month_so_far(today) | {"since": today.replace(month=1, day=1), "form": "csv"}
    return _export_page(request, ExportForm(initial=given, user=request.user))


def _export_page(request: UserRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    facts = _facts(
        _("账簿导出"),
        _("导出您能看到的全部分录，供审计软件读取；导出记入操作记录。"),
        form=form,
    )
    return render(request, "billing/export.html", facts, status=status)


@requires(Permission.VIEW_LEDGER)  # type: ignore[arg-type]  # a file is streamed
@require_POST
def export_file(request: UserRequest) -> HttpResponseBase:
    form = ExportForm(request.POST, user=request.user)
    if not form.is_valid():
        return _export_page(request, form, status=422)
    start, end = form.asked(timezone.localdate())
    asked = Asked(start, end, form.chosen)
    return exported(request.user, asked, form.cleaned_data["form"])


def exported(user: User, asked: Asked, form: str) -> StreamingHttpResponse:
    note_export(user, asked, form)
    writer, kind = FORMS[form]
    answer = StreamingHttpResponse(writer(user, asked), content_type=kind)
    name = f"ledger-{asked.start}-{asked.end}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
