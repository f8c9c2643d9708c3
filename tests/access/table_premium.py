"""Who may use the routes of a premium: refunds, write-offs, dunning, the bank's lists."""

from tests.access.table_statements import SEE_LEDGER

PREMIUM: dict[str, set[str] | str] = {
    "billing:refunds": SEE_LEDGER,
    "billing:refund": SEE_LEDGER,
    "billing:refund_new": {"insurer_finance"},
    "billing:write_off_new": {"insurer_finance"},
    "billing:write_off_decide POST": {"insurer_finance"},
    "billing:dunning": {"insurer_finance"},
    "billing:bank_files": {"insurer_finance"},
    "billing:bank_send": {"insurer_finance"},
    "billing:bank_template": {"insurer_finance"},
    "billing:bank_file": {"insurer_finance"},
    "billing:bank_decide POST": {"insurer_finance"},
    "billing:bank_line": {"insurer_finance"},
    "billing:bank_aside POST": {"insurer_finance"},
    "billing_api:bank_files GET": {"insurer_finance"},
    "billing_api:bank_files POST": {"insurer_finance"},
    "billing_api:bank_lines GET": {"insurer_finance"},
    "billing_api:bank_lines POST": {"insurer_finance"},
    "billing_api:bank_line_decision POST": {"insurer_finance"},
    "billing_api:premium_debts": {"insurer_finance"},
    "billing_api:refunds GET": SEE_LEDGER,
    "billing_api:refunds POST": {"insurer_finance"},
    "billing_api:write_offs GET": SEE_LEDGER,
    "billing_api:write_offs POST": {"insurer_finance"},
    "billing_api:write_off_decision POST": {"insurer_finance"},
}
