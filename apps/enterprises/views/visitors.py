"""A visitor registers an enterprise: short steps, the duty, a look at the answers, an account."""

from dataclasses import replace
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.actors import LOGIN
from apps.accounts.founding import Founder
from apps.accounts.guards import UserRequest, public, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.throttle import limited
from apps.core import context
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import new_act, once_per_act
from apps.documents.services.uploads import Held
from apps.enterprises.drafts import Draft
from apps.enterprises.forms.visitors import STEPS, TITLES
from apps.enterprises.models import Site
from apps.enterprises.obligation.rules import Facts, Obligation, obligation
from apps.enterprises.obligation.selectors import duty_of, rules_on
from apps.enterprises.obligation.words import duty_words
from apps.enterprises.onward import ways_from
from apps.enterprises.readback import sections_of_visitor
from apps.enterprises.services import NewSite
from apps.enterprises.services.visitors import register_own_enterprise
from apps.enterprises.walk import Walk
from apps.reference.selectors import typical_tags_of

WALK = Walk(
    TITLES,
    step_route="enterprises:join_step",
    last_route="enterprises:join_check",
    last_title=gettext_lazy("核对并登记"),
    start_url="accounts:front",
)
KEPT = "kept"  # of the draft: what no form gives back
REFUSED = "refused"  # of the draft: what was refused at the end, until its step is shown
SECRETS = ("password", "again")

visitors = public("an enterprise registers itself before anybody of it has an account")
patient = limited("register", most=60, seconds=600)


def draft_of(request: HttpRequest) -> Draft:
    return Draft(request.session, "visitor", key="own_registration")


def kept_in(draft: Draft) -> dict[str, str]:
    return {name: values[0] for name, values in draft.answers.get(KEPT, {}).items()}


@visitors
def start(request: HttpRequest) -> HttpResponse:
    """Go on where the visitor left off; begin anew on `?new`."""
    if request.user.is_authenticated:
        return redirect("accounts:home")
    draft = draft_of(request)
    if "new" in request.GET:
        draft.forget()
    gap = WALK.first_gap(draft, before="")
    return redirect(WALK.url(gap)) if gap else redirect(WALK.last_route)


@visitors
@never_cache
@sensitive_post_parameters(*SECRETS)
@patient
def step(request: HttpRequest, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    draft = draft_of(request)
    if (gap := WALK.first_gap(draft, before=step)) is not None:
        return redirect(WALK.url(gap))
    form = form_of(step, draft, request)
    if request.method == "POST" and form.is_valid():
        keep(draft, step, request, form)
        return redirect(WALK.after(step, is_check="check" in request.GET))
    if request.method == "POST":
        keep_aside(draft, form)
    else:
        tell_refusal(draft, step, form)
    facts = {
        "title": TITLES[step],
        "steps": WALK.rail(step),
        "form": form,
        "back_url": WALK.back(step),
        "step": step,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "enterprises/visitor_step.html", facts, status=status)


def form_of(step: str, draft: Draft, request: HttpRequest) -> Any:
    """Bound with what is posted now, or with what was posted before."""
    posted = request.method == "POST"
    form = bound(step, draft, request.POST if posted else None, request.FILES if posted else None)
    if step == "risks":
        site = bound("site", draft)
        if site.is_valid():
            tags = typical_tags_of(site.cleaned_data["industry"])
            form.hint_at([tag.label for tag in tags])
    return form


def bound(step: str, draft: Draft, data: Any = None, files: Any = None) -> Any:
    options: dict[str, Any] = {"kept": kept_in(draft)} if step == "account" else {}
    return STEPS[step](data if data is not None else draft.data(step), files, **options)


def keep(draft: Draft, step: str, request: HttpRequest, form: Any) -> None:
    data = request.POST.copy()
    for name in SECRETS:
        data.pop(name, None)
    draft.keep(step, data)
    keep_aside(draft, form)


def keep_aside(draft: Draft, form: Any) -> None:
    """The file and the hash of the password outlast a refusal of the fields beside them."""
    if kept := getattr(form, KEPT, None):
        draft.answers[KEPT] = {name: [value] for name, value in kept.items()}
        draft.save()


def tell_refusal(draft: Draft, step: str, form: Any) -> None:
    """Say once at its field what was refused when everything was sent."""
    refused = draft.answers.get(REFUSED, {})
    if step in refused and form.is_bound:
        field, text = refused[step]
        form.full_clean()
        form.errors.pop(field, None)
        note_refusal(form, DomainError(text, field=field))
        del draft.answers[REFUSED]
        draft.save()


@visitors
@never_cache
@patient
@once_per_act()
def check(request: HttpRequest) -> HttpResponse:
    """The duty and the answers; sending them opens the account and signs in."""
    if request.user.is_authenticated:  # a second click after the first has signed in
        return redirect("accounts:home")
    draft = draft_of(request)
    forms = {name: bound(name, draft) for name in STEPS}
    for name, form in forms.items():
        if not form.is_valid():
            return redirect(WALK.url(name))
    if request.method == "POST":
        try:
            person = register_own_enterprise(**answers(forms, kept_in(draft)))
        except DomainError as refused:
            return redirect(put_aside(refused, draft, forms))
        draft.forget()
        sign_in(request, person)
        return redirect("enterprises:joined")
    return render(request, "enterprises/visitor_check.html", check_page(forms, kept_in(draft)))


def check_page(forms: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    return {
        "title": _("核对后登记"),
        "steps": WALK.rail(""),
        "duty": duty_words(duty_in(forms)),
        "sections": sections_of_visitor(forms, kept, WALK.url),
        "back_url": WALK.url("account"),
        "act": new_act(),
    }


def put_aside(refused: DomainError, draft: Draft, forms: dict[str, Any]) -> str:
    """Keep the sentence for the step where it can be put right, and go there."""
    step = WALK.step_of(refused, forms) or "account"
    if refused.field == "file":
        del draft.answers[KEPT]["path"], draft.answers[KEPT]["name"]
    draft.answers[REFUSED] = {step: [refused.field, str(refused)]}
    draft.save()
    return WALK.url(step)


def duty_in(forms: dict[str, Any]) -> Obligation:
    today, site, risks = timezone.localdate(), forms["site"].cleaned_data, forms["risks"]
    facts = Facts(
        industry=site["industry"].code,
        tags=frozenset(tag.code for tag in risks.cleaned_data["tags"]),
        deaths=(risks.death,) if risks.death else (),
        district=site["town"].district.code,
    )
    return obligation(facts, rules_on(today), today)


def answers(forms: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    """What the service is given."""
    account = forms["account"].cleaned_data
    site = NewSite(
        **forms["site"].cleaned_data,
        counts=forms["people"].counts,
        tags=forms["risks"].cleaned_data["tags"],
    )
    return {
        **forms["enterprise"].cleaned_data,
        "site": replace(site, source=_("登记时自行申报")),
        "death": forms["risks"].death,
        "founder": Founder(
            name=account["name"],
            phone=account["phone"],
            email=account["email"],
            password_hash=kept["password_hash"],
        ),
        "authority": Held(kept["path"], kept["name"]),
    }


def sign_in(request: HttpRequest, person: User) -> None:
    with context.entering(LOGIN.context):
        get_adapter().login(request, person)


@requires(Permission.EDIT_ENTERPRISE)
def joined(request: UserRequest) -> HttpResponse:
    """Safe to keep and to open again: it only tells what was done, and what comes next."""
    sites = Site.objects.visible_to(request.user).select_related("enterprise", "industry")
    site = sites.select_related("district").filter(enterprise=request.user.organisation_id).first()
    if site is None:
        raise Http404
    ways = [{"label": way.label, "url": way.url} for way in ways_from(site, request.user)]
    home = {"label": _("进入工作台"), "url": reverse("accounts:home")}
    page = {"label": _("查看企业资料"), "url": site.enterprise.get_absolute_url()}
    links: list[dict[str, Any]] = [*ways, home, page]
    links[0]["primary"] = True
    steps = [
        _("登记机关会核对您上传的证照；需要补充的，会在平台上通知您。"),
        _("还有别的厂区？在企业资料页增设场所。"),
    ]
    facts = {
        "title": _("“%(name)s”已登记") % {"name": site.enterprise.name},
        "number_label": _("登记编号"),
        "number": site.enterprise.public_id,
        "duty": duty_words(duty_of(site, timezone.localdate())),
        "next_steps": [{"text": text} for text in steps],
        "links": links,
    }
    return render(request, "enterprises/visitor_joined.html", facts)
