"""Asks the process that opens files, and says in a sentence why one is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.sheets.reading import REFUSALS as OF_SHEETS
from apps.documents.rules import FileKind
from apps.documents.screening.photo import MOST_PIXELS

PATIENCE = 30  # seconds; the process counts 20 of its own work
ROOT = Path(__file__).resolve().parents[3]

REFUSALS = {
    "acts": _("PDF文件里带有打开时会自动执行的程序。请把它打印成新的PDF后再上传。"),
    "carries": _("PDF文件里夹带着别的文件，或指向别的文件。请把它打印成新的PDF后再上传。"),
    "locked": _("PDF文件加了密码或权限限制，打不开。请去掉密码后再上传。"),
    "mixed": _("文件里夹着别的内容。请用原来的软件另存一份后再上传。"),
    "damaged": _("文件已损坏，打不开。请重新导出或拍照后再上传。"),
    "limits": _("打开这个文件需要的内存或时间超出了限度。请压缩或拆成几份后再上传。"),
    "pixels": _("照片是%(width)s×%(height)s像素，超过%(most)s万像素。请把照片缩小后再上传。"),
}


class FileRefused(DomainError):
    code = "file_refused"


def screened(kind: FileKind, source: Path, target: Path) -> None:
    """Raises FileRefused when the file may not pass. A photo is drawn anew to `target`."""
    answer = _answer(kind, source, target)
    if refusal := answer.pop("refusal", ""):
        raise FileRefused(_sentence(kind, refusal, answer))


def _answer(kind: FileKind, source: Path, target: Path) -> dict[str, Any]:
    module = "apps.documents.screening.opener"
    command = [sys.executable, "-E", "-s", "-m", module, kind, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            command, capture_output=True, cwd=ROOT, env={}, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refusal": "limits"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it died without a word
        return {"refusal": "limits"}
    return answer


def _sentence(kind: FileKind, refusal: str, facts: dict[str, Any]) -> str:
    known = OF_SHEETS | REFUSALS if kind != FileKind.XLSX else REFUSALS | OF_SHEETS
    sentence = str(known[refusal])
    facts.setdefault("most", MOST_PIXELS // 10_000)
    return sentence % facts if "%(" in sentence else sentence
