"""What changes at a site over time: people, facts, grades."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_act
from apps.enterprises.forms.base import DatedReasonForm
from apps.enterprises.forms.counts import HeadcountCorrectionForm, HeadcountForm
from apps.enterprises.forms.sites import FactForm, GradeForm
from apps.enterprises.models import Headcount, RiskFact, Site
from apps.enterprises.selectors.versions import version_of_counts
from apps.enterprises.services import (
    correct_headcount,
    end_fact,
    end_grade,
    record_fact,
    record_grade,
    record_headcount,
)
from apps.enterprises.tabs.shared import to_be_covered
from apps.enterprises.views.moves import done, form_page, site_for


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def headcount(request: UserRequest, public_id: str) -> HttpResponse:
    found, today = site_for(request.user, public_id), timezone.localdate()
    last = found.headcounts.first()
    start = numbers_of(last) | {"valid_from": today, "version": version_of_counts(found)}
    form = HeadcountForm(request.POST or None, last=last, initial=start)
    source = source_of(request, found)

    def record() -> None:
        facts = {key: form.cleaned_data[key] for key in ("valid_from", "version")}
        record_headcount(site=found, counts=form.counts, source=source, by=request.user, **facts)

    if done(form, record):
        messages.success(request, _("从业人数已登记。"))
        return redirect(found)
    return form_page(
        request,
        form,
        found,
        title=_("登记从业人数"),
        submit=_("保存人数"),
        lead=_("没有变化的直接保存，就是确认现在仍是这些人。"),
        template="enterprises/headcount.html",
        last=last,
        covered=to_be_covered(numbers_of(last), today) if last else None,
    )


def numbers_of(count: Headcount | None) -> dict[str, Any]:
    return {kind: getattr(count, kind) for kind in Headcount.KINDS} if count else {}


def source_of(request: UserRequest, site: Site) -> str:
    """Who says so: the enterprise itself, or an authority."""
    if request.user.organisation_id == site.enterprise_id:
        return _("企业申报")
    return _("%(name)s登记") % {"name": request.user.organisation.name}


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def headcount_correct(request: UserRequest, public_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    asked: Any = request.GET.get("from") or None
    chosen = found.headcounts.filter(valid_from=asked).first()
    start = numbers_of(chosen) | {"version": version_of_counts(found)}
    if chosen:
        start["valid_from"] = chosen.valid_from
    form = HeadcountCorrectionForm(request.POST or None, initial=start)
    source = source_of(request, found)

    def correct() -> None:
        facts = {key: form.cleaned_data[key] for key in ("valid_from", "version", "reason")}
        correct_headcount(site=found, counts=form.counts, source=source, by=request.user, **facts)

    if done(form, correct):
        messages.success(request, _("以前的人数已更正。"))
        return redirect(found)
    lead = _("改错登的人数，或补登漏掉的一次。新数字一直用到下一次登记为止。")
    title = _("更正以前的人数")
    return form_page(request, form, found, title=title, submit=_("保存更正"), lead=lead)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def fact(request: UserRequest, public_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    form = FactForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if done(form, lambda: record_fact(site=found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("情形已登记。"))
        return redirect(found)
    lead = _("行业代码看不出来、但关系到投保义务和风险的情形。")
    return form_page(request, form, found, title=_("登记风险情形"), submit=_("保存"), lead=lead)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def fact_end(request: UserRequest, public_id: str, tag: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    rows = RiskFact.objects.visible_to(request.user).select_related("tag", "site__enterprise")
    entry = get_object_or_404(rows, site=found, tag__code=tag, valid_to=None)
    form = DatedReasonForm(request.POST or None, initial={"on": timezone.localdate()})
    if done(form, lambda: end_fact(fact=entry, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已登记结束。"))
        return redirect(found)
    title = _("结束“%(tag)s”") % {"tag": entry.tag.label}
    lead = _("填不再有这一情形的第一天。登记错的，填登记次日并写明登错。")
    return form_page(request, form, found, title=title, submit=_("登记结束"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def grade(request: UserRequest, public_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    form = GradeForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if done(form, lambda: record_grade(site=found, by=request.user, **form.facts)):
        messages.success(request, _("等级已登记。"))
        return redirect(found)
    lead = _("评定机关评定的等级。新等级从起始日起代替原来的。")
    return form_page(request, form, found, title=_("登记等级"), submit=_("保存"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def grade_end(request: UserRequest, public_id: str, kind: int) -> HttpResponse:
    found, today = site_for(request.user, public_id), timezone.localdate()
    entry = found.grades.on(today).filter(kind=kind).select_related("site__enterprise").first()
    if entry is None:
        raise Http404
    form = DatedReasonForm(request.POST or None, initial={"on": today})
    if done(form, lambda: end_grade(grade=entry, by=request.user, **form.cleaned_data)):
        messages.success(request, _("等级已撤销。"))
        return redirect(found)
    title = _("撤销%(grade)s") % {"grade": entry.get_kind_display()}
    return form_page(request, form, found, title=title, submit=_("撤销等级"))
