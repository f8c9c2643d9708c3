"""A register of enterprises on its way in: rows as they came, what is wrong, what would change."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.core.transitions import Transitions
from apps.documents.models import StoredFile
from apps.duty.models.facts import Entered

BUREAUS = (Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU, Kind.TOWN_OFFICE)


class RegistryState(models.TextChoices):
    STAGED = "staged", _("待核对")
    COMMITTED = "committed", _("已入名录")
    DISCARDED = "discarded", _("已放弃")


REGISTRY_MOVES = Transitions(
    "duty.RegistryImport",
    RegistryState,
    start=[RegistryState.STAGED],
    moves=[
        (RegistryState.STAGED, RegistryState.COMMITTED, _("入名录")),
        (RegistryState.STAGED, RegistryState.DISCARDED, _("放弃")),
    ],
)


class RegistryImportQuerySet(ScopedQuerySet["RegistryImport"]):
    scope = dict.fromkeys(BUREAUS, rows(bureau=Key.ORGANISATION))


class RegistryImport(Entered):
    """A file of a bureau; nothing of it counts before it is committed."""

    State = RegistryState

    public_id = PublicIdField(prefix="reg")
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("文件"), max_length=120)
    source = models.CharField(_("名录来源"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=9, choices=RegistryState, default=RegistryState.STAGED
    )
    added = models.PositiveIntegerField(_("新增场所"), default=0)
    changed = models.PositiveIntegerField(_("更改场所"), default=0)

    objects = RegistryImportQuerySet.as_manager()

    transitions = REGISTRY_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("名录导入")
        triggers = [REGISTRY_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.bureau_id)]


class StagedSiteQuerySet(ScopedQuerySet["StagedSite"]):
    parent = "batch"


class StagedSite(models.Model):
    """A row of the file, and what it would do: open a site, change one, or nothing."""

    class Effect(models.TextChoices):
        FAULTY = "faulty", _("有问题")
        NEW = "new", _("新企业")
        MORE = "more", _("增设场所")
        CHANGE = "change", _("有变化")
        SAME = "same", _("没有变化")

    batch = models.ForeignKey(
        RegistryImport, models.CASCADE, related_name="staged_rows", db_index=False
    )
    number = models.PositiveIntegerField(_("行号"))
    cells = models.JSONField(_("内容"))
    faults = models.JSONField(default=list)
    effect = models.CharField(_("效果"), max_length=6, choices=Effect)
    site = models.BigIntegerField(null=True, db_column="site_id")
    changes = models.JSONField(default=list)
    is_done = models.BooleanField(default=False)

    objects = StagedSiteQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="staged_site_row")]
        indexes = [
            models.Index(
                fields=["batch", "number"], condition=Q(effect="faulty"), name="staged_site_faulty"
            ),
            models.Index(fields=["batch", "effect"], name="staged_site_effect"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"
