"""The desk of rate corrections: losses in, findings out, a proposal on its way to approval."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import new_act, once_per_act
from apps.core.sheets.writing import Column, csv_lines
from apps.core.templatetags.ui import moment
from apps.rating.correction.forms import LossFileForm, ProposalForm, StudyForm
from apps.rating.correction.losses import LossesRefused, documented
from apps.rating.correction.models import LossFile, RateStudy
from apps.rating.correction.pages import study_facts
from apps.rating.correction.services import ask_study, import_losses, propose, tariff_on

P = Permission
MOST = 50


def desk_crumb() -> dict[str, str]:
    return {"label": _("费率修订"), "url": reverse("rating:correction")}


@requires(P.VIEW_LOSSES)
def desk(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("费率修订"),
        "lead": _("用赔付数据检验费率是否足够，提出有上限、总量平衡的修订草案；决定仍由人作出。"),
        "files": LossFile.objects.visible_to(request.user)[:MOST],
        "studies": RateStudy.objects.visible_to(request.user)
        .select_related("file", "tariff__product", "draft__product")
        .defer("findings")[:MOST],
        "may_correct": can(request.user, P.CORRECT_RATES),
    }
    return render(request, "rating/correction/desk.html", facts)


@requires(P.CORRECT_RATES)
@once_per_act()
def new(request: UserRequest) -> HttpResponse:
    form, faults = LossFileForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        given = form.cleaned_data
        words = {"source": given["source"], "valued_on": given["valued_on"]}
        try:
            return redirect(
                import_losses(
                    file=given["file"],
                    name=given["file"].name,
                    now=timezone.now(),
                    by=request.user,
                    **words,
                )
            )
        except DomainError as refused:
            note_refusal(form, refused)
            faults = refused.faults if isinstance(refused, LossesRefused) else []
    return _import_page(request, form, faults)


def _import_page(request: UserRequest, form: BaseForm, faults: list[Any]) -> HttpResponse:
    facts = {
        "title": _("导入赔付数据"),
        "lead": _("每行是一份保险在一段时间里的保费和赔款；有一处不对，就一行也不导入。"),
        "crumbs": [desk_crumb()],
        "form": form,
        "faults": faults,
        "columns": documented(tariff_of(tariff_on(timezone.localdate()))),
        "act": new_act(),
        "submit_label": _("导入"),
        "cancel_url": reverse("rating:correction"),
    }
    return render(request, "rating/correction/new.html", facts, status=422 if form.errors else 200)


@requires(P.VIEW_LOSSES)  # type: ignore[arg-type]  # a file is streamed
def columns(request: UserRequest) -> StreamingHttpResponse:
    """An empty file with the right headings."""
    heads = documented(tariff_of(tariff_on(timezone.localdate())))
    lines = csv_lines([Column(name) for name, _meaning, _needed in heads], [])
    answer = StreamingHttpResponse(list(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="losses.csv"'
    return answer


def losses_for(user: User, public_id: str) -> LossFile:
    return get_object_or_404(LossFile.objects.visible_to(user), public_id=public_id)


@requires(P.VIEW_LOSSES)
def losses(request: UserRequest, public_id: str) -> HttpResponse:
    return _losses_page(request, losses_for(request.user, public_id), StudyForm())


@requires(P.CORRECT_RATES)
@require_POST
@once_per_act()
def study_new(request: UserRequest, public_id: str) -> HttpResponse:
    found, form = losses_for(request.user, public_id), StudyForm(request.POST)
    if form.is_valid():
        try:
            job = ask_study(file=found, terms=form.terms, by=request.user)
            return redirect("accounts:job", job.public_id)
        except DomainError as refused:
            note_refusal(form, refused)
    return _losses_page(request, found, form, status=422)


def _losses_page(
    request: UserRequest, found: LossFile, form: BaseForm, status: int = 200
) -> HttpResponse:
    facts = {
        "title": found.name,
        "lead": _("来源：%(source)s") % {"source": found.source},
        "crumbs": [desk_crumb()],
        "file": found,
        "studies": found.studies.select_related("tariff__product").defer("findings"),
        "form": form,
        "may_correct": can(request.user, P.CORRECT_RATES),
        "act": new_act(),
    }
    return render(request, "rating/correction/losses.html", facts, status=status)


def study_for(user: User, public_id: str) -> RateStudy:
    rows = RateStudy.objects.visible_to(user)
    along = ("file", "tariff__product", "draft__product")
    return get_object_or_404(rows.select_related(*along), public_id=public_id)


@requires(P.VIEW_LOSSES)
def study(request: UserRequest, public_id: str) -> HttpResponse:
    return _study_page(request, study_for(request.user, public_id), ProposalForm())


@requires(P.CORRECT_RATES)
@require_POST
@once_per_act()
def proposal(request: UserRequest, public_id: str) -> HttpResponse:
    """One table, in one click, as a draft that others must still approve."""
    found, form = study_for(request.user, public_id), ProposalForm(request.POST)
    if form.is_valid():
        try:
            today = timezone.localdate()
            draft = propose(study=found, today=today, by=request.user, **form.cleaned_data)
            return redirect(draft)
        except DomainError as refused:
            note_refusal(form, refused)
    return _study_page(request, found, form, status=422)


def _study_page(
    request: UserRequest, found: RateStudy, form: BaseForm, status: int = 200
) -> HttpResponse:
    facts = {
        "title": _("费率分析 %(code)s") % {"code": found.public_id},
        "lead": f"{found.made_by_name} {moment(found.made_at)}",
        "crumbs": [desk_crumb()],
        "study": found,
        "form": form,
        "may_propose": can(request.user, P.CORRECT_RATES) and found.draft_id is None,
        "act": new_act(),
        **study_facts(found),
    }
    return render(request, "rating/correction/study.html", facts, status=status)
