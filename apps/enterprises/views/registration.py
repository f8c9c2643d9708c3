"""Entering an enterprise: three short steps, a look at the answers, and a page to keep."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.idempotency import new_act, once_per_act
from apps.enterprises.answers import sections_of
from apps.enterprises.drafts import Draft
from apps.enterprises.forms.registration import STEPS, TITLES, StepForm
from apps.enterprises.services import NewSite, register_enterprise
from apps.enterprises.tabs.shared import list_crumb
from apps.enterprises.views.moves import enterprise_for
from apps.enterprises.walk import Walk
from apps.reference.selectors import typical_tags_of

WALK = Walk(
    TITLES,
    step_route="enterprises:register_step",
    last_route="enterprises:register_check",
    last_title=gettext_lazy("核对并登记"),
    start_url="enterprises:list",
)
ORDER = WALK.order


@requires(Permission.REGISTER_ENTERPRISE)
def start(request: UserRequest) -> HttpResponse:
    """Begin with an empty form."""
    Draft(request.session, request.user.actor_key).forget()
    return redirect("enterprises:register_step", ORDER[0])


@requires(Permission.REGISTER_ENTERPRISE)
def step(request: UserRequest, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    draft = Draft(request.session, request.user.actor_key)
    if (gap := WALK.first_gap(draft, before=step)) is not None:
        return redirect("enterprises:register_step", gap)
    form = form_of(step, draft, request)
    if request.method == "POST" and form.is_valid():
        draft.keep(step, request.POST)
        return redirect(WALK.after(step, is_check="check" in request.GET))
    facts = {
        "title": _("登记企业：%(step)s") % {"step": TITLES[step]},
        "lead": _("已填的内容会保留，可以随时返回上一步修改。"),
        "crumbs": [list_crumb()],
        "steps": WALK.rail(step),
        "form": form,
        "submit_label": _("下一步"),
        "back_url": WALK.back(step),
        "step": step,
    }
    is_refused = request.method == "POST"
    return render(request, "enterprises/register.html", facts, status=422 if is_refused else 200)


def form_of(step: str, draft: Draft, request: UserRequest) -> StepForm:
    """Bound with what is posted now, or with what was posted before."""
    data = request.POST if request.method == "POST" else draft.data(step)
    form = STEPS[step](data, user=request.user)
    if step == "people":
        site = STEPS["site"](draft.data("site"), user=request.user)
        if site.is_valid():
            names = [tag.label for tag in typical_tags_of(site.cleaned_data["industry"])]
            form.hint_at(names)
    return form


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def check(request: UserRequest) -> HttpResponse:
    draft = Draft(request.session, request.user.actor_key)
    forms = {name: STEPS[name](draft.data(name), user=request.user) for name in ORDER}
    for name, form in forms.items():
        if not form.is_valid():
            return redirect("enterprises:register_step", name)
    refusal = ""
    if request.method == "POST":
        try:
            enterprise = register_enterprise(**answers(forms), by=request.user)
        except DomainError as refused:
            refusal = str(refused)
        else:
            draft.forget()
            return redirect("enterprises:registered", enterprise.public_id)
    facts = {**check_page(), "sections": sections_of(forms), "refusal": refusal}
    return render(request, "enterprises/check.html", facts, status=422 if refusal else 200)


def check_page() -> dict[str, Any]:
    return {
        "title": _("核对后登记"),
        "crumbs": [list_crumb()],
        "steps": WALK.rail("check"),
        "submit_label": _("登记企业"),
        "cancel_url": WALK.url("people"),
        "act": new_act(),
    }


def answers(forms: dict[str, Any]) -> dict[str, Any]:
    """What the service is given."""
    people = forms["people"]
    site = NewSite(
        **forms["site"].cleaned_data, counts=people.counts, tags=people.cleaned_data["tags"]
    )
    return {**forms["enterprise"].cleaned_data, "site": site}


@requires(Permission.REGISTER_ENTERPRISE)
def registered(request: UserRequest, public_id: str) -> HttpResponse:
    """Safe to keep and to open again: it only tells what was done."""
    found = enterprise_for(request.user, public_id)
    steps = [_("到现场或凭证照核对后，把企业标为“已核实”。"), _("在场所页指定服务的承保机构。")]
    if not any(site.headcount for site in found.sites.all()):
        steps.insert(0, _("还没有登记从业人数，请在场所页补登。"))
    links = [
        {"label": _("查看企业"), "url": found.get_absolute_url(), "primary": True},
        {"label": _("再登记一家"), "url": reverse("enterprises:register")},
    ]
    facts = {
        "title": _("“%(name)s”已登记") % {"name": found.name},
        "number_label": _("登记编号"),
        "number": found.public_id,
        "next_steps": [{"text": text} for text in steps],
        "links": links,
    }
    return render(request, "layouts/confirmation.html", facts)
