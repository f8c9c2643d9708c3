"""A report of the gate, kept: which content was examined, and whether it passed."""

from typing import Self

import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.catalogue.models import TariffVersion
from apps.catalogue.models.versions import PartQuerySet
from apps.core.fields import PublicIdField

GONE_WITH_DRAFT = """
    IF EXISTS (SELECT 1 FROM catalogue_tariffversion
               WHERE id = OLD.version_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'a report of the gate is kept' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
"""
# FOR SHARE asks the policies for updates: of somebody else's draft it finds nothing.
ON_OWN_VERSION = """
    PERFORM 1 FROM catalogue_tariffversion
        WHERE id = NEW.version_id AND state IN ('draft', 'simulated') FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a version one may change is examined'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class GateReportQuerySet(PartQuerySet["GateReport"]):
    def of_content(self, version: TariffVersion) -> Self:
        """Those about the version as it stands: a digest names its content."""
        return self.filter(version=version, digest=version.digest).exclude(digest="")


class GateReport(models.Model):
    """Never changed; deleted only together with a draft."""

    public_id = PublicIdField(prefix="gat")
    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="gate_reports")
    digest = models.CharField(_("内容摘要"), max_length=64)
    passed = models.BooleanField(_("通过"))
    cells = models.BigIntegerField(_("核对的格数"))
    report = models.JSONField(_("检验报告"))
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"))
    made_by = models.CharField(max_length=40)
    made_by_name = models.CharField(_("检验人"), max_length=150)

    objects = GateReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("检验报告")
        indexes = [models.Index(fields=["version", "digest"], name="gate_version")]
        triggers = [
            pgtrigger.ReadOnly(name="frost"),
            pgtrigger.Trigger(
                name="own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=ON_OWN_VERSION,
            ),
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=GONE_WITH_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        version = self.version
        page = reverse("rating:gate", args=[version.product.code, version.number])
        return f"{page}?report={self.public_id}"
