from django.urls import path

from apps.messaging.api import NoticesView

app_name = "messaging_api"

urlpatterns = [path("notices/", NoticesView.as_view(), name="notices")]
