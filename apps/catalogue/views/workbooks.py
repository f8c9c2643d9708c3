"""A tariff out as a workbook, and a workbook in: looked at first, taken afterwards."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.errors import WorkbookUnfit
from apps.catalogue.forms import BookForm
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import read, write
from apps.catalogue.rules.workbook import Book
from apps.catalogue.selectors.compare import comparison, comparison_of
from apps.catalogue.selectors.documents import workbook_of
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.views.drafts import book_in
from apps.catalogue.views.moves import form_page, tariff_for
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import once_per_act

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "catalogue.book"
PATIENCE = 60 * 60  # seconds a preview may lie open


@requires(Permission.VIEW_RULES)
def workbook(request: UserRequest, code: str, number: int) -> HttpResponse:
    row = tariff_for(request.user, code, number)
    response = HttpResponse(workbook_of(row), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{code}-tariff-{number}.xlsx"'
    return response


@requires(Permission.VIEW_RULES)
def differences(request: UserRequest, code: str, number: int) -> HttpResponse:
    row = tariff_for(request.user, code, number)
    before, found = comparison_of(row)
    facts = form_page(row, title=_("与前一版的差异"), before=before, comparison=found, version=row)
    return render(request, "catalogue/differences.html", facts)


@requires(Permission.DRAFT_RULES)
@once_per_act()
def upload(request: UserRequest, code: str, number: int) -> HttpResponse:
    """A file is shown with all it would change; only the second look takes it."""
    row = tariff_for(request.user, code, number)
    form = BookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "taken" in request.POST:
        return _take(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, row, book_in(form.cleaned_data["book"]))
        except WorkbookUnfit as unfit:
            for line in unfit.lines:
                form.add_error(None, line)
    facts = form_page(
        row,
        title=_("上传费率工作簿"),
        lead=_("先看差异，确认后才写入草案；有一处错误就一格也不写。"),
        refusal=services.refusal_to_edit(row, by=request.user),
        submit_label=_("上传并查看差异"),
        workbook_url=reverse("catalogue:tariff_workbook", args=[code, number]),
    )
    return show_form(request, "catalogue/upload.html", form, facts)


def _preview(request: UserRequest, row: TariffVersion, book: Book) -> HttpResponse:
    if refusal := services.refusal_to_import(row, book):
        raise WorkbookUnfit([refusal])
    carried = {"tariff": write(book.tariff), "meta": dict(book.meta), "revision": row.revision}
    facts = form_page(
        row,
        title=_("核对工作簿带来的改动"),
        comparison=comparison(tariff_of(row), book.tariff),
        carried=signing.dumps(carried, salt=_salt(request, row), compress=True),
    )
    return render(request, "catalogue/upload_check.html", facts)


def _take(request: UserRequest, row: TariffVersion) -> HttpResponse:
    try:
        carried = signing.loads(request.POST["taken"], salt=_salt(request, row), max_age=PATIENCE)
        book = Book(read(carried["tariff"]), carried["meta"])
        words: dict[str, Any] = {"revision": carried["revision"], "by": request.user}
        services.import_book(version=row, book=book, **words)
    except signing.BadSignature:
        messages.error(request, _("这次预览已失效，请重新上传。"))
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("工作簿已写入草案。"))
        return redirect(row)
    return redirect("catalogue:tariff_import", row.product.code, row.number)


def _salt(request: UserRequest, row: TariffVersion) -> str:
    """What one person was shown of one draft is confirmed by nobody else and for no other."""
    return f"{SALT}:{row.public_id}:{request.user.actor_key}"
