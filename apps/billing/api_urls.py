from django.urls import path

from apps.billing.api import ComputationView, EntriesView, EntryView, ReceiptsView, ReceiptView
from apps.billing.books_api import ChainView, ExportView, MonthsView, TrialView
from apps.billing.desks_api import OverviewView

app_name = "billing_api"

urlpatterns = [
    path("receipts/", ReceiptsView.as_view(), name="receipts"),
    path("receipts/<str:public_id>/", ReceiptView.as_view(), name="receipt"),
    path("ledger/trial-balance/", TrialView.as_view(), name="trial"),
    path("ledger/overview/", OverviewView.as_view(), name="overview"),
    path("ledger/months/", MonthsView.as_view(), name="months"),
    path("ledger/chain/", ChainView.as_view(), name="chain"),
    path("ledger/export/", ExportView.as_view(), name="export"),
    path("ledger/entries/", EntriesView.as_view(), name="entries"),
    path("ledger/entries/<str:public_id>/", EntryView.as_view(), name="entry"),
    path(
        "share-rounds/<str:public_id>/computation/",
        ComputationView.as_view(),
        name="computation",
    ),
]
