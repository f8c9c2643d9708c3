from django.urls import path

from apps.rating.api import PreviewView, QuotesView, QuoteView
from apps.rating.gate.api import GateView

app_name = "rating_api"

urlpatterns = [
    path("products/<slug:code>/tariffs/<int:number>/gate/", GateView.as_view(), name="gate"),
    path("quotes/", QuotesView.as_view(), name="quotes"),
    path("quotes/preview/", PreviewView.as_view(), name="preview"),
    path("quotes/<str:public_id>/", QuoteView.as_view(), name="quote"),
]
