"""The arithmetic's remarks in sentences; the page and the command use the same ones."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.pools.rules import Note, Remark

SENTENCES: Mapping[Remark, str | Promise] = {
    Remark.LEFT: _("退出的成员留下 %(free)s，由留下的成员按原份额比例承接。"),
    Remark.ENTERED: _("%(name)s 新加入，起始份额 %(share)s。"),
    Remark.FIRST_TABLE: _("没有上一期份额，本期平均分配。"),
    Remark.NO_BUSINESS: _("本期全体成员没有业务，只按原份额和服务评分计算。"),
    Remark.NO_WEIGHT: _("全体成员的计算权重都是零，份额保持不变。"),
    Remark.PROBATION: _("%(name)s 在考察期内，本期业绩和评分不计入。"),
    Remark.FLOOR_LOWERED: _("成员多，下限 %(agreed)s 无法满足，放宽为 %(used)s。"),
    Remark.CAP_RAISED: _("成员少，上限 %(agreed)s 无法满足，放宽为 %(used)s。"),
    Remark.STEP_WIDENED: _("每期变动不超过 %(agreed)s 时份额合计不能满足，放宽为 %(used)s。"),
    Remark.GLIDES_UP: _("%(name)s 的份额 %(from)s 低于下限，逐期升至 %(to)s。"),
    Remark.GLIDES_DOWN: _("%(name)s 的份额 %(from)s 高于上限，逐期降至 %(to)s。"),
}


def sentence(note: Note, names: Mapping[str, str] | None = None) -> str:
    """`names` maps codes to what people call the member."""
    facts = {key: percent(value) for key, value in note.numbers.items()}
    facts["name"] = (names or {}).get(note.code, note.code)
    return str(SENTENCES[note.remark]) % facts


def percent(points: int) -> str:
    """1234 → 12.34%."""
    return f"{Decimal(points) / 100:.2f}%"
