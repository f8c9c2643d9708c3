"""One legal unit. What it does, and where, is told by its sites."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet
from apps.core.fields import EncryptedTextField, PublicIdField
from apps.core.history import tracked
from apps.core.search import bigrams
from apps.core.transitions import Transitions

READERS_ONLY = frozenset(
    {
        Kind.INSURER,
        Kind.CITY_DEPARTMENT,
        Kind.DISTRICT_DEPARTMENT,
        Kind.CITY_FINANCE,
        Kind.DISTRICT_FINANCE,
        Kind.BROKER,
        Kind.AGENCY,
        Kind.EXPERT_PANEL,
        Kind.ASSOCIATION,
        Kind.PLATFORM,
    }
)


class EnterpriseQuerySet(ScopedQuerySet["Enterprise"]):
    share = "enterprises.SiteShare"
    share_with = frozenset({Kind.AGENCY, Kind.EXPERT_PANEL})
    shared_key = "content_object__enterprise_id"
    read_only = READERS_ONLY
    may_add = frozenset({Kind.DISTRICT_BUREAU, Kind.TOWN_OFFICE})

    def matching(self, text: str) -> Self:
        """By name, former name or credit code; two characters are enough."""
        if not (grams := bigrams(text)):
            return self.none()
        return self.filter(search__contains=grams)

    def for_list(self) -> Self:
        """Without what no list shows and every row would pay for."""
        return self.defer("search", "contact_phone")


class EnterpriseState(models.TextChoices):
    REGISTERED = "registered", _("已登记")
    VERIFIED = "verified", _("已核实")
    CLOSED = "closed", _("已注销")


ENTERPRISE_MOVES = Transitions(
    "enterprises.Enterprise",
    EnterpriseState,
    start=[EnterpriseState.REGISTERED],
    moves=[
        (EnterpriseState.REGISTERED, EnterpriseState.VERIFIED, _("核实")),
        (EnterpriseState.REGISTERED, EnterpriseState.CLOSED, _("注销")),
        (EnterpriseState.VERIFIED, EnterpriseState.CLOSED, _("注销")),
        (EnterpriseState.CLOSED, EnterpriseState.REGISTERED, _("恢复")),
    ],
)


@tracked
class Enterprise(models.Model):
    """One legal unit, by its unified social credit code."""

    State = EnterpriseState

    class Ownership(models.TextChoices):
        PRIVATE = "private", _("民营")
        CENTRAL = "central", _("中央企业")
        PROVINCIAL = "provincial", _("省属企业")
        MUNICIPAL = "municipal", _("市区属企业")
        FOREIGN = "foreign", _("外商及港澳台投资")

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="enterprise"
    )
    public_id = PublicIdField(prefix="ent")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=200)
    ownership = models.CharField(
        _("企业性质"), max_length=12, choices=Ownership, default=Ownership.PRIVATE
    )
    parent_name = models.CharField(_("上级公司"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.REGISTERED)
    search = ArrayField(models.CharField(max_length=2), editable=False, default=list)
    # At all its sites together; a trigger of theirs keeps it, for lists in this order.
    people = models.PositiveIntegerField(editable=False, default=0)
    registered_at = models.DateTimeField(_("登记时间"), default=timezone.now)

    objects = EnterpriseQuerySet.as_manager()

    derived = ("people",)
    transitions = ENTERPRISE_MOVES

    class Meta:
        ordering = ["-pk"]
        indexes = [
            GinIndex(fields=["search"], name="enterprise_search"),
            models.Index(fields=["name"], name="enterprise_name"),
            models.Index(
                fields=["people", "organisation"], include=["state"], name="enterprise_people"
            ),
            # A list of those that are not closed is counted in this index alone.
            models.Index(
                fields=["organisation"], condition=~Q(state="closed"), name="enterprise_open"
            ),
            # The desk counts by state, and reads no row for it.
            models.Index(fields=["organisation"], include=["state"], name="enterprise_states"),
        ]
        triggers = [ENTERPRISE_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:detail", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        own = [token(Key.ORGANISATION, self.pk)]
        return own + [address for site in self.sites.all() for address in site.audience]
