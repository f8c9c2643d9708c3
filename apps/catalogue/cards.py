"""What waits for a decision, on the desk of whoever may decide."""

from datetime import date

from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, Desk
from apps.catalogue.models import ProductVersion, TariffVersion


def waiting_card(user: User, today: date) -> Desk:
    """Versions that were sent; whoever changed one has somebody else to wait for."""
    if not can(user, Permission.DECIDE_RULES):
        return Desk()
    desk = Desk()
    for model in (TariffVersion, ProductVersion):
        rows = model._default_manager.filter(
            sent_at__isnull=False, state__in=["draft", "simulated"]
        )
        own = rows.exclude(editors__contains=[user.actor_key]).exclude(made_by=user.actor_key)
        for row in own.select_related("product").order_by("sent_at"):
            title = _("等待批准：%(version)s") % {"version": row}
            desk.todos.append(
                {"title": title, "url": row.get_absolute_url(), "action": _("去查看")}
            )
    return desk


DESK_CARDS.append(waiting_card)
