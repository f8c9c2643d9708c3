from django.urls import path

from apps.policies.views import pages

app_name = "policies"

urlpatterns = [
    path("policies/<str:public_id>/", pages.detail, name="detail"),
]
