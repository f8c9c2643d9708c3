"""Moves that the pages of versions share, and the page of every act on one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.catalogue.acts import PRODUCT_ACTS, TARIFF_ACTS, Act, Moment
from apps.catalogue.errors import ProductUnfit, TariffUnsound
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act

Content = dict[str, Any]
Version = ProductVersion | TariffVersion
View = Callable[..., HttpResponse]


def tariff_for(user: User, code: str, number: int) -> TariffVersion:
    rows = TariffVersion.objects.visible_to(user).select_related("product", "organisation")
    return get_object_or_404(rows, product__code=code, number=number)


def version_for(user: User, code: str, number: int) -> ProductVersion:
    rows = ProductVersion.objects.visible_to(user)
    related = rows.select_related("product", "disability_table", "organisation")
    return get_object_or_404(related, product__code=code, number=number)


def product_for(user: User, code: str) -> Product:
    return get_object_or_404(Product.objects.visible_to(user), code=code)


def crumbs_of(version: Version) -> list[dict[str, str]]:
    here = {"label": str(version), "url": version.get_absolute_url()}
    return [{"label": _("产品与费率"), "url": reverse("catalogue:products")}, here]


def done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was right and its act went through; a refusal is noted on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except (ProductUnfit, TariffUnsound) as unfit:
        for line in unfit.lines:
            form.add_error(None, line)
        return False
    except DomainError as refusal:
        note_refusal(form, refusal)
        return False
    return True


def form_page(row: Version, /, **facts: Any) -> Content:
    return {
        "crumbs": crumbs_of(row),
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
        **facts,
    }


def act_page(act: Act, find: Callable[[User, str, int], Any]) -> View:
    """A page that says what an act does, asks for its words, and does it once."""

    @requires(act.permission)
    @once_per_act()
    def view(request: UserRequest, code: str, number: int) -> HttpResponse:
        row, at = find(request.user, code, number), Moment(request.user, timezone.localdate())
        refusal = "" if request.method == "POST" else act.refusal(row, at)
        form = act.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and done(form, lambda: _run(act, row, form, at)):
            messages.success(request, str(act.done))
            return redirect("catalogue:products" if act.code == "delete" else row)
        facts = form_page(
            row,
            title=f"{act.label} · {row}",
            lead=act.lead,
            refusal=refusal,
            submit_label=act.label,
        )
        return show_form(request, "catalogue/act.html", form, facts)

    return view


def _run(act: Act, row: Any, form: Any, at: Moment) -> None:
    if refusal := act.refusal(row, at):
        raise DomainError(refusal)
    act.run(row, form.cleaned_data, at)


TARIFF_PAGES = {act.code: act_page(act, tariff_for) for act in TARIFF_ACTS}
PRODUCT_PAGES = {act.code: act_page(act, version_for) for act in PRODUCT_ACTS}
