"""The golden cases of a tariff that do not come out, each in a sentence."""

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import Tariff
from apps.rating.errors import refusal
from apps.rating.rules.trial import Verdict, verdicts


def golden_faults(tariff: Tariff) -> list[str]:
    """The trial that `check_tariff` asks for; [] when every case comes out to the fen."""
    return [_sentence(tariff, verdict) for verdict in verdicts(tariff) if not verdict.holds]


def _sentence(tariff: Tariff, verdict: Verdict) -> str:
    words = {"name": verdict.case.name, "expected": verdict.case.premium}
    if verdict.cause is not None:
        reason = str(refusal(tariff, verdict.cause))
        return _("算例“%(name)s”应为 %(expected)s 元：%(reason)s") % {**words, "reason": reason}
    text = _("算例“%(name)s”应为 %(expected)s 元，算得 %(found)s 元。")
    return text % {**words, "found": verdict.premium}
