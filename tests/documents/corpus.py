"""Files as people send them, and as nobody should; small enough to be made on the spot."""

import zlib
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def upload(content: bytes, name: str = "文件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def written(writer: PdfWriter) -> bytes:
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf_writer() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    return writer


def pdf() -> bytes:
    return written(pdf_writer())


def pdf_with_script() -> bytes:
    writer = pdf_writer()
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    names = {NameObject(key): value for key, value in action.items()}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(names)
    return written(writer)


def pdf_with(action: dict[str, Any]) -> bytes:
    """Does something as soon as it is opened; the name is written in the other spelling (#4c)."""
    writer = pdf_writer()
    names = {NameObject(key): value for key, value in action.items()}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(names)
    return (
        written(writer).replace(b"/Launch", b"/#4caunch").replace(b"/JavaScript", b"/#4aavaScript")
    )


def pdf_that_launches() -> bytes:
    return pdf_with({"/S": NameObject("/Launch"), "/F": TextStringObject("cmd.exe")})


def pdf_with_hidden_script() -> bytes:
    return pdf_with({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("x")})


def pdf_with_packed_script() -> bytes:
    """The script lies in a compressed stream of objects, where no search of the bytes sees it."""
    action = b"<< /S /JavaScript /JS (x) >>"
    packed = zlib.compress(b"5 0 " + action)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed),
    ]
    body, places = b"%PDF-1.5\n", [0]
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(body)
    rows = pack(">BHB", 0, 0, 0) + b"".join(pack(">BHB", 1, place, 0) for place in places[1:])
    rows += pack(">BHB", 2, 4, 0) + pack(">BHB", 1, start, 0)
    table = zlib.compress(rows)
    body += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode"
        b" /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def pdf_with_form_that_sends() -> bytes:
    return pdf_with({"/S": NameObject("/SubmitForm"), "/F": TextStringObject("http://x/")})


def pdf_with_attachment() -> bytes:
    writer = pdf_writer()
    writer.add_attachment("x.exe", b"MZ")
    return written(writer)


def pdf_with_form_program() -> bytes:
    writer = pdf_writer()
    form = DictionaryObject({NameObject("/XFA"): ArrayObject([])})
    writer.root_object[NameObject("/AcroForm")] = form
    return written(writer)


def pdf_with_password() -> bytes:
    writer = pdf_writer()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def pdf_without_pages() -> bytes:
    return written(PdfWriter())


def archive(**entries: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return target.getvalue()


def workbook(**more: bytes) -> bytes:
    return archive(
        **{"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<a/>"} | more
    )


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind, **options)
    return target.getvalue()


def picture_in(mode: str, kind: str) -> bytes:
    target = BytesIO()
    Image.new(mode, (20, 20)).save(target, kind)
    return target.getvalue()


def photo_with_place() -> bytes:
    """As a phone takes it: held upright, with time, place and the owner's name inside."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "CAMERA-OF-ZHANG"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif.tobytes(), comment=b"GPS 23.02N")


def huge_png() -> bytes:
    """A few bytes that say they are thirty thousand pixels wide and high."""
    header = b"IHDR" + pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0")
    chunks = b"".join(
        pack(">I", len(part) - 4) + part + pack(">I", zlib.crc32(part))
        for part in (header, pixels, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def stored(path: str, root: str | Path) -> bytes:
    return (Path(root) / path).read_bytes()
