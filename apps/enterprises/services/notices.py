"""What an enterprise is told when somebody else changes its entry."""

from secrets import token_hex
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy

from apps.accounts.actors import MESSENGER
from apps.accounts.models import User
from apps.core import context
from apps.enterprises.models import Enterprise
from apps.messaging.services import notify


def tell_people_of(
    enterprise: Enterprise, *, title: Promise, text: Promise, by: User, **facts: Any
) -> None:
    """Leave a notice for the enterprise's people, unless the act is their own.

    Lazy texts, because they read Chinese whatever language the actor reads.
    """
    if by.organisation_id == enterprise.pk:
        return
    with context.entering(MESSENGER.context):
        people = User.objects.filter(organisation=enterprise.pk, is_active=True)
        receivers = list(people.values_list("pk", flat=True))
    if receivers:
        notify(
            receivers=receivers,
            title=title,
            text=format_lazy(text, **facts),
            url=enterprise.get_absolute_url(),
            once=f"enterprise:{enterprise.pk}:{token_hex(8)}",
            by=by,
        )
