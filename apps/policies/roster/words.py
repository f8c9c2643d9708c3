"""Kinds of paper and of employment; what people call them in files is in vocabulary.py."""

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
