"""The agreement of a contract term, and its switch: shares follow results, or stay as they are."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.pools.errors import PoolRefused
from apps.pools.models import Agreement, Choice
from apps.reference.codes import ParameterCode
from apps.reference.errors import ParameterMissing
from apps.reference.selectors.parameters import boolean_on

FORMULA = ("damping", "business_weight", "score_slope", "score_norm", "floor", "cap", "step")


@transaction.atomic
def conclude_agreement(*, agreement: Agreement, by: User) -> Agreement:
    """Keep an agreement of a pool for its term, as the members signed it."""
    field, refusal = refusal_to_conclude(agreement)
    if refusal:
        raise PoolRefused(refusal, field=field)
    agreement.district = agreement.pool.district
    agreement.save(force_insert=True)
    facts = {name: str(getattr(agreement, name)) for name in (*FORMULA, "entry")}
    audit.record(
        "pool.agreement_concluded", by=by, on=agreement, changes=facts, reason=agreement.source
    )
    return agreement


def refusal_to_conclude(agreement: Agreement) -> tuple[str, str]:
    """The field at fault and why, or two empty strings."""
    start, end = agreement.valid_from, agreement.valid_to
    if start.day != 1 or end.day != 1:
        return "valid_from", _("合约应从某月1日起，到某月1日止（不含当日），份额周期按整月计算。")
    if end <= start:
        return "valid_to", _("合约止应晚于合约起。")
    if agreement.floor > agreement.cap:
        return "cap", _("份额上限不能低于下限。")
    if agreement.choice != Choice.FREE and _choice_is_free(start):
        return "choice", _(
            "自 %(day)s 起须由企业自主选择承保机构（应急〔2025〕27号第十六条），不能约定其他方式。"
        ) % {"day": start}
    others = Agreement.objects.filter(pool=agreement.pool, valid_from__lt=end, valid_to__gt=start)
    if other := others.first():
        facts = {"number": other.number, "start": other.valid_from, "end": other.valid_to}
        text = _("与协议 %(number)s（%(start)s 至 %(end)s）的合约期重叠。")
        return "valid_from", text % facts
    return "", ""


def _choice_is_free(day: date) -> bool:
    """Before the rule of 2025 there was none."""
    try:
        return boolean_on(ParameterCode.INSURER_FREE_CHOICE, day)
    except ParameterMissing:
        return False


@transaction.atomic
def switch_rounds(*, agreement: Agreement, on: bool, reason: str, by: User) -> Agreement:
    """Let shares follow results from now on, or stop that."""
    rows = Agreement.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.get(pk=agreement.pk)
    if not reason.strip():
        raise PoolRefused(_("请写明开启或关闭的理由，例如成员会议决议。"), field="reason")
    if row.rounds_on == on:
        raise PoolRefused(_("份额动态调整已经是这个状态。"))
    row.rounds_on = on
    row.save(update_fields=["rounds_on"])
    changes = {"rounds_on": [not on, on]}
    audit.record("pool.rounds_switched", by=by, on=row, changes=changes, reason=reason)
    return row
