"""Shares sum to the whole, one table per pool and day, seen by those it concerns."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent
from apps.pools.models import Member, ShareLine, ShareTable
from apps.pools.selectors import NoPool, choosable_insurers, share_vector
from apps.pools.services import PoolRefused, found_pool, join_pool, set_shares
from apps.reference.models import District
from tests.factories import OrganisationFactory, UserFactory, organisation, person

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def keeper():
    return person(Kind.BROKER, "broker_admin")


@pytest.fixture
def pool(keeper):
    return found_pool(
        district=District.objects.get(short_name="南海"), name="南海共保体", by=keeper
    )


@pytest.fixture
def members(pool, keeper):
    insurers = [organisation(Kind.INSURER) for _ in range(3)]
    for insurer in insurers:
        join_pool(pool=pool, insurer=insurer, valid_from=MARCH, source="承保合约", by=keeper)
    return insurers


def give(pool, members, *points, by, valid_from=MARCH):
    shares = dict(zip(members, points, strict=True))
    return set_shares(pool=pool, shares=shares, valid_from=valid_from, source="协议", by=by)


def test_a_table_holds_from_its_day_and_ends_the_one_before(pool, members, keeper):
    give(pool, members, 5000, 3000, 2000, by=keeper)
    give(pool, members, 4000, 3500, 2500, by=keeper, valid_from=JUNE)

    first, second, third = (member.pk for member in members)
    assert share_vector(pool, date(2026, 5, 31)) == {first: 5000, second: 3000, third: 2000}
    assert share_vector(pool, JUNE) == {first: 4000, second: 3500, third: 2500}
    with pytest.raises(NoPool, match="2026-02-28"):
        share_vector(pool, date(2026, 2, 28))
    assert AuditEvent.objects.filter(action="pool.shares_set").count() == 2


@pytest.mark.parametrize(
    ("points", "sentence"),
    [((5000, 3000, 1999), "合计为 9999"), ((5000, 3000, 2001), "合计为 10001")],
)
def test_shares_that_are_not_the_whole_are_refused(pool, members, keeper, points, sentence):
    with pytest.raises(PoolRefused, match=sentence):
        give(pool, members, *points, by=keeper)
    assert not ShareTable.objects.exists()


def test_every_member_of_the_day_has_a_share_and_nobody_else(pool, members, keeper):
    with pytest.raises(PoolRefused, match="一个不多"):
        give(pool, [*members[:2], organisation(Kind.INSURER)], 5000, 3000, 2000, by=keeper)


def test_an_earlier_day_cannot_be_rewritten(pool, members, keeper):
    give(pool, members, 5000, 3000, 2000, by=keeper, valid_from=JUNE)
    with pytest.raises(PoolRefused, match="更晚"):
        give(pool, members, 4000, 4000, 2000, by=keeper, valid_from=MARCH)


def test_only_insurers_join(pool, keeper):
    with pytest.raises(PoolRefused, match="只有承保机构"):
        join_pool(pool=pool, insurer=OrganisationFactory(), valid_from=MARCH, source="", by=keeper)


@pytest.mark.parametrize("points", [(9999,), (10000, 1), (5000, 4000)])
def test_the_database_refuses_a_table_that_is_not_the_whole(pool, members, points):
    table = ShareTable.objects.create(pool=pool, district=pool.district, valid_from=MARCH)
    lines = [
        ShareLine(table=table, insurer=insurer, basis_points=share)
        for insurer, share in zip(members, points, strict=False)
    ]
    with pytest.raises(IntegrityError, match="10000"), transaction.atomic():
        ShareLine.objects.bulk_create(lines)


def test_the_database_refuses_to_add_to_a_table_that_is_whole(pool, members, keeper):
    table = give(pool, members, 5000, 3000, 2000, by=keeper)
    late = ShareLine(table=table, insurer=organisation(Kind.INSURER), basis_points=10_000)
    with pytest.raises(IntegrityError, match="10000"), transaction.atomic():
        ShareLine.objects.bulk_create([late])


@pytest.mark.parametrize("statement", ["update {} set basis_points = 1", "delete from {}"])
def test_lines_are_never_edited(pool, members, keeper, acting, statement):
    give(pool, members, 5000, 3000, 2000, by=keeper)
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting(keeper), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format("pools_shareline"))


class TestWhoSees:
    @pytest.mark.parametrize(
        ("kind", "town", "expected"),
        [
            (Kind.CITY_BUREAU, "桂城街道", True),
            (Kind.DISTRICT_BUREAU, "桂城街道", True),
            (Kind.DISTRICT_BUREAU, "荷城街道", False),
            (Kind.BROKER, "桂城街道", True),
            (Kind.ASSOCIATION, "桂城街道", True),
            (Kind.ENTERPRISE, "桂城街道", False),
            (Kind.AGENCY, "桂城街道", False),
        ],
    )
    def test_shares(self, pool, members, keeper, acting, kind, town, expected):
        give(pool, members, 5000, 3000, 2000, by=keeper)
        viewer = person(kind, town=town)
        assert ShareTable.objects.visible_to(viewer).exists() == expected
        with acting(viewer):
            assert (ShareTable.objects.exists(), ShareLine.objects.exists()) == (expected, expected)

    def test_members_see_the_shares_of_their_own_pool_only(self, pool, members, keeper, acting):
        give(pool, members, 5000, 3000, 2000, by=keeper)
        for insurer, expected in ((members[0], 3), (organisation(Kind.INSURER), 0)):
            with acting(person_of(insurer)):
                assert ShareLine.objects.count() == expected

    def test_everyone_knows_the_members(self, pool, members, acting):
        with acting(person(Kind.ENTERPRISE)):
            assert Member.objects.count() == 3

    def test_an_insurer_cannot_write_itself_a_share(self, pool, members, keeper, acting):
        with acting(person_of(members[0])), pytest.raises(ProgrammingError), transaction.atomic():
            ShareTable.objects.create(pool=pool, district=pool.district, valid_from=JUNE)


def person_of(insurer):
    return UserFactory(organisation=insurer)


class TestTheChoice:
    def test_has_no_fixed_first_place_and_repeats_for_the_same_application(self, pool, members):
        orders = {
            tuple(insurer.pk for insurer in choosable_insurers(pool, JUNE, seed=f"app_{n}"))
            for n in range(200)
        }
        firsts = {order[0] for order in orders}
        assert firsts == {member.pk for member in members}
        again = [choosable_insurers(pool, JUNE, seed="app_1") for _ in range(2)]
        assert again[0] == again[1]

    def test_offers_only_members_of_that_day(self, pool, members):
        Member.objects.filter(insurer=members[0]).update(valid_to=JUNE)
        assert members[0] in choosable_insurers(pool, date(2026, 5, 31), seed="s")
        assert members[0] not in choosable_insurers(pool, JUNE, seed="s")
