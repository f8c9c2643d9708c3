from django.urls import path

from apps.billing.api import ComputationView, EntriesView, EntryView, ReceiptsView, ReceiptView
from apps.billing.api_bank import BankFilesView, BankLineDecisionView, BankLinesView, DebtsView
from apps.billing.api_premium import RefundsView, WriteOffDecisionView, WriteOffsView
from apps.billing.books_api import ChainView, ExportView, MonthsView, TrialView
from apps.billing.commission import api as commission
from apps.billing.desks_api import OverviewView
from apps.billing.monthly import api as monthly

app_name = "billing_api"

urlpatterns = [
    path("receipts/", ReceiptsView.as_view(), name="receipts"),
    path("receipts/<str:public_id>/", ReceiptView.as_view(), name="receipt"),
    path("ledger/trial-balance/", TrialView.as_view(), name="trial"),
    path("ledger/overview/", OverviewView.as_view(), name="overview"),
    path("ledger/months/", MonthsView.as_view(), name="months"),
    path("ledger/chain/", ChainView.as_view(), name="chain"),
    path("ledger/export/", ExportView.as_view(), name="export"),
    path("refunds/", RefundsView.as_view(), name="refunds"),
    path("write-offs/", WriteOffsView.as_view(), name="write_offs"),
    path(
        "write-offs/<str:public_id>/decision/",
        WriteOffDecisionView.as_view(),
        name="write_off_decision",
    ),
    path("bank-files/", BankFilesView.as_view(), name="bank_files"),
    path("bank-files/<str:public_id>/lines/", BankLinesView.as_view(), name="bank_lines"),
    path(
        "bank-lines/<str:public_id>/decision/",
        BankLineDecisionView.as_view(),
        name="bank_line_decision",
    ),
    path("premium-debts/", DebtsView.as_view(), name="premium_debts"),
    path("ledger/entries/", EntriesView.as_view(), name="entries"),
    path("ledger/entries/<str:public_id>/", EntryView.as_view(), name="entry"),
    path(
        "share-rounds/<str:public_id>/computation/",
        ComputationView.as_view(),
        name="computation",
    ),
    path("statements/", monthly.StatementsView.as_view(), name="statements"),
    path("statements/<str:public_id>/", monthly.StatementView.as_view(), name="statement"),
    path(
        "statements/<str:public_id>/confirmation/",
        monthly.ConfirmationView.as_view(),
        name="confirmation",
    ),
    path(
        "statements/<str:public_id>/lines/",
        monthly.StatementLinesView.as_view(),
        name="statement_lines",
    ),
    path(
        "statements/<str:public_id>/lines/<int:number>/differences/",
        monthly.LineDifferenceView.as_view(),
        name="line_difference",
    ),
    path(
        "statements/<str:public_id>/differences/",
        monthly.DifferencesView.as_view(),
        name="differences",
    ),
    path(
        "statement-differences/<str:public_id>/settlement/",
        monthly.SettlementView.as_view(),
        name="settlement",
    ),
    path(
        "commission-agreements/",
        commission.CommissionAgreementsView.as_view(),
        name="commission_agreements",
    ),
    path(
        "commission-agreements/<str:public_id>/payments/",
        commission.CommissionPaymentsView.as_view(),
        name="commission_payments",
    ),
]
