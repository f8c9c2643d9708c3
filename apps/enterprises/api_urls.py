from django.urls import path

from apps.enterprises.api import (
    EnterpriseSitesView,
    EnterprisesView,
    EnterpriseView,
    HeadcountsView,
    SitesView,
    SiteView,
)

app_name = "enterprises_api"

urlpatterns = [
    path("enterprises/", EnterprisesView.as_view(), name="enterprises"),
    path("enterprises/<str:public_id>/", EnterpriseView.as_view(), name="enterprise"),
    path("enterprises/<str:public_id>/sites/", EnterpriseSitesView.as_view(), name="add_site"),
    path("sites/", SitesView.as_view(), name="sites"),
    path("sites/<str:public_id>/", SiteView.as_view(), name="site"),
    path("sites/<str:public_id>/headcounts/", HeadcountsView.as_view(), name="headcounts"),
]
