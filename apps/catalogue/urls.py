from django.urls import path

from apps.catalogue.views import pages

app_name = "catalogue"

urlpatterns = [
    path("products/", pages.products, name="products"),
    path("products/<slug:code>/versions/<int:number>/", pages.version, name="product_version"),
    path("products/<slug:code>/tariffs/<int:number>/", pages.tariff, name="tariff_version"),
]
