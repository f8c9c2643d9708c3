"""A frozen worksheet in sentences: why this member's share is what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import yuan
from apps.pools.rounds import as_decimal
from apps.pools.selectors.picture import Track, tracks_of
from apps.pools.words import percent

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A line of the worksheet as the page shows it."""

    name: str
    before: str
    structural: str
    business: Decimal
    business_share: str
    score: str
    factor: str
    performance: str
    box: str
    after: str
    change: str
    tone: str
    words: list[str]
    track: Track


def told(worksheet: list[dict[str, Any]]) -> list[Told]:
    return [
        Told(
            name=line["name"],
            before="–" if line["before"] is None else percent(line["before"]),
            structural=percent(line["structural"]),
            business=Decimal(line["business"]),
            business_share="–" if line["business_share"] is None else _share(line),
            score=line["score"],
            factor=f"{as_decimal(Fraction(line['factor']), 4)}",
            performance=percent(line["performance"]),
            box=f"{percent(line['low'])} – {percent(line['high'])}",
            after=percent(line["after"]),
            change=change_of(line["after"] - (line["before"] or 0)),
            tone=_tone(line["after"] - (line["before"] or 0)),
            words=words_of(line),
            track=track,
        )
        for line, track in zip(worksheet, tracks_of(worksheet), strict=True)
    ]


def words_of(line: Line) -> list[str]:
    """From what it had to what it gets, one sentence for each step."""
    return [_start(line), *_results(line), _performance(line), *_bound(line), _end(line)]


def _start(line: Line) -> str:
    structural = percent(line["structural"])
    if line["before"] is None:
        return _("新加入，起始份额 %(share)s。") % {"share": structural}
    before = percent(line["before"])
    if line["before"] == line["structural"]:
        return _("上期份额 %(share)s。") % {"share": before}
    text = _("上期份额 %(before)s，成员变动后的基准为 %(share)s。")
    return text % {"before": before, "share": structural}


def _results(line: Line) -> list[str]:
    if line["on_probation"]:
        return [_("在考察期内，业务和评分不计入。")]
    words = []
    if line["business_share"] is not None:
        share = Fraction(line["business_share"])
        facts = {"amount": yuan(Decimal(line["business"])), "share": _share(line)}
        if share > line["structural"]:
            text = _("本期业务 %(amount)s，占全体 %(share)s，高于份额。")
        elif share < line["structural"]:
            text = _("本期业务 %(amount)s，占全体 %(share)s，低于份额。")
        else:
            text = _("本期业务 %(amount)s，占全体 %(share)s，与份额一致。")
        words.append(text % facts)
    facts = {"score": line["score"], "factor": f"{as_decimal(Fraction(line['factor']), 4)}"}
    return [*words, _("服务评分 %(score)s 分，业绩系数 %(factor)s。") % facts]


def _performance(line: Line) -> str:
    return _("按业绩计算为 %(share)s。") % {"share": percent(line["performance"])}


def _bound(line: Line) -> list[str]:
    if line["after"] == line["low"] and line["performance"] < line["low"]:
        return [_("低于本期允许的最低份额 %(share)s，取最低。") % {"share": percent(line["low"])}]
    if line["after"] == line["high"] and line["performance"] > line["high"]:
        return [_("高于本期允许的最高份额 %(share)s，取最高。") % {"share": percent(line["high"])}]
    if line["after"] != line["performance"]:
        return [_("其他成员受限后，余数按权重重新分配。")]
    return []


def _end(line: Line) -> str:
    facts = {
        "share": percent(line["after"]),
        "change": change_of(line["after"] - (line["before"] or 0)),
    }
    return _("下期份额 %(share)s（%(change)s）。") % facts


def change_of(points: int) -> str:
    """In percentage points, with its sign."""
    if not points:
        return _("不变")
    return _("%(points)s 个百分点") % {"points": f"{Decimal(points) / 100:+.2f}"}


def _tone(points: int) -> str:
    return "up" if points > 0 else "down" if points < 0 else "none"


def _share(line: Line) -> str:
    return f"{as_decimal(Fraction(line['business_share']) / 100)}%"
