"""A file somebody gave us: what it really is, whose it is, and how far it may be relied on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.documents.models.scoped import ScopedRow, ScopedRowQuerySet
from apps.documents.rules import FileKind

Text = str | Promise
WRITERS = {Kind.ENTERPRISE, Kind.INSURER, Kind.AGENCY, Kind.TOWN_OFFICE}
WRITERS |= {Kind.DISTRICT_BUREAU, Kind.CITY_BUREAU}


class Trust(models.TextChoices):
    """How far a file may be relied on; whoever vouches for one is on its timeline."""

    ISSUED = "A", _("政府签发")
    COMPARED = "B", _("窗口核对")
    UPLOADED = "C", _("上传待核")
    DECLARED = "D", _("自行声明")


class Scan(models.TextChoices):
    CLEAN = "clean", _("已查毒")
    UNSCANNED = "unscanned", _("未扫描")
    WAITING = "waiting", _("等待查毒")
    INFECTED = "infected", _("有病毒，已删除")


KIND_CHOICES = [
    (FileKind.PDF, _("PDF文件")),
    (FileKind.JPEG, _("照片（JPG）")),
    (FileKind.PNG, _("图片（PNG）")),
    (FileKind.XLSX, _("Excel表格")),
]


@dataclass(frozen=True)
class Purpose:
    """What a file is asked for. Whoever asks registers it; `years` it is kept, `None` for good.

    A sensitive one names people: only those who may see personal data open it, each time on record.
    """

    code: str
    label: Text
    kinds: frozenset[FileKind]
    is_sensitive: bool = False
    years: int | None = None


PURPOSES: dict[str, Purpose] = {}


def register(purposes: Iterable[Purpose]) -> None:
    """For apps above, when Django starts."""
    PURPOSES.update({purpose.code: purpose for purpose in purposes})


class StoredFileQuerySet(ScopedRowQuerySet["StoredFile"]):
    read_only: ClassVar[frozenset[str]] = frozenset(Kind) - WRITERS


@tracked
class StoredFile(ScopedRow):
    Trust = Trust
    Scan = Scan

    public_id = PublicIdField(prefix="fil")
    purpose = models.CharField(_("用途"), max_length=40)
    name = models.CharField(_("文件名"), max_length=120)
    kind = models.CharField(_("文件类型"), max_length=4, choices=KIND_CHOICES)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    path = models.CharField(max_length=80, unique=True)
    trust = models.CharField(_("可信程度"), max_length=1, choices=Trust, default=Trust.UPLOADED)
    scan = models.CharField(_("查毒"), max_length=9, choices=Scan)
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    uploaded_by = models.CharField(max_length=40)
    uploader_name = models.CharField(_("上传人"), max_length=150)
    keep_until = models.DateField(_("保存至"), null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("文件")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:file", args=[self.public_id])

    @property
    def is_sensitive(self) -> bool:
        """A purpose that nobody registers any more may have been a sensitive one."""
        purpose = PURPOSES.get(self.purpose)
        return purpose is None or purpose.is_sensitive

    @property
    def is_ready(self) -> bool:
        return self.scan in {Scan.CLEAN, Scan.UNSCANNED}
