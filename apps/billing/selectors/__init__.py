from apps.billing.selectors.balances import (
    balance,
    outstanding,
    overpaid,
    received,
    received_by_day,
    set_aside,
)

__all__ = ["balance", "outstanding", "overpaid", "received", "received_by_day", "set_aside"]
