"""What others ask of a pool: who may be chosen, and who carries which share."""

from datetime import date
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.core.errors import DomainError
from apps.pools.models import Member, Pool, ShareTable
from apps.reference.models import District


class NoPool(DomainError):
    code = "no_pool"


def pool_of(district: District) -> Pool:
    """The pool of a district; a district without one is refused with a sentence."""
    pool = Pool.objects.filter(district=district).first()
    if pool is None:
        raise NoPool(
            _("%(district)s尚未建立共保体，请联系区应急管理局。") % {"district": district.name}
        )
    return pool


def choosable_insurers(pool: Pool, day: date, *, seed: str) -> list[Organisation]:
    """The members of that day in an order drawn for this seed: no insurer stands first by right."""
    members = Member.objects.filter(pool=pool, insurer__is_active=True).on(day)
    insurers = sorted(
        (member.insurer for member in members.select_related("insurer")), key=lambda i: i.pk
    )
    Random(seed).shuffle(insurers)  # noqa: S311  neutral, repeatable, no secret
    return insurers


def share_vector(pool: Pool, day: date) -> dict[int, int]:
    """Insurer → basis points on that day, summing to 10 000."""
    table = ShareTable.objects.filter(pool=pool).on(day).first()
    if table is None:
        raise NoPool(_("%(pool)s在 %(day)s 没有份额表。") % {"pool": pool.name, "day": day})
    return dict(table.lines.values_list("insurer_id", "basis_points"))


def members_of(pool: Pool, day: date) -> list[Member]:
    members = Member.objects.filter(pool=pool).on(day).select_related("insurer")
    return list(members.order_by("insurer__name"))


def pools_with_members(user: User, day: date) -> list[tuple[Pool, list[Member]]]:
    """Every pool the person sees, with the members of that day; two queries."""
    pools = list(Pool.objects.visible_to(user).select_related("district"))
    members = Member.objects.visible_to(user).on(day).select_related("insurer")
    by_pool: dict[int, list[Member]] = {pool.pk: [] for pool in pools}
    for member in members.order_by("insurer__name"):
        by_pool[member.pool_id].append(member)
    return [(pool, by_pool[pool.pk]) for pool in pools]


def pools_with_shares(user: User, day: date) -> list[dict[str, Any]]:
    """For the API: members by public id, and the shares of that day where they may be seen."""
    tables = ShareTable.objects.visible_to(user).on(day).prefetch_related("lines__insurer")
    shares = {
        table.pool_id: [
            {"insurer": line.insurer.public_id, "basis_points": line.basis_points}
            for line in table.lines.all()
        ]
        for table in tables
    }
    return [
        {
            "public_id": pool.public_id,
            "name": pool.name,
            "district": pool.district,
            "members": [member.insurer.public_id for member in members],
            "shares": shares.get(pool.pk, []),
        }
        for pool, members in pools_with_members(user, day)
    ]


def share_tables(pool: Pool, user: User) -> list[ShareTable]:
    """The newest first; members see those of their own pools, enterprises none."""
    tables = ShareTable.objects.visible_to(user).filter(pool=pool)
    return list(tables.prefetch_related("lines__insurer")[:12])
