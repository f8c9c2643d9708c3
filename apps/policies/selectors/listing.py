"""One line per policy, with what its reader may see of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.insurers import insurer
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.models import LimitChoice
from apps.policies.models import Policy
from apps.policies.selectors.shares import is_partner
from apps.policies.selectors.stack import terms_by_policy
from apps.policies.selectors.standing import period_of, standing

LEADS: Mapping[Kind, str | Promise] = {
    Kind.ENTERPRISE: _("本企业各场所的保单。"),
    Kind.INSURER: _("本机构承保的，和本机构按份额共保的；共保的看不到场所和人员。"),
    Kind.CITY_BUREAU: _("全市的保单。"),
    Kind.BROKER: _("全市的保单。"),
}


@dataclass(frozen=True)
class Row:
    policy: Policy
    insurer: str
    limit: Decimal
    status: dict[str, Any]
    period: str
    is_partner: bool

    @property
    def site(self) -> str:
        return "" if self.is_partner else self.policy.site_name


def before_of(policy: Policy, user: User) -> Policy | None:
    """The policy that covered the site before this one, as far as this person may see it."""
    start = policy.cover_from or policy.wanted_from
    rows = Policy.objects.visible_to(user).filter(site=policy.site_id, cover_from__lt=start)
    own = rows.exclude(pk=policy.pk).order_by("-cover_from", "-pk")
    along = ("tariff_version__product", "product_version__product")
    found = own.select_related(*along).first()
    return None if found is None or is_partner(found, user) else found


def called(key: int) -> str:
    one = insurer(key)
    return one.short_name or one.name


def rows_of(policies: Iterable[Policy], user: User, today: date) -> list[Row]:
    """In two queries for any number of rows."""
    found = list(policies)
    chosen = LimitChoice.objects.filter(pk__in={policy.limit_choice_id for policy in found})
    limits = dict(chosen.values_list("pk", "per_person"))
    changed = terms_by_policy(found, today)
    return [
        Row(
            policy=policy,
            insurer=called(policy.insurer_id),
            limit=changed[policy.pk].limit
            if policy.pk in changed
            else limits[policy.limit_choice_id],
            status=standing(policy, today),
            period=period_of(policy),
            is_partner=is_partner(policy, user),
        )
        for policy in found
    ]
