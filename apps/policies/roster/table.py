"""Rows of a sheet become people: where the headings are, which column is which, what repeats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import DomainError
from apps.core.sheets.reading import Row
from apps.policies.roster.persons import Fault, Person, document_key, plain, read_limit, read_person
from apps.policies.roster.vocabulary import HEADINGS

LABELS = {
    "name": gettext_lazy("姓名"),
    "document_kind": gettext_lazy("证件类型"),
    "document_number": gettext_lazy("证件号码"),
    "employment": gettext_lazy("用工类型"),
    "post": gettext_lazy("岗位"),
    "joined_on": gettext_lazy("加入日期"),
    "left_on": gettext_lazy("退出日期"),
    "limit": gettext_lazy("每人限额"),
}
NEEDED = ("name", "document_number")
LOOK_FOR_HEADING = 10  # rows; above it titles and notes may stand
MOST_PEOPLE = 100_000


class RosterRefused(DomainError):
    code = "roster_refused"


@dataclass
class ReadRow:
    """A row as it came and as it was understood; one of `person` and `faults` is empty."""

    number: int
    cells: dict[str, str]
    person: Person | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def key(self) -> str:
        return document_key(self.person.document) if self.person else ""


def read_roster(
    rows: Sequence[Row], *, today: date, limit: Decimal, numbered: bool = False
) -> list[ReadRow]:
    """Everybody the sheet names, in its order; raises RosterRefused when it is no roster.

    `numbered`: the sheet holds rows of an earlier one, whose numbers stand in a column.
    """
    place, columns = find_heading(rows)
    found = []
    for row in rows[place + 1 :]:
        cells = {name: row.cells[at] for name, at in columns.items() if at < len(row.cells)}
        if not any(plain(text) for text in cells.values()):
            continue  # blanks, or a note beside the columns that count
        number = earlier_number(row.number, cells) if numbered else row.number
        found.append(read_row(number, cells, today=today, limit=limit))
    if not found:
        raise RosterRefused(_("表头下面没有人员。请从表头的下一行起，每行填一个人。"))
    if len(found) > MOST_PEOPLE:
        raise RosterRefused(_("一次最多导入%(most)s人，请拆成几份。") % {"most": MOST_PEOPLE})
    note_repeats(found)
    return found


def read_row(number: int, cells: dict[str, str], *, today: date, limit: Decimal) -> ReadRow:
    person, faults = read_person(cells, today=today)
    faults += refusals_of_limit(cells.get("limit", ""), limit)
    return ReadRow(number, cells, None if faults else person, faults)


def earlier_number(number: int, cells: Mapping[str, str]) -> int:
    told = plain(cells.get("number", ""))
    if not (told.isascii() and told.isdigit() and len(told) < 8):
        text = _("第%(row)s行没有“原表行号”；请用下载的表改正，不要动这一列。")
        raise RosterRefused(text % {"row": number}, field="file")
    return int(told)


def refusals_of_limit(text: str, limit: Decimal) -> list[Fault]:
    """One sum insured for everybody: a file that names another one is not taken."""
    amount, refusal = read_limit(text)
    if refusal:
        return [Fault("limit", refusal)]
    if amount is None or amount == limit:
        return []
    facts = {"found": f"{amount:,.0f}", "limit": f"{limit:,.0f}"}
    text = _("每人限额%(found)s元与保单的%(limit)s元不同；同一保单所有人限额相同，不能分档。")
    return [Fault("limit", text % facts)]


def find_heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Where the headings stand and which column each is; a heading may stand once only."""
    for place, row in enumerate(rows[:LOOK_FOR_HEADING]):
        columns = columns_of(row)
        if all(name in columns for name in NEEDED):
            return place, columns
    raise RosterRefused(
        _(
            "找不到表头。前%(rows)s行里要有一行写明各列名称，至少有“姓名”和“证件号码”；"
            "可以下载模板照填。"
        )
        % {"rows": LOOK_FOR_HEADING}
    )


def columns_of(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, text in enumerate(row.cells):
        heading = plain(text).replace(" ", "").strip("*:").partition("(")[0]
        for name, words in HEADINGS.items():
            if heading not in words:
                continue
            if name in columns:
                facts = {"row": row.number, "label": heading}
                raise RosterRefused(_("第%(row)s行有两列都叫“%(label)s”，请删去一列。") % facts)
            columns[name] = at
    return columns


def note_repeats(rows: Iterable[ReadRow]) -> None:
    """The first row of a person stands; each later one says where that was."""
    first: dict[str, int] = {}
    for row in rows:
        if not row.person:
            continue
        if (at := first.setdefault(row.key, row.number)) != row.number:
            text = _("与第%(row)s行是同一个证件号码；一个人只填一行。") % {"row": at}
            row.person, row.faults = None, [Fault("document_number", text)]
