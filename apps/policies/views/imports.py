"""A file of people on the way to a roster: sent, looked through, mended, put in or given up."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import IO, Any

from django.contrib import messages
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
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import new_act, once_per_act
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.policies.forms import MendedFileForm, MendForm, RosterFileForm
from apps.policies.outputs import faulty_rows, template
from apps.policies.roster.models import RosterImport, StagedPerson
from apps.policies.roster.vocabulary import DOCUMENT_WORDS, EMPLOYMENT_WORDS
from apps.policies.selectors.people import in_words
from apps.policies.services import imports
from apps.policies.services.jobs import BIG_FILE, MANY, commit_later, stage_later
from apps.policies.views.people import act_page, crumbs_of, policy_for

P = Permission


def import_for(user: User, public_id: str) -> RosterImport:
    rows = RosterImport.objects.visible_to(user)
    return get_object_or_404(
        rows.select_related("policy__limit_choice", "file"), public_id=public_id
    )


@requires(P.EDIT_ROSTER)
@once_per_act()
def send(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = policy_for(request.user, public_id), timezone.localdate()
    form = RosterFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"] or imports.pasted(form.cleaned_data["pasted"])
        try:
            if file.size > BIG_FILE and imports.is_workbook(file):
                batch = imports.take_in(policy=policy, file=file, today=today, by=request.user)
                job = stage_later(batch=batch, today=today, by=request.user)
                return redirect("accounts:job", job.public_id)
            batch = imports.receive(policy=policy, file=file, today=today, by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("policies:import", batch.public_id)
    lead = _("先逐行核对，有问题的行会写明行号和原因；确认之前什么也不会改变。")
    template_url = reverse("policies:roster_template")
    more = {"lead": lead, "template_url": template_url}
    return act_page(request, policy, form, _("导入人员名单"), _("上传并核对"), **more)


@requires(P.EDIT_ROSTER)
def roster_template(request: UserRequest) -> HttpResponse:
    return workbook(template, _("人员名单模板"))


def workbook(write: Callable[[IO[bytes]], None], name: str) -> HttpResponse:
    target = BytesIO()
    write(target)
    header = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    media_type = MEDIA_TYPES[FileKind.XLSX]
    headers = {"Content-Disposition": header}
    return HttpResponse(target.getvalue(), content_type=media_type, headers=headers)


@requires(P.VIEW_ROSTER)
def review(request: UserRequest, public_id: str) -> HttpResponse:
    """The rows with what is wrong first; all of them on request."""
    batch = import_for(request.user, public_id)
    shows_all = request.GET.get("rows") == "all"
    rows = batch.staged_rows.all()
    bad = rows.filter(has_faults=True)
    total, faulty = rows.count(), bad.count()
    page = page_of(request, rows if shows_all or not faulty else bad)
    facts = {
        "title": _("核对名单：%(name)s") % {"name": batch.name},
        "batch": batch,
        "policy": batch.policy,
        "crumbs": crumbs_of(batch.policy),
        "page": page,
        "lines": [review_line(row) for row in page.object_list],
        "total": total,
        "faulty": faulty,
        "good": total - faulty,
        "shows_all": shows_all or not faulty,
        "is_open": batch.state == RosterImport.State.STAGED,
        "act": new_act(),
        "form": MendedFileForm(),
    }
    return render(request, "policies/import.html", facts)


def review_line(row: StagedPerson) -> dict[str, Any]:
    told = imports.told_of(row)
    return {
        "number": row.number,
        "name": told["name"],
        "document": told["masked"],
        "employment": told["employment"],
        "faults": [in_words(fault) for fault in row.faults],
    }


@requires(P.EDIT_ROSTER)
@require_POST
@once_per_act()
def decide(request: UserRequest, public_id: str) -> HttpResponse:
    """Put everybody on the roster, leave the bad rows out, or give the file up."""
    batch, today = import_for(request.user, public_id), timezone.localdate()
    wish = request.POST.get("wish")
    try:
        if wish == "discard":
            imports.discard(batch=batch, today=today, by=request.user)
            messages.success(request, _("已放弃这份名单，没有改动任何人。"))
            return redirect("policies:people", batch.policy.public_id)
        if wish == "drop":
            count = imports.drop_bad_rows(batch=batch, today=today, by=request.user)
            messages.success(request, _("已去掉%(count)s行。") % {"count": count})
            return redirect("policies:import", public_id)
        return put_in(request, batch)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("policies:import", public_id)


def put_in(request: UserRequest, batch: RosterImport) -> HttpResponse:
    today = timezone.localdate()
    if batch.staged_rows.count() > MANY:
        job = commit_later(batch=batch, today=today, by=request.user)
        return redirect("accounts:job", job.public_id)
    count = imports.commit(batch=batch, today=today, by=request.user)
    text = ngettext("已加入%(count)s人。", "已加入%(count)s人。", count) % {"count": count}
    messages.success(request, text)
    return redirect("policies:people", batch.policy.public_id)


@requires(P.EDIT_ROSTER)
@once_per_act()
def mend(request: UserRequest, public_id: str, number: int) -> HttpResponse:
    batch, today = import_for(request.user, public_id), timezone.localdate()
    row = get_object_or_404(batch.staged_rows, number=number)
    form = MendForm(request.POST or None, today=today, initial=start_of(row))
    if form.is_valid():
        row = mended(form, batch, row, today, request.user)
        if not form.errors:
            messages.success(request, _("第%(row)s行已改正。") % {"row": number})
            return redirect("policies:import", public_id)
    more = {
        "lead": _("；").join(in_words(fault) for fault in row.faults),
        "cancel_url": reverse("policies:import", args=[public_id]),
    }
    title = _("改正第%(row)s行") % {"row": number}
    return act_page(request, batch.policy, form, title, _("保存这一行"), **more)


def mended(
    form: MendForm, batch: RosterImport, row: StagedPerson, today: date, by: User
) -> StagedPerson:
    """The row as it is now; what is still wrong with it stands in the form."""
    try:
        row = imports.mend_row(batch=batch, number=row.number, cells=form.cells, today=today, by=by)
    except DomainError as refusal:
        note_refusal(form, refusal)
        return row
    for field, text in row.faults:
        form.add_error(field if field in form.fields else None, text)
    return row


def start_of(row: StagedPerson) -> dict[str, str]:
    """What the row said; a number that is right stays hidden."""
    told = imports.told_of(row)
    start: dict[str, str] = told["cells"] | {
        "document_kind": DOCUMENT_WORDS.get(told["cells"].get("document_kind", ""), ""),
        "employment": EMPLOYMENT_WORDS.get(told["employment"].upper(), ""),
    }
    if all(field != "document_number" for field, _text in row.faults):
        start["document_number"] = ""
    return start


@requires(P.EDIT_ROSTER)
def faults(request: UserRequest, public_id: str) -> HttpResponse:
    """The bad rows as a file of their own, to be mended and sent again."""
    batch = import_for(request.user, public_id)
    return workbook(lambda target: faulty_rows(target, batch), _("有问题的行"))


@requires(P.EDIT_ROSTER)
@require_POST
@once_per_act()
def send_again(request: UserRequest, public_id: str) -> HttpResponse:
    batch, form = import_for(request.user, public_id), MendedFileForm(request.POST, request.FILES)
    today = timezone.localdate()
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            count = imports.mend_by_file(batch=batch, file=file, today=today, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已重新读取%(count)s行。") % {"count": count})
    else:
        messages.error(request, str(form.errors["file"][0]))
    return redirect("policies:import", public_id)
