from django.urls import path

from apps.enrollment import api, api_renewals

app_name = "enrollment_api"

urlpatterns = [
    path("renewals/", api_renewals.RenewalsView.as_view(), name="renewals"),
    path("policies/<str:public_id>/renewal/", api_renewals.RenewView.as_view(), name="renew"),
    path("policies/<str:public_id>/lapse/", api_renewals.LapseView.as_view(), name="lapse"),
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
