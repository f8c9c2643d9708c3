"""From the frozen figures to the next table: computed, answered by every member, published."""

import io
import json
import sys
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent, Effect
from apps.core.transitions import TransitionRefused
from apps.pools import services
from apps.pools.models import (
    Objection,
    RoundState,
    ShareRound,
    ShareTable,
)
from apps.pools.rounds import digest
from apps.pools.selectors import share_vector
from apps.pools.services import RoundRefused
from tests.factories import UserFactory, organisation
from tests.pools.conftest import NOW, SHARES, TODAY, WINDOW, figures

APRIL = date(2026, 4, 1)


def state_of(row) -> str:
    return ShareRound.objects.get(pk=row.pk).state


def publish(row, broker, day=APRIL):
    return services.publish_round(
        share_round=row, effective_from=day, today=TODAY, now=NOW, by=broker
    )


class TestOpening:
    def test_takes_the_newest_period_that_is_over(self, gathering):
        assert (gathering.valid_from, gathering.valid_to) == WINDOW
        assert gathering.state == RoundState.GATHERING

    def test_one_round_for_each_period(self, gathering, shared_pool, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="已经发起过"):
            services.open_round(pool=shared_pool, today=TODAY, by=broker)

    def test_the_database_holds_one_round_for_each_period_too(self, gathering):
        twin = ShareRound(
            pool=gathering.pool,
            district=gathering.district,
            agreement=gathering.agreement,
            valid_from=date(2025, 12, 1),
            valid_to=date(2026, 3, 1),
        )
        with pytest.raises(IntegrityError, match="round_once"), transaction.atomic():
            twin.save()

    def test_a_withdrawn_one_makes_room(self, gathering, shared_pool, broker, acting):
        with acting(broker):
            services.withdraw_round(share_round=gathering, reason="评分表有误", by=broker)
            again = services.open_round(pool=shared_pool, today=TODAY, by=broker)
        assert again.valid_from == WINDOW[0]

    def test_where_rounds_are_switched_off_there_are_none(
        self, agreement, shared_pool, broker, acting
    ):
        with acting(broker):
            services.switch_rounds(agreement=agreement, on=False, reason="会议决议", by=broker)
            with pytest.raises(RoundRefused, match="不作动态调整"):
                services.open_round(pool=shared_pool, today=TODAY, by=broker)

    def test_without_an_agreement_there_are_none(self, shared_pool, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="没有生效的共保协议"):
            services.open_round(pool=shared_pool, today=TODAY, by=broker)


class TestComputing:
    def compute(self, row, insurers, broker, today=TODAY):
        return services.compute_round(
            share_round=row,
            figures=figures(insurers, "1", "1", "1"),
            today=today,
            now=NOW,
            by=broker,
        )

    def test_shares_follow_results_and_the_inputs_are_frozen_under_a_hash(self, computed, insurers):
        assert computed.state == RoundState.COMPUTED
        assert sum(computed.shares.values()) == 10_000
        assert computed.shares[insurers[0].pk] == 4700
        assert computed.inputs_hash == digest(computed.inputs)
        assert computed.frozen_on == TODAY

    def test_anybody_gets_the_same_from_the_frozen_document(self, computed):
        document = json.dumps(computed.inputs["document"]).encode()
        before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(document))
        out = io.StringIO()
        try:
            call_command("share_round", stdout=out)
        finally:
            sys.stdin = before
        assert json.loads(out.getvalue())["shares"] == {
            line["code"]: line["after"] for line in computed.worksheet
        }

    def test_not_before_thirty_days_after_the_period(self, gathering, insurers, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="2026-01-31"):
            self.compute(gathering, insurers, broker, today=date(2026, 1, 30))
        assert state_of(gathering) == RoundState.GATHERING

    def test_not_without_every_score(self, agreement, shared_pool, insurers, broker, acting):
        with acting(broker):
            row = services.open_round(pool=shared_pool, today=TODAY, by=broker)
            with pytest.raises(RoundRefused, match="缺少服务评分：第甲财产保险"):
                self.compute(row, insurers, broker)

    def test_not_twice(self, computed, insurers, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="已计算"):
            self.compute(computed, insurers, broker)

    def test_whoever_joined_in_the_window_is_on_probation(
        self, gathering, insurers, shared_pool, broker, acting
    ):
        shared_pool.members.filter(insurer=insurers[2]).update(valid_from=date(2025, 11, 1))
        with acting(broker):
            row = self.compute(gathering, insurers, broker)
        on_probation = {line["insurer"]: line["on_probation"] for line in row.worksheet}
        assert on_probation == {insurers[0].pk: False, insurers[1].pk: False, insurers[2].pk: True}
        assert any("第丙 在考察期内" in note for note in row.notes)

    @pytest.mark.parametrize(
        "change",
        [
            {"inputs": {}},
            {"inputs_hash": "f" * 64},
            {"worksheet": []},
            {"notes": ["x"]},
            {"frozen_on": date(2026, 2, 1)},
        ],
    )
    def test_what_is_frozen_stays(self, computed, change):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            ShareRound.objects.filter(pk=computed.pk).update(**change)

    def test_a_round_is_never_deleted(self, computed):
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            computed.delete()


class TestAnswering:
    def test_members_are_asked(self, asked, voices):
        assert asked.objections_until == date(2026, 3, 9)
        told = Effect.objects.filter(name="messaging.notify").order_by("created_at").last()
        assert set(told.payload["receivers"]) == {voice.pk for voice in voices}

    def test_the_last_consent_makes_it_approved(self, asked, voices, acting):
        states = []
        for voice in voices:
            with acting(voice):
                services.approve_round(
                    share_round=asked, seen_hash=asked.inputs_hash, now=NOW, by=voice
                )
            states.append(state_of(asked))
        assert states == ["objection", "objection", "approved"]

    def test_once_each(self, asked, voices, acting):
        act = {"share_round": asked, "seen_hash": asked.inputs_hash, "now": NOW}
        with acting(voices[0]):
            services.approve_round(**act, by=voices[0])
            with pytest.raises(RoundRefused, match="已经表示同意"):
                services.approve_round(**act, by=voices[0])

    def test_a_stranger_has_no_say(self, asked, acting):
        stranger = UserFactory(organisation=organisation(Kind.INSURER), role="insurer_admin")
        with acting(stranger), pytest.raises(RoundRefused, match="不是这一轮"):
            services.approve_round(
                share_round=asked, seen_hash=asked.inputs_hash, now=NOW, by=stranger
            )

    def test_consent_is_to_what_was_seen(self, asked, voices, acting):
        with acting(voices[0]), pytest.raises(RoundRefused, match="重新计算过"):
            services.approve_round(share_round=asked, seen_hash="0" * 64, now=NOW, by=voices[0])

    def test_an_open_objection_holds_everything_up(self, asked, voices, broker, acting):
        with acting(voices[2]):
            raised = services.object_to_round(
                share_round=asked, text="业务额少计一单", today=TODAY, by=voices[2]
            )
        for voice in voices:
            with acting(voice):
                services.approve_round(
                    share_round=asked, seen_hash=asked.inputs_hash, now=NOW, by=voice
                )
        assert state_of(asked) == RoundState.OBJECTION
        with acting(broker):
            services.answer_objection(
                objection=raised, upheld=False, answer="该单在期后到账", now=NOW, by=broker
            )
        assert state_of(asked) == RoundState.APPROVED

    def test_an_upheld_one_leads_back_and_consents_lapse(
        self, asked, insurers, voices, broker, acting
    ):
        with acting(voices[0]):
            services.approve_round(
                share_round=asked, seen_hash=asked.inputs_hash, now=NOW, by=voices[0]
            )
        with acting(voices[2]):
            raised = services.object_to_round(
                share_round=asked, text="业务额少计一单", today=TODAY, by=voices[2]
            )
        with acting(broker):
            services.answer_objection(
                objection=raised, upheld=True, answer="已补计", now=NOW, by=broker
            )
            assert state_of(asked) == RoundState.GATHERING
            row = services.compute_round(
                share_round=asked,
                figures=figures(insurers, "260000", "310000", "431000"),
                today=TODAY,
                now=NOW,
                by=broker,
            )
            services.ask_members(share_round=row, today=TODAY, by=broker)
        for voice in voices[1:]:
            with acting(voice):
                services.approve_round(
                    share_round=row, seen_hash=row.inputs_hash, now=NOW, by=voice
                )
        assert state_of(asked) == RoundState.OBJECTION  # the first consent was to other figures

    def test_not_after_the_window(self, asked, voices, acting):
        with acting(voices[0]), pytest.raises(RoundRefused, match="2026-03-09"):
            services.object_to_round(
                share_round=asked, text="晚了", today=date(2026, 3, 10), by=voices[0]
            )

    def test_an_answer_is_given_once(self, asked, voices, broker, acting):
        with acting(voices[0]):
            raised = services.object_to_round(
                share_round=asked, text="不同意", today=TODAY, by=voices[0]
            )
        answer = {"objection": raised, "upheld": False, "answer": "理由", "now": NOW, "by": broker}
        with acting(broker):
            services.answer_objection(**answer)
            with pytest.raises(TransitionRefused, match="最终状态"):
                services.answer_objection(**answer)

    def test_what_was_objected_is_not_reworded(self, asked, voices, acting):
        with acting(voices[0]):
            raised = services.object_to_round(
                share_round=asked, text="不同意", today=TODAY, by=voices[0]
            )
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            Objection.objects.filter(pk=raised.pk).update(text="同意")


class TestPublishing:
    def test_writes_the_next_table_for_later_policies(
        self, agreed, insurers, shared_pool, broker, acting
    ):
        with acting(broker):
            row = publish(agreed, broker)
        keys = [one.pk for one in insurers]
        assert share_vector(shared_pool, date(2026, 3, 31)) == dict(zip(keys, SHARES, strict=True))
        assert share_vector(shared_pool, APRIL) == agreed.shares
        assert row.table.valid_from == APRIL
        assert AuditEvent.objects.filter(action="round.published").count() == 1

    def test_not_before_every_member_agreed(self, asked, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="不能直接变为"):
            publish(asked, broker)
        assert ShareTable.objects.count() == 1

    def test_never_backwards(self, agreed, broker, acting):
        with acting(broker), pytest.raises(RoundRefused, match="明天起"):
            publish(agreed, broker, day=TODAY)

    def test_not_twice(self, agreed, broker, acting):
        with acting(broker):
            publish(agreed, broker)
            with pytest.raises(RoundRefused, match="最终状态"):
                publish(agreed, broker, day=date(2026, 5, 1))
        assert ShareTable.objects.count() == 2

    def test_not_with_the_switch_off(self, agreed, agreement, broker, acting):
        with acting(broker):
            services.switch_rounds(agreement=agreement, on=False, reason="停用", by=broker)
            with pytest.raises(RoundRefused, match="已关闭"):
                publish(agreed, broker)

    def test_a_published_round_is_final(self, agreed, broker, acting):
        with acting(broker):
            publish(agreed, broker)
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            ShareRound.objects.filter(pk=agreed.pk).update(reason="改")

    def test_members_who_changed_meanwhile_stop_it(
        self, agreed, insurers, shared_pool, broker, acting
    ):
        shared_pool.members.filter(insurer=insurers[2]).update(valid_to=date(2026, 3, 15))
        with acting(broker), pytest.raises(services.PoolRefused, match="全部成员"):
            publish(agreed, broker)
