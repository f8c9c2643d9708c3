"""A paper we gave out: what it says is frozen, and it can be verified by whoever holds it.

It is printed after it was issued. From then on nothing of it changes; a paper that replaces it
points back to it.
"""

from secrets import token_urlsafe
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.core.fields import PublicIdField
from apps.documents.models.scoped import ScopedRow, ScopedRowQuerySet
from apps.documents.papers.kinds import KIND_CHOICES, KINDS

TOKEN_BYTES = 24  # 192 random bits
CODE_SIGNS = 16
PRINTED = ("sha256", "size", "path", "printed_at")

FROZEN = """
IF TG_OP = 'DELETE'
    OR OLD.sha256 <> ''
    OR to_jsonb(NEW) - '{printed}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{printed}'::text[]
THEN
    RAISE EXCEPTION 'a paper stays as it was issued' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


def new_token() -> str:
    return token_urlsafe(TOKEN_BYTES)


class PaperQuerySet(ScopedRowQuerySet["Paper"]):
    # Authorities give out letters: see apps.duty.actors.
    read_only: ClassVar[frozenset[str]] = frozenset(Kind) - {Kind.INSURER}

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject)

    def current(self) -> Self:
        """Those that no other paper replaced."""
        return self.filter(successor=None)


class Paper(ScopedRow):
    public_id = PublicIdField(prefix="pap")
    kind = models.CharField(_("文书"), max_length=40, choices=KIND_CHOICES)
    template_version = models.PositiveSmallIntegerField(_("模板版本"))
    number = models.CharField(_("编号"), max_length=40)
    title = models.CharField(_("名称"), max_length=120)
    # Whom it is about, as printed: a visitor who verifies by number has to know one of the two.
    holder = models.CharField(_("被保险人"), max_length=200)
    holder_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    data = models.JSONField(_("内容"))
    content_digest = models.CharField(_("内容校验值"), max_length=64)
    token = models.CharField(max_length=43, unique=True, default=new_token)
    subject = models.CharField(max_length=60, db_index=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="successor", verbose_name=_("代替")
    )
    issued_at = models.DateTimeField(_("签发时间"), default=timezone.now)
    issued_by = models.CharField(max_length=40)
    sha256 = models.CharField(_("文件校验值"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    path = models.CharField(max_length=80, blank=True)
    printed_at = models.DateTimeField(_("生成时间"), null=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("文书")
        indexes = [
            models.Index(fields=["number"], name="paper_number"),
            models.Index(fields=["sha256"], condition=~Q(sha256=""), name="paper_sha256"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], condition=Q(supersedes=None), name="paper_number_once"
            ),
            models.CheckConstraint(
                name="paper_printed_whole",
                condition=Q(sha256="", size=0, path="", printed_at=None)
                | (~Q(sha256="") & ~Q(path="") & Q(size__gt=0, printed_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN.replace("{printed}", "{" + ",".join(PRINTED) + "}"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("documents:paper", args=[self.public_id])

    @property
    def verification_url(self) -> str:
        """What the QR code says."""
        return f"{settings.SITE_URL}{reverse('documents:verify_token', args=[self.token])}"

    @property
    def content_code(self) -> str:
        """Printed on the paper and shown when it is verified, to compare by eye: 3F2A-…"""
        signs = self.content_digest[:CODE_SIGNS].upper()
        return "-".join(signs[place : place + 4] for place in range(0, CODE_SIGNS, 4))

    @property
    def is_printed(self) -> bool:
        return bool(self.sha256)

    @property
    def file_name(self) -> str:
        return f"{self.title} {self.number}.pdf"

    @property
    def holder_label(self) -> Any:
        return KINDS[self.kind].holder

    @property
    def subject_kind(self) -> str:
        """ "policies.policy:12" → policies.policy"""
        return self.subject.partition(":")[0]

    @property
    def subject_key(self) -> str:
        return self.subject.partition(":")[2]
