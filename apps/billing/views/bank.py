"""A bank's list: sent, looked through, recorded in bulk, and the rest one by one."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.billing.bank import services
from apps.billing.bank.table import TEMPLATE
from apps.billing.bank.words import proposals_of, told_of, why_of
from apps.billing.forms import AsideForm, BankListForm, LineForm
from apps.billing.models import BankFile, BankLine, LineState
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import MONEY, new_act, once_per_act
from apps.core.running import start_job
from apps.core.sheets.writing import Column, write_xlsx
from apps.core.templatetags.ui import yuan
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.policies.models import Policy, as_number

P = Permission
AT_ONCE = 20  # lines; more go to a job
SHOWN = 100


def crumbs_of(*more: dict[str, str]) -> list[dict[str, str]]:
    first = {"label": _("保费到账"), "url": reverse("billing:receipts")}
    return [first, {"label": _("银行流水"), "url": reverse("billing:bank_files")}, *more]


@requires(P.RECORD_RECEIPT)
def bank_files(request: UserRequest) -> HttpResponse:
    rows = BankFile.objects.visible_to(request.user)
    counted = rows.annotate(
        waiting=Count("bank_lines", filter=Q(bank_lines__state=LineState.OPEN)),
        recorded=Count("bank_lines", filter=Q(bank_lines__state=LineState.RECORDED)),
    )
    facts = {
        "title": _("银行流水"),
        "lead": _("导入银行的到账明细，能认定的一次登记，其余逐笔处理；同一回单只登记一次。"),
        "crumbs": crumbs_of()[:1],
        "page": page_of(request, counted.order_by("-pk")),
    }
    return render(request, "billing/bank_files.html", facts)


@requires(P.RECORD_RECEIPT)
@once_per_act()
def bank_send(request: UserRequest) -> HttpResponse:
    form = BankListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"] or services.pasted(form.cleaned_data["pasted"])
        try:
            made = services.take_in(file=file, today=timezone.localdate(), by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(made)
    facts = {
        "title": _("导入银行流水"),
        "lead": _("先逐笔核对，确认之前什么也不会登记。"),
        "crumbs": crumbs_of(),
        "submit_label": _("上传并匹配"),
        "cancel_url": reverse("billing:bank_files"),
        "columns": _("、").join(TEMPLATE),
        "act": new_act(),
    }
    return show_form(request, "billing/bank_form.html", form, facts)


@requires(P.RECORD_RECEIPT)
def bank_template(request: UserRequest) -> HttpResponse:
    target = BytesIO()
    write_xlsx(target, [Column(text, width=24) for text in TEMPLATE], [])
    header = content_disposition_header(True, f"{_('银行流水模板')}.xlsx") or "attachment"
    media_type = MEDIA_TYPES[FileKind.XLSX]
    return HttpResponse(
        target.getvalue(), content_type=media_type, headers={"Content-Disposition": header}
    )


def file_for(user: User, public_id: str) -> BankFile:
    return get_object_or_404(BankFile.objects.visible_to(user), public_id=public_id)


@requires(P.RECORD_RECEIPT)
def bank_file(request: UserRequest, public_id: str) -> HttpResponse:
    batch = file_for(request.user, public_id)
    rows = batch.bank_lines.select_related("policy").defer("policy__search", "policy__worksheet")
    sure = rows.filter(state=LineState.OPEN, is_sure=True)
    doubtful = rows.filter(state=LineState.OPEN, is_sure=False)
    page = page_of(request, doubtful)
    facts = {
        "title": batch.name,
        "batch": batch,
        "crumbs": crumbs_of(),
        "sure": [(line, why_of(line.proposals[0][2])) for line in sure[:SHOWN]],
        "sure_count": sure.count(),
        "page": page,
        "doubtful": [(line, _words(line)) for line in page.object_list],
        "done": [(line, "") for line in rows.exclude(state=LineState.OPEN)[:SHOWN]],
        "act": new_act(),
    }
    return render(request, "billing/bank_file.html", facts)


def _words(line: BankLine) -> list[str]:
    return [told_of(problem) for problem in line.problems]


@requires(P.RECORD_RECEIPT)
@require_POST
@once_per_act(MONEY)
def bank_decide(request: UserRequest, public_id: str) -> HttpResponse:
    """Record what is sure, or match anew."""
    batch, today = file_for(request.user, public_id), timezone.localdate()
    if request.POST.get("wish") == "match":
        services.match_again(batch=batch, today=today, by=request.user)
        messages.success(request, _("已重新匹配。"))
        return redirect(batch)
    if batch.bank_lines.filter(state=LineState.OPEN, is_sure=True).count() > AT_ONCE:
        title = _("登记银行流水：%(name)s") % {"name": batch.name}
        facts = {"batch": batch.public_id, "today": today.isoformat()}
        job = start_job("billing.record_bank_lines", by=request.user, title=title[:200], **facts)
        return redirect("accounts:job", job.public_id)
    done = services.record_sure(batch=batch, today=today, by=request.user)
    text = ngettext("已登记%(count)s笔。", "已登记%(count)s笔。", done)
    messages.success(request, text % {"count": done})
    return redirect(batch)


def line_for(user: User, public_id: str) -> BankLine:
    rows = BankLine.objects.visible_to(user).select_related("batch", "policy", "receipt")
    return get_object_or_404(rows, public_id=public_id)


@requires(P.RECORD_RECEIPT)
@once_per_act(MONEY)
def bank_line(request: UserRequest, public_id: str) -> HttpResponse:
    """One payment that wants a look: choose its policy, or put it aside."""
    line, user = line_for(request.user, public_id), request.user
    found = proposals_of(line, user)
    first = {"policy": found[0]["policy"].public_id} if found else {}
    form = LineForm(request.POST or None, proposals=found, initial=first)
    if form.is_valid() and (done := _recorded(form, line, user)):
        messages.success(request, _said_of(done))
        return redirect(line.batch)
    return show_form(request, "billing/bank_line.html", form, line_page(line, found))


def line_page(line: BankLine, found: list[dict[str, Any]]) -> dict[str, Any]:
    batch = line.batch
    amount = yuan(line.amount) if line.amount is not None else ""
    return {
        "title": _("第%(row)s行 %(amount)s") % {"row": line.number, "amount": amount},
        "crumbs": crumbs_of({"label": batch.name, "url": batch.get_absolute_url()}),
        "line": line,
        "facts": [
            {"label": _("付款户名"), "value": line.payer_name},
            {"label": _("金额"), "value": amount},
            {"label": _("到账日期"), "value": line.received_on and line.received_on.isoformat()},
            {"label": _("银行回单号"), "value": line.voucher},
            {"label": _("附言"), "value": line.remark},
            {"label": _("状态"), "value": line.get_state_display(), "note": line.reason},
        ],
        "words": _words(line),
        "found": found,
        "aside": AsideForm(),
        "may_record": line.amount is not None and line.received_on is not None,
        "is_open": line.state in {LineState.OPEN, LineState.SET_ASIDE},
        "submit_label": _("登记到账"),
        "cancel_url": batch.get_absolute_url(),
        "act": new_act(),
        "act_aside": new_act(),
    }


def _recorded(form: LineForm, line: BankLine, user: User) -> BankLine | None:
    given = form.cleaned_data
    own = Policy.objects.visible_to(user).filter(insurer=user.organisation_id)
    if number := as_number(given.get("number") or ""):
        policy = own.filter(number=number).first()
    else:
        policy = own.filter(public_id=given["policy"]).first()
    if policy is None:
        form.add_error("number", _("本机构没有这张保单；请核对保单号。"))
        return None
    try:
        return services.record_line(line=line, policy=policy, today=timezone.localdate(), by=user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return None


def _said_of(line: BankLine) -> str:
    if line.state == LineState.KNOWN:
        return _("这一笔早已登记，没有重复登记。")
    return _("已登记到账。")


@requires(P.RECORD_RECEIPT)
@require_POST
@once_per_act()
def bank_aside(request: UserRequest, public_id: str) -> HttpResponse:
    line, form = line_for(request.user, public_id), AsideForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("billing:bank_line", public_id)
    try:
        services.put_aside(line=line, by=request.user, **form.cleaned_data)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("billing:bank_line", public_id)
    messages.success(request, _("已搁置，理由已记下。"))
    return redirect(line.batch)
