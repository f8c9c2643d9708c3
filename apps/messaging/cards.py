"""The bell, and what happened lately on every desk."""

from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.shell import DESK_CARDS, UNREAD, Desk, News
from apps.messaging.models import Notice

MOST_NEWS = 8


def unread(user: User) -> int:
    return Notice.objects.visible_to(user).unread().count()


def notices_card(user: User, today: date) -> Desk:
    rows = Notice.objects.visible_to(user)[:MOST_NEWS]
    return Desk(news=[news_of(notice) for notice in rows])


def news_of(notice: Notice) -> News:
    url = reverse("messaging:notice", args=[notice.public_id])
    return News(notice.created_at, notice.title, url, is_new=notice.read_at is None)


UNREAD.append(unread)
DESK_CARDS.append(notices_card)
