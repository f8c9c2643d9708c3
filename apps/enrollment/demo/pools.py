"""Five pools of four to six insurers, by the services that any bureau would use."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.core import context
from apps.core.money import split_fen
from apps.enterprises.demo.institutions import serving
from apps.enterprises.demo.loading import CITY
from apps.enterprises.demo.telling import Cast
from apps.enterprises.models import Site
from apps.pools.models import WHOLE, Pool
from apps.pools.services import found_pool, join_pool, set_shares
from apps.reference.models import District

SINCE = date(2018, 3, 1)
AGREEMENT = "共保协议（示范数据）"


def found_pools(seed: int, cast: Cast) -> dict[int, Pool]:
    """By district; the first shares follow how much business each insurer has there."""
    with context.entering(CITY):
        insurers = list(Organisation.objects.filter(kind=Kind.INSURER).order_by("pk"))
        districts = list(District.objects.all())
    urns = serving(seed, districts, insurers)
    return {district.pk: _pool(district, urns[district.pk].things, cast) for district in districts}


def _pool(district: District, members: list[Organisation], cast: Cast) -> Pool:
    officer, broker = cast.bureaus[district.pk], cast.first("broker_admin")
    with context.entering(officer.context):
        pool = found_pool(district=district, name=f"{district.name}共保体", by=officer)
    with context.entering(broker.context):
        for insurer in members:
            join_pool(pool=pool, insurer=insurer, valid_from=SINCE, source=AGREEMENT, by=broker)
        set_shares(
            pool=pool,
            shares=_shares(members, _business(district)),
            valid_from=SINCE,
            source=AGREEMENT,
            by=broker,
        )
    return pool


def _business(district: District) -> Mapping[int, int]:
    """Sites by insurer."""
    sites = Site.objects.filter(district=district).exclude(insurer=None)
    counted = sites.values_list("insurer").annotate(count=Count("pk"))
    return dict(counted.values_list("insurer", "count"))


def _shares(members: list[Organisation], business: Mapping[int, int]) -> dict[Organisation, int]:
    weights = {str(one.pk): 1 + business.get(one.pk, 0) for one in members}
    parts = split_fen(WHOLE, weights, key="demo")
    # A city of a few sites must not leave a member without any share.
    if min(parts.values()) <= 0:
        parts = split_fen(WHOLE, dict.fromkeys(weights, 1), key="demo")
    return {one: parts[str(one.pk)] for one in members}
