"""Kinds of paper and of employment, under all the names that people give them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    RESIDENT_ID = "resident_id", _("居民身份证")
    RESIDENCE_PERMIT = "residence_permit", _("港澳台居民居住证")
    HK_MACAO_PERMIT = "hk_macao_permit", _("港澳居民来往内地通行证")
    TAIWAN_PERMIT = "taiwan_permit", _("台湾居民来往大陆通行证")
    PASSPORT = "passport", _("护照")
    FOREIGNER_ID = "foreigner_id", _("外国人永久居留身份证")


class Employment(models.TextChoices):
    """The names of the fields of a site's headcount, so that the two can be compared."""

    PRODUCTION = "production", _("生产作业岗位员工")
    QUALITY = "quality", _("质检员")
    INTERNS = "interns", _("实习生")
    DISPATCHED = "dispatched", _("被派遣劳动者")
    TEMPORARY = "temporary", _("临时用工")
    OTHER = "other", _("其他员工")


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
