"""Who can act: people, and the system's own login desk."""

from django.db import transaction

from apps.accounts.models import User
from apps.core import context
from apps.core.context import SYSTEM_ACTORS, Actor, SystemActor

# Reads accounts before anybody is known: to check a password, an invitation, a session.
LOGIN = SystemActor("login", "登录服务")
# Finds the receivers of a notice and delivers it to people of other organisations.
MESSENGER = SystemActor("messenger", "通知服务")
# Opens an enterprise and its first account for a visitor, who then enters the rest as that person.
REGISTRAR = SystemActor("registrar", "企业登记服务")
# Looks at a site's other covers, which no insurer may see, and hands the site to its insurer.
ENROLMENT = SystemActor("enrolment", "承保服务")
SYSTEM_ACTORS |= {actor.actor_key: actor for actor in (LOGIN, MESSENGER, REGISTRAR, ENROLMENT)}


def actor_for(actor_key: str) -> Actor | None:
    """The person behind a stored key, with the rights of this moment; None when suspended."""
    kind, _, key = actor_key.partition(":")
    return user_by_id(int(key)) if kind == "user" and key.isdigit() else None


def user_by_id(user_id: int) -> User | None:
    with context.entering(LOGIN.context), transaction.atomic():
        people = User.objects.select_related("organisation")
        found: User | None = people.filter(
            pk=user_id, is_active=True, organisation__is_active=True
        ).first()
        return found
