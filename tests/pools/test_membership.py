"""Coming in, leaving, merging: conditions, shares of the day, and who answers for what was sold."""

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.kinds import Kind
from apps.pools import services
from apps.pools.models import Admission, Choice, Origin, Succession
from apps.pools.selectors import share_vector
from apps.pools.services import PoolRefused
from apps.pools.services.scores import SheetFaulty
from tests.factories import organisation
from tests.pools.conftest import TODAY, WINDOW, drawn_up, sheet

MAY = date(2026, 5, 1)
GOOD = {
    "origin": Origin.HONG_KONG,
    "licence": "000123",
    "licence_to": date(2030, 1, 1),
    "solvency_on": date(2025, 12, 31),
    "solvency_comprehensive": Decimal(180),
    "solvency_core": Decimal(120),
    "violation_on": None,
    "outlet": "南海区桂城街道海五路1号",
    "service_team": 6,
}


@pytest.fixture
def newcomer():
    return organisation(Kind.INSURER, name="港资财产保险佛山支公司")


def admit(pool, insurer, broker, valid_from=MAY, **changes):
    return services.admit(
        pool=pool,
        insurer=insurer,
        credentials=GOOD | changes,
        valid_from=valid_from,
        today=TODAY,
        source="成员会议决议",
        by=broker,
    )


class TestAdmission:
    def test_starts_with_the_entry_share_and_the_others_give_in_proportion(
        self, shared_pool, agreement, newcomer, insurers, broker, acting
    ):
        with acting(broker):
            admit(shared_pool, newcomer, broker)
        shares = share_vector(shared_pool, MAY)
        assert shares[newcomer.pk] == 500
        assert [shares[one.pk] for one in insurers] == [4750, 2850, 1900]
        assert sum(share_vector(shared_pool, date(2026, 4, 30)).values()) == 10_000
        assert Admission.objects.get().origin == Origin.HONG_KONG

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"licence": " "}, "许可证"),
            ({"licence_to": date(2026, 4, 30)}, "过期"),
            ({"solvency_comprehensive": Decimal("119.99")}, "综合偿付能力充足率低于 120%"),
            ({"solvency_core": Decimal("74.99")}, "核心偿付能力充足率低于 75%"),
            ({"violation_on": date(2024, 1, 1)}, "3 年内"),
            ({"outlet": ""}, "本地"),
            ({"service_team": 0}, "预防服务队伍"),
            ({"valid_from": TODAY}, "最早为明天"),
        ],
    )
    def test_who_does_not_meet_a_condition_stays_out(
        self, shared_pool, agreement, newcomer, broker, acting, change, sentence
    ):
        with acting(broker), pytest.raises(PoolRefused, match=sentence):
            admit(shared_pool, newcomer, broker, **change)
        assert not shared_pool.members.filter(insurer=newcomer).exists()

    def test_a_condition_that_is_just_met_is_met(
        self, shared_pool, agreement, newcomer, broker, acting
    ):
        edge = {"solvency_comprehensive": Decimal(120), "solvency_core": Decimal(75)}
        with acting(broker):
            admit(shared_pool, newcomer, broker, **edge, violation_on=date(2023, 5, 1))
        assert shared_pool.members.filter(insurer=newcomer).exists()

    def test_without_an_agreement_nobody_enters(self, shared_pool, newcomer, broker, acting):
        with acting(broker), pytest.raises(PoolRefused, match="没有生效的共保协议"):
            admit(shared_pool, newcomer, broker)

    def test_nobody_enters_twice(self, shared_pool, agreement, insurers, broker, acting):
        with acting(broker), pytest.raises(PoolRefused, match="已经是成员"):
            admit(shared_pool, insurers[0], broker)


class TestLeaving:
    def test_the_others_take_over_the_share_and_one_what_was_sold(
        self, shared_pool, agreement, insurers, broker, acting
    ):
        with acting(broker):
            services.leave_pool(
                pool=shared_pool,
                insurer=insurers[2],
                valid_from=MAY,
                today=TODAY,
                source="退出协议",
                by=broker,
                runs_off=insurers[0],
            )
        first, second, third = (one.pk for one in insurers)
        assert share_vector(shared_pool, MAY) == {first: 6250, second: 3750}
        assert share_vector(shared_pool, date(2026, 4, 30))[third] == 2000
        taken = Succession.objects.get()
        assert (taken.predecessor, taken.successor) == (insurers[2], insurers[0])

    def test_not_backwards(self, shared_pool, agreement, insurers, broker, acting):
        with acting(broker), pytest.raises(PoolRefused, match="最早为明天"):
            services.leave_pool(
                pool=shared_pool,
                insurer=insurers[2],
                valid_from=TODAY,
                today=TODAY,
                source="",
                by=broker,
            )


class TestMerging:
    def merge(self, pool, absorbed, successor, broker):
        return services.merge_member(
            pool=pool,
            absorbed=absorbed,
            successor=successor,
            valid_from=MAY,
            today=TODAY,
            source="合并批复",
            by=broker,
        )

    def test_into_another_member(self, shared_pool, agreement, insurers, broker, acting):
        with acting(broker):
            self.merge(shared_pool, insurers[2], insurers[1], broker)
        first, second, _third = (one.pk for one in insurers)
        assert share_vector(shared_pool, MAY) == {first: 5000, second: 5000}
        assert Succession.objects.get().is_merger

    def test_into_a_newcomer_which_keeps_the_whole_share(
        self, shared_pool, agreement, insurers, newcomer, broker, acting
    ):
        with acting(broker):
            self.merge(shared_pool, insurers[2], newcomer, broker)
        assert share_vector(shared_pool, MAY)[newcomer.pk] == 2000


class TestAgreement:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"valid_from": date(2025, 1, 2)}, "1日起"),
            ({"valid_to": date(2025, 1, 1)}, "晚于"),
            ({"floor": 5000, "cap": 4000}, "不能低于下限"),
            ({"valid_from": date(2025, 4, 1), "choice": Choice.DISTRICT}, "企业自主选择"),
        ],
    )
    def test_refusals(self, shared_pool, broker, acting, change, sentence):
        with acting(broker), pytest.raises(PoolRefused, match=sentence):
            services.conclude_agreement(agreement=drawn_up(shared_pool, **change), by=broker)

    def test_before_the_rule_of_2025_a_district_could_choose(self, shared_pool, broker, acting):
        old = drawn_up(
            shared_pool,
            choice=Choice.DISTRICT,
            valid_from=date(2019, 1, 1),
            valid_to=date(2020, 1, 1),
        )
        with acting(broker):
            assert services.conclude_agreement(agreement=old, by=broker).pk

    def test_terms_do_not_overlap(self, shared_pool, agreement, broker, acting):
        with acting(broker), pytest.raises(PoolRefused, match="重叠"):
            services.conclude_agreement(agreement=drawn_up(shared_pool), by=broker)


class TestScores:
    def fault(self, pool, broker, *lines):
        with pytest.raises(SheetFaulty) as refused:
            services.import_scores(
                pool=pool,
                valid_from=WINDOW[0],
                valid_to=WINDOW[1],
                rows=sheet(*lines),
                file_name="x.csv",
                file_hash="",
                by=broker,
            )
        return refused.value.faults

    def test_every_fault_is_told_with_row_and_column(self, shared_pool, broker):
        faults = self.fault(
            shared_pool, broker, ("第甲", "101", ""), ("第丁", "80", ""), ("第乙", "八十", "")
        )
        assert faults == [
            "第2行B列：“101”应是 0 到 100 的分数，最多两位小数。",
            "第3行A列：“第丁”不是本共保体的成员。",
            "第4行B列：“八十”应是 0 到 100 的分数，最多两位小数。",
        ]

    def test_a_member_scored_twice_is_a_fault(self, shared_pool, broker):
        assert self.fault(shared_pool, broker, ("第甲", "80", ""), ("第甲", "81", "")) == [
            "第3行：第甲财产保险佛山分公司 重复。"
        ]

    def test_nan_is_no_score(self, shared_pool, broker):
        assert len(self.fault(shared_pool, broker, ("第甲", "NaN", ""))) == 1
