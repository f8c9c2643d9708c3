from apps.billing.selectors.balances import balance, outstanding, received, set_aside

__all__ = ["balance", "outstanding", "received", "set_aside"]
