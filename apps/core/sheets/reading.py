"""Spreadsheets from people: opened in a process of its own, which may die without harm."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.sheets.screen import MOST_BYTES

PATIENCE = 120  # seconds; the process counts 60 of its own work
CHUNK = 1 << 20
ROOT = Path(__file__).resolve().parents[3]

REFUSALS = {
    "kind": _("这不是Excel或CSV表格。请另存为.xlsx或.csv后再上传。"),
    "old": _("这是旧版.xls文件，或者加了密码。请去掉密码，另存为.xlsx后再上传。"),
    "damaged": _("文件已损坏，打不开。请用Excel打开，另存为.xlsx后再上传。"),
    "empty": _("表格里没有内容。"),
    "size": _("文件展开后超过200MB。请拆成几份后再上传。"),
    "ratio": _("文件的压缩比例异常，不予打开。请用Excel打开，另存为.xlsx后再上传。"),
    "parts": _("文件的内部结构异常，不予打开。请用Excel打开，另存为.xlsx后再上传。"),
    "macros": _("文件带有宏。请另存为不带宏的.xlsx后再上传。"),
    "links": _("文件里有指向别处的数据连接。请在Excel的“数据”里断开链接，保存后再上传。"),
    "embedded": _("文件里嵌有别的文件。请删去后再上传。"),
    "rows": _("表格太长：第%(row)s行还有内容或格式，最多%(most)s行。请拆成几份，或删去多余的行。"),
    "columns": _("表格太宽：%(column)s列还有内容或格式，最多%(most)s列。请删去多余的列。"),
    "digits": _(
        "第%(row)s行%(column)s列的长数字是按数值填写的，末几位已经丢失。"
        "请把这一列设为文本，重新填写后再上传。"
    ),
    "encoding": _("看不出文字编码。请用Excel另存为.xlsx，或“CSV UTF-8”，后再上传。"),
    "limits": _("打开这个文件需要的内存或时间超出了限度。请拆成几份后再上传。"),
}


class SheetRefused(DomainError):
    code = "sheet_refused"


class Row(NamedTuple):
    """A row that is not empty, with the number Excel shows beside it."""

    number: int
    cells: list[str]


def read_sheet(file: IO[bytes]) -> list[Row]:
    """The first visible sheet of an .xlsx file, or a CSV file, as text."""
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        size = 0
        for chunk in iter(lambda: file.read(CHUNK), b""):
            size += len(chunk)
            if size > MOST_BYTES:
                raise SheetRefused(str(REFUSALS["size"]))
            copy.write(chunk)
        copy.flush()
        return _rows(_opened(copy.name))


def _opened(path: str) -> list[bytes]:
    command = [sys.executable, "-E", "-s", "-m", "apps.core.sheets.opener", path]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            command, capture_output=True, cwd=ROOT, env={}, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return []
    return done.stdout.splitlines()


def _rows(lines: list[bytes]) -> list[Row]:
    """The last line says how it went; without one, the process died."""
    ending = json.loads(lines[-1]) if lines and lines[-1].startswith(b"{") else {}
    if refusal := ending.get("refusal", "" if ending else "limits"):
        raise SheetRefused(_sentence(refusal, ending))
    return [Row(*json.loads(line)) for line in lines[:-1]]


def _sentence(refusal: str, facts: dict[str, Any]) -> str:
    sentence = REFUSALS[refusal]
    return str(sentence) % facts if "%(" in str(sentence) else str(sentence)
