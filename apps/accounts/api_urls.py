from django.urls import path

from apps.accounts.api import MeView, OrganisationsView

app_name = "accounts_api"

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("organisations/", OrganisationsView.as_view(), name="organisations"),
]
