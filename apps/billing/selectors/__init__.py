from apps.billing.selectors.balances import (
    NOTHING,
    balance,
    outstanding,
    overpaid,
    received,
    received_by_day,
    set_aside,
)

__all__ = [
    "NOTHING",
    "balance",
    "outstanding",
    "overpaid",
    "received",
    "received_by_day",
    "set_aside",
]
