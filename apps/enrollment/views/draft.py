"""The steps of a draft, each saved by itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.enrollment.drawing import article, insurer_options, limit_options, rail
from apps.enrollment.forms import (
    DeductibleForm,
    InsurerForm,
    LimitForm,
    PromiseForm,
    TermsForm,
    terms_initial,
)
from apps.enrollment.models import Application
from apps.enrollment.selectors.draft import insurers_on_offer, terms_of
from apps.enrollment.selectors.limits import (
    deductibles_of,
    limit_cards,
    quotes_on_offer,
    refusal_of_offer,
)
from apps.enrollment.selectors.register import register_facts
from apps.enrollment.selectors.sites import said_before, usual_start
from apps.enrollment.selectors.steps import TITLES, StepKey, has_all_terms, step_url
from apps.enrollment.services import (
    attest,
    choose_insurer,
    choose_quote,
    offer_limits,
    save_terms,
)
from apps.enrollment.views.moves import crumbs_of, done, on_draft
from apps.rating.selectors.proof import told

APPLY = Permission.APPLY_FOR_COVER


@requires(APPLY)
@once_per_act()
@on_draft
def terms(request: UserRequest, row: Application) -> HttpResponse:
    today, user = timezone.localdate(), request.user
    options: dict[str, Any] = {"application": row, "today": today}
    form = TermsForm(request.POST or None, initial=first_answers(request, row), **options)

    def save_and_price() -> None:
        """A price is asked for at once, so that what it lacks is said on this page."""
        kept = save_terms(application=row, terms=form.terms, today=today, by=user)
        if not kept.offer:
            offer_limits(application=kept, today=today, by=user)

    if done(form, save_and_price):
        return redirect(after_terms(request, row))
    facts = page_of(request, row, StepKey.TERMS) | {"register": register_of(request, row)}
    return show_form(request, "enrollment/terms.html", form, facts)


def register_of(request: UserRequest, row: Application) -> list[dict[str, Any]]:
    """Nothing where no product holds on that day; sending the form then says so."""
    on = row.wanted_from or usual_start(row, request.user, timezone.localdate())
    try:
        return register_facts(row.site, on)
    except DomainError:
        return []


def first_answers(request: UserRequest, row: Application) -> dict[str, Any]:
    """What was saved; in a fresh draft, what was said the last time."""
    saved = terms_of(row)
    earlier = None if saved.had_accident is not None else said_before(row, request.user)
    initial = terms_initial(terms_of(earlier) if earlier else saved)
    today = timezone.localdate()
    return initial | {"wanted_from": saved.wanted_from or usual_start(row, request.user, today)}


@requires(APPLY)
@require_POST
@on_draft
def autosave(request: UserRequest, row: Application) -> HttpResponse:
    """Keep what makes sense so far; the form itself says what does not, when it is sent."""
    today = timezone.localdate()
    form = TermsForm(request.POST, application=row, today=today)
    form.is_valid()
    try:
        kept = save_terms(application=row, terms=form.terms, today=today, by=request.user)
    except DomainError:  # submitted or withdrawn in another window meanwhile
        return HttpResponse(status=409)
    unsaved = [form[name].label for name in form.errors if request.POST.get(name)]
    return render(request, "enrollment/saved.html", {"row": kept, "unsaved": unsaved})


@requires(APPLY)
@require_POST
@once_per_act()
@on_draft
def offer(request: UserRequest, row: Application) -> HttpResponse:
    """Price every limit anew, at the deductible that was asked for."""
    form, today = DeductibleForm(request.POST), timezone.localdate()
    try:
        asked = form.cleaned_data["deductible"] if form.is_valid() else None
        offer_limits(application=row, today=today, by=request.user, deductible=asked)
    except DomainError as refused:
        return limits_page(request, row, LimitForm(quotes=[]), refusal=str(refused), status=422)
    return redirect(step_url(row, StepKey.LIMITS))


@requires(APPLY)
@once_per_act()
@on_draft
def limits(request: UserRequest, row: Application) -> HttpResponse:
    if not has_all_terms(row):
        return redirect(step_url(row, StepKey.TERMS))
    today, user = timezone.localdate(), request.user
    quotes = quotes_on_offer(row)
    initial = {"quote": row.quote.public_id if row.quote else None}
    form = LimitForm(request.POST or None, quotes=quotes, initial=initial)
    if done(form, lambda: choose_quote(application=row, quote=form.chosen, today=today, by=user)):
        return redirect(after(request, row, StepKey.INSURER))
    status = 422 if form.errors else 200
    return limits_page(request, row, form, refusal=refusal_of_offer(quotes, today), status=status)


def limits_page(
    request: UserRequest, row: Application, form: LimitForm, *, refusal: str, status: int
) -> HttpResponse:
    """The prices side by side, and how one of them came about."""
    quotes = list(form.quotes.values())
    asked = form.quotes.get(request.GET.get("look", ""))
    look = asked or (row.quote if row.quote in quotes else None) or next(iter(quotes), None)
    options = limit_options(form, limit_cards(row, quotes), look)
    facts = page_of(request, row, StepKey.LIMITS) | {
        "form": form,
        "options": [option for option in options if option["value"]],
        "unlawful": [option for option in options if not option["value"]],
        "look": look,
        "deductibles": deductibles_of(quotes),
        "fall": told(look) if look else None,
        "refusal": refusal,
    }
    return render(request, "enrollment/limits.html", facts, status=status)


@requires(APPLY)
@once_per_act()
@on_draft
def insurer(request: UserRequest, row: Application) -> HttpResponse:
    today, now = timezone.localdate(), timezone.now()
    shown = insurers_on_offer(row, today)
    initial = {"insurer": row.chosen_insurer.public_id if row.chosen_insurer else None}
    form = InsurerForm(request.POST or None, insurers=shown, initial=initial)
    moment: dict[str, Any] = {"today": today, "now": now, "by": request.user}
    if done(form, lambda: choose_insurer(application=row, insurer=form.chosen, **moment)):
        return redirect(after(request, row, StepKey.PROMISE))
    facts = page_of(request, row, StepKey.INSURER) | {
        "options": insurer_options(form, row, request.user, today),
        "article": article("A2.3"),
    }
    return show_form(request, "enrollment/insurer.html", form, facts)


@requires(APPLY)
@once_per_act()
@on_draft
def promise(request: UserRequest, row: Application) -> HttpResponse:
    form = PromiseForm(request.POST or None, initial={"promise": row.attested_at is not None})
    if done(form, lambda: attest(application=row, now=timezone.now(), by=request.user)):
        return redirect(after(request, row, StepKey.CHECK))
    facts = page_of(request, row, StepKey.PROMISE) | {"article": article("A1.3")}
    return show_form(request, "enrollment/promise.html", form, facts)


def after_terms(request: UserRequest, row: Application) -> str:
    """Other terms void the price: then the limits come before the check page."""
    row.refresh_from_db(fields=["quote"])
    if row.quote_id is not None or "check" not in request.GET:
        return after(request, row, StepKey.LIMITS)
    return f"{step_url(row, StepKey.LIMITS)}?check"


def after(request: UserRequest, row: Application, key: StepKey) -> str:
    """Whoever came from the check page goes back to it."""
    return step_url(row, StepKey.CHECK if "check" in request.GET else key)


def page_of(request: UserRequest, row: Application, key: StepKey) -> dict[str, Any]:
    """What every step's page has around its form."""
    is_check = "check" in request.GET
    return {
        "title": TITLES[key],
        "row": row,
        "lead": f"{row.site.enterprise.name} · {row.site.name}",
        "crumbs": crumbs_of(row),
        "steps": rail(row, key, timezone.localdate()),
        "submit_label": _("保存并返回核对") if is_check else _("保存并继续"),
        "cancel_url": step_url(row, StepKey.CHECK) if is_check else row.get_absolute_url(),
        "act": new_act(),
    }
