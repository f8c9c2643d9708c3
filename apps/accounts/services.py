"""Who gets an account, with which role, and who loses it."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import LOGIN
from apps.accounts.models import Invitation, Organisation, User
from apps.accounts.roles import ROLES
from apps.core import audit, context, outbox
from apps.core.errors import DomainError

VALID_FOR = timedelta(days=7)
LINKS = Signer(salt="accounts.invitation")


class AccountRefused(DomainError):
    code = "account_refused"


def refusal_to_invite(*, organisation: Organisation, role: str, email: str) -> str:
    """Say why this invitation cannot go out, or "" when it can."""
    if organisation.kind not in ROLES[role].kinds:
        return _("此类单位没有“%(role)s”这个角色。") % {"role": ROLES[role].title}
    if not organisation.is_active:
        return _("该单位已停用，不能邀请人员。")
    if Invitation.objects.filter(email=email, state=Invitation.State.OPEN).exists():
        return _("已有一份发给此邮箱的邀请尚未接受；请先撤回再重新邀请。")
    return ""


@transaction.atomic
def invite_person(
    *, organisation: Organisation, role: str, name: str, email: str, by: User
) -> Invitation:
    """Invite somebody into a role; the link leaves by e-mail and is stored nowhere."""
    email = email.lower()
    if reason := refusal_to_invite(organisation=organisation, role=role, email=email):
        raise AccountRefused(reason, field="email")
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                role=role,
                name=name,
                email=email,
                expires_at=timezone.now() + VALID_FOR,
                invited_by=by,
            )
    except IntegrityError as taken:
        raise AccountRefused(_("已有一份发给此邮箱的邀请尚未接受。"), field="email") from taken
    audit.record("person.invited", by=by, on=invitation, changes={"role": role, "name": name})
    outbox.leave("accounts.invite", by=by, invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    row = Invitation.objects.visible_to(by).select_for_update().get(pk=invitation.pk)
    Invitation.transitions.check(row.state, Invitation.State.REVOKED)
    row.state = Invitation.State.REVOKED
    row.save(update_fields=["state"])
    audit.record("invitation.revoked", by=by, on=row)


def open_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The invitation behind a link, read as the login desk; None when used, revoked or lapsed."""
    with context.entering(LOGIN.context), transaction.atomic():
        found = (
            Invitation.objects.select_related("organisation", "invited_by__organisation")
            .filter(public_id=_invited(token), state=Invitation.State.OPEN)
            .first()
        )
    return None if found is None or found.has_lapsed(now) else found


def accept_invitation(token: str, *, name: str, phone: str, password: str, now: datetime) -> User:
    """Open the account an invitation promised; a second use of the link is refused."""
    with context.entering(LOGIN.context), transaction.atomic():
        rows = Invitation.objects.select_for_update().select_related("organisation")
        row = rows.filter(public_id=_invited(token), state=Invitation.State.OPEN).first()
        if row is None or row.has_lapsed(now):
            raise AccountRefused(_("邀请已使用、撤回或过期，请联系邀请人重新发送。"))
        person = User(
            organisation=row.organisation, role=row.role, name=name, email=row.email, phone=phone
        )
        person.set_password(password)
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as taken:
            refusal = _("此手机号码或邮箱已有账号；一人一号，请直接登录。")
            raise AccountRefused(refusal, field="phone") from taken
        row.state, row.accepted_at = Invitation.State.ACCEPTED, now
        row.save(update_fields=["state", "accepted_at"])
        audit.record("person.joined", by=person, on=row.organisation, changes={"role": row.role})
        outbox.leave("accounts.joined", by=person, invitation_id=row.pk)
    return person


def refusal_to_suspend(person: User, *, by: User) -> str:
    return _("不能停用自己的账号。") if person.pk == by.pk else ""


@transaction.atomic
def suspend_person(person: User, *, reason: str, by: User) -> None:
    """Close an account and end its sessions; the next request finds nobody."""
    if refusal := refusal_to_suspend(person, by=by):
        raise AccountRefused(refusal)
    row = User.objects.visible_to(by).select_for_update().get(pk=person.pk)
    row.is_active = False
    row.save(update_fields=["is_active"])
    audit.record("person.suspended", by=by, on=row.organisation, reason=reason, changes=_who(row))
    end_sessions(row)


@transaction.atomic
def reinstate_person(person: User, *, reason: str, by: User) -> None:
    row = User.objects.visible_to(by).select_for_update().get(pk=person.pk)
    row.is_active = True
    row.save(update_fields=["is_active"])
    audit.record("person.reinstated", by=by, on=row.organisation, reason=reason, changes=_who(row))


@transaction.atomic
def end_sessions(person: User, *, only: int | None = None) -> int:
    """Sign a person out everywhere, or on one device; says on how many."""
    with context.entering(LOGIN.context):
        devices = UserSession.objects.filter(user_id=person.pk)
        if only is not None:
            devices = devices.filter(pk=only)
        keys = list(devices.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        devices.delete()
    return len(keys)


def _who(person: User) -> dict[str, str]:
    return {"person": person.name, "account": person.public_id}


def link_token(invitation: Invitation) -> str:
    """What the link of an invitation carries: its id, signed."""
    return LINKS.sign(invitation.public_id)


def _invited(token: str) -> str:
    try:
        return LINKS.unsign(token)
    except BadSignature:
        return ""
