"""The lines of a statement: premium and claims, one line with its differences, and the workbook."""

from typing import IO, Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.models import Statement, StatementLine
from apps.billing.monthly.checking import told
from apps.billing.monthly.filters import LineFilter
from apps.billing.monthly.forms import DifferenceForm
from apps.billing.monthly.selectors import differences_of, lines_for, members_shown
from apps.billing.monthly.services import dispute, refusal_to_answer
from apps.billing.monthly.workbook import CLAIM_COLUMNS, write_statement
from apps.billing.selectors.ledger import entries_of
from apps.billing.views.statements import crumbs_of, statement_for
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.enterprises.paging import list_of, page_of
from apps.policies.models import Policy


@requires(Permission.VIEW_POOLS)
def lines(request: UserRequest, public_id: str) -> HttpResponse:
    user, row = request.user, statement_for(request.user, public_id)
    seen = lines_for(user, row)
    found = LineFilter(request.GET, seen, user=user)
    rows, after = found.filter_queryset(seen), request.GET.get("after", "")
    last = rows.filter(line=after).first() if after.isdecimal() else None
    page = page_of(
        rows, order=("line",), number=request.GET.get("page"), after=last, of=list_of(request)
    )
    own = user.organisation_id
    facts = {
        "title": _("保费明细 %(number)s") % {"number": row.number},
        "lead": _("按保单列示本月应收、实收和各成员份额；问题行不影响结算，请按提示核对。"),
        "crumbs": crumbs_of(row),
        "row": row,
        "page": page,
        "rows": [(line, line.own_of(own), told(line.faults)) for line in page],
        "filter_form": found.form,
        "filtered": found.is_narrowed,
    }
    return render(request, "billing/bordereau.html", facts)


@requires(Permission.VIEW_POOLS)
def claims(request: UserRequest, public_id: str) -> HttpResponse:
    """The other bordereau of the month, with what each of its columns means."""
    row = statement_for(request.user, public_id)
    facts = {
        "title": _("赔款明细 %(number)s") % {"number": row.number},
        "lead": _("本月没有赔款。有赔款后按下列各栏列示，并与保费一起轧差。"),
        "crumbs": crumbs_of(row),
        "row": row,
        "columns": CLAIM_COLUMNS,
    }
    return render(request, "billing/claims_bordereau.html", facts)


@requires(Permission.VIEW_POOLS)
def line(request: UserRequest, public_id: str, number: int) -> HttpResponse:
    user, row = request.user, statement_for(request.user, public_id)
    found = _line(user, row, number)
    policy = Policy.objects.visible_to(user).for_list().filter(pk=found.policy_id).first()
    facts = {
        "title": _("第%(line)s行 %(number)s") % {"line": found.line, "number": found.number},
        "crumbs": crumbs_of(row),
        "row": row,
        "line": found,
        "facts": _facts(found, policy),
        "parts": [(one.insurer, found.own_of(one.insurer.pk)) for one in members_shown(row)],
        "faults": told(found.faults),
        "differences": differences_of(row).filter(line=found),
        "entries": entries_of(policy, user) if policy else [],
        "can_dispute": not refusal_to_answer(row, user),
    }
    return render(request, "billing/bordereau_line.html", facts)


def _facts(found: StatementLine, policy: Policy | None) -> list[dict[str, Any]]:
    url = policy.get_absolute_url() if policy else ""
    facts: list[dict[str, Any]] = [
        {"label": _("保单号"), "value": found.number, "url": url},
        {"label": _("被保险人"), "value": found.insured},
        {"label": _("保险期间"), "value": period_of(found)},
        {"label": _("出单机构"), "value": str(found.seller)},
        {"label": _("应收保费（元）"), "value": f"{found.due:,.2f}"},
        {"label": _("实收保费（元）"), "value": f"{found.received:,.2f}"},
    ]
    if found.corrects:
        before = found.corrects.statement
        text = _("更正%(number)s第%(line)s行的差异") % {
            "number": before.number,
            "line": found.corrects.line.line,
        }
        facts.append({"label": _("更正"), "value": text, "url": before.get_absolute_url()})
    return facts


def period_of(found: StatementLine) -> str:
    if not (found.cover_from and found.cover_to):
        return _("尚未起保")
    facts = {"start": found.cover_from, "end": found.cover_to}
    return _("%(start)s 零时至 %(end)s 零时") % facts


@requires(Permission.RECORD_RECEIPT)
def dispute_line(request: UserRequest, public_id: str, number: int) -> HttpResponse:
    row = statement_for(request.user, public_id)
    found = _line(request.user, row, number)
    own = found.own_of(request.user.organisation_id)
    form = DifferenceForm(request.POST or None, initial={"claimed": own})
    if request.method == "POST" and form.is_valid():
        try:
            dispute(line=found, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("差异已提出；答复之前本机构不能确认。"))
            return redirect(row)
    facts = {
        "title": _("对第%(line)s行提出差异") % {"line": found.line},
        "lead": _("%(number)s · %(insured)s · 列示本机构份额 %(own)s 元")
        % {"number": found.number, "insured": found.insured, "own": f"{own:,.2f}"},
        "crumbs": crumbs_of(row),
        "submit_label": _("提出差异"),
        "cancel_url": row.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.VIEW_POOLS)
def workbook(request: UserRequest, public_id: str) -> HttpResponse:
    row = statement_for(request.user, public_id)
    answer = HttpResponse(content_type=MEDIA_TYPES[FileKind.XLSX])
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.xlsx"'
    write_statement(cast(IO[bytes], answer), row, request.user)
    return answer


def _line(user: User, row: Statement, number: int) -> StatementLine:
    rows = lines_for(user, row).select_related("corrects__statement", "corrects__line", "statement")
    return get_object_or_404(rows, line=number)
