"""Applications with what their pages and the API say of them."""

from typing import Any

from apps.accounts.models import User
from apps.enrollment.models import Application

# Not its site and enterprise: the insurer may not see them yet, and a join would hide the row.
SHOWN_WITH = (
    "district",
    "pool",
    "insurer",
    "chosen_insurer",
    "refusal_reason",
    "policy",
    "quote__limit_choice",
    "quote__product_version__product",
    "quote__tariff_version__product",
)
# The enterprise's own draft goes with everything the price is reckoned from.
OF_A_DRAFT = ("site__enterprise", "site__district", "site__town", "site__industry")
IN_DRAFT = ("quote__site__industry", *OF_A_DRAFT, *SHOWN_WITH)


def whole(user: User) -> Any:
    return Application.objects.visible_to(user).select_related(*SHOWN_WITH)


def whole_drafts(user: User) -> Any:
    """For the enterprise itself, which sees its own site whatever its state."""
    return Application.objects.visible_to(user).select_related(*IN_DRAFT)
