from django.urls import path

from apps.duty.api import DutiesView, DutyView, LettersView

app_name = "duty_api"

urlpatterns = [
    path("duties/", DutiesView.as_view(), name="duties"),
    path("duties/<str:public_id>/", DutyView.as_view(), name="duty"),
    path("duty-letters/", LettersView.as_view(), name="letters"),
]
