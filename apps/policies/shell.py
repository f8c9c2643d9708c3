"""What policies add to the shell: names of acts, and what a visitor is told of a certificate."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.documents.verification import VERIFIERS
from apps.policies.certificate import verified_today

ACTIONS |= {
    "policy.issued": _("出具保单"),
    "policy.cover_started": _("保险费到账，起保"),
}
FACTS |= {
    "wanted_from": _("约定起保日"),
    "cover_from": _("起保日"),
    "cover_to": _("终保次日"),
    "gap_days": _("晚于约定起保的天数"),
}
VERIFIERS["policies.policy"] = verified_today
