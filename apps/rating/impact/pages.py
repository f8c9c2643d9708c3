"""What the pages of impact runs are given."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import cell_words, worded
from apps.core.templatetags.ui import count, money
from apps.rating.impact.charts import HEIGHT, SLOT, bars, marks, share
from apps.rating.impact.forms import SliderForm
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.portfolio import portfolio
from apps.rating.impact.reckoning import DIMENSIONS, changed, compare, result_of
from apps.rating.impact.rules import bin_edges
from apps.rating.impact.selectors import NAMES, PAGE, Line, Rows, behind, words_of
from apps.rating.impact.services import change_of
from apps.rating.impact.snapshot import Snapshot, kept

Facts = dict[str, Any]
MARKS = ("side", "step", *DIMENSIONS)


def facts_of(run: ImpactRun, user: User) -> Facts:
    """The whole page of a run; one that is not finished says so."""
    if run.state != ImpactRun.State.DONE:
        return {"inputs": inputs(run), "waiting": True}
    home = reverse("rating:impact_rows", args=[run.code])
    return {
        "inputs": inputs(run),
        "waiting": False,
        "rises": rises(run.result["rises"], user),
        "export_url": reverse("rating:impact_export", args=[run.code]),
        "found": told(run.result, home),
    }


def told(result: Mapping[str, Any], home: str) -> Facts:
    """The figures and pictures of a result; `home` is where the rows behind a mark are listed."""
    whole = result["total"]
    return {
        "sentence": sentence(whole),
        "stats": _stats(whole, result, home),
        "marks": marks(result["histogram"], home),
        "picture": {"width": SLOT * len(bin_edges()), "height": HEIGHT},
        "percentiles": result["percentiles"],
        "groups": [_group(name, result["by"][name], home) for name in DIMENSIONS],
        "clamp": result["clamp"],
        "minimum": result["minimum"],
        "unpriced": result["unpriced"],
    }


def sentence(whole: Mapping[str, Any]) -> str:
    """The finding in words."""
    change, before = Decimal(whole["change"]), Decimal(whole["before"])
    facts = {
        "count": count(whole["count"]),
        "before": money(before),
        "after": money(Decimal(whole["after"])),
        "share": share(change, before),
    }
    return _("%(count)s 张保单的年保费合计由 %(before)s 元变为 %(after)s 元（%(share)s）。") % facts


def _stats(whole: Mapping[str, Any], result: Mapping[str, Any], home: str) -> list[Facts]:
    change, before = Decimal(whole["change"]), Decimal(whole["before"])
    sides = [
        (_("保费上升"), "losers", "up", "arrow-up"),
        (_("不变"), "unchanged", "same", "check"),
        (_("保费下降"), "winners", "down", "arrow-down"),
    ]
    of = whole["count"] or 1
    return [
        {
            "label": _("合计变动"),
            "value": money(change),
            "unit": _("元"),
            "note": share(change, before),
            "icon": "calculator",
        },
        *(
            {
                "label": label,
                "value": count(whole[key]),
                "unit": _("张"),
                "note": f"{whole[key] * 100 / of:.1f} %",
                "url": f"{home}?{urlencode({'side': side})}" if home else "",
                "icon": icon,
            }
            for label, key, side, icon in sides
        ),
    ]


def _group(name: str, groups: Mapping[str, Any], home: str) -> Facts:
    drawn = bars(name, groups, home)
    return {
        "name": name,
        "caption": CAPTIONS[name](),
        "bars": drawn,
        "maximum": max((bar["value"] for bar in drawn), default=0) or 1,
    }


CAPTIONS = {
    "district": lambda: _("按区，增加最多的在前"),
    "insurer": lambda: _("按承保机构，增加最多的在前"),
    "industry": lambda: _("按行业大类，增加最多的在前"),
    "size": lambda: _("按人数，增加最多的在前"),
}


def rises(kept_rises: list[list[Any]], user: User) -> list[Line]:
    """The largest by name, as far as this person may see the policies."""
    named = portfolio().described(user, [int(row[0]) for row in kept_rises])
    return [
        Line(named[key], Decimal(before), Decimal(after))
        for key, before, after in kept_rises
        if key in named
    ]


def inputs(run: ImpactRun) -> list[Facts]:
    facts: list[Facts] = [
        {"label": _("现行版本"), "value": run.base, "url": run.base.get_absolute_url()},
        {"label": _("测算版本"), "value": _draft_words(run), "url": run.draft.get_absolute_url()},
        {"label": _("保单截至"), "value": run.as_of.isoformat()},
        {"label": _("范围"), "value": _scope_words(run)},
        {"label": _("提交"), "value": run.asked_by_name, "note": run.organisation.name},
        {"label": _("内容摘要"), "value": run.digest, "wide": True},
    ]
    return facts


def _draft_words(run: ImpactRun) -> str:
    if not (terms := run.terms["change"]):
        return str(run.draft)
    change, tariff = change_of(terms), tariff_of(run.draft)
    table = tariff.table[change.table]
    cell = cell_words(table, change.keys) if change.keys else _("整张表")
    words = {"table": worded(table), "cell": cell, "times": terms["times"]}
    return _("“%(table)s”%(cell)s × %(times)s") % words


def _scope_words(run: ImpactRun) -> str:
    words = [str(run.district) if run.district else _("全市")]
    for name, key in run.terms["filter"].items():
        if name in NAMES:
            words.append(NAMES[name]([str(key)]).get(str(key), str(key)))
    return _("，").join(words)


def rows_page(rows: Rows, asked: Mapping[str, str], user: User) -> Facts:
    found = behind(rows, asked)
    page = Paginator(range(len(found)), PAGE).get_page(asked.get("page"))
    return {
        "title": _("明细：%(what)s") % {"what": words_of(asked)},
        "lead": _("共 %(count)s 张保单，上升最多的在前。") % {"count": count(len(found))},
        "page": page,
        "lines": found.lines(user, page.start_index() - 1 if len(found) else 0),
        "marks_asked": [(name, asked[name]) for name in MARKS if asked.get(name)],
    }


Moved = tuple[SliderForm | None, TariffVersion | None, Snapshot | None]


def live_snapshot(given: Mapping[str, Any], user: User, today: date) -> Moved:
    """The form over today's tariff, and the policies it is moved over."""
    rows = TariffVersion.objects.on(today).select_related("product")
    base = rows.first()
    if base is None:
        return None, None, None
    form = SliderForm(given or None, tariff=tariff_of(base))
    if not form.is_valid():
        return form, base, None
    return form, base, kept(user, today, form.chosen)


def slider_facts(given: Mapping[str, Any], user: User, today: date) -> Facts:
    form, base, snapshot = live_snapshot(given, user, today)
    facts: Facts = {"form": form, "base": base, "as_of": today}
    if form is None or base is None or snapshot is None:
        return facts
    tariff = tariff_of(base)
    moved = changed(tariff, form.change)
    return facts | {"found": told(result_of(compare(snapshot, tariff, moved), moved), "")}
