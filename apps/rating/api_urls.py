from django.urls import path

from apps.rating.api import PreviewView, QuotesView, QuoteView

app_name = "rating_api"

urlpatterns = [
    path("quotes/", QuotesView.as_view(), name="quotes"),
    path("quotes/preview/", PreviewView.as_view(), name="preview"),
    path("quotes/<str:public_id>/", QuoteView.as_view(), name="quote"),
]
