"""Rows of a sheet become sites: where the headings are, what each cell says, what repeats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import uscc
from apps.core.codes import normalise_code
from apps.core.search import folded
from apps.core.sheets.reading import Row
from apps.duty.errors import RegistryRefused
from apps.policies.roster.persons import plain
from apps.reference.models import ActivityTag, Industry, Town
from apps.reference.selectors import known

NUMBER = "原表行号"
LABELS = {
    "uscc": gettext_lazy("统一社会信用代码"),
    "name": gettext_lazy("企业名称"),
    "site": gettext_lazy("场所名称"),
    "town": gettext_lazy("镇街"),
    "address": gettext_lazy("地址"),
    "industry": gettext_lazy("行业代码"),
    "headcount": gettext_lazy("从业人数"),
    "tags": gettext_lazy("风险情形"),
}
TEMPLATE = (
    "统一社会信用代码",
    "企业名称",
    "场所名称",
    "镇街",
    "地址",
    "行业代码",
    "从业人数",
    "风险情形",
)
HEADINGS: Mapping[str, frozenset[str]] = {
    "uscc": frozenset({"统一社会信用代码", "信用代码", "社会信用代码", "统一信用代码", "USCC"}),
    "name": frozenset({"企业名称", "单位名称", "名称", "公司名称", "生产经营单位名称", "企业"}),
    "site": frozenset({"场所名称", "场所", "厂区", "厂区名称"}),
    "town": frozenset({"镇街", "所在镇街", "镇(街道)", "镇街道", "街道", "乡镇", "属地"}),
    "address": frozenset({"地址", "详细地址", "生产地址", "经营地址", "住所"}),
    "industry": frozenset({"行业代码", "行业", "国民经济行业", "行业类别", "行业小类"}),
    "headcount": frozenset({"从业人数", "人数", "员工人数", "职工人数", "用工人数", "从业人员"}),
    "tags": frozenset({"风险情形", "风险标签", "活动标签", "情形", "标签"}),
    "number": frozenset({NUMBER}),
}
NEEDED = ("uscc", "name", "town")
LOOK_FOR_HEADING = 10
MOST_ROWS = 100_000
MOST_PEOPLE = 200_000


class Fault(NamedTuple):
    field: str
    text: str


@dataclass(frozen=True)
class Known:
    """Places, industries and tags as the sheet may call them."""

    towns: Mapping[str, list[Town]]
    industries: Mapping[str, Industry]
    tags: Mapping[str, ActivityTag]


@dataclass
class ReadSite:
    """A row as it came and as it was understood."""

    number: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    uscc: str = ""
    name: str = ""
    site: str = ""
    town: Town | None = None
    address: str = ""
    industry: Industry | None = None
    headcount: int | None = None
    tags: list[ActivityTag] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int | None, str]:
        return self.uscc, self.town.pk if self.town else None, folded(self.site)

    @property
    def town_pk(self) -> int:
        return self.town.pk if self.town else 0

    def blame(self, field: str, text: str) -> None:
        self.faults.append(Fault(field, text))


def what_is_known() -> Known:
    towns: dict[str, list[Town]] = {}
    for town in known.towns().values():
        for word in {town.code, town.name, town.name.removesuffix("街道").removesuffix("镇")}:
            towns.setdefault(word, []).append(town)
    industries = {one.code: one for one in known.industries().values()}
    industries |= {one.name: one for one in known.industries().values() if one.name}
    tags = {word: tag for tag in ActivityTag.objects.all() for word in (tag.code, tag.name)}
    return Known(towns, industries, tags)


def read_registry(rows: Sequence[Row], *, numbered: bool = False) -> list[ReadSite]:
    """Every site the sheet names; raises RegistryRefused when it is no register."""
    place, columns = find_heading(rows)
    words, found = what_is_known(), []
    for row in rows[place + 1 :]:
        cells = {name: row.cells[at] for name, at in columns.items() if at < len(row.cells)}
        if not any(plain(text) for text in cells.values()):
            continue
        number = earlier_number(row.number, cells) if numbered else row.number
        cells.pop("number", None)
        found.append(read_row(number, cells, words))
    if not found:
        raise RegistryRefused(_("表头下面没有内容。请从表头的下一行起，每行填一处场所。"))
    if len(found) > MOST_ROWS:
        text = _("一次最多导入%(most)s行，请拆成几份。")
        raise RegistryRefused(text % {"most": MOST_ROWS})
    note_repeats(found)
    return found


def earlier_number(number: int, cells: Mapping[str, str]) -> int:
    told = plain(cells.get("number", ""))
    if not (told.isascii() and told.isdigit() and len(told) < 8):
        text = _("第%(row)s行没有“原表行号”；请用下载的表改正，不要动这一列。")
        raise RegistryRefused(text % {"row": number}, field="file")
    return int(told)


def find_heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    for place, row in enumerate(rows[:LOOK_FOR_HEADING]):
        columns = columns_of(row)
        if all(name in columns for name in NEEDED):
            return place, columns
    text = _(
        "前%(rows)s行里没有找到表头。表头要有一行写明各列名称，"
        "至少有“统一社会信用代码”“企业名称”和“镇街”；可以下载模板照填。"
    )
    raise RegistryRefused(text % {"rows": LOOK_FOR_HEADING})


def columns_of(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, text in enumerate(row.cells):
        heading = plain(text).replace(" ", "").strip("*:")
        for name, words in HEADINGS.items():
            if heading not in words and heading.partition("(")[0] not in words:
                continue
            if name in columns:
                facts = {"row": row.number, "label": heading}
                raise RegistryRefused(_("第%(row)s行有两列都叫“%(label)s”，请删去一列。") % facts)
            columns[name] = at
    return columns


def read_row(number: int, cells: dict[str, str], words: Known) -> ReadSite:
    told = {name: plain(text) for name, text in cells.items()}
    row = ReadSite(number, cells)
    _read_identity(row, told)
    row.site, row.address = told.get("site", "")[:200], told.get("address", "")[:300]
    _read_town(row, told.get("town", ""), words)
    _read_industry(row, told.get("industry", ""), words)
    _read_people(row, told.get("headcount", ""))
    _read_tags(row, told.get("tags", ""), words)
    return row


def _read_identity(row: ReadSite, told: Mapping[str, str]) -> None:
    row.uscc, row.name = normalise_code(told.get("uscc", "")), told.get("name", "")
    if not row.uscc:
        row.blame("uscc", _("没有填写。"))
    elif reason := uscc.refusal_to_accept(row.uscc):
        row.blame("uscc", reason)
    if len(row.name) < 2:
        row.blame("name", _("没有填写企业名称。"))
    elif len(row.name) > 200:
        row.blame("name", _("名称太长，最多200个字。"))


def _read_town(row: ReadSite, text: str, words: Known) -> None:
    """A town may stand behind its city and district: 佛山市南海区桂城街道."""
    bare = text.replace(" ", "").removeprefix("广东省").removeprefix("佛山市")
    found = words.towns.get(bare) or _town_behind_district(bare, words)
    if not text:
        row.blame("town", _("没有填写镇街。"))
    elif not found:
        facts = {"town": text}
        row.blame("town", _("没有“%(town)s”这个镇街；请写全称，如“桂城街道”。") % facts)
    elif len(found) > 1:
        row.blame("town", _("有几个镇街都叫“%(town)s”，请在前面写明区。") % {"town": text})
    else:
        row.town = found[0]


def _town_behind_district(text: str, words: Known) -> list[Town]:
    for district in known.districts().values():
        if text.startswith(district.name):
            inside = words.towns.get(text.removeprefix(district.name), [])
            return [town for town in inside if town.district_id == district.pk]
    return []


def _read_industry(row: ReadSite, text: str, words: Known) -> None:
    if not text:
        return
    code = text.upper().lstrip("ABCDEFGHIJKLMNOPQRST") if text[:1].isascii() else text
    lead = code.split(" ")[0]
    row.industry = words.industries.get(lead) or words.industries.get(code)
    if row.industry is None or row.industry.level == Industry.Level.SECTION:
        row.industry = None
        facts = {"industry": text}
        row.blame(
            "industry",
            _("没有“%(industry)s”这个行业；请填国民经济行业代码2至4位，如3311。") % facts,
        )


def _read_people(row: ReadSite, text: str) -> None:
    if not text:
        return
    number = text.replace(",", "").removesuffix("人").removesuffix(".0")
    if not (number.isascii() and number.isdigit()):
        row.blame("headcount", _("“%(text)s”不是人数；请只填数字。") % {"text": text})
    elif int(number) > MOST_PEOPLE:
        facts = {"count": number, "most": f"{MOST_PEOPLE:,}"}
        row.blame("headcount", _("%(count)s人超过上限%(most)s人，请核对是否多填了位数。") % facts)
    else:
        row.headcount = int(number)


def _read_tags(row: ReadSite, text: str, words: Known) -> None:
    for word in text.replace("，", "、").replace(",", "、").replace(";", "、").split("、"):
        if not (name := word.strip()) or name == "无":
            continue
        if tag := words.tags.get(name):
            row.tags.append(tag)
        else:
            every = _("、").join(tag.name for tag in dict.fromkeys(words.tags.values()))
            facts = {"tag": name, "tags": every}
            row.blame("tags", _("没有“%(tag)s”这种情形；可填：%(tags)s。") % facts)


def note_repeats(rows: Iterable[ReadSite]) -> None:
    """The first row of a site stands; each later one says where that was."""
    first: dict[tuple[str, int | None, str], int] = {}
    for row in rows:
        if row.faults or row.town is None:
            continue
        if (at := first.setdefault(row.key, row.number)) != row.number:
            text = _("与第%(row)s行是同一处场所；一处场所只填一行。") % {"row": at}
            row.blame("uscc", text)
