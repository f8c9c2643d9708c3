"""What is taken in, what is refused and in which words, and what is left behind afterwards."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent
from apps.documents.models import Scope, StoredFile, Trust
from apps.documents.models.stored import Scan
from apps.documents.screening.reading import FileRefused
from apps.documents.services.uploads import keep_upload, vouch_for
from tests.documents import corpus
from tests.documents.conftest import ANY, PDF_ONLY, PEOPLE
from tests.factories import person


@pytest.fixture
def clerk():
    return person(Kind.ENTERPRISE)


def keep(content, clerk, acting, *, name="文件.pdf", purpose=ANY, **more):
    own = clerk.organisation_id
    with acting(clerk):
        return keep_upload(
            corpus.upload(content, name),
            purpose=purpose,
            scope=Scope(owner=own, enterprise=own),
            by=clerk,
            **more,
        )


def left_behind():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (corpus.pdf(), "pdf"),
        (corpus.picture("JPEG"), "jpg"),
        (corpus.picture("PNG"), "png"),
        (corpus.workbook(), "xlsx"),
    ],
    ids=["pdf", "jpg", "png", "xlsx"],
)
def test_a_file_is_kept_for_what_it_is_whatever_it_is_called(content, kind, clerk, acting):
    stored = keep(content, clerk, acting, name="随便.txt")

    assert (stored.kind, stored.name) == (kind, f"随便.{kind}")
    assert stored.sha256 == sha256(corpus.stored(stored.path, settings.MEDIA_ROOT)).hexdigest()
    assert (stored.trust, stored.scan) == (Trust.UPLOADED, Scan.UNSCANNED)
    assert stored.keep_until == date(2031, 12, 31)
    assert left_behind() == [Path(settings.MEDIA_ROOT) / stored.path]
    event = AuditEvent.objects.get(action="file.uploaded")
    assert (event.actor, event.target) == (clerk.actor_key, f"documents.storedfile:{stored.pk}")


@pytest.mark.parametrize("content", [corpus.pdf(), corpus.workbook()], ids=["pdf", "xlsx"])
def test_a_document_is_kept_byte_for_byte(content, clerk, acting):
    stored = keep(content, clerk, acting)
    assert corpus.stored(stored.path, settings.MEDIA_ROOT) == content


REFUSED = {
    "empty": (b"", "文件是空的"),
    "program called pdf": (b"MZ" + b"\0" * 500, "不是PDF文件、照片（JPG）、图片（PNG）、Excel表格"),
    "page called pdf": (b"<html><script>alert(1)</script>", "改扩展名没有用"),
    "drawing with script": (b"<svg><script>1</script></svg>", "改扩展名没有用"),
    "pdf after other bytes": (b"GIF89a" + corpus.pdf(), "改扩展名没有用"),
    "archive": (corpus.archive(**{"a.txt": b"x"}), "不是Excel"),
    "archive in a workbook": (corpus.workbook(**{"x.bin": corpus.archive(a=b"x")}), "嵌有别的文件"),
    "workbook with macros": (corpus.workbook(**{"xl/vbaProject.bin": b"x"}), "带有宏"),
    "workbook with a way out": (corpus.workbook(**{"../x": b"x"}), "内部结构异常"),
    "workbook with a tail": (corpus.workbook() + b"<script>", "夹着别的内容"),
    "bomb": (corpus.workbook(**{"xl/big.bin": b"\0" * 5_000_000}), "压缩比例异常"),
    "half a workbook": (corpus.workbook()[:-30], "已损坏"),
    "pdf with script": (corpus.pdf_with_script(), "自动执行的程序"),
    "pdf with script in other letters": (corpus.pdf_with_hidden_script(), "自动执行的程序"),
    "pdf with packed script": (corpus.pdf_with_packed_script(), "自动执行的程序"),
    "pdf that launches": (corpus.pdf_that_launches(), "自动执行的程序"),
    "pdf that sends": (corpus.pdf_with_form_that_sends(), "自动执行的程序"),
    "pdf with a form program": (corpus.pdf_with_form_program(), "自动执行的程序"),
    "pdf with attachment": (corpus.pdf_with_attachment(), "夹带着别的文件"),
    "pdf with password": (corpus.pdf_with_password(), "加了密码"),
    "pdf and archive": (corpus.pdf() + corpus.archive(a=b"x"), "夹着别的内容"),
    "pdf with a long tail": (corpus.pdf() + b"x" * 5_000, "夹着别的内容"),
    "pdf without pages": (corpus.pdf_without_pages(), "已损坏"),
    "half a pdf": (corpus.pdf()[:100], "已损坏"),
    "only the mark of a pdf": (b"%PDF-1.7\n%%EOF", "已损坏"),
    "half a photo": (corpus.picture(size=(400, 300))[:900], "已损坏"),
    "only the mark of a photo": (b"\xff\xd8\xff\xe0" + b"x" * 100, "已损坏"),
    "flood of pixels": (corpus.huge_png(), "30000×30000像素，超过2400万像素"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told_why_and_leaves_nothing(name, clerk, acting):
    content, words = REFUSED[name]
    with pytest.raises(FileRefused) as refused:
        keep(content, clerk, acting)
    assert words in str(refused.value)
    assert refused.value.field == "file"
    assert left_behind() == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (corpus.picture() + b"\0" * (10 * 1024 * 1024), "照片有10.0MB，最多10MB"),
        (corpus.pdf() + b"\0" * (50 * 1024 * 1024), "文件有50.0MB，最多50MB"),
    ],
    ids=["photo", "file"],
)
def test_what_is_too_big_is_refused_before_it_is_opened(content, words, clerk, acting):
    with pytest.raises(FileRefused, match=words):
        keep(content, clerk, acting)


def test_a_purpose_takes_its_own_kinds_only(clerk, acting):
    with pytest.raises(FileRefused, match="文件的内容不是PDF文件，"):
        keep(corpus.picture(), clerk, acting, purpose=PDF_ONLY)


def test_a_photo_is_turned_upright_and_says_no_more_where_and_by_whom(clerk, acting):
    original = corpus.photo_with_place()
    stored = keep(original, clerk, acting)

    content = corpus.stored(stored.path, settings.MEDIA_ROOT)
    assert b"ZHANG" in original
    assert b"ZHANG" not in content
    assert b"GPS" not in content
    with Image.open(Path(settings.MEDIA_ROOT) / stored.path) as photo:
        assert photo.size == (30, 40)
        assert dict(photo.getexif()) == {}


def test_what_hides_behind_a_picture_is_not_copied(clerk, acting):
    stored = keep(corpus.picture() + corpus.archive(a=b"SECRET") + b"<script>", clerk, acting)
    content = corpus.stored(stored.path, settings.MEDIA_ROOT)
    assert b"PK" not in content
    assert b"<script>" not in content


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "RGBA", "LA", "I;16"])
def test_pictures_of_every_make_are_readable_afterwards(mode, clerk, acting):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    stored = keep(corpus.picture_in(mode, kind), clerk, acting)
    with Image.open(Path(settings.MEDIA_ROOT) / stored.path) as photo:
        photo.load()
        assert photo.mode in {"L", "LA", "RGB", "RGBA"}


def test_without_a_scanner_nothing_passes_unless_the_operator_says_so(settings, clerk, acting):
    settings.ACCEPT_UNSCANNED = False
    with pytest.raises(FileRefused, match="还没有装好查毒服务"):
        keep(corpus.pdf(), clerk, acting)


class TestTrust:
    def test_a_bureau_may_say_that_it_issued_what_it_uploads(self, acting):
        officer = person(Kind.CITY_BUREAU)
        with acting(officer):
            stored = keep_upload(
                corpus.upload(corpus.pdf()),
                purpose=ANY,
                scope=Scope(owner=officer.organisation_id),
                by=officer,
                trust=Trust.ISSUED,
            )
        assert stored.get_trust_display() == "政府签发"

    @pytest.mark.parametrize("trust", [Trust.ISSUED, Trust.COMPARED])
    def test_an_enterprise_cannot_vouch_for_itself(self, trust, clerk, acting):
        with pytest.raises(FileRefused, match="须由有权核对的单位认定"):
            keep(corpus.pdf(), clerk, acting, trust=trust)

    def test_a_file_may_be_declared_only(self, clerk, acting):
        assert keep(corpus.pdf(), clerk, acting, trust=Trust.DECLARED).trust == "D"

    def test_the_counter_that_compared_a_file_says_so_with_its_reason(self, clerk, acting):
        stored = keep(corpus.pdf(), clerk, acting, purpose=PEOPLE)
        officer = person(Kind.CITY_BUREAU)
        with acting(officer):
            vouch_for(stored, trust=Trust.COMPARED, reason="与原件一致", by=officer)
        stored.refresh_from_db()
        event = AuditEvent.objects.get(action="file.vouched_for")
        assert stored.trust == Trust.COMPARED
        assert (event.reason, event.changes) == ("与原件一致", {"trust": ["C", "B"]})
