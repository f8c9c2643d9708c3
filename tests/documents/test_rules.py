import pytest

from apps.documents.rules import FileKind, kind_of, knows_holder, safe_name

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", FileKind.PDF),
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"PK\x03\x04", FileKind.XLSX),
        (b"\n%PDF-1.7", None),
        (b"<svg xmln", None),
        (b"MZ\x90\x00", None),
        (b"", None),
    ],
)
def test_the_kind_is_told_by_the_first_bytes(head, kind):
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("营业执照.pdf", "营业执照.pdf"),
        ("营业执照.exe", "营业执照.pdf"),
        ("营业执照.pdf.exe", "营业执照.pdf.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\张三\\合同.docx", "合同.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("abc\u202efdp.exe", "abcfdp.pdf"),
        ("ｆｕｌｌ　ｗｉｄｔｈ．ｐｄｆ", "full width.pdf"),
        ("ÓªÒµÖ´ÕÕ.pdf", "ÓaÒμÖ ́ÕÕ.pdf"),
        ("\ufffd\ufffd\ufffd.pdf", "file.pdf"),
        ("CON<>:|?*.pdf", "CON.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "file.pdf"),
        ("  . .pdf", "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("\U00020bb7野家.pdf", "\U00020bb7野家.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_the_file_really_is(given, kept):
    assert safe_name(given, FileKind.PDF) == kept


HOLDER = "佛山市南海区锋利（五金）制品有限公司"
CODE = "91440605MA4UXXXX1Y"


@pytest.mark.parametrize(
    "given",
    [
        HOLDER,
        "佛山市南海区锋利",
        "佛山南海锋利五金",
        "锋利",
        " 锋 利(五金) ",
        "南海区锋利五金制品有限公司",
        CODE,
        CODE.lower(),
        "9144 0605 MA4U XXXX 1Y",
    ],
)
def test_whoever_holds_the_paper_knows_the_name_or_the_code(given):
    assert knows_holder(given, HOLDER, CODE)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "佛山市",
        "佛山市南海区",
        "佛山市南海区锋",
        "锋",
        "五金",
        "顺德区利锋",
        "9144",
        CODE[:-1],
        "%",
        "__",
    ],
)
def test_who_does_not_cannot_guess_by_the_place(given):
    assert not knows_holder(given, HOLDER, CODE)


def test_an_empty_code_is_known_by_nobody():
    assert not knows_holder("", HOLDER, "")
