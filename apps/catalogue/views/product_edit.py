"""The lists of a draft product, and the book of its clauses."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.line_forms import LINES, LinesBase, lines_form
from apps.catalogue.models import ProductVersion
from apps.catalogue.outputs import clause_book
from apps.catalogue.views.moves import form_page, version_for
from apps.core.errors import DomainError
from apps.core.idempotency import once_per_act


@requires(Permission.DRAFT_RULES)
@once_per_act()
def lines(request: UserRequest, code: str, number: int, name: str) -> HttpResponse:
    row = version_for(request.user, code, number)
    if name not in LINES:
        raise Http404
    formset = lines_form(name, getattr(row, name).all(), request.POST or None)
    refusal = services.refusal_to_edit(row, by=request.user)
    if request.method == "POST" and formset.is_valid():
        refusal = _saved(request, row, name, formset)
        if not refusal:
            messages.success(request, _("已保存。"))
            return redirect(row)
    facts = form_page(
        row,
        title=_("%(list)s · %(version)s") % {"list": LINES[name][1], "version": row},
        lead=_("空着的行不保存；次序按数字从小到大。"),
        formset=formset,
        refusal=refusal,
        revision=request.POST.get("revision", row.revision),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "catalogue/lines.html", facts, status=status)


def _saved(request: UserRequest, row: ProductVersion, name: str, formset: LinesBase) -> str:
    """Why the list was not saved, or ""."""
    given = request.POST.get("revision", "")
    words: dict[str, Any] = {"name": name, "lines": formset.lines, "by": request.user}
    try:
        services.save_list(version=row, revision=int(given) if given.isdigit() else 0, **words)
    except DomainError as refused:
        return str(refused)
    return ""


@requires(Permission.VIEW_RULES)
def clauses(request: UserRequest, code: str, number: int) -> HttpResponse:
    """The clauses of a version as a PDF file, as they stand."""
    row = version_for(request.user, code, number)
    response = HttpResponse(clause_book(row), content_type="application/pdf")
    name = f"{row.product.code}-v{row.number}-clauses.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
