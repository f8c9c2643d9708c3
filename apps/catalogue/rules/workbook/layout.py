"""What stands where in a tariff's workbook: one description, written by and read by.

The words are Chinese whatever language a clerk works in, because the file travels between people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from apps.catalogue.rules.tariff import (
    AxisKind,
    FactKind,
    Several,
    Share,
    Strategy,
    Table,
    TableKind,
    Trend,
)

FORMAT = "1"
MAIN, FACTS, GROUPS, INDEX, POINTS, GOLDEN = "总则", "要素", "系数组", "表目录", "档次", "算例"
FIXED = (MAIN, FACTS, GROUPS, INDEX, POINTS, GOLDEN)
YES, NO, NOTHING = "是", "否", "无"
LIST, GRID = "清单", "横纵表"
LAYOUT, VALUE, UPPER_END, GIVES, NAME = "版式", "数值", "区间上限", "得出", "名称"
PREMIUM, CASE, SOURCE, REASON = "保费", "算例名称", "依据", "理由"
ITEM, CONTENT, HINT = "项目", "内容", "说明"
HEAD = 3  # of a table's sheet: the row of its headings, counted from 0
MOST_ACROSS = 90
MOST_NAME = 31  # Excel's own limit for the name of a sheet
BETWEEN = "、"


class Kind(StrEnum):
    TEXT = auto()
    CODE = auto()
    NUMBER = auto()
    WHOLE = auto()
    YES = auto()
    CHOICE = auto()
    DAY = auto()


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    kind: Kind = Kind.TEXT
    most: int = 120  # signs of a text
    whole: int = 12  # digits before the point
    places: int = 6
    choices: Mapping[str, str] = field(default_factory=dict)
    is_needed: bool = False
    hint: str = ""

    @property
    def width(self) -> int:
        return 30 if self.kind == Kind.TEXT and self.most > 80 else 16


FACT_KINDS: Mapping[str, str] = {
    FactKind.NUMBER: "数值",
    FactKind.CODE: "代码",
    FactKind.CODES: "多个代码",
    FactKind.CHOSEN: "区间内取值",
}
AXIS_KINDS: Mapping[str, str] = {
    AxisKind.EXACT: "逐项",
    AxisKind.TIER: "分档",
    AxisKind.PREFIX: "代码前缀",
    AxisKind.FIRST: "首个符合项",
    AxisKind.LINEAR: "线性插值",
}
TRENDS: Mapping[str, str] = {
    Trend.NONE: "不限",
    Trend.RISING: "只升不降",
    Trend.FALLING: "只降不升",
}
TABLE_KINDS: Mapping[str, str] = {
    TableKind.CLASS: "分类",
    TableKind.BASE: "基础保费",
    TableKind.ADDON: "附加保障",
    TableKind.FACTOR: "调整系数",
}
STRATEGIES: Mapping[str, str] = {
    Strategy.PRODUCT: "连乘",
    Strategy.BEST: "取最优一项",
    Strategy.DISCOUNTS: "优惠相加",
}
SEVERALS: Mapping[str, str] = {
    Several.NONE: "只有一个",
    Several.HIGHEST: "取最高",
    Several.LOWEST: "取最低",
}
SHARES: Mapping[str, str] = {
    Share.NONE: "单独计费",
    Share.BASE: "基础保费的比例",
    Share.PREMIUM: "调整后保费的比例",
}
CERTAINTIES: Mapping[str, str] = {
    "": "",  # a file may leave it open
    "verified": "已核实",
    "quoted": "转述",
    "sample": "示例，待主管部门确认",
}


def text(key: str, heading: str, most: int = 120, **more: Any) -> Column:
    return Column(key, heading, Kind.TEXT, most=most, **more)


def code(key: str, heading: str, **more: Any) -> Column:
    return Column(key, heading, Kind.CODE, most=40, **more)


def choice(key: str, heading: str, choices: Mapping[str, str]) -> Column:
    return Column(key, heading, Kind.CHOICE, choices=choices)


def bound(key: str, heading: str, hint: str = "") -> Column:
    return Column(key, heading, Kind.NUMBER, whole=2, places=4, hint=hint)


def money(key: str, heading: str, hint: str = "") -> Column:
    return Column(key, heading, Kind.NUMBER, whole=12, places=2, hint=hint)


NAMES = (
    code("code", "代码", is_needed=True),
    text("name", "名称", is_needed=True),
    text("name_en", "英文名称", 160),
)
META = (
    Column("valid_from", "生效日期", Kind.DAY, hint="从这一天起保的保险适用本版"),
    Column("valid_to", "失效日期", Kind.DAY, hint="不含这一天；没有就空着"),
    text("source", "依据", 200, hint="文件名称和文号"),
    choice("certainty", "核实情况", CERTAINTIES),
    text("note", "备注", 300),
    text("rounding", "取整说明", 200),
    text("rounding_en", "英文取整说明", 200),
)
MAIN_ROWS = (
    code("code", "产品代码", is_needed=True, hint="请勿改动"),
    Column("number", "版本号", Kind.WHOLE, is_needed=True, hint="请勿改动"),
    *META,
    bound("lowest", "总浮动系数下限", "各浮动组连乘后不低于；不限就空着"),
    bound("highest", "总浮动系数上限", "各浮动组连乘后不高于；不限就空着"),
    money("minimum", "最低保费", "元"),
    money("maximum", "最高保费", "元；没有就空着"),
)
FACT_COLUMNS = (
    *NAMES,
    choice("kind", "类型", FACT_KINDS),
    text("unit", "单位", 20),
    Column("places", "小数位", Kind.WHOLE),
)
GROUP_COLUMNS = (
    *NAMES,
    choice("strategy", "组内组合", STRATEGIES),
    bound("lowest", "组内下限"),
    bound("highest", "组内上限"),
    Column("is_float", "受总浮动幅度限制", Kind.YES),
)
INDEX_COLUMNS = (
    text("sheet", "工作表", MOST_NAME, is_needed=True),
    *NAMES,
    choice("kind", "类别", TABLE_KINDS),
    code("group", "系数组"),
    code("gives", "得出要素"),
    code("exposure", "计费基数"),
    Column("per", "每多少单位", Kind.WHOLE, is_needed=True),
    choice("several", "多个代码时", SEVERALS),
    choice("share_of", "计费方式", SHARES),
    Column("is_adjusted", "参与系数调整", Kind.YES),
    code("requires", "须同时投保"),
)
POINT_COLUMNS = (
    code("table", "表代码", is_needed=True),
    Column("axis", "第几轴", Kind.WHOLE, is_needed=True),
    code("fact", "要素", is_needed=True),
    choice("kind", "取值方式", AXIS_KINDS),
    choice("trend", "单调性", TRENDS),
    text("key", "取值", 40, is_needed=True),
    text("label", "名称", 80),
    text("label_en", "英文名称", 120),
    Column("upper", "止（不含）", Kind.NUMBER, whole=14, places=4),
)
CELL = Column("value", VALUE, Kind.NUMBER, is_needed=True)
HIGHEST = Column("highest", UPPER_END, Kind.NUMBER)
GIVEN = code("gives", GIVES, is_needed=True)


def is_grid(table: Table) -> bool:
    """Two axes read best across and down; anything longer is a list that can be filtered."""
    if len(table.axes) != 2 or table.is_range:
        return False
    return len(table.axes[-1].points) <= MOST_ACROSS
