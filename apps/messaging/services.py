"""Telling people: once per event, whatever is delivered twice."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from apps.accounts.actors import MESSENGER
from apps.accounts.models import User
from apps.core import context, outbox
from apps.core.context import Actor
from apps.messaging.models import Notice

Text = str | Promise


def notify(
    *,
    receivers: Iterable[User | int],
    title: Text,
    once: str,
    by: Actor,
    text: Text = "",
    url: str = "",
) -> None:
    """Leave a notice for some people, in Chinese, whatever language the sender reads.

    `once` names the event, such as "invitation:7:accepted": each receiver is told of it once.
    `title` and `text` may be lazy; compose them with `format_lazy`.
    """
    keys = [one.pk if isinstance(one, User) else one for one in receivers]
    with translation.override(settings.LANGUAGE_CODE):
        words = {"title": str(title), "text": str(text)}
    outbox.leave("messaging.notify", by=by, receivers=keys, url=url, once=once, **words)


@transaction.atomic
def tell(receivers: Iterable[int], **words: str) -> None:
    """Put the notice before each receiver who is not told yet."""
    with context.entering(MESSENGER.context):
        present = User.objects.filter(pk__in=receivers, is_active=True)
        rows = [Notice(receiver=person, **words) for person in present]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def mark_read(notice: Notice, *, by: User, now: datetime) -> None:
    Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=now)


@transaction.atomic
def mark_all_read(*, by: User, now: datetime) -> int:
    return Notice.objects.visible_to(by).unread().update(read_at=now)
