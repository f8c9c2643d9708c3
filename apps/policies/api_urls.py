from django.urls import path

from apps.policies.api import PoliciesView, PolicyView
from apps.policies.api_changes import (
    CancellationView,
    ChangeRequestsView,
    CorrectionView,
    EndorsementsView,
    ReinstatementView,
    TransactionsView,
)
from apps.policies.api_people import PeopleView
from apps.policies.copies.api import AcknowledgementsView, CopiesView, LatenessView

app_name = "policies_api"

urlpatterns = [
    path("copied-reports/", CopiesView.as_view(), name="copies"),
    path("copied-reports/lateness/", LatenessView.as_view(), name="copies_lateness"),
    path(
        "copied-reports/acknowledgements/", AcknowledgementsView.as_view(), name="acknowledgements"
    ),
    path("policies/", PoliciesView.as_view(), name="policies"),
    path("policies/<str:public_id>/", PolicyView.as_view(), name="policy"),
    path("policies/<str:public_id>/transactions/", TransactionsView.as_view(), name="transactions"),
    path("policies/<str:public_id>/endorsements/", EndorsementsView.as_view(), name="endorsements"),
    path("policies/<str:public_id>/cancellation/", CancellationView.as_view(), name="cancellation"),
    path(
        "policies/<str:public_id>/reinstatement/",
        ReinstatementView.as_view(),
        name="reinstatement",
    ),
    path(
        "policies/<str:public_id>/change-requests/",
        ChangeRequestsView.as_view(),
        name="change_requests",
    ),
    path("transactions/<str:public_id>/correction/", CorrectionView.as_view(), name="correction"),
    path("policies/<str:public_id>/people/", PeopleView.as_view(), name="people"),
]
