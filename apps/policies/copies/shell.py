"""Where copied reports show: beside the list of policies, and on the desk while some wait."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, Desk
from apps.core.templatetags.ui import count
from apps.policies.copies.models import CopiedReport
from apps.policies.registry import LIST_LINKS, ListLink

MOST_COUNTED = 1_000

ACTIONS |= {"copies.acknowledged": gettext_lazy("签收抄报")}
FACTS |= {"copies": gettext_lazy("抄报件数"), "last": gettext_lazy("最后一件")}
LIST_LINKS.append(
    ListLink(gettext_lazy("抄报"), "policies:copies", "copy", Permission.RECEIVE_COPIES)
)


def waiting_card(user: User, today: date) -> Desk:
    if not can(user, Permission.RECEIVE_COPIES):
        return Desk()
    rows: Any = CopiedReport.objects.visible_to(user)
    waiting = rows.received_by(user.organisation_id).waiting().order_by()
    number = waiting[: MOST_COUNTED + 1].count()
    if not number:
        return Desk()
    told = f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else count(number)
    title = _("%(count)s 件抄报待签收") % {"count": told}
    url = f"{reverse('policies:copies')}?waiting=waiting"
    return Desk(todos=[{"title": title, "url": url, "action": _("去签收")}])


DESK_CARDS.append(waiting_card)
