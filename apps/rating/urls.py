from django.urls import path

from apps.rating.views import quotes

app_name = "rating"

urlpatterns = [
    path("quotes/<str:public_id>/", quotes.quote, name="quote"),
]
