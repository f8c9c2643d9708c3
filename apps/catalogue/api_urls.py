from django.urls import path

from apps.catalogue.api.acts import PRODUCT_VIEWS, TARIFF_VIEWS
from apps.catalogue.api.products import LinesView, ProductVersionView, StartProductView
from apps.catalogue.api.reading import ProductVersionsView, TariffVersionsView
from apps.catalogue.api.tariffs import (
    BoundsView,
    CasesView,
    StartTariffView,
    TableView,
    TariffVersionView,
    WorkbookView,
)

app_name = "catalogue_api"

VERSION = "products/<slug:code>/versions/<int:number>/"
TARIFF = "products/<slug:code>/tariffs/<int:number>/"

urlpatterns = [
    path("products/", ProductVersionsView.as_view(), name="products"),
    path("products/<slug:code>/versions/", StartProductView.as_view(), name="version_new"),
    path("products/<slug:code>/tariffs/", StartTariffView.as_view(), name="tariff_new"),
    path(VERSION, ProductVersionView.as_view(), name="product_version"),
    path(f"{VERSION}lists/<slug:name>/", LinesView.as_view(), name="version_lines"),
    *(
        path(f"{VERSION}{act}/", view.as_view(), name=f"version_{act}")
        for act, view in PRODUCT_VIEWS.items()
    ),
    path("tariffs/", TariffVersionsView.as_view(), name="tariffs"),
    path(TARIFF, TariffVersionView.as_view(), name="tariff_version"),
    path(f"{TARIFF}tables/<slug:table>/", TableView.as_view(), name="tariff_table"),
    path(f"{TARIFF}bounds/", BoundsView.as_view(), name="tariff_bounds"),
    path(f"{TARIFF}cases/", CasesView.as_view(), name="tariff_cases"),
    path(f"{TARIFF}workbook/", WorkbookView.as_view(), name="tariff_workbook"),
    *(
        path(f"{TARIFF}{act}/", view.as_view(), name=f"tariff_{act}")
        for act, view in TARIFF_VIEWS.items()
    ),
]
