"""One person of a roster, read from cells as people type them, with a sentence for each fault.

Sentences never repeat an identity number: they are printed, exported and kept.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from apps.core.codes import normalise_code
from apps.core.identity import refusal_to_accept_id_number
from apps.policies.roster.vocabulary import (
    DAY,
    DOCUMENT_WORDS,
    EMPLOYMENT_WORDS,
    NUMBERED_ALIKE,
    TEN_THOUSAND,
    YUAN,
)
from apps.policies.roster.words import DocumentKind, Employment

FIELDS = ("name", "document_kind", "document_number", "employment", "post", "joined_on", "left_on")
MOST_NAME, MOST_POST = 60, 60
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x1f\x7f]")
SPACES = re.compile(r"\s+")
APOSTROPHES = "'’‘`"
FORMULA = ("=", "+", "@", "#")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
NAME = re.compile(r"^[^\W\d_]+(?:[ ·•・.\-'][^\W\d_]+)*\.?$")
EXPONENT = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.IGNORECASE)
PATTERNS: Mapping[DocumentKind, tuple[re.Pattern[str], str]] = {
    DocumentKind.HK_MACAO_PERMIT: (re.compile(r"^[HM]\d{8}(?:\d{2})?$"), "H12345678"),
    DocumentKind.TAIWAN_PERMIT: (re.compile(r"^\d{8}$|^\d{10}[A-Z]?$"), "12345678"),
    DocumentKind.PASSPORT: (re.compile(r"^(?=.*\d)[A-Z0-9]{5,15}$"), "E12345678"),
}
OLD_FOREIGNER_ID = re.compile(r"^[A-Z]{3}\d{12}$")
COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"^\d{5}(?:\.0+)?$")
SERIAL_ZERO = date(1899, 12, 30)
OLDEST, NEWEST = date(1950, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Person:
    """As a roster names one; `joined_on` None means from the first day of the cover."""

    name: str
    document_kind: DocumentKind
    document_number: str
    employment: Employment
    post: str
    joined_on: date | None = None
    left_on: date | None = None

    @property
    def document(self) -> str:
        return f"{self.document_kind}:{self.document_number}"


@dataclass(frozen=True)
class Fault:
    field: str
    text: str


def plain(text: str) -> str:
    """Half width, no invisible marks, no apostrophe that Excel puts before text."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub(" ", text)))
    return SPACES.sub(" ", text).strip().lstrip(APOSTROPHES).strip()


def document_key(document: str) -> str:
    """By what one person is known again: numbers of eighteen signs are the same in every paper."""
    kind, _sep, number = document.partition(":")
    return f"id:{number}" if kind in NUMBERED_ALIKE else f"{kind}:{number}"


def read_person(cells: Mapping[str, str], *, today: date) -> tuple[Person | None, list[Fault]]:
    """The person these cells name, or everything that is wrong with them at once."""
    told = {field: plain(cells.get(field, "")) for field in FIELDS}
    faults: list[Fault] = []

    def note(field: str, text: str) -> None:
        if text:
            faults.append(Fault(field, text))

    name, refusal = read_name(told["name"])
    note("name", refusal)
    kind, refusal = read_document_kind(told["document_kind"], told["document_number"])
    note("document_kind", refusal)
    number = normalise_code(told["document_number"])
    note("document_number", refusal_of_number(kind, number, today))
    employment = read_employment(told["employment"])
    note("employment", "" if employment else refusal_of_employment(told["employment"]))
    post = told["post"]
    note("post", refusal_of_post(post))
    joined, refusal = read_day(told["joined_on"])
    note("joined_on", refusal)
    left, refusal = read_day(told["left_on"])
    note("left_on", refusal)
    if joined and left and left <= joined:
        note("left_on", _("退出日期应晚于加入日期；退出当日零时起不再承保。"))
    if faults or kind is None or employment is None:
        return None, faults
    return Person(name, kind, number, employment, post, joined, left), []


def read_name(text: str) -> tuple[str, str]:
    name = BETWEEN_HAN.sub("", text).replace("•", "·").replace("・", "·")
    if not name:
        return "", _("姓名是空的。如果这一格与别的格合并了，请取消合并，每行填一个人。")
    if name.startswith(FORMULA):
        return "", _("姓名是公式或错误值，请改为文字。")
    if len(name) > MOST_NAME:
        return "", _("姓名超过%(most)s个字，请核对。") % {"most": MOST_NAME}
    if len(name) < 2 or not NAME.match(name):
        return "", _("“%(name)s”不像姓名：至少两个字，不含数字和符号。") % {"name": name[:20]}
    return name, ""


def read_document_kind(text: str, number: str) -> tuple[DocumentKind | None, str]:
    """Left empty beside a number of eighteen signs it is the identity card."""
    if not text:
        code = normalise_code(number)
        if len(code) in {15, 17, 18, 19} or EXPONENT.match(code):
            return DocumentKind.RESIDENT_ID, ""
        return None, _("请填写证件类型，例如“居民身份证”“护照”。")
    if kind := DOCUMENT_WORDS.get(text.replace(" ", "")):
        return kind, ""
    if text in DocumentKind.values:
        return DocumentKind(text), ""
    kinds = _("、").join(str(kind.label) for kind in DocumentKind)
    return None, _("证件类型“%(text)s”不认识；可以填：%(kinds)s。") % {
        "text": text[:20],
        "kinds": kinds,
    }


def refusal_of_number(kind: DocumentKind | None, number: str, today: date) -> str:
    if not number:
        return _("证件号码是空的。如果这一格与别的格合并了，请取消合并，每行填一个人。")
    if EXPONENT.match(number) or number.startswith(FORMULA):
        return _(
            "证件号码被Excel改成了科学计数或公式，末几位已经丢失。"
            "请把这一列设为文本，重新填写完整号码。"
        )
    if kind is None:
        return ""
    if kind in NUMBERED_ALIKE:
        if kind == DocumentKind.FOREIGNER_ID and OLD_FOREIGNER_ID.match(number):
            return ""
        if kind == DocumentKind.RESIDENT_ID and len(number) == 15 and number.isdigit():
            return _("这是15位的旧身份证号，已停止使用；请填18位号码。")
        return refusal_to_accept_id_number(number, today=today) or _of_region(kind, number)
    wanted, example = PATTERNS[kind]
    if wanted.match(number):
        return ""
    return _("不是%(kind)s的号码样式（例如%(example)s），请核对。") % {
        "kind": kind.label,
        "example": example,
    }


def _of_region(kind: DocumentKind, number: str) -> str:
    """The first digits of a residence permit say Hong Kong, Macao or Taiwan; 9 a foreigner."""
    starts = {DocumentKind.RESIDENCE_PERMIT: ("81", "82", "83"), DocumentKind.FOREIGNER_ID: ("9",)}
    if kind not in starts or number.startswith(starts[kind]):
        return ""
    return _("%(kind)s的号码应以%(starts)s开头，请核对证件类型。") % {
        "kind": kind.label,
        "starts": _("、").join(starts[kind]),
    }


def read_employment(text: str) -> Employment | None:
    """In the words of people, or by the code that other systems use."""
    if text in Employment.values:
        return Employment(text)
    return EMPLOYMENT_WORDS.get(text.upper().replace(" ", ""))


def refusal_of_employment(text: str) -> str:
    kinds = _("、").join(str(kind.label) for kind in Employment)
    if not text:
        return _("请填写用工类型：%(kinds)s。") % {"kinds": kinds}
    return _("用工类型“%(text)s”不认识；可以填：%(kinds)s。") % {"text": text[:20], "kinds": kinds}


def refusal_of_post(post: str) -> str:
    if post.startswith(FORMULA):
        return _("岗位是公式或错误值，请改为文字。")
    if len(post) > MOST_POST:
        return _("岗位超过%(most)s个字，请缩短。") % {"most": MOST_POST}
    return ""


def read_day(text: str) -> tuple[date | None, str]:
    """A day in any of the ways Excel and people write it; "" is no day at all."""
    if not text:
        return None, ""
    if SERIAL.match(text):
        day = SERIAL_ZERO + timedelta(days=int(text.partition(".")[0]))
        return _within(day)
    if found := DAY.match(text) or COMPACT_DAY.match(text):
        try:
            return _within(date(*map(int, found.groups())))
        except ValueError:
            return None, _("日期“%(text)s”不存在，请核对年月日。") % {"text": text[:20]}
    return None, _("日期“%(text)s”看不懂；请写成2026-03-01。") % {"text": text[:20]}


def _within(day: date) -> tuple[date | None, str]:
    if OLDEST <= day <= NEWEST:
        return day, ""
    return None, _("日期%(day)s不合情理，请核对年份。") % {"day": day.isoformat()}


def read_limit(text: str) -> tuple[Decimal | None, str]:
    """The sum insured a file may name: "80万", "800,000", "800000元"."""
    text = plain(text).replace(",", "").replace(" ", "").removesuffix(YUAN)
    if not text:
        return None, ""
    times = Decimal(10_000) if text.endswith(TEN_THOUSAND) else Decimal(1)
    try:
        amount = Decimal(text.removesuffix(TEN_THOUSAND)) * times
    except InvalidOperation:
        return None, _("每人限额“%(text)s”不是金额。") % {"text": text[:20]}
    return amount, ""
