from django.urls import path

from apps.pools import views

app_name = "pools"
urlpatterns = [
    path("pools/", views.pools, name="list"),
    path("pools/<str:public_id>/", views.detail, name="detail"),
]
