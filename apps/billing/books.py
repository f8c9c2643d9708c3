"""The books, checked as a whole: what must hold of all money at any moment, in set-based SQL.

Every check names the rows it looked at and the keys of those at fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.billing.actors import BOOKS
from apps.billing.sealing import DIGEST
from apps.core import context
from apps.core.audit import GENESIS
from apps.reference.codes import ParameterCode

SHOWN = 20

# What several checks read; Postgres works out only those that a check names.
VIEWS = f"""
with money as (
    select e.policy_id, e.insurer_id,
        coalesce(sum(p.amount) filter (where p.account = 'receivable'
            and e.kind = 'premium_due'), 0) due,
        coalesce(sum(p.amount) filter (where p.account = 'receivable'), 0) outstanding,
        -coalesce(sum(p.amount) filter (where p.account = 'receivable'
            and e.kind = 'write_off'), 0) written_off,
        -coalesce(sum(p.amount) filter (where p.account in ('receivable', 'overpaid')
            and e.kind = 'premium_returned'), 0) returned,
        coalesce(sum(p.amount) filter (where p.account = 'cash'), 0) cash,
        -coalesce(sum(p.amount) filter (where p.account = 'overpaid'), 0) overpaid,
        -coalesce(sum(p.amount) filter (where p.account = 'due_to_insurer'), 0) due_to_insurers,
        -coalesce(sum(p.amount) filter (where p.account = 'prevention_fund'), 0) fund
    from billing_posting p join billing_entry e on e.id = p.entry_id group by 1, 2
), rates as (
    select k.code, r.value::numeric rate, r.valid_from, coalesce(r.valid_to, 'infinity') valid_to
    from reference_parameter r join reference_parameterkey k on k.id = r.key_id
    where k.code in ('{ParameterCode.PREVENTION_FLOOR_RATE}',
        '{ParameterCode.PREVENTION_CEILING_RATE}')
), bounds as (
    select e.policy_id, e.insurer_id, sum(p.amount) received,
        sum(p.amount * f.rate) floor, sum(p.amount * c.rate) ceiling,
        bool_and(c.rate is not null) bounded, bool_and(f.rate is not null) founded
    from billing_posting p join billing_entry e on e.id = p.entry_id
    left join rates f on f.code = '{ParameterCode.PREVENTION_FLOOR_RATE}'
        and f.valid_from <= e.day and e.day < f.valid_to
    left join rates c on c.code = '{ParameterCode.PREVENTION_CEILING_RATE}'
        and c.valid_from <= e.day and e.day < c.valid_to
    where p.account in ('cash', 'overpaid') group by 1, 2
), totals as (
    select p.insurer_id, e.day, p.account,
        case when p.owner_id = e.enterprise_id then null else p.owner_id end owner_id,
        p.district_id, coalesce(sum(p.amount) filter (where p.amount > 0), 0) debit,
        -coalesce(sum(p.amount) filter (where p.amount < 0), 0) credit
    from billing_posting p join billing_entry e on e.id = p.entry_id
    where exists (select 1 from billing_entryseal s where s.entry_id = e.id)
    group by 1, 2, 3, 4, 5
), chain as (
    select s.*, lag(s.link, 1, '{GENESIS}') over days before, row_number() over days place,
        {DIGEST} again, e.id is null gone
    from billing_entryseal s left join billing_entry e on e.id = s.entry_id
    window days as (partition by s.day order by s.sequence)
)
"""  # noqa: S608  constants of the code


@dataclass(frozen=True)
class Check:
    """`wrong` selects the keys at fault; `looked_at` says over how many rows."""

    name: Promise
    looked_at: str
    wrong: str


@dataclass(frozen=True)
class Finding:
    name: str
    looked_at: int
    wrong: int
    keys: list[str]


CHECKS = (
    Check(
        _("每笔分录借贷相等，至少两行"),
        "select count(*) from billing_entry",
        "select e.public_id from billing_entry e left join (select entry_id, sum(amount) total,"
        " count(*) lines from billing_posting group by 1) p on p.entry_id = e.id"
        " where coalesce(lines, 0) < 2 or total <> 0",
    ),
    Check(
        _("科目日汇总等于分录明细"),
        "select count(*) from billing_daytotal",
        "select coalesce(a.day, b.day) || ' ' || coalesce(a.account, b.account)"
        " from billing_daytotal a full join totals b on a.insurer_id = b.insurer_id"
        " and a.day = b.day and a.account = b.account and a.district_id = b.district_id"
        " and coalesce(a.owner_id, 0) = coalesce(b.owner_id, 0)"
        " where (a.debit, a.credit) is distinct from (b.debit, b.credit)",
    ),
    Check(
        _("应收保费＝实收＋未收＋核销＋减退"),
        "select count(distinct policy_id) from billing_entry",
        "select y.number from money m join policies_policy y on y.id = m.policy_id"
        " left join (select policy_id, sum(charged) charged from policies_policytransaction"
        " where number > 1 group by 1) c on c.policy_id = y.id"
        " where m.due - m.returned <> y.premium + coalesce(c.charged, 0)"
        " or m.outstanding < 0 or m.overpaid < 0"
        " or m.due <> m.cash - m.overpaid + m.outstanding + m.written_off + m.returned"
        " or m.due_to_insurers <> m.due - m.written_off - m.returned",
    ),
    Check(
        _("到账记录等于现金分录"),
        "select count(*) from billing_receipt",
        "select r.public_id from billing_receipt r left join billing_posting p"
        " on p.entry_id = r.entry_id and p.account = 'cash' and p.owner_id = r.insurer_id"
        " where p.amount is distinct from r.amount",
    ),
    Check(
        _("退费和核销记录等于分录"),
        "select (select count(*) from billing_refund) + (select count(*) from billing_writeoff)",
        "select r.public_id from billing_refund r left join billing_posting p"
        " on p.entry_id = r.entry_id and p.account = 'cash' and p.owner_id = r.insurer_id"
        " where p.amount is distinct from -r.amount union all"
        " select w.public_id from billing_writeoff w left join billing_posting p"
        " on p.entry_id = w.entry_id and p.account = 'receivable'"
        " where w.state = 'posted' and p.amount is distinct from -w.amount",
    ),
    Check(
        _("每份保单的份额合计100%"),
        "select count(*) from policies_policy",
        "select y.number from policies_policy y left join (select policy_id, sum(basis_points)"
        " points from policies_policyshare group by 1) s on s.policy_id = y.id"
        " where points is distinct from 10000",
    ),
    Check(
        _("每张份额表合计100%"),
        "select count(*) from pools_sharetable",
        "select o.name || ' ' || t.valid_from from pools_sharetable t join pools_pool o"
        " on o.id = t.pool_id left join (select table_id, sum(basis_points) points"
        " from pools_shareline group by 1) s on s.table_id = t.id"
        " where points is distinct from 10000",
    ),
    Check(
        _("每份保单计提的预防资金不低于下限，也不高于上限"),
        "select count(distinct policy_id) from billing_entry where kind = 'premium_received'",
        "select y.number from bounds r join money m using (policy_id, insurer_id)"
        " join policies_policy y on y.id = r.policy_id where not founded or m.fund < r.floor"
        " or (bounded and m.fund > greatest(floor(r.ceiling * 100), ceil(r.floor * 100)) / 100)",
    ),
    Check(
        _("每家承保机构计提的预防资金不低于下限，也不高于上限"),
        "select count(distinct insurer_id) from billing_entry where kind = 'premium_received'",
        "select o.name from (select insurer_id, sum(floor) floor, sum(ceiling) ceiling,"
        " bool_and(bounded) bounded, count(*) n from bounds group by 1) r join (select"
        " insurer_id, sum(fund) fund from money group by 1) m using (insurer_id)"
        " join accounts_organisation o on o.id = insurer_id where m.fund < r.floor"
        # A fen more for each policy: a floor is rounded up for every one of them.
        " or (bounded and m.fund > r.ceiling + r.n * 0.01)",
    ),
    Check(
        _("结账后的月份没有再记账"),
        "select count(*) from billing_closedmonth",
        "select e.public_id from billing_entry e join billing_closedmonth c"
        " on c.insurer_id = e.insurer_id and e.day < c.month + interval '1 month'"
        " where e.entered_at > c.closed_at",
    ),
    Check(
        _("账簿链没有断"),
        "select count(*) from billing_entryseal",
        """
        select day || ' #' || sequence from chain where gone or previous <> before
            or sequence <> place or digest <> again
            or link <> encode(sha256(convert_to(previous || digest, 'UTF8')), 'hex')
        """,
    ),
    Check(
        _("每笔分录当天内封存"),
        "select count(*) from billing_entry",
        "select e.public_id from billing_entry e where not exists (select 1 from"
        " billing_entryseal s where s.entry_id = e.id)"
        " and e.entered_at < now() - interval '1 day'",
    ),
    Check(
        _("结算单明细加总相符，成员净额合计为零"),
        "select count(*) from billing_statement",
        """
        select t.number from billing_statement t
        left join (select statement_id, sum(due) due, sum(own) own, sum(held) held, sum(net) net
            from billing_statementmember group by 1) m on m.statement_id = t.id
        left join (select statement_id, count(*) filter (where corrects_id is null) n,
            sum(due) due, sum(received) received
            from billing_statementline group by 1) l on l.statement_id = t.id
        where coalesce(m.net, 0) <> 0 or coalesce(m.own, 0) <> t.received
            or coalesce(m.held, 0) <> t.received or coalesce(m.due, 0) <> t.due
            or coalesce(l.n, 0) <> t.policies or coalesce(l.due, 0) <> t.due
            or coalesce(l.received, 0) <> t.received
        """,
    ),
    Check(
        _("结算单各成员实收份额等于明细"),
        "select count(*) from billing_statementmember",
        """
        select t.number || ' ' || o.name from billing_statementmember m
        join billing_statement t on t.id = m.statement_id
        join accounts_organisation o on o.id = m.insurer_id
        left join (select statement_id, part.key::bigint insurer_id, sum(part.value::numeric) own
            from billing_statementline, jsonb_each_text(shares) part group by 1, 2) l
            using (statement_id, insurer_id)
        where coalesce(l.own, 0) <> m.own
        """,
    ),
    Check(
        _("结算单等于账簿"),
        "select count(*) from billing_statement",
        """
        select t.number from billing_statement t left join (
            select y.pool_id, date_trunc('month', e.day)::date as month,
                -coalesce(sum(p.amount) filter (where p.account = 'due_to_insurer'), 0) due,
                coalesce(sum(p.amount) filter (where p.account in ('cash', 'overpaid')), 0) received
            from billing_posting p join billing_entry e on e.id = p.entry_id
            join policies_policy y on y.id = e.policy_id group by 1, 2
        ) l using (pool_id, month)
        where (coalesce(l.due, 0), coalesce(l.received, 0)) <> (t.due, t.received)
        """,
    ),
    Check(
        _("每份保单的手续费不超过上限"),
        "select count(*) from billing_introducedpolicy",
        f"""
        select y.number from (
            select e.policy_id, sum(p.amount) cost from billing_posting p
            join billing_entry e on e.id = p.entry_id
            where p.account = 'commission_cost' group by 1
        ) c join policies_policy y on y.id = c.policy_id left join (
            select e.policy_id, sum(p.amount * r.value::numeric) most from billing_posting p
            join billing_entry e on e.id = p.entry_id
            join reference_parameter r on r.valid_from <= e.day
                and e.day < coalesce(r.valid_to, 'infinity')
            join reference_parameterkey k on k.id = r.key_id
                and k.code = '{ParameterCode.COMMISSION_CEILING_RATE}'
            where p.account in ('cash', 'overpaid') group by 1
        ) r on r.policy_id = c.policy_id where c.cost > coalesce(r.most, 0)
        """,  # noqa: S608  a constant of the code
    ),
    Check(
        _("成立的差异都更正在其后的结算单里"),
        "select count(*) from billing_settlement where correction <> 0",
        """
        select d.public_id from billing_settlement s
        join billing_difference d on d.id = s.difference_id
        join billing_statement t on t.id = s.statement_id
        left join billing_statementline l on l.corrects_id = d.id
        where s.correction <> 0 and (
            (l.shares ->> d.insurer_id::text)::numeric <> s.correction
            or (l.id is null and exists (select 1 from billing_statement later
                where later.pool_id = s.pool_id and later.month > t.month
                    and later.frozen_at > s.settled_at + interval '5 minutes')))
        """,
    ),
)


def check_books() -> list[Finding]:
    """Each check is one statement, so that it judges one state of the books."""
    with context.entering(BOOKS.context), transaction.atomic(), connection.cursor() as cursor:
        return list(_findings(cursor))


def _findings(cursor: Any) -> Iterator[Finding]:
    for check in CHECKS:
        cursor.execute(check.looked_at)
        (looked_at,) = cursor.fetchone()
        wrong_keys = f"select key, count(*) over () from ({check.wrong}) found(key) limit {SHOWN}"  # noqa: S608
        cursor.execute(VIEWS + wrong_keys)
        found = cursor.fetchall()
        wrong = found[0][1] if found else 0
        yield Finding(str(check.name), looked_at, wrong, [str(key) for key, _count in found])


def failures() -> list[Finding]:
    return [finding for finding in check_books() if finding.wrong]
