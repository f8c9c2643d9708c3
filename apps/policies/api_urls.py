from django.urls import path

from apps.policies.api import PoliciesView, PolicyView
from apps.policies.api_people import PeopleView

app_name = "policies_api"

urlpatterns = [
    path("policies/", PoliciesView.as_view(), name="policies"),
    path("policies/<str:public_id>/", PolicyView.as_view(), name="policy"),
    path("policies/<str:public_id>/people/", PeopleView.as_view(), name="people"),
]
