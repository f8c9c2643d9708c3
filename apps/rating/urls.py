from django.urls import path

from apps.rating.views import estimate, gate, quotes

app_name = "rating"
GATE = "products/<slug:code>/tariffs/<int:number>/gate/"

urlpatterns = [
    path(GATE, gate.gate, name="gate"),
    path(f"{GATE}run/", gate.gate_run, name="gate_run"),
    path("estimate/", estimate.ask, name="estimate"),
    path("quotes/<str:public_id>/", quotes.quote, name="quote"),
]
