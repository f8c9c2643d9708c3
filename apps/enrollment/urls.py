from django.urls import path

from apps.enrollment.views import pages

app_name = "enrollment"

urlpatterns = [
    path("applications/<str:public_id>/", pages.application, name="application"),
]
