"""Products and tariffs to read: for everybody in the programme; changed on pages of their own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.selectors import reads_events
from apps.accounts.timeline import timeline
from apps.catalogue.acts import Moment, buttons, editing
from apps.catalogue.hooks import links_for
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.selectors.grids import bounds_of, grids_of, groups_of
from apps.catalogue.selectors.matrix import compared_with
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.verdict import Verdict, verdict_of
from apps.catalogue.selectors.versions import standing
from apps.catalogue.selectors.words import worded
from apps.catalogue.services import product_lines
from apps.core.templatetags.ui import yuan

Content = dict[str, Any]


@requires(Permission.VIEW_RULES)
def products(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = Product.objects.visible_to(request.user)
    facts = {
        "title": _("产品与费率"),
        "lead": _("全市统一的产品和费率。生效的版本不能改动，只能由新版本接替。"),
        "products": [
            {"product": product, **_versions_of(product, request.user, today)} for product in rows
        ],
        "may_draft": can(request.user, Permission.DRAFT_RULES),
        "may_found": can(request.user, Permission.DECIDE_RULES),
    }
    return render(request, "catalogue/products.html", facts)


def _versions_of(product: Product, user: User, today: Any) -> Content:
    versions = product.product_versions.visible_to(user)
    tariffs = TariffVersion.objects.visible_to(user).filter(product=product)
    return {
        "versions": [(row, standing(row, today)) for row in versions.select_related("product")],
        "tariffs": [(row, standing(row, today)) for row in tariffs.select_related("product")],
    }


@requires(Permission.VIEW_RULES)
def version(request: UserRequest, code: str, number: int) -> HttpResponse:
    rows = ProductVersion.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("product", "disability_table", "organisation"),
        product__code=code,
        number=number,
    )
    return _page(request, "catalogue/version.html", found, VERSION_TABS)


@requires(Permission.VIEW_RULES)
def tariff(request: UserRequest, code: str, number: int) -> HttpResponse:
    rows = TariffVersion.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("product", "organisation"), product__code=code, number=number
    )
    return _page(request, "catalogue/tariff.html", found, TARIFF_TABS)


def _page(
    request: UserRequest, template: str, found: Any, contents: dict[str, Callable[..., Content]]
) -> HttpResponse:
    tabs = [tab for tab in contents if tab != "history" or reads_events(request.user)]
    tab = request.GET.get("tab", "summary")
    tab = tab if tab in tabs else "summary"
    facts = {
        "title": str(found),
        "version": found,
        "crumbs": [{"label": _("产品与费率"), "url": reverse("catalogue:products")}],
        "status": standing(found, timezone.localdate()),
        "tabs": tabs,
        "tab": tab,
        "buttons": buttons(found, request.user, Moment(request.user, timezone.localdate())),
        "may_edit": editing(found, request.user),
        **contents[tab](found, request.user),
    }
    return render(request, template, facts)


def _origin(found: Any) -> list[Content]:
    """Who stands behind a version, and for which days."""
    return [
        {"label": _("依据"), "value": found.source},
        {"label": _("核实情况"), "value": found.get_certainty_display(), "note": found.note},
        {"label": _("起草"), "value": found.made_by_name, "note": found.organisation},
        {"label": _("送批"), "value": found.sent_by_name or _("尚未送批")},
        {"label": _("批准"), "value": found.approved_by_name or _("尚未批准")},
    ]


def version_summary(found: ProductVersion, user: User) -> Content:
    facts = [
        {"label": _("参保人员范围"), "value": found.get_coverage_basis_display()},
        {"label": _("伤残赔偿比例表"), "value": found.disability_table.code},
        {"label": _("报价有效天数"), "value": found.quote_days},
        {"label": _("解除退费"), "value": _("短期费率表") if found.short_rates else _("按日计算")},
        *_origin(found),
    ]
    return {
        "facts": facts,
        "heads": found.heads.order_by("order"),
        "limits": found.limits.order_by("per_person"),
        "deductibles": found.deductibles.order_by("amount"),
        "verdict": _standing_of(found),
    }


def _standing_of(found: ProductVersion) -> Verdict | None:
    """Of a draft: what stands between it and its approval."""
    if found.state != ProductVersion.State.DRAFT:
        return None
    return Verdict(product_lines(found), _("各项齐备，限额不低于生效日的法定下限。"))


def version_related(found: ProductVersion, user: User) -> Content:
    return {
        "refusal_reasons": found.refusal_reasons.order_by("order"),
        "cancellation_grounds": found.cancellation_grounds.order_by("order"),
        "clauses": found.clauses.order_by("order"),
        "grades": found.disability_table.grades.order_by("grade"),
    }


def tariff_summary(found: TariffVersion, user: User) -> Content:
    plain = tariff_of(found)
    facts = [
        {"label": _("总浮动幅度"), "value": bounds_of(found.lowest, found.highest)},
        {"label": _("最低保费"), "value": yuan(found.minimum)},
        {"label": _("取整"), "value": found.rounding_label},
        *_origin(found),
        {"label": _("内容摘要"), "value": found.digest, "wide": True},
    ]
    return {
        "facts": facts,
        "groups": groups_of(plain),
        "tables": grids_of(plain),
        "verdict": verdict_of(plain) if found.state == TariffVersion.State.DRAFT else None,
        "before": compared_with(found),
        "links": links_for(found, user),
    }


def tariff_related(found: TariffVersion, user: User) -> Content:
    asked = [(fact.code, worded(fact)) for fact in tariff_of(found).asked]
    golden = list(found.golden.order_by("order"))
    return {"golden": golden, "questions": asked, "next_case": len(golden) + 1}


def process(found: Any, user: User) -> Content:
    return {"states": found.transitions.drawing(found.state)}


def history(found: Any, user: User) -> Content:
    return {"events": timeline(found, user)}


BOTH = {"process": process, "history": history}
VERSION_TABS = {"summary": version_summary, "related": version_related, **BOTH}
TARIFF_TABS = {"summary": tariff_summary, "related": tariff_related, **BOTH}
