from django.urls import path

from apps.rating.views import estimate, quotes

app_name = "rating"

urlpatterns = [
    path("estimate/", estimate.ask, name="estimate"),
    path("quotes/<str:public_id>/", quotes.quote, name="quote"),
]
