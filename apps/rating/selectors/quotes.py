"""Quotes as pages and the API show them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.enterprises.models import Site
from apps.rating.models import Quote

# What a quote is shown with. Not its site and enterprise: the insurer chosen may not see them yet,
# and a join would hide the quote itself.
SHOWN_WITH = ("insurer", "limit_choice", "product_version__product", "tariff_version__product")


def site_of(quote: Quote, user: User) -> Site | None:
    """The place itself, for whoever may see it."""
    return Site.objects.visible_to(user).filter(pk=quote.site_id).first()


def standing(quote: Quote, today: date) -> dict[str, Any]:
    """For components/status.html. That a quote has lapsed follows from the day."""
    if quote.state == Quote.State.ACCEPTED:
        return {"tone": "done", "label": _("已接受"), "since": quote.accepted_at}
    if quote.has_lapsed(today):
        return {"tone": "ended", "label": _("已失效"), "since": quote.valid_until}
    return {"tone": "waiting", "label": _("待接受"), "due": quote.valid_until}
