from django.urls import path

from apps.billing.views import (
    bank,
    books,
    bordereau,
    dunning,
    ledger,
    receipts,
    refunds,
    rounds,
    statements,
    write_offs,
)

app_name = "billing"

urlpatterns = [
    path("policies/<str:public_id>/receipts/new/", receipts.record, name="record"),
    path(
        "policies/<str:public_id>/receipts/new/check/", receipts.record_check, name="record_check"
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<str:public_id>/", receipts.receipt, name="receipt"),
    path("receipts/<str:public_id>/recorded/", receipts.recorded, name="recorded"),
    path("policies/<str:public_id>/refunds/new/", refunds.refund_new, name="refund_new"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/<str:public_id>/", refunds.refund, name="refund"),
    path("policies/<str:public_id>/write-off/", write_offs.write_off_new, name="write_off_new"),
    path(
        "write-offs/<str:public_id>/decide/",
        write_offs.write_off_decide,
        name="write_off_decide",
    ),
    path("dunning/", dunning.dunning, name="dunning"),
    path("bank/", bank.bank_files, name="bank_files"),
    path("bank/new/", bank.bank_send, name="bank_send"),
    path("bank/template/", bank.bank_template, name="bank_template"),
    path("bank/lines/<str:public_id>/", bank.bank_line, name="bank_line"),
    path("bank/lines/<str:public_id>/aside/", bank.bank_aside, name="bank_aside"),
    path("bank/<str:public_id>/", bank.bank_file, name="bank_file"),
    path("bank/<str:public_id>/decide/", bank.bank_decide, name="bank_decide"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/trial-balance/", books.trial, name="trial"),
    path("ledger/accounts/", books.accounts, name="accounts"),
    path("ledger/months/", books.months, name="months"),
    path("ledger/months/close/", books.close, name="close_month"),
    path("ledger/chain/", books.chain, name="chain"),
    path("ledger/export/", books.export, name="export"),
    path("ledger/export/file/", books.export_file, name="export_file"),
    path("ledger/statement/", ledger.statement, name="statement"),
    path("share-rounds/<str:public_id>/compute/", rounds.compute, name="compute_round"),
    path("statements/", statements.statements, name="statements"),
    path("statements/make/", statements.make, name="make_statements"),
    path("statements/<str:public_id>/", statements.monthly, name="monthly"),
    path(
        "statements/<str:public_id>/confirm/",
        statements.confirm_statement,
        name="confirm_statement",
    ),
    path("statements/<str:public_id>/workbook/", bordereau.workbook, name="statement_workbook"),
    path("statements/<str:public_id>/claims/", bordereau.claims, name="claim_bordereau"),
    path("statements/<str:public_id>/lines/", bordereau.lines, name="bordereau"),
    path("statements/<str:public_id>/lines/<int:number>/", bordereau.line, name="bordereau_line"),
    path(
        "statements/<str:public_id>/lines/<int:number>/dispute/",
        bordereau.dispute_line,
        name="dispute_line",
    ),
    path(
        "statement-differences/<str:public_id>/settle/",
        statements.settle_difference,
        name="settle_difference",
    ),
    path("ledger/<str:public_id>/", ledger.entry, name="entry"),
]
