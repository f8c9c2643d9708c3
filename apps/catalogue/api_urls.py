from django.urls import path

from apps.catalogue.api import (
    ProductVersionsView,
    ProductVersionView,
    TariffVersionsView,
    TariffVersionView,
)

app_name = "catalogue_api"

urlpatterns = [
    path("products/", ProductVersionsView.as_view(), name="products"),
    path(
        "products/<slug:code>/versions/<int:number>/",
        ProductVersionView.as_view(),
        name="product_version",
    ),
    path("tariffs/", TariffVersionsView.as_view(), name="tariffs"),
    path(
        "products/<slug:code>/tariffs/<int:number>/",
        TariffVersionView.as_view(),
        name="tariff_version",
    ),
]
