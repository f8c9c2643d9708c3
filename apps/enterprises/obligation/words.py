"""A duty as people read it: what is asked, by which fact of theirs, and the words of the law."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.dates import DAY
from apps.enterprises.obligation.rules import Obligation, Reason
from apps.reference.codes import DutyLevel as Level
from apps.reference.models import Certainty, Industry, LegalLevel, ScopeRule

HEADLINES = {
    Level.MANDATORY: gettext_lazy("应当投保安全生产责任保险"),
    Level.PROMOTED: gettext_lazy("属于重点推行范围，建议尽快投保"),
    Level.ENCOURAGED: gettext_lazy("不在强制范围，鼓励参保"),
}
MEANINGS = {
    Level.MANDATORY: gettext_lazy("有下列任何一种情形就应当投保；保费由企业承担，不得向职工摊派。"),
    Level.PROMOTED: gettext_lazy("目前不强制；具体单位以主管部门和所在区确定的名录为准。"),
    Level.ENCOURAGED: gettext_lazy("所填情况没有落入强制和重点推行范围；自愿参保，保障一样。"),
}
TONES = {Level.MANDATORY: "problem", Level.PROMOTED: "waiting", Level.ENCOURAGED: "done"}


@dataclass
class Cause:
    """One fact of the unit, with all the texts that draw the same conclusion from it."""

    text: str
    level: str
    bases: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class DutyWords:
    """For enterprises/duty_answer.html."""

    headline: str
    meaning: str
    tone: str
    label: str
    causes: list[Cause]
    is_sample: bool


def duty_words(found: Obligation) -> DutyWords:
    level = Level(found.level)
    names = _industry_names(found)
    causes: dict[tuple[Any, ...], Cause] = {}
    for reason in found.reasons:
        rule = reason.rule
        key = (rule.level, rule.ground, rule.category, rule.tag)
        text = _cause(reason, names)
        cause = causes.setdefault(key, Cause(text, str(ScopeRule.Level(rule.level).label)))
        cause.bases.append(_basis(reason))
    _open_one(list(causes.values()))
    return DutyWords(
        headline=str(HEADLINES[level]),
        meaning=str(MEANINGS[level]),
        tone=TONES[level],
        label=str(ScopeRule.Level(level).label),
        causes=list(causes.values()),
        is_sample=any(reason.is_sample for reason in found.deciding),
    )


def _open_one(causes: list[Cause]) -> None:
    """Of the first cause, the article of the city's policy stands unfolded; else the first."""
    bases = causes[0].bases if causes else []
    shown = next((basis for basis in bases if basis["article"]), None)
    for basis in bases[:1] if shown is None else [shown]:
        basis["is_open"] = True


def _industry_names(found: Obligation) -> dict[str, str]:
    codes = {reason.industry for reason in found.reasons if reason.industry}
    return {row.code: str(row) for row in Industry.objects.filter(code__in=codes)}


def _cause(reason: Reason, names: dict[str, str]) -> str:
    rule = reason.rule
    if reason.accident_on and reason.until:
        facts = {
            "day": reason.accident_on.isoformat(),
            "until": (reason.until - DAY).isoformat(),
        }
        return _("%(day)s 发生过死亡事故，到 %(until)s 为止都算近3年内") % facts
    if reason.industry:
        facts = {"industry": names.get(reason.industry, reason.industry), "group": rule.title}
        return _("行业“%(industry)s”属于%(group)s") % facts
    if reason.tag:
        return _("有“%(tag)s”情形") % {"tag": rule.title}
    return _("其他生产经营单位")


def _basis(reason: Reason) -> dict[str, Any]:
    rule = reason.rule
    return {
        "legal_level": LegalLevel(rule.legal_level).label,
        "source": rule.source,
        "clause": rule.clause,
        "article": rule.article,
        "quote": rule.quote,
        "note": rule.note,
        "certainty": _("示例，待主管部门确认")
        if reason.is_sample
        else Certainty(rule.certainty).label,
        "is_sample": reason.is_sample,
    }
