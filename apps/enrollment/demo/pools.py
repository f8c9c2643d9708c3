"""Five pools of four to six insurers, by the services that any bureau would use."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import context
from apps.core.money import split_fen
from apps.core.sheets.reading import Row
from apps.enterprises.demo.draws import stream
from apps.enterprises.demo.institutions import serving
from apps.enterprises.demo.loading import CITY
from apps.enterprises.demo.telling import Cast
from apps.enterprises.models import Site
from apps.pools.models import WHOLE, Agreement, Pool
from apps.pools.rules.periods import last_finished
from apps.pools.services import (
    conclude_agreement,
    found_pool,
    import_scores,
    join_pool,
    set_shares,
)
from apps.reference.models import District

SINCE = date(2018, 3, 1)
AGREEMENT = "共保协议（示范数据）"


def found_pools(seed: int, cast: Cast, today: date) -> dict[int, Pool]:
    """By district; the first shares follow how much business each insurer has there."""
    with context.entering(CITY):
        insurers = list(Organisation.objects.filter(kind=Kind.INSURER).order_by("pk"))
        districts = list(District.objects.all())
    urns = serving(seed, districts, insurers)
    pools = {district.pk: _pool(district, urns[district.pk].things, cast) for district in districts}
    broker = cast.first("broker_admin")
    with context.entering(broker.context):
        for pool in pools.values():
            _agree(pool, seed, today, broker)
    return pools


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


def _agree(pool: Pool, seed: int, today: date, broker: User) -> None:
    """The agreement of the term, and the scores of the quarter that ended last."""
    agreement = conclude_agreement(
        agreement=Agreement(
            pool=pool,
            number=f"{pool.district.short_name}共保〔{today.year - 1}〕1号",
            valid_from=date(today.year - 1, 1, 1),
            valid_to=date(today.year + 2, 1, 1),
            source=AGREEMENT,
        ),
        by=broker,
    )
    window = last_finished(agreement.valid_from, agreement.period_months, today)
    if window is None:
        return
    rng = stream(seed, "scores", pool.pk)
    names = [member.insurer.name for member in pool.members.select_related("insurer")]
    lines = [
        Row(number, [name, f"{rng.randrange(6800, 9600) / 100:.2f}", ""])
        for number, name in enumerate(sorted(names), start=2)
    ]
    import_scores(
        pool=pool,
        valid_from=window[0],
        valid_to=window[1],
        rows=[Row(1, ["承保机构", "评分", "备注"]), *lines],
        file_name=f"{pool.district.short_name}服务评分（示范数据）.xlsx",
        file_hash="",
        by=broker,
    )


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
