from django.urls import URLPattern

app_name = "enterprises_api"
urlpatterns: list[URLPattern] = []
