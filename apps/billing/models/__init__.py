from apps.billing.models.bank import BankFile, BankLine, LineState
from apps.billing.models.closing import ClosedMonth, DayTotal, EntrySeal
from apps.billing.models.ledger import (
    NOT_INSURERS,
    WATCHERS,
    AccountKind,
    Entry,
    EntryKind,
    EntryQuerySet,
    Posting,
    PostingQuerySet,
    Receipt,
    ReceiptQuerySet,
)
from apps.billing.models.premium import Refund, WriteOff, WriteOffState, columns_of
from apps.billing.models.statements import (
    Confirmation,
    Difference,
    Settlement,
    Statement,
    StatementLine,
    StatementMember,
    StatementState,
)

__all__ = [
    "NOT_INSURERS",
    "WATCHERS",
    "AccountKind",
    "BankFile",
    "BankLine",
    "ClosedMonth",
    "Confirmation",
    "DayTotal",
    "Difference",
    "Entry",
    "EntryKind",
    "EntryQuerySet",
    "EntrySeal",
    "LineState",
    "Posting",
    "PostingQuerySet",
    "Receipt",
    "ReceiptQuerySet",
    "Refund",
    "Settlement",
    "Statement",
    "StatementLine",
    "StatementMember",
    "StatementState",
    "WriteOff",
    "WriteOffState",
    "columns_of",
]
