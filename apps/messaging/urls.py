from django.urls import path

from apps.messaging import views

app_name = "messaging"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<slug:public_id>/", views.notice, name="notice"),
]
