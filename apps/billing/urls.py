from django.urls import path

from apps.billing.views import books, desks, ledger, receipts, rounds, statements

app_name = "billing"

urlpatterns = [
    path("policies/<str:public_id>/receipts/new/", receipts.record, name="record"),
    path(
        "policies/<str:public_id>/receipts/new/check/", receipts.record_check, name="record_check"
    ),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<str:public_id>/", receipts.receipt, name="receipt"),
    path("receipts/<str:public_id>/recorded/", receipts.recorded, name="recorded"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/trial-balance/", books.trial, name="trial"),
    path("ledger/overview/", desks.overview, name="overview"),
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
    path("ledger/<str:public_id>/", ledger.entry, name="entry"),
]
