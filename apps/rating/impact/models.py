"""An impact run: what another tariff would do to the policies in force on a day.

Its code is the hash of everything it was reckoned from, so that a meeting can cite it: the same
question about the same policies is the same run, whoever asks.
"""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.catalogue.models import TariffVersion
from apps.core.transitions import Transitions
from apps.reference.models import District

RUNNERS = frozenset({Kind.CITY_BUREAU, Kind.BROKER, Kind.DISTRICT_BUREAU})


class ImpactRunQuerySet(ScopedQuerySet["ImpactRun"]):
    scope = {
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.BROKER: EVERYTHING,
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    }
    read_only = frozenset(Kind) - RUNNERS

    def finished(self) -> Self:
        return self.filter(state=ImpactRun.State.DONE)


class ImpactState(models.TextChoices):
    WAITING = "waiting", _("计算中")
    DONE = "done", _("已完成")


IMPACT_MOVES = Transitions(
    "rating.ImpactRun",
    ImpactState,
    start=[ImpactState.WAITING],
    moves=[(ImpactState.WAITING, ImpactState.DONE, _("算出结果"))],
)


class ImpactRun(models.Model):
    State = ImpactState

    code = models.CharField(_("编号"), max_length=20, unique=True)
    digest = models.CharField(_("内容摘要"), max_length=64, unique=True)
    terms = models.JSONField(_("输入"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+")
    base = models.ForeignKey(TariffVersion, models.PROTECT, related_name="+")
    draft = models.ForeignKey(TariffVersion, models.PROTECT, related_name="impact_runs")
    draft_digest = models.CharField(max_length=64)
    is_whole = models.BooleanField(_("全市、不加筛选"))
    as_of = models.DateField(_("保单截至"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ImpactState, default=ImpactState.WAITING
    )
    result = models.JSONField(default=dict)
    rows_file = models.CharField(max_length=120, blank=True)
    rows_digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(_("提交时间"))
    asked_by = models.CharField(max_length=40)
    asked_by_name = models.CharField(_("提交人"), max_length=150)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    objects = ImpactRunQuerySet.as_manager()

    transitions = IMPACT_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("影响测算")
        indexes = [models.Index(fields=["draft", "draft_digest"], name="impact_draft")]
        constraints = [
            models.CheckConstraint(
                name="impact_finished",
                condition=Q(state="waiting", finished_at=None)
                | Q(state="done", finished_at__isnull=False),
            )
        ]
        triggers = [
            IMPACT_MOVES.trigger("state"),
            pgtrigger.ReadOnly(
                name="frost",
                exclude=["state", "result", "rows_file", "rows_digest", "finished_at"],
            ),
            pgtrigger.Trigger(
                name="result_frost",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="done"),
                func="RAISE EXCEPTION 'a finished run is frozen' "
                "USING ERRCODE = 'check_violation';",
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("rating:impact", args=[self.code])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.organisation_id)]
