from django.urls import path

from apps.policies.api import PoliciesView, PolicyView

app_name = "policies_api"

urlpatterns = [
    path("policies/", PoliciesView.as_view(), name="policies"),
    path("policies/<str:public_id>/", PolicyView.as_view(), name="policy"),
]
