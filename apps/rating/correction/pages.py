"""What the desk of corrections tells, in words a person can act on."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import cell_words, worded
from apps.rating.correction.models import RateStudy
from apps.rating.correction.rules import Verdict
from apps.reference.models import Industry

Facts = dict[str, Any]

VERDICTS: Mapping[Verdict, tuple[str, Callable[[], str]]] = {
    Verdict.TOO_LOW: ("problem", lambda: _("保费不足")),
    Verdict.ENOUGH: ("done", lambda: _("保费足够")),
    Verdict.TOO_HIGH: ("active", lambda: _("保费偏高")),
    Verdict.UNKNOWN: ("draft", lambda: _("还看不出")),
}


def percent(ratio: float) -> str:
    return f"{ratio * 100:.1f} %"


def study_facts(study: RateStudy) -> Facts:
    tariff, found = tariff_of(study.tariff), study.findings
    codes = [line["code"] for line in found["industries"]]
    rows = Industry.objects.filter(code__in=codes, level=Industry.Level.DIVISION)
    names = {row.code: f"{row.code} {row.label}" for row in rows}
    return {
        "overall": _overall(study),
        "industries": [_industry(line, names) for line in found["industries"]],
        "factors": [
            _factor(tariff, factor, proposal)
            for factor, proposal in zip(found["factors"], found["proposals"], strict=True)
        ],
    }


def _overall(study: RateStudy) -> list[Facts]:
    sums = study.findings["overall"]
    return [
        {"label": _("已赚保费（元）"), "value": f"{Decimal(sums['premium']):,.2f}"},
        {"label": _("已发展赔款（元）"), "value": f"{Decimal(sums['loss']):,.2f}"},
        {"label": _("赔付率"), "value": percent(sums["ratio"])},
        {"label": _("赔案数"), "value": f"{sums['claims']:,}"},
        {"label": _("目标赔付率"), "value": percent(float(study.target))},
        {"label": _("容差"), "value": f"± {percent(float(study.tolerance))}"},
        {"label": _("单次调整上限"), "value": f"± {percent(float(study.cap))}"},
        {
            "label": _("对照的费率"),
            "value": study.tariff,
            "url": study.tariff.get_absolute_url(),
        },
        {"label": _("赔付数据"), "value": study.file, "url": study.file.get_absolute_url()},
    ]


def _industry(line: Mapping[str, Any], names: Mapping[str, str]) -> Facts:
    tone, words = VERDICTS[Verdict(line["verdict"])]
    return {
        "name": names.get(line["code"], line["code"] or _("不详")),
        "premium": Decimal(line["premium"]),
        "loss": Decimal(line["loss"]),
        "claims": line["claims"],
        "ratio": percent(line["ratio"]),
        "z": f"{line['z']:.2f}",
        "believed": percent(line["believed"]),
        "tone": tone,
        "verdict": words(),
    }


def _factor(tariff: Tariff, factor: Mapping[str, Any], proposal: Mapping[str, Any]) -> Facts:
    table = tariff.table[factor["table"]]
    pairs = zip(factor["levels"], proposal["values"], strict=True)
    return {
        "table": table.code,
        "name": worded(table),
        "levels": [
            {
                "label": cell_words(table, tuple(level["keys"])),
                "claims": level["claims"],
                "premium": Decimal(level["premium"]),
                "z": f"{level['z']:.2f}",
                "current": level["current"],
                "indicated": f"{level['indicated']:.4f}",
                "proposed": value,
                "change": _change(Decimal(level["current"]), Decimal(value)),
                "is_used": bool(Decimal(level["premium"])),
            }
            for level, value in pairs
        ],
        "factor": proposal["factor"],
        "drift": proposal["drift"],
        "moves": proposal["moves"],
        "breaks_order": proposal["breaks_order"],
    }


def _change(before: Decimal, after: Decimal) -> str:
    return f"{(after / before - 1) * 100:+.2f} %" if before != after else "–"
