"""A draft begins, and is told its day and its source."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.errors import WorkbookUnfit
from apps.catalogue.file_words import lines_of
from apps.catalogue.forms import (
    NewProductForm,
    ProductMetaForm,
    StartForm,
    StartFromBookForm,
    TariffMetaForm,
)
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.rules.workbook import Book, WorkbookRefused, read_workbook
from apps.catalogue.views.moves import done, form_page, product_for, tariff_for, version_for
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act

DRAFT = Permission.DRAFT_RULES
PAGE = "catalogue/act.html"


@requires(Permission.DECIDE_RULES)
@once_per_act()
def new_product(request: UserRequest) -> HttpResponse:
    form = NewProductForm(request.POST or None)
    if done(form, lambda: services.create_product(by=request.user, **form.cleaned_data)):
        messages.success(request, _("已设立。请为它起草产品和费率版本。"))
        return redirect("catalogue:products")
    facts = {
        "title": _("设立附加产品"),
        "lead": _("统一产品之外，企业可以自愿选择的个性化产品（A2.2）。"),
        **_start_page(None),
        "submit_label": _("设立"),
    }
    return show_form(request, PAGE, form, facts)


@requires(DRAFT)
@once_per_act()
def start_product(request: UserRequest, code: str) -> HttpResponse:
    product, today = product_for(request.user, code), timezone.localdate()
    like = latest(product.product_versions.all())
    form = StartForm(request.POST or None)
    made: list[ProductVersion] = []

    def start() -> None:
        given = {"product": product, "like": like, "today": today, "by": request.user}
        made.append(services.start_product(**given, **form.cleaned_data))

    if done(form, start):
        messages.success(request, _("草案已建立，内容与第 %(number)s 版相同。") % _from(like))
        return redirect(made[0])
    facts = {"title": _("起草产品版本"), "lead": _lead(like), **_start_page(product)}
    return show_form(request, PAGE, form, facts)


@requires(DRAFT)
@once_per_act()
def start_tariff(request: UserRequest, code: str) -> HttpResponse:
    product, today = product_for(request.user, code), timezone.localdate()
    like = latest(product.tariffs.all())
    form = StartForm(request.POST or None) if like else _book_form(request)
    made: list[TariffVersion] = []

    def start() -> None:
        given = {"product": product, "today": today, "by": request.user, **form.cleaned_data}
        if like:
            made.append(services.start_tariff(like=like, **given))
        else:
            given["book"] = book_in(given["book"])
            made.append(services.start_tariff_from_book(**given))

    if done(form, start):
        messages.success(request, _("草案已建立。"))
        return redirect(made[0])
    facts = {"title": _("起草费率版本"), "lead": _lead(like), **_start_page(product)}
    return show_form(request, PAGE, form, facts)


def _book_form(request: UserRequest) -> StartFromBookForm:
    return StartFromBookForm(request.POST or None, request.FILES or None)


def book_in(file: Any) -> Book:
    """The tariff of an uploaded workbook, or everything that is wrong with it."""
    try:
        return read_workbook(file.read())
    except WorkbookRefused as refused:
        raise WorkbookUnfit(lines_of(refused)) from None


def latest(versions: Any) -> Any:
    """What a draft begins as: the newest version that was published, else the newest."""
    rows = versions.select_related("product").order_by("-number")
    return rows.published().first() or rows.first()


def _from(like: Any) -> dict[str, Any]:
    return {"number": like.number if like else 0}


def _lead(like: Any) -> str:
    if like is None:
        return _("这个产品还没有版本。")
    return _("以第 %(number)s 版为底稿；改好后检验、送批，由另一人批准。") % _from(like)


def _start_page(product: Product | None) -> dict[str, Any]:
    back = reverse("catalogue:products")
    return {
        "crumbs": [{"label": _("产品与费率"), "url": back}],
        "cancel_url": back,
        "submit_label": _("建立草案"),
        "act": new_act(),
        "about": product.label if product else "",
    }


@requires(DRAFT)
@once_per_act()
def tariff_meta(request: UserRequest, code: str, number: int) -> HttpResponse:
    row = tariff_for(request.user, code, number)
    return _meta_page(request, row, TariffMetaForm)


@requires(DRAFT)
@once_per_act()
def product_meta(request: UserRequest, code: str, number: int) -> HttpResponse:
    row = version_for(request.user, code, number)
    return _meta_page(request, row, ProductMetaForm)


def _meta_page(request: UserRequest, row: Any, kind: type[Any]) -> HttpResponse:
    initial = {name: getattr(row, name) for name in kind.base_fields}
    form = kind(request.POST or None, initial=initial)

    def save() -> None:
        values = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        services.edit_meta(
            version=row,
            values=values,
            revision=form.cleaned_data["revision"],
            today=timezone.localdate(),
            by=request.user,
        )

    if done(form, save):
        messages.success(request, _("已保存。"))
        return redirect(row)
    refusal = services.refusal_to_edit(row, by=request.user)
    title = _("基本信息 · %(version)s") % {"version": row}
    return show_form(request, PAGE, form, form_page(row, title=title, refusal=refusal))
