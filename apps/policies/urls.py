from django.urls import path

from apps.policies.views import listing, policy

app_name = "policies"

urlpatterns = [
    path("policies/", listing.listing, name="list"),
    path("policies/<str:public_id>/", policy.detail, name="detail"),
]
