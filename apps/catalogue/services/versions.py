"""The way of a version: drafted by one, checked, approved by another, published for a day to come.

What is published is never edited. The next version ends it, and cover sold before keeps it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.catalogue.errors import ProductUnfit, TariffUnsound, VersionRefused, wording
from apps.catalogue.hooks import unmet
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.catalogue.reports import tell_of_end, tell_of_publication, tell_of_return
from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.limits import limits_below_minimum
from apps.catalogue.selectors.tariffs import read_rows
from apps.core import audit
from apps.core.context import Actor
from apps.reference.errors import ParameterMissing

V = TypeVar("V", ProductVersion, TariffVersion)
# The golden cases are run by whoever can price, which is the app above; it hands the trial down.
Trial = Callable[[Tariff], list[str]]


@transaction.atomic
def check_tariff(*, version: TariffVersion, trial: Trial, by: Actor) -> TariffVersion:
    """Freeze a draft that is sound and passes the trial; else say all that is wrong with it."""
    row = _locked(version)
    row.transitions.check(row.state, TariffVersion.State.SIMULATED)
    tariff = read_rows(row)
    if lines := [wording(fault) for fault in faults(tariff)] or trial(tariff):
        raise TariffUnsound(lines)
    row.digest, row.state = digest(write(tariff)), TariffVersion.State.SIMULATED
    row.save(update_fields=["digest", "state"])
    audit.record("tariff.checked", by=by, on=row, changes={"digest": row.digest})
    return row


def refusal_to_approve(version: V, *, by: Actor) -> str:
    if version.made_by == by.actor_key:
        return _("起草人不能批准自己的版本，请由另一人批准。")
    if by.actor_key in version.editors:
        return _("修改过这一版的人不能批准，请由没有参与修改的人批准。")
    return unmet(version) if isinstance(version, TariffVersion) else ""


@transaction.atomic
def approve_version(*, version: V, by: Actor, reason: str) -> V:
    """Another person than the one who made it says yes."""
    row = _locked(version)
    if refusal := refusal_to_approve(row, by=by):
        raise VersionRefused(refusal)
    if isinstance(row, ProductVersion) and (lines := product_lines(row)):
        raise ProductUnfit(lines)
    return put_approved(row, by=by, reason=reason)


def product_lines(version: ProductVersion) -> list[str]:
    """What stands against a product: nothing to choose, or what the law of its day forbids."""
    lines = [] if version.heads.exists() else [_("还没有保障项目。")]
    if not version.limits.exists():
        lines.append(_("还没有限额档次。"))
    if not version.deductibles.exists():
        lines.append(_("还没有免赔额档次；没有免赔的，填 0。"))
    try:
        return lines + limits_below_minimum(version)
    except ParameterMissing as missing:  # what the law asks on that day is not known yet
        return [*lines, str(missing)]


def put_approved(row: V, *, by: Actor, reason: str) -> V:
    row.transitions.check(row.state, "approved")
    row.state = "approved"
    row.approved_by, row.approved_by_name = by.actor_key, by.actor_name
    row.approved_at = timezone.now()
    row.save(update_fields=["state", "approved_by", "approved_by_name", "approved_at"])
    audit.record(f"{_noun(row)}.approved", by=by, on=row, reason=reason)
    return row


@transaction.atomic
def return_version(*, version: V, by: Actor, reason: str) -> V:
    """Back to its maker; whatever was checked or approved must be so again."""
    row = _locked(version)
    if not (row.state == "draft" and row.sent_at):  # a draft that was sent is only sent back
        row.transitions.check(row.state, "draft")
    return _back(row, by=by, reason=reason)


def refusal_to_return(version: V) -> str:
    if version.state == "draft" and version.sent_at:
        return ""
    return version.transitions.refusal_to_move(version.state, "draft")


def _back(row: V, *, by: Actor, reason: str) -> V:
    row.state = "draft"
    row.approved_by = row.approved_by_name = row.sent_by_name = ""
    row.approved_at = row.sent_at = None
    names = ["state", "approved_by", "approved_by_name", "approved_at", "sent_at", "sent_by_name"]
    row.save(update_fields=names)
    audit.record(f"{_noun(row)}.returned", by=by, on=row, reason=reason)
    tell_of_return(row, reason=reason, by=by)
    return row


def refusal_to_activate(version: V, *, today: date) -> str:
    """A version holds for days to come; what is being sold today was promised before."""
    if version.valid_from <= today:
        facts = {"day": version.valid_from.isoformat()}
        return _("生效日期 %(day)s 不晚于今天，请改为以后的日期重新批准。") % facts
    taken = Q(valid_from__gte=version.valid_from) | Q(valid_to__gt=version.valid_from)
    other = _siblings(version).published().filter(taken).first()
    if other:
        facts = {"number": other.number, "day": other.valid_from.isoformat()}
        return _("与自 %(day)s 起的第 %(number)s 版期间重叠，请改为更晚的生效日期。") % facts
    return unmet(version) if isinstance(version, TariffVersion) else ""


@transaction.atomic
def activate_version(*, version: V, today: date, by: Actor) -> V:
    """Publish an approved version; the one before it ends on the day this one begins."""
    row = _locked(version)
    if refusal := refusal_to_activate(row, today=today):
        raise VersionRefused(refusal, field="valid_from")
    active = put_active(row, by=by)
    tell_of_publication(active, by=by)
    return active


def put_active(row: V, *, by: Actor) -> V:
    row.transitions.check(row.state, "active")
    before = _siblings(row).published().filter(valid_to=None).select_for_update().first()
    if before:
        _end(before, row.valid_from, by=by, reason=str(row))
    row.state = "active"
    row.save(update_fields=["state"])
    audit.record(f"{_noun(row)}.activated", by=by, on=row, changes={"valid_from": row.valid_from})
    return row


def refusal_to_retire(version: V, *, on: date, today: date) -> str:
    if on <= today:
        return _("终止日期须晚于今天；已卖出的保险不受影响。")
    if on <= version.valid_from:
        return _("终止日期须晚于生效日期。")
    return ""


@transaction.atomic
def retire_version(*, version: V, on: date, today: date, by: Actor, reason: str) -> V:
    """Nothing is sold on this version from that day on."""
    row = _locked(version)
    if refusal := refusal_to_retire(row, on=on, today=today):
        raise VersionRefused(refusal, field="on")
    ended = _end(row, on, by=by, reason=reason)
    tell_of_end(ended, by=by)
    return ended


def _end(row: V, on: date, *, by: Actor, reason: str) -> V:
    row.transitions.check(row.state, "retired")
    row.state, row.valid_to = "retired", on
    row.save(update_fields=["state", "valid_to"])
    audit.record(f"{_noun(row)}.retired", by=by, on=row, reason=reason, changes={"valid_to": on})
    return row


def _locked(version: V) -> V:
    """The row as it is now, held until commit: two people deciding at once take turns."""
    rows = type(version)._default_manager.select_related("product")
    return rows.select_for_update(of=("self",)).get(pk=version.pk)


def _siblings(version: ProductVersion | TariffVersion) -> Any:
    return type(version).objects.filter(product=version.product_id).exclude(pk=version.pk)


def _noun(version: V) -> str:
    return "product" if isinstance(version, ProductVersion) else "tariff"
