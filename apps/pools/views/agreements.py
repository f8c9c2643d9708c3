"""The agreement of a pool: its page, a new one, its switch; who comes in and who leaves."""

from typing import IO, Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.sheets.writing import Column, write_xlsx
from apps.pools import services
from apps.pools.forms import AdmissionForm, AgreementForm, ExitForm, ReasonForm
from apps.pools.models import Agreement, Pool
from apps.pools.selectors.assessment import Record, assessment_of
from apps.pools.views.pools import crumbs_of, pool_for
from apps.pools.words import percent

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.VIEW_POOLS)
def agreement(request: UserRequest, public_id: str) -> HttpResponse:
    row = agreement_for(request.user, public_id)
    facts = {
        "title": _("共保协议 %(number)s") % {"number": row.number},
        "crumbs": crumbs_of(row.pool),
        "agreement": row,
        "sections": sections_of(row),
        "assessment": assessment_of(row),
        "admissions": row.pool.admissions.select_related("member__insurer"),
        "successions": row.pool.successions.select_related("predecessor", "successor"),
        "events": timeline(row, request.user),
        "can_manage": can(request.user, Permission.MANAGE_POOLS),
    }
    return render(request, "pools/agreement.html", facts)


@requires(Permission.VIEW_POOLS)
def assessment(request: UserRequest, public_id: str) -> HttpResponse:
    """The same as a sheet, for whoever assesses the term."""
    row = agreement_for(request.user, public_id)
    columns = [
        Column(_("承保机构"), width=24),
        Column(_("期初份额")),
        Column(_("期末份额")),
        Column(_("业务（元）"), kind="money"),
        Column(_("平均评分")),
        Column(_("异议"), kind="integer"),
        Column(_("其中成立"), kind="integer"),
    ]
    answer = HttpResponse(content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{row.public_id}.xlsx"'
    rows = [_cells(one) for one in assessment_of(row).records]
    write_xlsx(cast(IO[bytes], answer), columns, rows, title=_("合约评估"))
    return answer


def _cells(one: Record) -> list[Any]:
    score = "" if one.score is None else str(one.score)
    return [
        one.name,
        one.first_percent,
        one.last_percent,
        one.business,
        score,
        one.objections,
        one.upheld,
    ]


def agreement_for(user: User, public_id: str) -> Agreement:
    rows = Agreement.objects.visible_to(user).select_related("pool__district")
    return get_object_or_404(rows, public_id=public_id)


def sections_of(row: Agreement) -> list[dict[str, Any]]:
    days = _("%(days)s 日")
    term = [
        {"label": _("合约期"), "value": f"{row.valid_from} – {row.valid_to}"},
        {"label": _("承保机构选定方式"), "value": row.get_choice_display()},
        {"label": _("保费收取"), "value": row.get_collection_display()},
        {"label": _("抄报时限"), "value": _("%(hours)s 小时") % {"hours": row.report_hours}},
        {"label": _("清算时限"), "value": _("月后 %(days)s 天") % {"days": row.settle_days}},
        {"label": _("依据"), "value": row.source},
    ]
    formula = [
        {"label": _("份额周期"), "value": _("%(count)s 个月") % {"count": row.period_months}},
        {"label": _("期末后冻结数据"), "value": days % {"days": row.freeze_days}},
        {"label": _("异议期"), "value": days % {"days": row.objection_days}},
        {"label": _("调整力度 λ"), "value": f"{row.damping.normalize():f}"},
        {"label": _("业务权重 ω"), "value": f"{row.business_weight.normalize():f}"},
        {"label": _("评分斜率 κ"), "value": f"{row.score_slope.normalize():f}"},
        {"label": _("基准评分 S₀"), "value": f"{row.score_norm.normalize():f}"},
        {"label": _("份额下限"), "value": percent(row.floor)},
        {"label": _("份额上限"), "value": percent(row.cap)},
        {"label": _("每期最大变动"), "value": percent(row.step)},
        {"label": _("新成员起始份额"), "value": percent(row.entry)},
    ]
    return [
        {"heading": _("合约与收付"), "facts": term},
        {"heading": _("份额公式"), "facts": formula},
    ]


@requires(Permission.MANAGE_POOLS)
def conclude(request: UserRequest, public_id: str) -> HttpResponse:
    pool = pool_for(request.user, public_id)
    form = AgreementForm(request.POST or None, instance=Agreement(pool=pool))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.conclude_agreement(agreement=form.instance, by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(made)
    facts = {
        "title": _("登记共保协议"),
        "lead": _("照成员签署的协议填写；签署后参数不改，另订新协议。"),
        "crumbs": crumbs_of(pool),
        "submit_label": _("登记"),
        "cancel_url": pool.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.MANAGE_POOLS)
def switch(request: UserRequest, public_id: str) -> HttpResponse:
    row = agreement_for(request.user, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.switch_rounds(
                agreement=row, on=not row.rounds_on, reason=reason, by=request.user
            )
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(row)
    title = _("关闭份额动态调整") if row.rounds_on else _("开启份额动态调整")
    facts = {
        "title": title,
        "lead": _("关闭后现有份额一直有效，直到成员另行约定。"),
        "crumbs": crumbs_of(row.pool),
        "submit_label": title,
        "cancel_url": row.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.MANAGE_POOLS)
def admit(request: UserRequest, public_id: str) -> HttpResponse:
    pool = pool_for(request.user, public_id)
    form = AdmissionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            admitted(pool, form, request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已接纳，新份额表同日生效。"))
            return redirect(pool)
    facts = {
        "title": _("接纳新成员"),
        "lead": _("核对许可证、偿付能力、本地机构和服务队伍；外资、港资机构条件相同。"),
        "crumbs": crumbs_of(pool),
        "submit_label": _("接纳"),
        "cancel_url": pool.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def admitted(pool: Pool, form: AdmissionForm, by: User) -> None:
    given = dict(form.cleaned_data)
    insurer, valid_from, source = (given.pop(key) for key in ("insurer", "valid_from", "source"))
    services.admit(
        pool=pool,
        insurer=insurer,
        credentials=given,  # type: ignore[arg-type]
        valid_from=valid_from,
        today=timezone.localdate(),
        source=source,
        by=by,
    )


@requires(Permission.MANAGE_POOLS)
def leave(request: UserRequest, public_id: str) -> HttpResponse:
    pool = pool_for(request.user, public_id)
    form = ExitForm(pool, timezone.localdate(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            left(pool, form.cleaned_data, request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已登记，新份额表同日生效。"))
            return redirect(pool)
    facts = {
        "title": _("成员退出或合并"),
        "lead": _("以前出具的保单份额不变，由承接机构负责理赔和预防服务。"),
        "crumbs": crumbs_of(pool),
        "submit_label": _("登记"),
        "cancel_url": pool.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def left(pool: Pool, given: dict[str, Any], by: User) -> None:
    day = {"valid_from": given["valid_from"], "today": timezone.localdate()}
    act: dict[str, Any] = {"pool": pool, "source": given["source"], "by": by, **day}
    if given["is_merger"]:
        services.merge_member(absorbed=given["insurer"], successor=given["successor"], **act)
    else:
        services.leave_pool(insurer=given["insurer"], runs_off=given["successor"], **act)
