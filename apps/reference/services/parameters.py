"""Setting a parameter: the new value begins on a day, and the one before it ends there."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.context import Actor
from apps.reference.codes import ParameterCode
from apps.reference.errors import ParameterRefused
from apps.reference.models import Certainty, LegalLevel, Parameter, ParameterKey
from apps.reference.rules import typed


@transaction.atomic
def set_parameter(
    *,
    code: ParameterCode,
    value: str,
    valid_from: date,
    source: str,
    level: LegalLevel,
    certainty: Certainty,
    by: Actor,
    reason: str,
    article: str = "",
    note: str = "",
) -> Parameter:
    """Give a parameter a new value from a day on. What began later must be dealt with first.

    The key stays locked until commit, so that two people cannot both be the successor.
    """
    key = ParameterKey.objects.select_for_update().get(code=code)
    if refusal := refusal_to_set(key, value=value, valid_from=valid_from, source=source):
        raise ParameterRefused(refusal)
    before = key.values.in_force_on(valid_from).first()
    if before:
        before.valid_to = valid_from
        before.save(update_fields=["valid_to"])
    row = Parameter.objects.create(
        key=key,
        value=value,
        valid_from=valid_from,
        source=source,
        article=article,
        level=level,
        certainty=certainty,
        note=note,
        entered_by=by.actor_name,
        entered_at=timezone.now(),
    )
    changes = {key.code: [before.value if before else None, value], "valid_from": valid_from}
    audit.record("parameter.set", by=by, on=row, changes=changes, reason=reason)
    return row


def refusal_to_set(key: ParameterKey, *, value: str, valid_from: date, source: str) -> str:
    """Say why the value cannot be entered, or "" when it can."""
    try:
        typed(key.kind, value)
    except ValueError:
        kind = key.get_kind_display()
        return _("“%(value)s”不是有效的%(kind)s。") % {"value": value, "kind": kind}
    if not source.strip():
        return _("请填写依据文件。")
    later = key.values.filter(valid_from__gte=valid_from).order_by("valid_from").first()
    if later:
        return _("“%(name)s”自 %(day)s 起已有取值，新的取值须晚于该日。") % {
            "name": key.label,
            "day": later.valid_from.isoformat(),
        }
    return ""
