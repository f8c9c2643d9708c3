"""Rows of a bank's sheet become payments: which column is which, and what cannot be read."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from unicodedata import normalize

from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.core.sheets.reading import Row

# The words banks print above their columns; the first of each stands in the template.
HEADINGS = {
    "received_on": (
        "到账日期", "交易日期", "入账日期", "记账日期", "交易时间", "到账时间", "日期",
    ),
    "voucher": (
        "银行回单号", "回单号", "回单编号", "交易流水号", "流水号", "银行流水号", "核心流水号",
        "凭证号", "交易序号",
    ),
    "payer_name": (
        "付款户名", "对方户名", "对方名称", "对方账户名称", "付款人名称", "付款方名称", "付款人",
        "付款人户名",
    ),
    "amount": (
        "到账金额", "收入金额", "贷方金额", "贷方发生额", "入账金额", "收入", "贷方", "交易金额",
        "金额",
    ),
    "remark": ("附言", "摘要", "用途", "备注", "交易附言", "交易摘要"),
    "outgoing": ("支出金额", "借方金额", "借方发生额", "支出", "借方"),
}  # fmt: skip
NEEDED = ("received_on", "voucher", "payer_name", "amount")
TEMPLATE = tuple(HEADINGS[name][0] for name in (*NEEDED, "remark"))
LOOK_FOR_HEADING = 15  # rows; banks print the account and the period above
MOST_LINES = 5_000
DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?$")
LIMITS = {"voucher": 60, "payer_name": 200, "remark": 300}


class BankRefused(DomainError):
    code = "bank_refused"


@dataclass
class ReadLine:
    number: int
    voucher: str
    payer_name: str
    amount: Decimal | None
    received_on: date | None
    remark: str
    faults: list[str]


def read_lines(rows: Sequence[Row]) -> tuple[list[ReadLine], int]:
    """Every payment that came in, in the order of the sheet, and how many went out."""
    place, columns = find_heading(rows)
    found, left_out = [], 0
    for row in rows[place + 1 :]:
        cells = {name: _joined(row.cells, at) for name, at in columns.items()}
        if not any(cells[name] for name in NEEDED):
            continue  # blanks, or a sum below
        if _goes_out(cells):
            left_out += 1
        else:
            found.append(read_line(row.number, cells))
    if not found:
        raise BankRefused(_("表头下面没有到账的款项。"), field="file")
    if len(found) > MOST_LINES:
        text = _("一次最多导入%(most)s笔，请按日期拆成几份。")
        raise BankRefused(text % {"most": MOST_LINES}, field="file")
    return found, left_out


def find_heading(rows: Sequence[Row]) -> tuple[int, dict[str, list[int]]]:
    for place, row in enumerate(rows[:LOOK_FOR_HEADING]):
        columns = columns_of(row.cells)
        if all(columns[name] for name in NEEDED):
            return place, columns
    text = _("找不到表头。前%(rows)s行里要有一行写明“%(names)s”；可以下载模板照填。")
    names = _("”“").join(TEMPLATE[: len(NEEDED)])
    raise BankRefused(text % {"rows": LOOK_FOR_HEADING, "names": names}, field="file")


def columns_of(cells: Sequence[str]) -> dict[str, list[int]]:
    """By their headings. Of several that mean the same the first counts; remarks are joined."""
    headings = [plain(text).strip("*:").partition("(")[0] for text in cells]
    return {
        name: [at for at, heading in enumerate(headings) if heading in words]
        for name, words in HEADINGS.items()
    }


def _joined(cells: Sequence[str], places: list[int]) -> str:
    texts = [spaced(cells[at]) for at in places if at < len(cells)]
    return " ".join(filter(None, texts))


def _goes_out(cells: dict[str, str]) -> bool:
    amount = read_amount(cells["amount"])
    if amount is not None and amount < 0:
        return True
    return not amount and bool(read_amount(cells["outgoing"]))


def read_line(number: int, cells: dict[str, str]) -> ReadLine:
    """What cannot be read is told, not guessed."""
    amount, day = read_amount(cells["amount"]), read_day(cells["received_on"])
    voucher = "".join(cells["voucher"].split()).upper().lstrip("'")
    faults = []
    if not voucher:
        faults.append(_("没有回单号"))
    if not cells["payer_name"]:
        faults.append(_("没有付款户名"))
    if amount is None or amount <= 0:
        faults.append(_("金额“%(text)s”读不出") % {"text": cells["amount"][:30]})
        amount = None
    if day is None:
        faults.append(_("日期“%(text)s”读不出") % {"text": cells["received_on"][:30]})
    texts = {"voucher": voucher, "payer_name": cells["payer_name"], "remark": cells["remark"]}
    if len(voucher) > LIMITS["voucher"]:
        faults.append(_("回单号太长"))
    cut = {name: text[: LIMITS[name]] for name, text in texts.items()}
    return ReadLine(number, amount=amount, received_on=day, faults=faults, **cut)


def read_amount(text: str) -> Decimal | None:
    """Whole fen or nothing; ￥ and commas do not count."""
    bare = re.sub(r"[¥￥,元\s]|CNY|RMB", "", text)
    try:
        amount = Decimal(bare).quantize(Decimal("0.01"))
        whole = Decimal(bare) == amount and amount < Decimal(10) ** 12
    except InvalidOperation:
        return None
    return amount if whole else None


def read_day(text: str) -> date | None:
    if not (parts := DAY.match(text)):
        return None
    try:
        year, month, day = map(int, parts.groups())
        return date(year, month, day)
    except ValueError:
        return None


def plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


def spaced(text: str) -> str:
    return " ".join(normalize("NFKC", text).split())


def digest_of(lines: Sequence[ReadLine]) -> str:
    """The same list is known again, whatever format it comes in."""
    told = [
        [line.voucher, line.payer_name, str(line.amount), str(line.received_on), line.remark]
        for line in lines
    ]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
