"""The report of the gate on a version: for whoever approves it, and for whoever mends it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.models import TariffVersion
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core.errors import DomainError
from apps.core.idempotency import new_act, once_per_act
from apps.rating.gate.models import GateReport
from apps.rating.gate.services import ask_gate, refusal_to_examine
from apps.rating.gate.words import told

KEPT = 10  # earlier reports shown


def version_for(user: User, code: str, number: int) -> TariffVersion:
    rows = TariffVersion.objects.visible_to(user).select_related("product")
    return get_object_or_404(rows, product__code=code, number=number)


@requires(Permission.VIEW_RULES)
def gate(request: UserRequest, code: str, number: int) -> HttpResponse:
    version = version_for(request.user, code, number)
    rows = GateReport.objects.visible_to(request.user).filter(version=version)
    reports = list(rows.select_related("version__product").defer("report")[:KEPT])
    chosen = request.GET.get("report") or (reports[0].public_id if reports else None)
    found = get_object_or_404(rows, public_id=chosen) if chosen else None
    facts = {
        "title": _("检验报告"),
        "lead": _("费率在批准以前须通过的检验：每张表、每个算例、每一格、每个方向。"),
        "crumbs": _crumbs(version),
        "version": version,
        "reports": reports,
        "report": found,
        "act": new_act(),
        "may_run": can(request.user, Permission.DRAFT_RULES) and not refusal_to_examine(version),
        **(_content(version, found) if found else {}),
    }
    return render(request, "rating/gate.html", facts)


def _content(version: TariffVersion, found: GateReport) -> dict[str, Any]:
    """Another content had other names: they are only as good as the version's own now."""
    passed = {"tone": "done", "label": _("通过")}
    failed = {"tone": "problem", "label": _("未通过")}
    return {
        "status": passed if found.passed else failed,
        "is_current": bool(version.digest) and version.digest == found.digest,
        "sections": told(found.report, tariff_of(version)),
    }


def _crumbs(version: TariffVersion) -> list[dict[str, str]]:
    here = {"label": str(version), "url": version.get_absolute_url()}
    return [{"label": _("产品与费率"), "url": reverse("catalogue:products")}, here]


@requires(Permission.DRAFT_RULES)
@require_POST
@once_per_act()
def gate_run(request: UserRequest, code: str, number: int) -> HttpResponse:
    version = version_for(request.user, code, number)
    try:
        job = ask_gate(version=version, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("rating:gate", code, number)
    return redirect("accounts:job", job.public_id)
