"""A premium that arrived, for the tests of policies and billing."""

from datetime import date

from apps.billing.services import record_receipt
from tests.enrollment.conftest import TODAY


def paid(policy, finance, acting, *, today: date = TODAY, **changes):
    """The whole premium by bank, as the seller's finance records it."""
    facts = {
        "voucher": "HD-1",
        "payer_name": policy.insured_name,
        "amount": policy.premium,
        "received_on": today,
    }
    with acting(finance):
        return record_receipt(policy=policy, today=today, by=finance, **facts | changes)
