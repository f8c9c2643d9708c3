"""A statement as a workbook: both bordereaux, the net positions, the payments, the answers."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Organisation, User
from apps.billing.models import Statement
from apps.billing.monthly.checking import told
from apps.billing.monthly.selectors import (
    differences_of,
    lines_for,
    members_shown,
    payments_shown,
)
from apps.core.sheets.writing import Column, Kind, Sheet, write_book

# Heading, kind of cell, and what it means; the claim bordereau is there before the first claim.
CLAIM_COLUMNS: tuple[tuple[Promise, Kind, Promise], ...] = (
    (gettext_lazy("赔案号"), "text", gettext_lazy("平台给出的赔案编号")),
    (gettext_lazy("保单号"), "text", gettext_lazy("出险的保单")),
    (gettext_lazy("被保险人"), "text", gettext_lazy("保单上的企业名称")),
    (gettext_lazy("出险日期"), "date", gettext_lazy("事故发生日，按此日适用条款和份额")),
    (gettext_lazy("报案日期"), "date", gettext_lazy("第一次报案的日期")),
    (gettext_lazy("伤亡人数"), "integer", gettext_lazy("死亡、伤残和第三者人数合计")),
    (gettext_lazy("未决估计（元）"), "money", gettext_lazy("月末尚未赔付的估计金额")),
    (gettext_lazy("本月赔付（元）"), "money", gettext_lazy("本月实际支付，追偿收回记负数")),
    (gettext_lazy("累计赔付（元）"), "money", gettext_lazy("自报案起的实际支付")),
    (gettext_lazy("服务机构"), "text", gettext_lazy("垫付赔款的承保机构，月末向各成员分摊")),
)


def write_statement(target: IO[bytes], row: Statement, user: User) -> None:
    """What the reader may see of it, in five sheets."""
    members = members_shown(row)
    insurers = [one.insurer for one in members]
    claim_columns = [Column(str(name), kind, 18) for name, kind, _meaning in CLAIM_COLUMNS]
    write_book(
        target,
        [
            Sheet(_("成员净额"), _net_columns(), list(_net_rows(members))),
            Sheet(
                _("清算建议"),
                [Column(_("付款方"), width=34), Column(_("收款方"), width=34), _money(_("金额"))],
                [(one["payer"], one["payee"], one["amount"]) for one in payments_shown(row)],
            ),
            Sheet(_("保费明细"), _line_columns(insurers), _line_rows(row, user, insurers)),
            Sheet(_("赔款明细"), claim_columns, []),
            Sheet(_("差异"), _difference_columns(), _difference_rows(row)),
        ],
    )


def _money(title: str) -> Column:
    return Column(title, "money", 16)


def _net_columns() -> list[Column]:
    amounts = (_("应收份额"), _("实收份额"), _("本机构实收"), _("轧差净额"))
    answers = [Column(_("确认人")), Column(_("确认时间"), "date")]
    return [Column(_("承保机构"), width=34), *map(_money, amounts), *answers]


def _net_rows(members: list[Any]) -> Iterator[tuple[Any, ...]]:
    for one in members:
        given = one.confirmation
        answer = (given.confirmed_by_name, given.confirmed_at) if given else ("", None)
        yield (one.insurer.name, one.due, one.own, one.held, one.net, *answer)


def _line_columns(insurers: list[Organisation]) -> list[Column]:
    return [
        Column(_("行号"), "integer", 8),
        Column(_("保单号"), width=24),
        Column(_("被保险人"), width=34),
        Column(_("起保日"), "date", 12),
        Column(_("终保次日"), "date", 12),
        Column(_("出单机构"), width=24),
        _money(_("应收保费")),
        _money(_("实收保费")),
        *(_money(one.short_name or one.name) for one in insurers),
        Column(_("更正"), width=12),
        Column(_("数据问题"), width=60),
    ]


def _line_rows(
    row: Statement, user: User, insurers: list[Organisation]
) -> Iterator[tuple[Any, ...]]:
    for line in lines_for(user, row).order_by("line").iterator(2_000):
        faults = "；".join(f"{field}：{text}" for field, text in told(line.faults))
        yield (
            line.line,
            line.number,
            line.insured,
            line.cover_from,
            line.cover_to,
            line.seller.short_name or line.seller.name,
            line.due,
            line.received,
            *(line.own_of(one.pk) for one in insurers),
            _("上期更正") if line.corrects_id else "",
            faults,
        )


def _difference_columns() -> list[Column]:
    names = (_("差异原因"), _("说明"), _("处理结果"), _("答复"))
    amounts = [_money(_("主张份额")), _money(_("更正金额"))]
    heads = [Column(_("行号"), "integer", 8), Column(_("承保机构"), width=34)]
    return [*heads, *(Column(name, width=24) for name in names), *amounts]


def _difference_rows(row: Statement) -> Iterator[tuple[Any, ...]]:
    for one in differences_of(row):
        answer = getattr(one, "settlement", None)
        told_of = (answer.get_verdict_display(), answer.text) if answer else (_("尚未答复"), "")
        amounts = (one.claimed, answer.correction if answer else None)
        yield (
            one.line.line,
            one.insurer.name,
            one.get_reason_display(),
            one.text,
            *told_of,
            *amounts,
        )
