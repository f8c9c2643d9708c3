"""Workbooks for tests, whole ones and ones that somebody meddled with."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from apps.core.sheets.writing import Column, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def plain_workbook() -> bytes:
    target = BytesIO()
    write_xlsx(target, [Column("姓名"), Column("证件号")], [["张三", "440604198501010010"]])
    return target.getvalue()


def workbook_with(
    parts: Mapping[str, bytes] | None = None, *, without: str = "", store: bool = False
) -> bytes:
    """A plain workbook with parts added or replaced."""
    replaced = dict(parts or {})
    target = BytesIO()
    kind = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
    with (
        zipfile.ZipFile(BytesIO(plain_workbook())) as source,
        zipfile.ZipFile(target, "w", kind) as archive,
    ):
        for name in source.namelist():
            if name != without:
                archive.writestr(name, replaced.pop(name, source.read(name)))
        for name, content in replaced.items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet_with(data: str, head: str = "", *, store: bool = False) -> bytes:
    """A workbook whose sheet holds this XML."""
    xml = f'<?xml version="1.0"?>{head}<worksheet {XMLNS}><sheetData>{data}</sheetData></worksheet>'
    return workbook_with({SHEET: xml.encode()}, store=store)


def cell(place: str, text: str = "x") -> str:
    row = "".join(filter(str.isdigit, place))
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def with_entry(name: str, *, attributes: int = 0) -> bytes:
    """A plain workbook with one more entry of this name, which may be there already."""
    target = BytesIO(plain_workbook())
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = attributes
        archive.writestr(entry, b"/etc/passwd")
    return target.getvalue()


def zipped(**parts: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def lying_workbook(declared: int) -> bytes:
    """The directory says that the sheet is small; its content is ten megabytes."""
    content = bytearray(workbook_with({SHEET: b" " * 10_000_000}))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        true_size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    return bytes(content.replace(true_size, declared.to_bytes(4, "little")))


def amplified_workbook() -> bytes:
    """One long text, shown in a million cells."""
    strings = f'<sst {XMLNS} count="1" uniqueCount="1"><si><t>{"长" * 30_000}</t></si></sst>'
    rows = "".join(
        f'<row r="{row}">' + f'<c r="A{row}" t="s"><v>0</v></c>' + "</row>"
        for row in range(1, 90_001)
    )
    sheet = f"<worksheet {XMLNS}><sheetData>{rows}</sheetData></worksheet>"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    )
    parts = {
        SHEET: sheet.encode(),
        "xl/sharedStrings.xml": strings.encode(),
        "xl/_rels/workbook.xml.rels": relations.encode(),
    }
    return workbook_with(parts, store=True)
