"""Who joins a pool, and which shares hold from which day."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.kinds import GOVERNMENT, Kind
from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.pools.errors import PoolRefused
from apps.pools.models import WHOLE, Member, Pool, ShareLine, ShareTable
from apps.reference.models import District


@transaction.atomic
def found_pool(*, district: District, name: str, by: User) -> Pool:
    pool = Pool.objects.create(district=district, name=name)
    audit.record("pool.founded", by=by, on=pool)
    return pool


@transaction.atomic
def join_pool(
    *, pool: Pool, insurer: Organisation, valid_from: date, source: str, by: User
) -> Member:
    if refusal := refusal_to_touch(by):
        raise PoolRefused(refusal)
    if insurer.kind != Kind.INSURER:
        raise PoolRefused(_("只有承保机构可以加入共保体。"), field="insurer")
    member = Member.objects.create(
        pool=pool, district=pool.district, insurer=insurer, valid_from=valid_from, source=source
    )
    audit.record(
        "pool.joined", by=by, on=pool, changes={"insurer": insurer.name, "from": valid_from}
    )
    return member


@transaction.atomic
def set_shares(
    *, pool: Pool, shares: Mapping[Organisation, int], valid_from: date, source: str, by: User
) -> ShareTable:
    """Let these shares, in basis points, hold from a day on; the table before ends there.

    Policies sold earlier keep the vector they were sold with.
    """
    if refusal := refusal_to_touch(by) or refusal_to_set_shares(pool, shares, valid_from):
        raise PoolRefused(refusal, field="shares")
    before = ShareTable.objects.select_for_update().filter(pool=pool, valid_to=None)
    before.update(valid_to=valid_from)
    table = ShareTable.objects.create(
        pool=pool, district=pool.district, valid_from=valid_from, source=source
    )
    ShareLine.objects.bulk_create(
        ShareLine(table=table, insurer=insurer, basis_points=points)
        for insurer, points in shares.items()
    )
    audit.record(
        "pool.shares_set",
        by=by,
        on=pool,
        changes={insurer.name: points for insurer, points in shares.items()},
        reason=source,
    )
    return table


def refusal_to_touch(by: User) -> str:
    """Departments watch; since 2025 they take no part in dividing shares."""
    if by.organisation.kind in GOVERNMENT:
        return _(
            "共保成员和份额由共保协议各方确定，政府部门只能查看（应急〔2025〕27号第三十九条）。"
        )
    return ""


def refusal_to_set_shares(pool: Pool, shares: Mapping[Organisation, int], valid_from: date) -> str:
    """Say why these shares cannot hold from that day, or "" when they can."""
    total = sum(shares.values())
    if total != WHOLE:
        return _("份额合计为 %(total)s，应为万分之 10000。") % {"total": total}
    members = set(
        Member.objects.filter(pool=pool).on(valid_from).values_list("insurer_id", flat=True)
    )
    if {insurer.pk for insurer in shares} != members:
        return _("份额表应列出当日的全部成员，一个不多，一个不少。")
    newest = ShareTable.objects.filter(pool=pool).order_by("-valid_from").first()
    if newest and newest.valid_from >= valid_from:
        return _("已有自 %(day)s 起的份额表；新表须自更晚的一天起。") % {"day": newest.valid_from}
    return ""
