"""The words and signs looked for in people's files, in the language those files are in."""

import re
from collections.abc import Mapping

from apps.policies.roster.words import DocumentKind, Employment

YUAN, TEN_THOUSAND = "元", "万"
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?$")
D, E = DocumentKind, Employment

DOCUMENT_WORDS: Mapping[str, DocumentKind] = {
    "居民身份证": D.RESIDENT_ID,
    "身份证": D.RESIDENT_ID,
    "二代身份证": D.RESIDENT_ID,
    "第二代居民身份证": D.RESIDENT_ID,
    "身份证号": D.RESIDENT_ID,
    "港澳台居民居住证": D.RESIDENCE_PERMIT,
    "港澳台居住证": D.RESIDENCE_PERMIT,
    "居住证": D.RESIDENCE_PERMIT,
    "港澳居民居住证": D.RESIDENCE_PERMIT,
    "台湾居民居住证": D.RESIDENCE_PERMIT,
    "港澳居民来往内地通行证": D.HK_MACAO_PERMIT,
    "港澳通行证": D.HK_MACAO_PERMIT,
    "回乡证": D.HK_MACAO_PERMIT,
    "台湾居民来往大陆通行证": D.TAIWAN_PERMIT,
    "台胞证": D.TAIWAN_PERMIT,
    "护照": D.PASSPORT,
    "外国护照": D.PASSPORT,
    "中国护照": D.PASSPORT,
    "外国人永久居留身份证": D.FOREIGNER_ID,
    "外国人永久居留证": D.FOREIGNER_ID,
    "永居证": D.FOREIGNER_ID,
}
EMPLOYMENT_WORDS: Mapping[str, Employment] = {
    "生产作业岗位员工": E.PRODUCTION,
    "生产作业岗位": E.PRODUCTION,
    "生产岗位": E.PRODUCTION,
    "生产员工": E.PRODUCTION,
    "生产": E.PRODUCTION,
    "一线": E.PRODUCTION,
    "一线员工": E.PRODUCTION,
    "正式工": E.PRODUCTION,
    "质检员": E.QUALITY,
    "质检": E.QUALITY,
    "品检": E.QUALITY,
    "品质": E.QUALITY,
    "QC": E.QUALITY,
    "实习生": E.INTERNS,
    "实习": E.INTERNS,
    "被派遣劳动者": E.DISPATCHED,
    "派遣工": E.DISPATCHED,
    "劳务派遣": E.DISPATCHED,
    "劳务派遣工": E.DISPATCHED,
    "派遣": E.DISPATCHED,
    "临时用工": E.TEMPORARY,
    "临时工": E.TEMPORARY,
    "临时": E.TEMPORARY,
    "日结": E.TEMPORARY,
    "其他员工": E.OTHER,
    "其他": E.OTHER,
    "管理": E.OTHER,
    "行政": E.OTHER,
    "管理人员": E.OTHER,
    "行政人员": E.OTHER,
}
# Papers that bear the same number for the same person, whatever the column says they are.
NUMBERED_ALIKE = {D.RESIDENT_ID, D.RESIDENCE_PERMIT, D.FOREIGNER_ID}
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "员工姓名", "名字", "人员姓名", "被保险人姓名"),
    "document_kind": ("证件类型", "证件种类", "证件名称"),
    "document_number": (
        "证件号码", "证件号", "身份证号", "身份证号码", "身份证", "居民身份证号", "居民身份证号码",
    ),
    "employment": ("用工类型", "用工性质", "用工形式", "人员类别", "人员类型", "员工类型"),
    "post": ("岗位", "工种", "职位", "职务", "岗位名称"),
    "joined_on": ("加入日期", "入职日期", "入职时间", "生效日期", "起保日期"),
    "left_on": ("退出日期", "离职日期", "离职时间", "终止日期"),
    "limit": ("每人限额", "每人责任限额", "保额", "保险金额", "限额"),
    "number": ("原表行号", "Excel行号"),
}  # fmt: skip
# The columns of the template, in the order of `persons.FIELDS`.
TEMPLATE = ("姓名", "证件类型", "证件号码", "用工类型", "岗位", "加入日期", "退出日期")
NUMBER = "原表行号"
