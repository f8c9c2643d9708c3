"""An invitation lets one person open one account with one role; nobody registers into a role."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models.organisation import Organisation
from apps.accounts.roles import ROLE_CHOICES
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.core.transitions import Transitions


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    scope = {kind: rows(organisation=Key.ORGANISATION) for kind in Kind} | {
        Kind.PLATFORM: EVERYTHING
    }


class InvitationState(models.TextChoices):
    OPEN = "open", _("待接受")
    ACCEPTED = "accepted", _("已接受")
    REVOKED = "revoked", _("已撤回")


INVITATION_MOVES = Transitions(
    "accounts.Invitation",
    InvitationState,
    start=[InvitationState.OPEN],
    moves=[
        (InvitationState.OPEN, InvitationState.ACCEPTED, _("接受")),
        (InvitationState.OPEN, InvitationState.REVOKED, _("撤回")),
    ],
)


class Invitation(models.Model):
    State = InvitationState

    public_id = PublicIdField(prefix="inv")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name=_("单位")
    )
    role = models.CharField(_("角色"), max_length=40, choices=ROLE_CHOICES)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("电子邮箱"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    expires_at = models.DateTimeField(_("有效期至"))
    created_at = models.DateTimeField(_("邀请时间"), default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("邀请人")
    )
    accepted_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    transitions = INVITATION_MOVES

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(state="open"),
                name="one_open_invitation_per_email",
            )
        ]
        triggers = [INVITATION_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> list[str]:
        return self.organisation.audience

    def has_lapsed(self, now: datetime) -> bool:
        return now >= self.expires_at
