"""The answers of an application as people read them back."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import moment, yuan
from apps.enrollment.models import Application
from apps.enrollment.selectors.steps import TITLES, StepKey, step_url

Section = dict[str, Any]


def sections_of(row: Application) -> list[Section]:
    """One section per step, each with its way back to the check page."""
    rows = {
        StepKey.TERMS: told_terms(row),
        StepKey.LIMITS: told_price(row),
        StepKey.INSURER: [{"label": _("承保机构"), "value": row.chosen_insurer}],
        StepKey.PROMISE: told_promise(row),
    }
    sections = [
        {"title": TITLES[key], "change_url": f"{step_url(row, key)}?check", "rows": answers}
        for key, answers in rows.items()
    ]
    return [_place(row), *sections]


def _place(row: Application) -> Section:
    """The register's own entries, changed where they are kept."""
    site = row.site
    return {
        "title": _("企业和场所"),
        "change_url": site.get_absolute_url(),
        "rows": [
            {"label": _("企业"), "value": site.enterprise.name},
            {"label": _("统一社会信用代码"), "value": site.enterprise.uscc},
            {"label": _("场所"), "value": site.name},
            {"label": _("地址"), "value": site.place},
            {"label": _("行业"), "value": str(site.industry)},
        ],
    }


def told_terms(row: Application) -> list[Section]:
    return [
        {"label": _("期望起保日"), "value": row.wanted_from and row.wanted_from.isoformat()},
        {"label": _("近三年有无生产安全事故"), "value": told_accident(row)},
        {"label": _("联合惩戒名单"), "value": told_listing(row)},
    ]


def told_accident(row: Application) -> str:
    if row.had_accident is None:
        return ""
    if not row.had_accident:
        return _("没有")
    if row.last_accident_on is None:
        return _("有")
    return _("有，最近一次 %(day)s") % {"day": row.last_accident_on.isoformat()}


def told_listing(row: Application) -> str:
    if row.is_listed is None:
        return ""
    return _("已列入") if row.is_listed else _("没有列入")


def told_price(row: Application) -> list[Section]:
    quote = row.quote
    if quote is None:
        return []
    return [
        {"label": _("每人责任限额"), "value": yuan(quote.limit_choice.per_person)},
        {"label": _("每次事故免赔额"), "value": yuan(quote.deductible)},
        {"label": _("参保人数"), "value": _("%(count)s 人") % {"count": quote.insured_count}},
        {"label": _("年保费"), "value": yuan(quote.premium)},
    ]


def told_promise(row: Application) -> list[Section]:
    value = _("%(name)s，%(at)s") % {"name": row.attested_by_name, "at": moment(row.attested_at)}
    label = _("保费由单位缴纳，不向从业人员摊派")
    return [{"label": label, "value": value if row.attested_at else ""}]
