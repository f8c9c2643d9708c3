from django.urls import path

from apps.policies.views import listing, policy, worksheet

app_name = "policies"

urlpatterns = [
    path("policies/", listing.listing, name="list"),
    path("policies/<str:public_id>/", policy.detail, name="detail"),
    path("policies/<str:public_id>/worksheet/", worksheet.paper, name="worksheet"),
    path("policies/<str:public_id>/change/", worksheet.change, name="change"),
]
