"""A bureau's list of enterprises on its way in: sent, read, mended, put in or given up."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.duty import outputs
from apps.duty.forms import RegistryAgainForm, RegistryFileForm, RegistryRowForm
from apps.duty.models import RegistryImport, StagedSite
from apps.duty.registry.reading import LABELS
from apps.duty.services import registry as service

P = Permission


def batch_for(user: User, public_id: str) -> RegistryImport:
    rows = RegistryImport.objects.visible_to(user).select_related("file")
    return get_object_or_404(rows, public_id=public_id)


def crumbs() -> list[dict[str, str]]:
    return [{"label": _("应保台账"), "url": reverse("duty:list")}]


@requires(P.REGISTER_ENTERPRISE)
@once_per_act()
def send(request: UserRequest) -> HttpResponse:
    form = RegistryFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        facts = {**form.cleaned_data, "by": request.user}
        try:
            if facts["file"].size > service.BIG_FILE and service.is_workbook(facts["file"]):
                batch = service.take_in(**facts)
                job = service.stage_later(batch=batch, by=request.user)
                return redirect("accounts:job", job.public_id)
            batch = service.receive(**facts)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("duty:registry_review", batch.public_id)
    facts = {
        "title": _("导入企业名录"),
        "lead": _("先逐行核对：哪些新增、哪些更改、哪些有问题；确认之前什么也不会改变。"),
        "submit_label": _("上传并核对"),
        "cancel_url": reverse("duty:list"),
        "crumbs": crumbs(),
        "act": new_act(),
    }
    return show_form(request, "duty/registry_form.html", form, facts)


@requires(P.REGISTER_ENTERPRISE)
def template(request: UserRequest) -> HttpResponse:
    return workbook(outputs.template, _("企业名录模板"))


def workbook(write: Callable[[IO[bytes]], None], name: str) -> HttpResponse:
    target = BytesIO()
    write(target)
    header = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    headers = {"Content-Disposition": header}
    return HttpResponse(target.getvalue(), content_type=MEDIA_TYPES[FileKind.XLSX], headers=headers)


@requires(P.REGISTER_ENTERPRISE)
def review(request: UserRequest, public_id: str) -> HttpResponse:
    """The rows with what is wrong first, then what would be changed, then all."""
    batch = batch_for(request.user, public_id)
    counts = {effect.value: 0 for effect in StagedSite.Effect}
    for effect in batch.staged_rows.order_by().values_list("effect", flat=True):
        counts[effect] += 1
    asked = request.GET.get("view") or ("faulty" if counts["faulty"] else "")
    rows = batch.staged_rows.all()
    page = page_of(request, rows.filter(effect=asked) if asked in counts else rows)
    facts = {
        "title": _("核对名录：%(name)s") % {"name": batch.name},
        "batch": batch,
        "crumbs": crumbs(),
        "page": page,
        "lines": [review_line(row) for row in page.object_list],
        "counts": counts,
        "total": sum(counts.values()),
        "fresh": counts["new"] + counts["more"],
        "has_own": batch.staged_rows.filter(changes__contains=[{"own": True}]).exists(),
        "saved_views": views_of(batch, counts, asked),
        "is_open": batch.state == RegistryImport.State.STAGED,
        "act": new_act(),
        "form": RegistryAgainForm(),
    }
    return render(request, "duty/registry.html", facts)


def views_of(batch: RegistryImport, counts: dict[str, int], asked: str) -> list[dict[str, Any]]:
    home = reverse("duty:registry_review", args=[batch.public_id])
    heaps = [(effect.value, effect.label, counts[effect.value]) for effect in StagedSite.Effect]
    return [
        {"label": label, "url": f"{home}?view={key}", "active": key == asked, "count": number}
        for key, label, number in [*heaps, ("all", _("全部行"), sum(counts.values()))]
    ]


def review_line(row: StagedSite) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.cells.get("name", ""),
        "uscc": row.cells.get("uscc", ""),
        "town": row.cells.get("town", ""),
        "effect": row.get_effect_display(),
        "is_faulty": row.effect == StagedSite.Effect.FAULTY,
        "faults": [outputs.in_words([fault]) for fault in row.faults],
        "changes": [{**change, "label": LABELS[change["field"]]} for change in row.changes],
    }


@requires(P.REGISTER_ENTERPRISE)
@require_POST
@once_per_act()
def decide(request: UserRequest, public_id: str) -> HttpResponse:
    """Put the rows in, leave the bad ones out, or give the file up."""
    batch, wish = batch_for(request.user, public_id), request.POST.get("wish")
    try:
        if wish == "discard":
            service.discard(batch=batch, by=request.user)
            messages.success(request, _("已放弃这份名录，没有改动任何企业。"))
            return redirect("duty:list")
        if wish == "drop":
            count = service.drop_bad_rows(batch=batch, by=request.user)
            messages.success(request, _("已去掉%(count)s行。") % {"count": count})
            return redirect("duty:registry_review", public_id)
        overwrite = bool(request.POST.get("overwrite"))
        job = service.commit_later(batch=batch, overwrite=overwrite, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("duty:registry_review", public_id)
    return redirect("accounts:job", job.public_id)


@requires(P.REGISTER_ENTERPRISE)
@once_per_act()
def mend(request: UserRequest, public_id: str, number: int) -> HttpResponse:
    batch = batch_for(request.user, public_id)
    row = get_object_or_404(batch.staged_rows, number=number)
    form = RegistryRowForm(request.POST or None, initial=row.cells)
    if form.is_valid():
        cells = form.cleaned_data
        try:
            row = service.mend_row(batch=batch, number=number, cells=cells, by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        for name, text in row.faults:
            form.add_error(name if name in form.fields else None, text)
        if not form.errors:
            messages.success(request, _("第%(row)s行已改正。") % {"row": number})
            return redirect("duty:registry_review", public_id)
    back = reverse("duty:registry_review", args=[public_id])
    facts = {
        "title": _("改正第%(row)s行") % {"row": number},
        "lead": outputs.in_words(row.faults),
        "submit_label": _("保存这一行"),
        "cancel_url": back,
        "crumbs": [*crumbs(), {"label": batch.name, "url": back}],
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(P.REGISTER_ENTERPRISE)
def faults(request: UserRequest, public_id: str) -> HttpResponse:
    """The bad rows as a file of their own, to be mended and sent again."""
    batch = batch_for(request.user, public_id)
    return workbook(lambda target: outputs.faulty_rows(target, batch), _("有问题的行"))


@requires(P.REGISTER_ENTERPRISE)
@require_POST
@once_per_act()
def again(request: UserRequest, public_id: str) -> HttpResponse:
    batch, form = (
        batch_for(request.user, public_id),
        RegistryAgainForm(request.POST, request.FILES),
    )
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            count = service.mend_by_file(batch=batch, file=file, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已重新读取%(count)s行。") % {"count": count})
    else:
        messages.error(request, str(form.errors["file"][0]))
    return redirect("duty:registry_review", public_id)
