from apps.billing.services.due import charge_premium, set_aside, vector_of
from apps.billing.services.receipts import (
    ReceiptRefused,
    payer_check_of,
    record_receipt,
    refusal_to_record,
)
from apps.billing.services.refunds import RefundRefused, record_refund, refusal_to_refund
from apps.billing.services.write_offs import (
    WriteOffRefused,
    decide_write_off,
    refusal_to_write_off,
    write_off,
)

__all__ = [
    "ReceiptRefused",
    "RefundRefused",
    "WriteOffRefused",
    "charge_premium",
    "decide_write_off",
    "payer_check_of",
    "record_receipt",
    "record_refund",
    "refusal_to_record",
    "refusal_to_refund",
    "refusal_to_write_off",
    "set_aside",
    "vector_of",
    "write_off",
]
