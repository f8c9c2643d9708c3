"""What a visitor learns about a paper in hand: enough to trust it or not, nothing about people."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.documents.actors import VERIFIER
from apps.documents.models import Paper, StoredFile
from apps.documents.services.papers import print_paper
from apps.documents.verification import Tone, VerifiedState
from tests.documents import corpus
from tests.documents.papers import CERTIFICATE, certificate
from tests.factories import person

NUMBER = reverse("documents:verify")
FILE = reverse("documents:verify_file")


@pytest.fixture(autouse=True)
def _no_questions_yet():
    cache.clear()


@pytest.fixture
def underwriter():
    return person(Kind.INSURER, "underwriter", name="张三丰保险公司")


@pytest.fixture
def paper(underwriter, acting):
    with acting(underwriter):
        return certificate(underwriter)


@pytest.fixture
def _in_force(verifiers):
    """As an app above would say it: by dates, for whatever day is asked."""

    def of_policy(key: str, day: date) -> VerifiedState:
        assert key == "12"
        lines = (("承保机构", CERTIFICATE.insurer), ("每人责任限额", "80.00 万元"))
        if day < CERTIFICATE.start:
            return VerifiedState(Tone.NOT_YET, "未起保", lines)
        if day >= CERTIFICATE.end:
            return VerifiedState(Tone.OVER, "已期满", lines)
        return VerifiedState(Tone.HOLDS, "有效", lines)

    verifiers["policies.policy"] = of_policy


def page_of(paper):
    return reverse("documents:verify_token", args=[paper.token])


def words(response):
    return " ".join(response.content.decode().split())


def bytes_of(paper):
    print_paper(paper.pk)
    paper.refresh_from_db()
    return (Path(settings.MEDIA_ROOT) / paper.path).read_bytes()


@pytest.mark.usefixtures("_in_force")
class TestByCode:
    @pytest.mark.parametrize(
        ("day", "label", "tone"),
        [
            ("2026-03-08", "未起保", "waiting"),
            ("2026-03-09", "有效", "done"),
            ("2027-03-08", "有效", "done"),
            ("2027-03-09", "已期满", "ended"),
        ],
    )
    def test_the_state_is_that_of_today(self, paper, client, day, label, tone):
        with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
            response = client.get(page_of(paper))
        assert response.status_code == 200
        assert response.context["state"].label == label
        assert f"verdict-{tone}" in words(response)
        assert f"这是 {day} 当天的状态" in words(response)

    def test_a_day_ends_at_midnight_in_foshan(self, paper, client):
        with time_machine.travel("2027-03-08T23:59:59+08:00", tick=False):
            assert client.get(page_of(paper)).context["state"].label == "有效"
        with time_machine.travel("2027-03-09T00:00:00+08:00", tick=False):
            assert client.get(page_of(paper)).context["state"].label == "已期满"

    def test_it_shows_what_is_printed_and_where_the_real_site_is(self, paper, client):
        page = words(client.get(page_of(paper)))
        for text in (
            CERTIFICATE.insured,
            CERTIFICATE.number,
            CERTIFICATE.insurer,
            "80.00 万元",
            paper.content_code,
            f"网址应为 <strong>{settings.SITE_URL}</strong>",
        ):
            assert text in page, text

    def test_it_tells_nothing_about_people_nor_what_only_parties_know(self, paper, client):
        page = words(client.get(page_of(paper)))
        for text in (
            paper.issued_by,
            "张三丰",
            CERTIFICATE.uscc,
            CERTIFICATE.address,
            "12,345.67",
            "1,052",
            paper.public_id,
        ):
            assert text not in page, text

    def test_a_code_that_was_never_issued_is_told_clearly(self, paper, client):
        response = client.get(reverse("documents:verify_token", args=[paper.token[::-1]]))
        assert response.status_code == 404
        assert "这个二维码不是本平台的" in words(response)
        assert CERTIFICATE.insured not in words(response)

    @pytest.mark.parametrize("token", ["%00", "..%2f", "a" * 5000, "%F0%9F%98%80"])
    def test_nonsense_is_a_miss_not_a_fault(self, client, token):
        assert client.get(f"/v/{token}/").status_code == 404

    def test_a_replaced_paper_leads_to_the_one_that_holds(self, paper, client, underwriter, acting):
        with acting(underwriter):
            new = certificate(underwriter, supersedes=paper)
        response = client.get(page_of(paper))
        assert response.context["state"].label == "已被新的文书代替"
        assert f'href="{page_of(new)}"' in words(response)

    def test_looking_changes_nothing_and_asks_the_papers_twice(self, paper, client):
        with CaptureQueriesContext(connection) as asked:
            client.get(page_of(paper))
        tables = [query["sql"] for query in asked if "documents_" in query["sql"]]
        assert len(tables) == 2
        assert not [sql for sql in tables if not sql.startswith("SELECT")]


class TestWithoutAnAnswer:
    def test_a_paper_nobody_answers_for_is_not_called_valid(self, paper, client, verifiers):
        response = client.get(page_of(paper))
        assert response.context["state"].label == "今日状态无法核实"
        assert "verdict-problem" in words(response)

    def test_nor_one_whose_policy_is_gone(self, paper, client, verifiers):
        verifiers["policies.policy"] = lambda key, day: None
        assert client.get(page_of(paper)).context["state"].label == "今日状态无法核实"


@pytest.mark.usefixtures("_in_force", "paper")
class TestByNumber:
    def ask(self, client, number=CERTIFICATE.number, holder="锋利五金"):
        return client.get(NUMBER, {"number": number, "holder": holder})

    @pytest.mark.parametrize(
        ("number", "holder"),
        [
            (CERTIFICATE.number, "锋利"),
            (CERTIFICATE.number, "佛山市南海区锋利五金制品有限公司"),
            (CERTIFICATE.number, CERTIFICATE.uscc),
            (" az－nh－2026－000123 ", "南海锋利"),
        ],
    )
    def test_two_fields_are_enough(self, client, number, holder):
        response = self.ask(client, number, holder)
        assert response.status_code == 200
        assert response.context["state"].label == "未起保"

    @pytest.mark.parametrize(
        ("number", "holder"),
        [
            ("AZ-NH-2026-000124", "锋利五金"),
            (CERTIFICATE.number, "五金制品"),
            (CERTIFICATE.number, "佛山市南海区铁牛"),
            (CERTIFICATE.number, CERTIFICATE.uscc[:-1] + "0"),
            ("' or 1=1 --", "锋利"),
            ("%", "%%"),
        ],
    )
    def test_a_wrong_number_and_a_wrong_name_get_the_same_answer(self, client, number, holder):
        response = self.ask(client, number, holder)
        neutral = self.ask(client, "AZ-XX-0000-000000", "某某公司")
        assert response.status_code == 200
        assert "没有查到相符的保单" in words(response)
        assert "paper" not in response.context
        assert CERTIFICATE.insurer not in words(response)
        assert response.status_code == neutral.status_code

    def test_the_place_alone_is_not_enough(self, client):
        response = self.ask(client, holder="佛山市南海区")
        assert response.status_code == 422
        assert response.context["form"].errors == {"holder": ["只有地名不够，请再多写两个字。"]}

    def test_empty_fields_are_asked_for(self, client):
        response = client.get(NUMBER, {"number": "", "holder": ""})
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"number", "holder"}

    def test_only_the_paper_that_holds_is_found(self, client, underwriter, acting):
        old = Paper.objects.get()
        with acting(underwriter):
            new = certificate(underwriter, supersedes=old)
        assert self.ask(client).context["paper"] == new


@pytest.mark.usefixtures("_in_force")
class TestByFile:
    def test_the_original_is_recognised_by_the_hash_the_browser_sends(self, paper, client):
        bytes_of(paper)
        response = client.post(FILE, {"digest": paper.sha256.upper(), "token": paper.token})
        assert "文件是原件，没有改动" in words(response)
        assert response.context["state"].label == "未起保"

    def test_without_a_script_the_file_is_sent_and_not_kept(self, paper, client):
        content = bytes_of(paper)
        before = sorted(Path(settings.MEDIA_ROOT).rglob("*"))
        response = client.post(FILE, {"file": corpus.upload(content)})
        assert "文件是原件，没有改动" in words(response)
        assert sorted(Path(settings.MEDIA_ROOT).rglob("*")) == before

    def test_one_changed_byte_is_told_clearly(self, paper, client):
        content = bytearray(bytes_of(paper))
        content[1000] ^= 1
        response = client.post(FILE, {"file": corpus.upload(bytes(content)), "token": paper.token})
        assert "文件不是原件" in words(response)
        assert "paper" not in response.context

    def test_another_paper_than_the_scanned_one_is_told(self, paper, client, underwriter, acting):
        with acting(underwriter):
            other = certificate(underwriter, number="AZ-NH-2026-000124")
        bytes_of(other)
        response = client.post(FILE, {"digest": other.sha256, "token": paper.token})
        assert "文件没有改动，但不是同一份文书" in words(response)
        assert response.context["paper"] == other

    @pytest.mark.parametrize(
        ("sent", "field", "sentence"),
        [
            ({}, "file", "请选择要核对的PDF文件。"),
            ({"digest": "abc"}, "digest", "校验值不完整，请重新选择文件。"),
            (
                {"file": corpus.upload(b"x" * (5 * 1024 * 1024 + 1))},
                "file",
                "文件超过5MB，不会是平台签发的文书。",
            ),
            (
                {"file": corpus.upload(b"")},
                "file",
                "文件是空的。请选择从平台下载的原始文件。",
            ),
        ],
        ids=["nothing", "half a hash", "too big", "empty"],
    )
    def test_bad_input_is_explained_at_the_field(self, client, sent, field, sentence):
        response = client.post(FILE, sent)
        assert response.status_code == 422
        assert response.context["form"].errors == {field: [sentence]}


class TestThrottle:
    def ask(self, client, ip="10.0.0.1"):
        return client.get("/v/none/", REMOTE_ADDR=ip).status_code

    def test_the_sixty_first_question_in_a_minute_waits(self, client):
        answers = [self.ask(client) for _question in range(62)]
        assert answers == [404] * 60 + [429] * 2

    def test_others_are_not_held_up_and_the_next_minute_begins_anew(self, client):
        for _question in range(61):
            self.ask(client)
        assert self.ask(client, ip="10.0.0.2") == 404
        with time_machine.travel("2026-03-02T09:01:00+08:00", tick=False):
            assert self.ask(client) == 404

    def test_all_ways_of_asking_share_one_count(self, client):
        for _question in range(20):
            self.ask(client)
            client.get(NUMBER, {"number": "1", "holder": "x"}, REMOTE_ADDR="10.0.0.1")
            client.post(FILE, {"digest": "0" * 64}, REMOTE_ADDR="10.0.0.1")
        assert self.ask(client) == 429

    def test_it_says_how_long_to_wait_and_the_form_stays_open(self, client):
        with time_machine.travel("2026-03-02T09:00:40+08:00", tick=False):
            for _question in range(60):
                self.ask(client)
            response = client.get("/v/none/", REMOTE_ADDR="10.0.0.1")
        assert response["Retry-After"] == "20"
        assert "请等待 20 秒" in words(response)
        assert client.get(NUMBER, REMOTE_ADDR="10.0.0.1").status_code == 200


def test_the_verifier_reads_papers_and_nothing_else(paper, acting):
    with acting(VERIFIER):
        assert Paper.objects.count() == 1
        assert Paper.objects.update(size=1) == 0
        assert StoredFile.objects.count() == 0
