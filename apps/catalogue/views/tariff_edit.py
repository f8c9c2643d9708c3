"""A draft tariff changed on screen: its grids, its bounds, its golden cases."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.case_forms import CaseForm, initial_of
from apps.catalogue.errors import CellsRefused
from apps.catalogue.forms import BoundsForm
from apps.catalogue.grid_words import grid_words
from apps.catalogue.models import TariffVersion
from apps.catalogue.selectors.matrix import Matrix, compared_with, matrix_for
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.verdict import verdict_of
from apps.catalogue.views.moves import done, form_page, tariff_for
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act

DRAFT = Permission.DRAFT_RULES
MOST_INPUTS = 240  # of the form that works without a script
MOST_CELLS = 20_000


@requires(DRAFT)
@once_per_act()
def grid(request: UserRequest, code: str, number: int, table: str) -> HttpResponse:
    row = tariff_for(request.user, code, number)
    plain, before = tariff_of(row), compared_with(row)
    matrix = matrix_for(plain, table, before)
    if matrix is None:
        raise Http404
    if request.method == "POST" and "cells" in request.POST:
        return _answered(request, row, matrix)
    refusal = services.refusal_to_edit(row, by=request.user)
    if request.method == "POST":
        refusal = _saved_plainly(request, row, matrix)
        if not refusal:
            messages.success(request, _("已保存。"))
            return redirect("catalogue:tariff_grid", code, number, table)
    facts = {**_grid_page(request, row, matrix), "refusal": refusal, "before": before}
    facts["grid"]["before"] = str(before) if before else ""
    facts["verdict"] = verdict_of(plain)
    return render(request, "catalogue/edit_grid.html", facts, status=422 if request.POST else 200)


def _grid_page(request: UserRequest, row: TariffVersion, matrix: Matrix) -> dict[str, Any]:
    may = not services.refusal_to_edit(row, by=request.user)
    tables = row.tables.order_by("order").values_list("code", "name")
    facts = form_page(
        row,
        title=matrix.name,
        version=row,
        matrix=matrix,
        tables=[{"code": code, "name": name} for code, name in tables],
        may_edit=may,
        is_small=matrix.count <= MOST_INPUTS,
    )
    facts["grid"] = {
        **matrix.plain,
        "revision": row.revision,
        "act": facts["act"],
        "mayEdit": may,
        "words": grid_words(),
    }
    return facts


def _answered(request: UserRequest, row: TariffVersion, matrix: Matrix) -> JsonResponse:
    """For the script: saved, or what is wrong by cell; it keeps what was typed either way."""
    try:
        cells = _cells_in(request.POST["cells"])
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"error": _("内容无法读取，请刷新后再试。")}, status=400)
    try:
        saved = services.save_cells(
            version=row,
            table=matrix.code,
            cells=cells,
            revision=_revision(request),
            by=request.user,
        )
    except CellsRefused as refused:
        wrong = [{"keys": list(keys), "text": text} for keys, text in refused.cells.items()]
        return JsonResponse({"error": str(refused), "cells": wrong, "act": new_act()}, status=422)
    except DomainError as refused:
        return JsonResponse(_latest(request, matrix, str(refused)), status=409)
    verdict = verdict_of(tariff_of(saved))
    told = {"lines": verdict.lines, "good": verdict.words}
    return JsonResponse({"revision": saved.revision, "act": new_act(), **told})


def _latest(request: UserRequest, matrix: Matrix, error: str) -> dict[str, Any]:
    """What the draft says by now, so that the typed changes can be put upon it."""
    words = request.resolver_match.kwargs if request.resolver_match else {}
    row = tariff_for(request.user, words["code"], words["number"])
    found = matrix_for(tariff_of(row), matrix.code, compared_with(row))
    rows = found.plain["rows"] if found else []
    return {"error": error, "rows": rows, "revision": row.revision, "act": new_act()}


def _cells_in(text: str) -> dict[tuple[str, ...], str]:
    found = json.loads(text)
    if not isinstance(found, list) or len(found) > MOST_CELLS:
        raise ValueError
    return {tuple(str(key) for key in each["keys"]): str(each["value"]) for each in found}


def _saved_plainly(request: UserRequest, row: TariffVersion, matrix: Matrix) -> str:
    """The form without a script: every cell is sent, those that changed are saved."""
    cells = {}
    for at, line in enumerate(matrix.rows):
        for place, cell in enumerate(line.cells):
            typed = request.POST.get(f"cell-{at}-{place}", cell.value)
            if typed != cell.value:
                cells[cell.keys] = typed
    words: dict[str, Any] = {"table": matrix.code, "cells": cells, "by": request.user}
    try:
        services.save_cells(version=row, revision=_revision(request), **words)
    except CellsRefused as refused:
        return "\n".join(f"{'，'.join(keys)}：{text}" for keys, text in refused.cells.items())
    except DomainError as refused:
        return str(refused)
    return ""


def _revision(request: UserRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdigit() else 0


@requires(DRAFT)
@once_per_act()
def bounds(request: UserRequest, code: str, number: int) -> HttpResponse:
    row = tariff_for(request.user, code, number)
    form = BoundsForm(request.POST or None, version=row)

    def save() -> None:
        given = {"values": form.values, "revision": form.cleaned_data["revision"]}
        services.save_bounds(version=row, by=request.user, **given)

    if done(form, save):
        messages.success(request, _("已保存。"))
        return redirect(row)
    facts = form_page(
        row,
        title=_("浮动幅度和最低保费"),
        lead=_("空着表示不限。系数组的界限先起作用，总浮动幅度后起作用，最低保费最后。"),
        refusal=services.refusal_to_edit(row, by=request.user),
    )
    return show_form(request, "catalogue/act.html", form, facts)


@requires(DRAFT)
@once_per_act()
def case(request: UserRequest, code: str, number: int, order: int) -> HttpResponse:
    """One golden case; the one after the last is new."""
    row = tariff_for(request.user, code, number)
    kept = row.golden.order_by("order").values("name", "facts", "premium", "source")
    cases: list[Any] = list(kept)
    if not 1 <= order <= len(cases) + 1:
        raise Http404
    is_new = order == len(cases) + 1
    initial = {"revision": row.revision} | ({} if is_new else initial_of(cases[order - 1]))
    form = CaseForm(request.POST or None, version=row, initial=initial)

    def save() -> None:
        gone = "remove" in request.POST
        cases[order - 1 : order] = [] if gone else [form.case]
        given = {"cases": cases, "revision": form.cleaned_data["revision"]}
        services.save_golden(version=row, by=request.user, **given)

    if done(form, save):
        messages.success(request, _("已保存。"))
        return redirect(f"{row.get_absolute_url()}?tab=related")
    facts = form_page(row, title=_("验证算例"), is_new=is_new)
    facts["refusal"] = services.refusal_to_edit(row, by=request.user)
    return show_form(request, "catalogue/edit_case.html", form, facts)
