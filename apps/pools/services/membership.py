"""Coming in, leaving, merging. Each takes effect with a table of shares of its own day."""

from datetime import date
from decimal import Decimal
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.pools.errors import PoolRefused
from apps.pools.models import Admission, Agreement, Member, Pool, ShareTable, Succession
from apps.pools.rules.structure import structural_step
from apps.pools.rules.terms import Member as Standing
from apps.pools.services.shares import join_pool, set_shares
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on, integer_on


class Credentials(TypedDict):
    """What an insurer brings to the door; foreign and Hong Kong ones the same."""

    origin: str
    licence: str
    licence_to: date | None
    solvency_on: date
    solvency_comprehensive: Decimal
    solvency_core: Decimal
    violation_on: date | None
    outlet: str
    service_team: int


@transaction.atomic
def admit(
    *,
    pool: Pool,
    insurer: Organisation,
    credentials: Credentials,
    valid_from: date,
    today: date,
    source: str,
    by: User,
) -> Member:
    """Let an insurer in that meets the conditions; it starts with the agreed entry share."""
    field, refusal = refusal_to_admit(pool, insurer, credentials, valid_from, today)
    if refusal:
        raise PoolRefused(refusal, field=field)
    agreement = _agreement(pool, valid_from)
    member = join_pool(pool=pool, insurer=insurer, valid_from=valid_from, source=source, by=by)
    Admission.objects.create(
        member=member,
        pool=pool,
        district=pool.district,
        admitted_by=by.actor_key,
        admitted_by_name=by.actor_name,
        **credentials,
    )
    old = _shares_on(pool, valid_from)
    standing = [Standing(str(key), share) for key, share in old.items()]
    standing.append(Standing(str(insurer.pk), None))
    _restructure(pool, standing, valid_from, source, by, agreement=agreement)
    return member


def refusal_to_admit(
    pool: Pool, insurer: Organisation, given: Credentials, valid_from: date, today: date
) -> tuple[str, str]:
    """The field at fault and why, or two empty strings."""
    if valid_from <= today:
        return "valid_from", _("加入日期最早为明天：份额不能追溯。")
    if Member.objects.filter(pool=pool, insurer=insurer).on(valid_from).exists():
        return "insurer", _("%(name)s 已经是成员。") % {"name": insurer.name}
    if not given["licence"].strip():
        return "licence", _("没有经营保险业务许可证，不能加入。")
    if given["licence_to"] and given["licence_to"] < valid_from:
        return "licence_to", _("许可证在加入之日已经过期。")
    if not given["outlet"].strip():
        return "outlet", _("在本地没有营业机构，不能加入；请填写机构名称和地址。")
    if given["service_team"] < 1:
        return "service_team", _("没有预防服务队伍，不能加入。")
    return _solvency(given, valid_from)


def _solvency(given: Credentials, day: date) -> tuple[str, str]:
    for field, code, name in (
        (
            "solvency_comprehensive",
            ParameterCode.INSURER_SOLVENCY_COMPREHENSIVE,
            _("综合偿付能力充足率"),
        ),
        ("solvency_core", ParameterCode.INSURER_SOLVENCY_CORE, _("核心偿付能力充足率")),
    ):
        least = 100 * decimal_on(code, day)
        if given[field] < least:  # type: ignore[literal-required]
            facts = {"name": name, "least": f"{least.normalize():f}"}
            return field, _("%(name)s低于 %(least)s%%，不能加入。") % facts
    years = integer_on(ParameterCode.INSURER_CLEAN_YEARS, day)
    if (last := given["violation_on"]) and last.replace(year=last.year + years) > day:
        text = _("最近 %(years)s 年内有重大违法违规，不能加入。")
        return "violation_on", text % {"years": years}
    return "", ""


@transaction.atomic
def leave_pool(
    *,
    pool: Pool,
    insurer: Organisation,
    valid_from: date,
    today: date,
    source: str,
    by: User,
    runs_off: Organisation | None = None,
) -> ShareTable:
    """End a membership; the others take over its share, and `runs_off` what it sold.

    Policies sold earlier keep their vector: the leaver answers for its share of them to their end.
    """
    _end(pool, insurer, valid_from, today)
    if runs_off is not None:
        _succeed(pool, insurer, runs_off, valid_from, source, by)
    rest = _shares_on(pool, valid_from)
    rest.pop(insurer.pk, None)
    if not rest:
        raise PoolRefused(_("最后一家成员不能退出；请先接纳新的成员。"))
    standing = [Standing(str(key), points) for key, points in rest.items()]
    facts = {"insurer": insurer.name, "from": valid_from}
    audit.record("pool.left", by=by, on=pool, changes=facts, reason=source)
    return _restructure(pool, standing, valid_from, source, by)


@transaction.atomic
def merge_member(
    *,
    pool: Pool,
    absorbed: Organisation,
    successor: Organisation,
    valid_from: date,
    today: date,
    source: str,
    by: User,
) -> ShareTable:
    """One insurer merges into another, which takes over its share, its run-off and its results."""
    if absorbed == successor:
        raise PoolRefused(_("合并的两方不能是同一机构。"), field="successor")
    _end(pool, absorbed, valid_from, today)
    if not Member.objects.filter(pool=pool, insurer=successor).on(valid_from).exists():
        join_pool(pool=pool, insurer=successor, valid_from=valid_from, source=source, by=by)
    _succeed(pool, absorbed, successor, valid_from, source, by, is_merger=True)
    shares = _shares_on(pool, valid_from)
    shares[successor.pk] = shares.get(successor.pk, 0) + shares.pop(absorbed.pk)
    insurers = Organisation.objects.in_bulk(list(shares))
    return set_shares(
        pool=pool,
        shares={insurers[key]: points for key, points in shares.items()},
        valid_from=valid_from,
        source=source,
        by=by,
    )


def _end(pool: Pool, insurer: Organisation, day: date, today: date) -> None:
    if day <= today:
        raise PoolRefused(_("退出日期最早为明天：份额不能追溯。"), field="valid_from")
    ended = Member.objects.filter(pool=pool, insurer=insurer, valid_from__lt=day).on(day)
    if not ended.update(valid_to=day):
        raise PoolRefused(_("%(name)s 在这一天不是成员。") % {"name": insurer.name})


def _succeed(
    pool: Pool,
    predecessor: Organisation,
    successor: Organisation,
    day: date,
    source: str,
    by: User,
    *,
    is_merger: bool = False,
) -> None:
    Succession.objects.create(
        pool=pool,
        district=pool.district,
        predecessor=predecessor,
        successor=successor,
        valid_from=day,
        is_merger=is_merger,
        source=source,
    )
    facts = {"insurer": predecessor.name, "successor": successor.name, "from": day}
    audit.record("pool.succeeded", by=by, on=pool, changes=facts, reason=source)


def _agreement(pool: Pool, day: date) -> Agreement:
    found = Agreement.objects.filter(pool=pool).on(day).first()
    if found is None:
        raise PoolRefused(_("这一天没有生效的共保协议，不能接纳成员。"), field="valid_from")
    return found


def _shares_on(pool: Pool, day: date) -> dict[int, int]:
    table = ShareTable.objects.filter(pool=pool).on(day).first()
    if table is None:
        return {}
    return dict(table.lines.values_list("insurer_id", "basis_points"))


def _restructure(
    pool: Pool,
    standing: list[Standing],
    day: date,
    source: str,
    by: User,
    *,
    agreement: Agreement | None = None,
) -> ShareTable:
    agreement = agreement or Agreement.objects.filter(pool=pool).on(day).first()
    terms = agreement.terms if agreement else Agreement().terms
    shares, _notes = structural_step(standing, terms)
    insurers = Organisation.objects.in_bulk([int(code) for code in shares])
    return set_shares(
        pool=pool,
        shares={insurers[int(code)]: points for code, points in shares.items() if points},
        valid_from=day,
        source=source,
        by=by,
    )
