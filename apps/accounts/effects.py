"""Letters about accounts. A mail server that is down delays them: they leave by the outbox."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import Invitation, User
from apps.accounts.roles import ROLES
from apps.accounts.services import link_token
from apps.core.context import Actor
from apps.core.outbox import effect


@effect("accounts.invite")
def send_invitation(*, by: Actor, invitation_id: int, language: str = "zh-hans") -> None:
    rows = Invitation.objects.select_related("organisation", "invited_by")
    invitation = rows.get(pk=invitation_id)
    if invitation.state != Invitation.State.OPEN:  # revoked before the letter left
        return
    path = reverse("accounts:invitation_accept", args=[link_token(invitation)])
    facts = {"invitation": invitation, "spec": ROLES[invitation.role], "url": _address(path)}
    _send("accounts/letters/invitation", invitation.email, language, facts)


@effect("accounts.reset")
def send_password_link(*, by: Actor, user_id: int, language: str = "zh-hans") -> None:
    person = User.objects.get(pk=user_id)
    if not person.is_active or not person.email:
        return
    key = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    _send(
        "accounts/letters/password",
        person.email,
        language,
        {"person": person, "url": _address(path)},
    )


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _send(template: str, address: str, language: str, facts: dict[str, object]) -> None:
    """The first line of the template is the subject."""
    with translation.override(language):
        letter = render_to_string(f"{template}.txt", facts)
    subject, _newline, text = letter.partition("\n")
    send_mail(subject.strip(), text.strip() + "\n", None, [address])
