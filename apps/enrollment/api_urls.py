from django.urls import path

from apps.enrollment import api

app_name = "enrollment_api"

urlpatterns = [
    path("applications/", api.ApplicationsView.as_view(), name="applications"),
    path("applications/<str:public_id>/", api.ApplicationView.as_view(), name="application"),
    path("applications/<str:public_id>/offer/", api.OfferView.as_view(), name="offer"),
    path("applications/<str:public_id>/quote/", api.ChooseQuoteView.as_view(), name="quote"),
    path("applications/<str:public_id>/insurers/", api.InsurersView.as_view(), name="insurers"),
    path("applications/<str:public_id>/attest/", api.AttestView.as_view(), name="attest"),
    path("applications/<str:public_id>/submit/", api.SubmitView.as_view(), name="submit"),
    path("applications/<str:public_id>/withdraw/", api.WithdrawView.as_view(), name="withdraw"),
    path("applications/<str:public_id>/issue/", api.IssueView.as_view(), name="issue"),
    path("applications/<str:public_id>/refuse/", api.RefuseView.as_view(), name="refuse"),
]
