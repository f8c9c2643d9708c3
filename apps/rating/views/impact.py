"""Impact runs: asked for, read, and followed to the rows behind each mark."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.models import TariffVersion
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import new_act, once_per_act
from apps.enterprises.paging import page_of
from apps.rating.impact.forms import RunForm
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.pages import MARKS, facts_of, live_snapshot, rows_page, slider_facts
from apps.rating.impact.selectors import rows_of_run
from apps.rating.impact.services import ask_run, export_rows

P = Permission
SHOWN_WITH = ("base__product", "draft__product", "organisation", "district")


def run_for(user: User, code: str) -> ImpactRun:
    rows = ImpactRun.objects.visible_to(user).select_related(*SHOWN_WITH)
    return get_object_or_404(rows, code=code)


def list_crumb() -> dict[str, str]:
    return {"label": _("影响测算"), "url": reverse("rating:impacts")}


@requires(P.VIEW_IMPACT)
def listing(request: UserRequest) -> HttpResponse:
    rows = ImpactRun.objects.visible_to(request.user).select_related(*SHOWN_WITH).defer("result")
    facts = {
        "title": _("影响测算"),
        "lead": _("换一版费率，现有保单的保费会怎样变。每次测算有固定编号，可以在会上引用。"),
        "page": page_of(rows, order=("-pk",), number=request.GET.get("page")),
        "may_run": can(request.user, P.RUN_IMPACT),
    }
    return render(request, "rating/impact/list.html", facts)


@requires(P.RUN_IMPACT)
@once_per_act()
def new(request: UserRequest) -> HttpResponse:
    form = RunForm(request.POST or None, initial=_initial(request))
    if form.is_valid():
        try:
            return _started(request, form)
        except DomainError as refused:
            note_refusal(form, refused)
    facts = {
        "title": _("发起影响测算"),
        "lead": _("用两版费率分别计算有效保单的年保费，比较差额。"),
        "crumbs": [list_crumb()],
        "form": form,
        "act": new_act(),
        "submit_label": _("开始测算"),
        "cancel_url": reverse("rating:impacts"),
    }
    return render(request, "layouts/form.html", facts, status=422 if form.errors else 200)


def _initial(request: UserRequest) -> dict[str, Any]:
    today = timezone.localdate()
    base = TariffVersion.objects.on(today).first()
    return {
        "base": base.public_id if base else None,
        "draft": request.GET.get("draft"),
        "as_of": today.isoformat(),
    }


def _started(request: UserRequest, form: RunForm) -> HttpResponse:
    given = form.cleaned_data
    run, job = ask_run(
        base=given["base"],
        draft=given["draft"],
        as_of=given["as_of"],
        chosen=form.chosen,
        today=timezone.localdate(),
        now=timezone.now(),
        by=request.user,
    )
    return redirect("accounts:job", job.public_id) if job else redirect(run)


@requires(P.VIEW_IMPACT)
def run(request: UserRequest, code: str) -> HttpResponse:
    found = run_for(request.user, code)
    facts = {
        "title": _("影响测算 %(code)s") % {"code": found.code},
        "crumbs": [list_crumb()],
        "run": found,
        "public_id": found.code,
        "act": new_act(),
        **facts_of(found, request.user),
    }
    return render(request, "rating/impact/run.html", facts)


@requires(P.VIEW_IMPACT)
def rows(request: UserRequest, code: str) -> HttpResponse:
    found = run_for(request.user, code)
    crumbs = [list_crumb(), {"label": found.code, "url": found.get_absolute_url()}]
    facts: dict[str, Any] = {"crumbs": crumbs, "run": found, "act": new_act()}
    try:
        facts |= rows_page(rows_of_run(found), request.GET, request.user)
    except DomainError as refused:
        facts |= {"title": _("明细"), "refusal": str(refused)}
    return render(request, "rating/impact/rows.html", facts)


@requires(P.VIEW_IMPACT)
@require_POST
@once_per_act()
def export(request: UserRequest, code: str) -> HttpResponse:
    found = run_for(request.user, code)
    asked = {name: request.POST[name][:40] for name in MARKS if request.POST.get(name)}
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    job = export_rows(run=found, asked=asked, kind=kind, by=request.user)
    return redirect("accounts:job", job.public_id)


@requires(P.RUN_IMPACT)
def slider(request: UserRequest) -> HttpResponse:
    """One table moved by some percent, answered at once from the policies kept in memory."""
    facts = slider_facts(request.GET, request.user, timezone.localdate())
    facts |= {"title": _("调一张表试试"), "crumbs": [list_crumb()], "act": new_act()}
    facts["lead"] = _("改动一张表或其中一格，马上看到对现有保单的影响；不改动任何版本。")
    template = "rating/impact/slider.html"
    return render(request, f"{template}#answer" if request.htmx else template, facts)


@requires(P.RUN_IMPACT)
@require_POST
@once_per_act()
def keep(request: UserRequest) -> HttpResponse:
    """Make a run that can be cited of where the slider stands."""
    today = timezone.localdate()
    form, base, _snapshot = live_snapshot(request.POST, request.user, today)
    if base is None or form is None or not form.is_valid():
        return redirect("rating:impact_slider")
    terms: dict[str, Any] = {"chosen": form.chosen, "change": form.change, "as_of": today}
    moment: dict[str, Any] = {"today": today, "now": timezone.now(), "by": request.user}
    run, job = ask_run(base=base, draft=base, **terms, **moment)
    return redirect("accounts:job", job.public_id) if job else redirect(run)
