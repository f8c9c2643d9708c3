from apps.enrollment.selectors.draft import Terms
from apps.enrollment.services.decision import issue, refuse, withdraw
from apps.enrollment.services.draft import (
    attest,
    choose_insurer,
    choose_quote,
    offer_limits,
    save_terms,
    start_application,
)
from apps.enrollment.services.submission import submit

__all__ = [
    "Terms",
    "attest",
    "choose_insurer",
    "choose_quote",
    "issue",
    "offer_limits",
    "refuse",
    "save_terms",
    "start_application",
    "submit",
    "withdraw",
]
