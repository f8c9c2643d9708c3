"""Who sees a round and what nobody may do to it, with the filter and in raw statements."""

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.accounts.kinds import Kind
from apps.pools import services
from apps.pools.models import (
    Approval,
    ObjectionState,
    RoundState,
    ShareLine,
    ShareRound,
    ShareTable,
)
from tests.factories import person
from tests.pools.conftest import SHARES, TODAY
from tests.pools.test_rounds import APRIL, state_of

WRITES = [
    "insert into pools_sharetable (pool_id, district_id, valid_from, source)"
    " select id, district_id, '2027-01-01', 'x' from pools_pool",
    "update pools_sharetable set valid_to = '2026-06-01'",
    "update pools_shareround set state = 'withdrawn'",
    "update pools_agreement set rounds_on = not rounds_on",
    "update pools_member set valid_to = '2026-06-01'",
    "delete from pools_member",
    "update pools_objection set answer = 'x'",
]


class TestGovernmentSeesAndCannotTouch:
    @pytest.fixture(params=["city_bureau", "district_bureau", "city_finance", "district_finance"])
    def official(self, request):
        return person(request.param)

    def test_it_sees_the_round_and_its_table(self, agreed, official, acting):
        assert ShareRound.objects.visible_to(official).count() == 1
        with acting(official):
            assert ShareRound.objects.get().inputs_hash == agreed.inputs_hash
            assert (ShareLine.objects.count(), Approval.objects.count()) == (3, 3)

    @pytest.mark.parametrize("statement", WRITES)
    def test_raw_statements_change_nothing(self, agreed, official, acting, statement):
        before = ShareTable.objects.count()
        with acting(official), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except ProgrammingError as refused:
                assert "row-level security" in str(refused) or "permission denied" in str(refused)  # noqa: PT017
            else:
                assert cursor.rowcount == 0
        assert ShareTable.objects.count() == before
        assert state_of(agreed) == RoundState.APPROVED

    def test_services_refuse_it(self, shared_pool, insurers, official):
        shares = dict(zip(insurers, SHARES, strict=True))
        with pytest.raises(services.PoolRefused, match="政府部门只能查看"):
            services.set_shares(
                pool=shared_pool, shares=shares, valid_from=APRIL, source="", by=official
            )


class TestWhoSees:
    @pytest.mark.parametrize(
        ("kind", "town", "expected"),
        [
            (Kind.CITY_BUREAU, "桂城街道", True),
            (Kind.DISTRICT_BUREAU, "桂城街道", True),
            (Kind.DISTRICT_BUREAU, "荷城街道", False),
            (Kind.BROKER, "桂城街道", True),
            (Kind.ASSOCIATION, "桂城街道", True),
            (Kind.INSURER, "桂城街道", False),
            (Kind.ENTERPRISE, "桂城街道", False),
            (Kind.AGENCY, "桂城街道", False),
            (Kind.PLATFORM, "桂城街道", False),
        ],
    )
    def test_rounds_and_agreements(self, agreed, agreement, acting, kind, town, expected):
        viewer = person(kind, town=town)
        models = (ShareRound, type(agreement), Approval)
        for model in models:
            assert model.objects.visible_to(viewer).exists() == expected
        with acting(viewer):
            assert [model.objects.exists() for model in models] == [expected] * 3

    def test_members_see_the_rounds_of_their_pool(self, agreed, voices, acting):
        with acting(voices[0]):
            assert (ShareRound.objects.count(), Approval.objects.count()) == (1, 3)

    def test_nobody_consents_in_another_members_name(self, asked, voices, acting):
        with acting(voices[0]), pytest.raises(ProgrammingError), transaction.atomic():
            Approval.objects.create(
                share_round=asked,
                pool=asked.pool,
                district=asked.district,
                insurer=voices[1].organisation,
                inputs_hash=asked.inputs_hash,
                given_by="x",
                given_by_name="x",
            )

    def test_nobody_answers_the_own_objection(self, asked, voices, acting):
        with acting(voices[0]):
            raised = services.object_to_round(
                share_round=asked, text="不同意", today=TODAY, by=voices[0]
            )
        assert raised.state == ObjectionState.OPEN
