"""A round from its opening to the new table, in pages; what each reader may see and do."""

import io
import json
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.kinds import Kind
from apps.billing.earned.computing import gather_and_compute
from apps.core.models import Job
from apps.core.sheets.reading import read_sheet
from apps.pools import services
from apps.pools.models import Agreement, Member, Objection, RoundState, ScoreLine, ShareRound
from apps.pools.selectors import share_vector
from tests.factories import UserFactory, organisation, person
from tests.pools.conftest import NOW, TODAY, WINDOW


def page(client, user, url, status=200):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def act_on(text):
    return re.search(r'name="act" value="([^"]+)"', text)[1]


def url_of(row, verb=""):
    return f"/share-rounds/{row.public_id}/{verb}"


def state_of(row):
    return ShareRound.objects.get(pk=row.pk).state


class TestTheWayOfARound:
    def test_the_broker_opens_it_and_asks_the_members(
        self, client, agreement, scores, shared_pool, broker, acting
    ):
        client.force_login(broker)
        answer = client.post(f"/pools/{shared_pool.public_id}/rounds/open/")
        row = ShareRound.objects.get()
        assert answer.url == url_of(row)
        assert "2026-01-31" in client.get(answer.url).content.decode()
        started = client.post(url_of(row, "compute/"))
        assert started.url == f"/jobs/{Job.objects.get().public_id}/"
        with acting(broker):
            gather_and_compute(share_round=row, today=TODAY, now=NOW, by=broker)
        assert client.post(url_of(row, "ask/")).url == url_of(row)
        assert state_of(row) == RoundState.OBJECTION

    def test_it_explains_every_share(self, client, asked, voices):
        text = page(client, voices[0], url_of(asked))
        assert "上期份额 50.00%。" in text
        assert "低于本期允许的最低份额 47.00%，取最低。" in text
        assert "下期份额 47.00%（-3.00 个百分点）。" in text
        assert "260,000.00" in text

    def test_each_member_consents_and_the_broker_publishes(
        self, client, asked, voices, broker, shared_pool, insurers
    ):
        for voice in voices:
            text = page(client, voice, url_of(asked, "approve/"))
            given = {"act": act_on(text), "seen": asked.inputs_hash}
            assert client.post(url_of(asked, "approve/"), given).url == url_of(asked)
        assert state_of(asked) == RoundState.APPROVED
        text = page(client, broker, url_of(asked, "publish/"))
        assert 'value="2026-04-01"' in text
        given = {"act": act_on(text), "effective_from": "2026-04-01"}
        assert client.post(url_of(asked, "publish/"), given).url == url_of(asked)
        assert share_vector(shared_pool, date(2026, 4, 1))[insurers[0].pk] == 4700
        assert "新份额自 2026-04-01 起用于出单" in page(client, voices[0], url_of(asked))

    def test_a_member_objects_and_the_broker_answers(self, client, asked, voices, broker):
        client.force_login(voices[1])
        refused = client.post(url_of(asked, "object/"), {"text": ""})
        assert refused.status_code == 422
        client.post(url_of(asked, "object/"), {"text": "少计一单"})
        raised = Objection.objects.get()
        client.force_login(broker)
        url = f"/objections/{raised.public_id}/answer/"
        assert client.post(url, {"upheld": "1"}).status_code == 422
        client.post(url, {"upheld": "1", "answer": "已补计"})
        assert state_of(asked) == RoundState.GATHERING
        assert "已补计" in page(client, voices[0], url_of(asked))

    def test_consent_to_something_else_is_refused_on_the_page(self, client, asked, voices):
        text = page(client, voices[0], url_of(asked, "approve/"))
        answer = client.post(url_of(asked, "approve/"), {"act": act_on(text), "seen": "0" * 64})
        assert answer.status_code == 422
        assert "重新计算过" in answer.content.decode()

    def test_publishing_backwards_is_refused_at_its_field(self, client, agreed, broker):
        text = page(client, broker, url_of(agreed, "publish/"))
        given = {"act": act_on(text), "effective_from": "2026-03-02"}
        answer = client.post(url_of(agreed, "publish/"), given)
        assert answer.status_code == 422
        assert "最早自明天起" in answer.content.decode()


class TestWhatIf:
    def test_shows_the_effect_and_stores_nothing(self, client, computed, insurers, voices):
        before = ShareRound.objects.values().get(pk=computed.pk)
        client.force_login(voices[2])
        given = {f"score_{one.pk}": "80" for one in insurers}
        given |= {f"business_{one.pk}": "100" for one in insurers}
        text = client.get(url_of(computed, "what-if/"), given).content.decode()
        assert "试算结果" in text
        assert ShareRound.objects.values().get(pk=computed.pk) == before

    def test_a_score_that_is_none_is_told_at_its_field(self, client, computed, insurers, voices):
        client.force_login(voices[2])
        given = {f"score_{one.pk}": "101" for one in insurers}
        assert client.get(url_of(computed, "what-if/"), given).status_code == 422

    def test_anybody_may_take_the_frozen_document_home(self, client, computed, voices):
        client.force_login(voices[0])
        answer = client.get(url_of(computed, "inputs.json"))
        assert json.loads(answer.content) == computed.inputs["document"]


class TestScores:
    def post(self, client, pool, text):
        file = SimpleUploadedFile("评分.csv", text.encode(), content_type="text/csv")
        given = {"valid_from": WINDOW[0], "valid_to": WINDOW[1], "file": file}
        return client.post(f"/pools/{pool.public_id}/scores/", given)

    def test_a_sheet_is_imported(self, client, shared_pool, broker):
        client.force_login(broker)
        answer = self.post(client, shared_pool, "承保机构,评分,备注\n第甲,80,\n第乙,91.5,好\n")
        assert answer.status_code == 302
        assert ScoreLine.objects.count() == 2

    def test_faults_are_told_by_row_and_column(self, client, shared_pool, broker):
        client.force_login(broker)
        answer = self.post(client, shared_pool, "承保机构,评分\n第甲,800\n第丁,80\n")
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "第2行B列" in text
        assert "第3行A列" in text
        assert not ScoreLine.objects.exists()


class TestAgreements:
    def test_one_is_entered_and_switched_off(self, client, shared_pool, broker):
        client.force_login(broker)
        given = {
            "number": "南海共保〔2026〕1号",
            "valid_from": "2026-01-01",
            "valid_to": "2027-01-01",
            "choice": "free",
            "collection": "seller",
            "report_hours": 24,
            "settle_days": 15,
            "rounds_on": "on",
            "period_months": 3,
            "freeze_days": 30,
            "objection_days": 7,
            "damping": "0.4",
            "business_weight": "0.6",
            "score_slope": "0.5",
            "score_norm": "80",
            "floor": 300,
            "cap": 4000,
            "step": 300,
            "entry": 500,
            "source": "成员会议纪要",
        }
        answer = client.post(f"/pools/{shared_pool.public_id}/agreements/new/", given)
        row = Agreement.objects.get()
        assert answer.url == f"/agreements/{row.public_id}/"
        assert "企业在成员中自主选择" in client.get(answer.url).content.decode()
        client.post(f"{answer.url}switch/", {"reason": "成员会议决议"})
        assert not Agreement.objects.get().rounds_on

    def test_its_end_is_assessed_from_the_published_rounds(
        self, client, agreed, agreement, broker, acting
    ):
        with acting(broker):
            services.publish_round(
                share_round=agreed,
                effective_from=date(2026, 4, 1),
                today=TODAY,
                now=NOW,
                by=broker,
            )
        url = f"/agreements/{agreement.public_id}/"
        text = page(client, broker, url)
        assert "已公布 1 轮份额调整" in text
        assert "50.00%" in text
        assert "47.00%" in text
        sheet = client.get(f"{url}assessment.xlsx")
        cells = [row.cells for row in read_sheet(io.BytesIO(sheet.content))]
        assert cells[0][:3] == ["承保机构", "期初份额", "期末份额"]
        assert ["第甲", "50.00%", "47.00%", "260000", "72.00", "0", "0"] in cells

    def test_a_newcomer_is_admitted_and_a_member_leaves(
        self, client, shared_pool, agreement, insurers, broker
    ):
        newcomer = organisation(Kind.INSURER, name="港资财产保险")
        client.force_login(broker)
        given = {
            "insurer": newcomer.public_id,
            "valid_from": "2026-05-01",
            "origin": "hong_kong",
            "licence": "000123",
            "solvency_on": "2025-12-31",
            "solvency_comprehensive": "110",
            "solvency_core": "90",
            "outlet": "桂城",
            "service_team": 3,
            "source": "决议",
        }
        refused = client.post(f"/pools/{shared_pool.public_id}/admit/", given)
        assert "低于 120%" in refused.content.decode()
        given["solvency_comprehensive"] = "150"
        client.post(f"/pools/{shared_pool.public_id}/admit/", given)
        assert Member.objects.filter(insurer=newcomer).exists()
        left = {
            "insurer": insurers[2].public_id,
            "is_merger": "1",
            "successor": insurers[0].public_id,
            "valid_from": "2026-06-01",
            "source": "合并批复",
        }
        client.post(f"/pools/{shared_pool.public_id}/leave/", left)
        assert share_vector(shared_pool, date(2026, 6, 1))[insurers[0].pk] == 4750 + 1900


class TestWhoSees:
    def test_officials_look_on_without_a_button(self, client, asked):
        for kind in (Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU):
            official = person(kind)
            text = page(client, official, url_of(asked))
            assert "计算表" in text
            for verb in ("approve/", "object/", "publish/", "regather/", "compute/"):
                assert url_of(asked, verb) not in text
                assert client.post(url_of(asked, verb)).status_code == 403
            assert state_of(asked) == RoundState.OBJECTION

    def test_strangers_do_not_find_it(self, client, asked, agreement):
        stranger = UserFactory(organisation=organisation(Kind.INSURER), role="insurer_admin")
        page(client, stranger, url_of(asked), 404)
        page(client, stranger, f"/agreements/{agreement.public_id}/", 404)
        page(client, stranger, url_of(asked, "approve/"), 404)

    def test_enterprises_see_members_but_no_shares(self, client, asked, shared_pool):
        text = page(client, person(Kind.ENTERPRISE), f"/pools/{shared_pool.public_id}/")
        assert "第甲财产保险佛山分公司" in text
        assert "今天的份额" not in text
        page(client, person(Kind.ENTERPRISE), url_of(asked), 404)

    @pytest.mark.parametrize("tab", ["summary", "related", "process", "history"])
    def test_every_tab_of_a_pool(
        self, client, asked, shared_pool, broker, tab, django_assert_max_num_queries
    ):
        client.force_login(broker)
        with django_assert_max_num_queries(25):
            answer = client.get(f"/pools/{shared_pool.public_id}/?tab={tab}")
        assert answer.status_code == 200

    def test_a_round_within_twenty_five_queries(
        self, client, agreed, broker, django_assert_max_num_queries
    ):
        client.force_login(broker)
        client.get(url_of(agreed))
        with django_assert_max_num_queries(25):
            client.get(url_of(agreed))
