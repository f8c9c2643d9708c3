"""Who gets an account, with which role, and who loses it."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.actors import LOGIN
from apps.accounts.contacts import contact_label
from apps.accounts.keys import revoke_all
from apps.accounts.models import Invitation, Organisation, User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import session_handle
from apps.core import audit, context, outbox
from apps.core.context import DISPATCH, Actor
from apps.core.errors import DomainError
from apps.core.models import Effect, Job
from apps.core.running import start_job

VALID_FOR = timedelta(days=7)
LINKS = Signer(salt="accounts.invitation")
REVEALABLE = ("phone", "email")


class AccountRefused(DomainError):
    code = "account_refused"


def refusal_of_role(*, organisation: Organisation, role: str) -> str:
    if organisation.kind in ROLES[role].kinds:
        return ""
    return _("此类单位没有“%(role)s”这个角色。") % {"role": ROLES[role].title}


def refusal_to_invite(*, organisation: Organisation, email: str) -> str:
    """Say why this invitation cannot go out, or "" when it can."""
    if not organisation.is_active:
        return _("该单位已停用，不能邀请人员。")
    if organisation.people.filter(email=email).exists():
        return _("此邮箱在本单位已有账号；一人一号，不必再邀请。")
    if Invitation.objects.filter(email=email, state=Invitation.State.OPEN).exists():
        return _open_already()
    return ""


@transaction.atomic
def invite_person(
    *, organisation: Organisation, role: str, name: str, email: str, by: User
) -> Invitation:
    """Invite somebody into a role; the link leaves by e-mail and is stored nowhere."""
    email = email.lower()
    if reason := refusal_of_role(organisation=organisation, role=role):
        raise AccountRefused(reason, field="role")
    if reason := refusal_to_invite(organisation=organisation, email=email):
        raise AccountRefused(reason, field="email")
    invitation = Invitation(
        organisation=organisation,
        role=role,
        name=name,
        email=email,
        expires_at=timezone.now() + VALID_FOR,
        invited_by=by,
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as taken:  # open already, in an organisation the inviter does not see
        raise AccountRefused(_open_already(), field="email") from taken
    audit.record("person.invited", by=by, on=invitation, changes={"role": role, "name": name})
    _send(invitation, by)
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> None:
    """Send the letter again; from now on the link holds for the full time anew."""
    row = Invitation.objects.visible_to(by).select_for_update(of=("self",)).get(pk=invitation.pk)
    if row.state != Invitation.State.OPEN:
        raise AccountRefused(_("这份邀请已接受或撤回，不能再发。"))
    row.expires_at = timezone.now() + VALID_FOR
    row.save(update_fields=["expires_at"])
    audit.record("invitation.resent", by=by, on=row)
    _send(row, by)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    row = Invitation.objects.visible_to(by).select_for_update(of=("self",)).get(pk=invitation.pk)
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
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
        row = rows.filter(public_id=_invited(token), state=Invitation.State.OPEN).first()
        if row is None or row.has_lapsed(now) or not row.organisation.is_active:
            raise AccountRefused(_("邀请已使用、撤回或过期，请联系邀请人重新发送。"))
        if User.objects.filter(email=row.email).exists():
            raise AccountRefused(_("此邮箱已有账号；一人一号，请直接登录。"))
        person = _opened(row, name=name, phone=phone, password=password)
        row.state, row.accepted_at = Invitation.State.ACCEPTED, now
        row.save(update_fields=["state", "accepted_at"])
        audit.record("person.joined", by=person, on=person, changes={"role": row.role})
        outbox.leave("accounts.joined", by=person, invitation_id=row.pk)
    return person


def _opened(row: Invitation, *, name: str, phone: str, password: str) -> User:
    person = User(
        organisation=row.organisation, role=row.role, name=name, email=row.email, phone=phone
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as taken:
        refusal = _("此手机号码已有账号；一人一号，请直接登录。")
        raise AccountRefused(refusal, field="phone") from taken
    return person


def refusal_to_suspend(person: User, *, by: User) -> str:
    return _("不能停用自己的账号。") if person.pk == by.pk else ""


@transaction.atomic
def suspend_person(person: User, *, reason: str, by: User) -> None:
    """Close an account and end its sessions; the next request finds nobody."""
    if refusal := refusal_to_suspend(person, by=by):
        raise AccountRefused(refusal)
    row = _locked(person, by)
    row.is_active = False
    row.save(update_fields=["is_active"])
    changes = {"is_active": [True, False]}
    audit.record("person.suspended", by=by, on=row, reason=reason, changes=changes)
    end_sessions(row)
    revoke_all(row, now=timezone.now(), by=by)


@transaction.atomic
def reinstate_person(person: User, *, reason: str, by: User) -> None:
    row = _locked(person, by)
    row.is_active = True
    row.save(update_fields=["is_active"])
    changes = {"is_active": [False, True]}
    audit.record("person.reinstated", by=by, on=row, reason=reason, changes=changes)


def refusal_to_change_role(person: User, *, by: User) -> str:
    return _("不能改变自己的角色。") if person.pk == by.pk else ""


@transaction.atomic
def change_role(person: User, *, role: str, reason: str, by: User) -> None:
    """Give another role; rights are read on every request, so they change with the next one."""
    if refusal := refusal_to_change_role(person, by=by):
        raise AccountRefused(refusal)
    row = _locked(person, by)
    if refusal := refusal_of_role(organisation=row.organisation, role=role):
        raise AccountRefused(refusal, field="role")
    changes = {"role": [row.role, role]}
    row.role = role
    row.save(update_fields=["role"])
    audit.record("person.role_changed", by=by, on=row, reason=reason, changes=changes)


def reveal_contact(person: User, *, field: str, reason: str, by: User) -> str:
    """The phone or e-mail in the clear; who looked and why is written down."""
    if field not in REVEALABLE:
        raise AccountRefused(_("此项不能显示。"))
    shown = {"field": contact_label(field)}
    audit.record("person.revealed", by=by, on=person, reason=reason, changes=shown)
    return str(getattr(person, field) or "")


@transaction.atomic
def end_sessions(person: User, *, only: str = "", except_key: str = "") -> int:
    """Sign a person out everywhere, or on the one device with this handle; says on how many."""
    with context.entering(LOGIN.context):
        devices = UserSession.objects.filter(user_id=person.pk).exclude(session_key=except_key)
        keys = list(devices.values_list("session_key", flat=True))
        ended = [key for key in keys if not only or session_handle(key) == only]
        Session.objects.filter(session_key__in=ended).delete()
        devices.filter(session_key__in=ended).delete()
    return len(ended)


@transaction.atomic
def sign_out(person: User, *, by: Actor, only: str = "", except_key: str = "") -> int:
    """End sessions on somebody's word, and write down whose word it was."""
    count = end_sessions(person, only=only, except_key=except_key)
    if count:
        audit.record("session.ended", by=by, on=person, changes={"devices": count})
    return count


@transaction.atomic
def export_events(terms: dict[str, str], *, by: User) -> Job:
    """Have the events that fit these conditions written to a spreadsheet."""
    audit.record("audit.exported", by=by, on=by.organisation, changes=terms)
    return start_job("accounts.export_events", by=by, title=_("操作记录"), terms=terms)


@transaction.atomic
def retry_effect(effect_id: UUID, *, by: User) -> None:
    """Let a parked effect be tried again, from its first attempt."""
    with context.entering(DISPATCH.context):
        rows = Effect.objects.select_for_update().exclude(parked_at=None)
        parked = rows.filter(pk=effect_id).first()
        if parked is None:
            raise AccountRefused(_("这件后台事项已不在停住的状态。"))
        parked.parked_at, parked.attempts, parked.due_at = None, 0, timezone.now()
        parked.save(update_fields=["parked_at", "attempts", "due_at"])
    changes = {"effect": parked.name, "number": str(effect_id)}
    audit.record("effect.retried", by=by, on=by.organisation, changes=changes)


def link_token(invitation: Invitation) -> str:
    """What the link of an invitation carries: its id, signed."""
    return LINKS.sign(invitation.public_id)


def _locked(person: User, by: User) -> User:
    rows = User.objects.visible_to(by).select_related("organisation")
    locked: User = rows.select_for_update(of=("self",)).get(pk=person.pk)
    return locked


def _send(invitation: Invitation, by: User) -> None:
    language = get_language()
    outbox.leave("accounts.invite", by=by, invitation_id=invitation.pk, language=language)


def _open_already() -> str:
    return _("已有一份发给此邮箱的邀请尚未接受；请先撤回再重新邀请。")


def _invited(token: str) -> str:
    try:
        return LINKS.unsign(token)
    except BadSignature:
        return ""
