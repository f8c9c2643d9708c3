"""Carries out what the outbox holds about notices."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Invitation, User
from apps.accounts.roles import ROLES
from apps.core.context import Actor
from apps.core.models import Job
from apps.core.outbox import effect
from apps.messaging.services import notify, tell


@effect("messaging.notify")
def deliver_notice(*, by: Actor, receivers: list[int], **words: str) -> None:
    tell(receivers, **words)


@effect("core.job_finished")
def tell_asker(*, by: Actor, actor: str, job: str, title: str, state: str) -> None:
    """Long work has ended: whoever asked for it may have left its page."""
    kind, _colon, key = actor.partition(":")
    if kind != "user":
        return
    notify(
        receivers=[int(key)],
        title=format_lazy("{title}：{state}", title=title, state=Job.State(state).label),
        url=reverse("accounts:job", args=[job]),
        once=f"job:{job}:{state}",
        by=by,
    )


@effect("accounts.joined")
def tell_inviter(*, by: User, invitation_id: int) -> None:
    invitation = Invitation.objects.get(pk=invitation_id)
    notify(
        receivers=[invitation.invited_by_id],
        title=format_lazy(_("{name}已接受邀请"), name=by.name),
        text=format_lazy(_("角色：{role}。现在可以登录使用。"), role=ROLES[by.role].title),
        url=reverse("accounts:person", args=[by.public_id]),
        once=f"invitation:{invitation.pk}:accepted",
        by=by,
    )
