"""A paper is frozen when it is issued, printed once, and says everything that was agreed."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from pypdf import PdfReader

from apps.accounts.kinds import Kind
from apps.core import context, outbox
from apps.core.models import AuditEvent, Effect
from apps.documents.models import Paper
from apps.documents.outputs import press, printed
from apps.documents.papers.certificate import CertificateData
from apps.documents.papers.values import digest_of, frozen, thawed
from apps.documents.services.papers import PaperRefused, print_paper
from tests.conftest import ARRANGER
from tests.documents.papers import CERTIFICATE, HEADS, certificate
from tests.factories import person


@pytest.fixture
def underwriter():
    return person(Kind.INSURER, "underwriter")


@pytest.fixture
def issued(underwriter, acting):
    with acting(underwriter):
        return certificate(underwriter)


def print_now(paper):
    print_paper(paper.pk)
    paper.refresh_from_db()
    return (Path(settings.MEDIA_ROOT) / paper.path).read_bytes()


def text_of(content):
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return re.sub(r"\s+", "", "".join(pages))


class TestValues:
    pytestmark = pytest.mark.no_database

    def test_what_is_frozen_comes_back_as_it_was(self):
        assert thawed(CertificateData, frozen(CERTIFICATE)) == CERTIFICATE

    def test_amounts_and_days_are_kept_as_text(self):
        plain = frozen(CERTIFICATE)
        assert (plain["premium"], plain["start"]) == ("12345.67", "2026-03-09")

    def test_the_digest_does_not_depend_on_the_order_of_storage(self):
        assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
        assert digest_of({"a": 1}) != digest_of({"a": 2})


class TestPrinting:
    def test_the_file_is_a_pdf_whose_hash_is_noted(self, issued):
        content = print_now(issued)
        assert content.startswith(b"%PDF-1.7")
        assert issued.sha256 == sha256(content).hexdigest()
        assert issued.size == len(content)
        assert len(content) < 150_000

    def test_the_same_paper_gives_the_same_bytes(self, issued):
        assert printed(issued) == printed(Paper.objects.get(pk=issued.pk))

    def test_the_language_of_the_reader_changes_nothing(self, issued):
        content = printed(issued)
        with translation.override("en"):
            assert printed(issued) == content

    def test_a_changed_byte_changes_the_hash(self, issued):
        content = bytearray(print_now(issued))
        content[len(content) // 2] ^= 1
        assert sha256(content).hexdigest() != issued.sha256

    def test_it_says_who_where_when_and_how_much(self, issued):
        text = text_of(print_now(issued))
        for words in (
            "安全生产责任保险",
            "电子保单",
            "AZ-NH-2026-000123",
            "岭南财产保险股份有限公司佛山分公司",
            "佛山市南海区锋利五金制品有限公司",
            "91440605MA4UXXXX1Y",
            "佛山市南海区狮山镇人民政府",
            "二号厂区佛山市南海区狮山镇兴业路18号",
            "1,052人",
            "自2026年3月9日零时起，至2027年3月8日二十四时止",
            "共365天",
            "壹万贰仟叁佰肆拾伍元陆角柒分",
            "12,345.67",
            "800,000.00",
            "8,000,000.00",
            "不另设限额",
            "签发日期2026年3月2日",
        ):
            assert words in text, words

    def test_it_carries_every_line_of_cover(self, issued):
        text = text_of(print_now(issued))
        for head, per, limit, is_inside, deductible in HEADS:
            place = text.index(head)
            line = text[place : place + 90]
            assert f"{per}{Decimal(limit):,.2f}" in line
            assert ("计入主险限额" if is_inside else "主险限额之外") in line
            assert (f"{Decimal(deductible):,.2f}" if deductible != "0" else "无") in line
        assert "其中急救费用30,000.00元" in text
        assert "只赔直接损失" in text

    def test_it_names_the_co_insurers_with_their_shares(self, issued):
        text = text_of(print_now(issued))
        for member in CERTIFICATE.co_insurers:
            assert f"{member.name}{member.share}" in text

    def test_it_quotes_what_the_policy_orders(self, issued):
        text = text_of(print_now(issued))
        assert "保费由投保单位缴纳，不得向从业人员摊派" in text
        assert "按不低于15%的比例提取事故预防服务资金" in text

    def test_it_leads_to_its_verification_and_counts_its_pages(self, issued):
        content = print_now(issued)
        pages = PdfReader(BytesIO(content)).pages
        links = {note.get_object()["/A"]["/URI"] for note in pages[0]["/Annots"]}
        assert links == {f"{settings.SITE_URL}/v/{issued.token}/"}
        assert issued.content_code in text_of(content)
        for number, page in enumerate(pages, start=1):
            assert f"第{number}页/共{len(pages)}页" in re.sub(r"\s", "", page.extract_text())

    def test_a_sample_is_marked_and_a_real_one_is_not(self, underwriter, acting):
        with acting(underwriter):
            real = certificate(underwriter, data=replace(CERTIFICATE, is_sample=False))
        assert "示例" not in text_of(print_now(real))

    def test_a_sample_says_that_it_is_no_contract(self, issued):
        text = text_of(print_now(issued))
        assert "示例" in text
        assert "不构成保险合同" in text

    def test_names_that_look_like_markup_are_printed_as_they_are(self, underwriter, acting):
        odd = replace(CERTIFICATE, insured="<b>甲&乙</b><img src='http://x/y.png'>")
        with acting(underwriter):
            paper = certificate(underwriter, data=odd)
        assert "<b>甲&乙</b><imgsrc='http://x/y.png'>" in text_of(print_now(paper))

    def test_it_is_made_for_archives(self, issued):
        metadata = PdfReader(BytesIO(print_now(issued))).xmp_metadata
        assert metadata.pdfaid_part == "3"
        assert metadata.pdfaid_conformance == "B"

    def test_the_date_inside_is_that_of_issue(self, issued):
        about = PdfReader(BytesIO(print_now(issued))).metadata
        assert about.creation_date == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    @pytest.mark.parametrize("url", ["http://example.com/x.png", "file:///etc/passwd"])
    def test_a_page_that_reaches_outside_is_not_printed(self, url):
        with pytest.raises(Exception, match=url):
            press().pdf(f"<img src='{url}'>", None, identifier="x")


class TestFreezing:
    def test_a_token_cannot_be_guessed(self, issued, underwriter, acting):
        with acting(underwriter):
            other = certificate(underwriter, number="AZ-NH-2026-000124")
        assert re.fullmatch(r"[A-Za-z0-9_-]{32}", issued.token)  # 192 bits
        assert other.token != issued.token

    @pytest.mark.parametrize(
        "change",
        [
            {"number": "X"},
            {"token": "X"},
            {"data": {}},
            {"holder": "X"},
            {"subject": "x:1"},
            {"kind": "x"},
            {"enterprise": None, "insurer": None},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_nothing_that_was_issued_can_be_changed(self, issued, change):
        with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
            Paper.objects.filter(pk=issued.pk).update(**change)

    @pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"path": "x"}, {"size": 1}])
    def test_nor_its_file_once_it_is_printed(self, issued, change):
        print_now(issued)
        with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
            Paper.objects.filter(pk=issued.pk).update(**change)

    def test_it_cannot_be_deleted(self, issued):
        with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
            Paper.objects.filter(pk=issued.pk).delete()

    def test_printing_again_changes_nothing(self, issued):
        first = print_now(issued)
        assert print_now(issued) == first
        assert len(list(Path(settings.MEDIA_ROOT).rglob("documents/??/*"))) == 1

    def test_its_issue_is_on_record(self, issued, underwriter):
        event = AuditEvent.objects.get(action="paper.issued")
        assert (event.actor, event.target) == (
            underwriter.actor_key,
            f"documents.paper:{issued.pk}",
        )
        assert event.changes == {"number": issued.number, "digest": issued.content_digest}


class TestReplacing:
    def test_a_new_paper_takes_the_place_of_the_old_one(self, issued, underwriter, acting):
        with acting(underwriter):
            new = certificate(underwriter, supersedes=issued)
        assert issued.successor == new
        assert list(Paper.objects.current()) == [new]
        assert list(Paper.objects.about("policies.policy:12")) == [new, issued]

    def test_a_paper_is_replaced_once(self, issued, underwriter, acting):
        with acting(underwriter):
            certificate(underwriter, supersedes=issued)
            with pytest.raises(PaperRefused, match="已被新的文书代替"):
                certificate(underwriter, supersedes=issued)

    def test_a_number_is_given_once(self, issued, underwriter, acting):
        with acting(underwriter), pytest.raises(PaperRefused, match="已经签发"):
            certificate(underwriter)


def test_a_paper_is_printed_exactly_once_after_the_commit(own_database, tmp_path):
    """Two workers get the bell at once, the bell rings again, and the paper is there once."""
    with context.entering(ARRANGER), transaction.atomic():
        underwriter = person(Kind.INSURER, "underwriter")
    with context.entering(underwriter.context), transaction.atomic():
        paper = certificate(underwriter)
    with context.entering(context.DISPATCH.context), transaction.atomic():
        effect = Effect.objects.get(name="documents.print")

    delivered = [outbox.deliver(str(effect.pk)) for _ring in range(3)]

    assert delivered == [True, False, False]
    with context.entering(underwriter.context), transaction.atomic():
        paper.refresh_from_db()
    assert paper.is_printed
    assert len(list(tmp_path.rglob("documents/??/*"))) == 1


def test_an_act_that_fails_issues_nothing(underwriter, acting):
    def issue_and_fail():
        with transaction.atomic():
            certificate(underwriter)
            raise ZeroDivisionError

    with acting(underwriter), pytest.raises(ZeroDivisionError):
        issue_and_fail()
    assert not Paper.objects.exists()
    assert not Effect.objects.exists()
