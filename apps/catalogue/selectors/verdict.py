"""How a tariff stands right now: sound or not, and whether its golden cases come out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.catalogue.errors import wording
from apps.catalogue.hooks import tried
from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.tariff import Tariff


@dataclass(frozen=True)
class Verdict:
    """`lines` say all that stands against it; with none, `words` say that all is well."""

    lines: list[str]
    words: str


def verdict_of(tariff: Tariff) -> Verdict:
    lines = [wording(fault) for fault in faults(tariff)] or tried(tariff)
    if lines:
        return Verdict(lines, "")
    if not tariff.golden:
        return Verdict([], _("各表完整、衔接。还没有验证算例，建议加上。"))
    return Verdict(
        [], _("各表完整、衔接，%(count)s 个算例全部算对。") % {"count": len(tariff.golden)}
    )
