from django.urls import path

from apps.catalogue.views import drafts, pages, product_edit, tariff_edit, workbooks
from apps.catalogue.views.moves import PRODUCT_PAGES, TARIFF_PAGES

app_name = "catalogue"

VERSION = "products/<slug:code>/versions/<int:number>/"
TARIFF = "products/<slug:code>/tariffs/<int:number>/"

urlpatterns = [
    path("products/", pages.products, name="products"),
    path("products/new/", drafts.new_product, name="product_new"),
    path("products/<slug:code>/versions/new/", drafts.start_product, name="version_new"),
    path("products/<slug:code>/tariffs/new/", drafts.start_tariff, name="tariff_new"),
    path(VERSION, pages.version, name="product_version"),
    path(f"{VERSION}edit/", drafts.product_meta, name="version_edit"),
    path(f"{VERSION}lists/<slug:name>/", product_edit.lines, name="version_lines"),
    path(f"{VERSION}clauses.pdf", product_edit.clauses, name="version_clauses"),
    *(path(f"{VERSION}{act}/", page, name=f"version_{act}") for act, page in PRODUCT_PAGES.items()),
    path(TARIFF, pages.tariff, name="tariff_version"),
    path(f"{TARIFF}edit/", drafts.tariff_meta, name="tariff_edit"),
    path(f"{TARIFF}bounds/", tariff_edit.bounds, name="tariff_bounds"),
    path(f"{TARIFF}cases/<int:order>/", tariff_edit.case, name="tariff_case"),
    path(f"{TARIFF}tables/<slug:table>/", tariff_edit.grid, name="tariff_grid"),
    path(f"{TARIFF}differences/", workbooks.differences, name="tariff_differences"),
    path(f"{TARIFF}workbook.xlsx", workbooks.workbook, name="tariff_workbook"),
    path(f"{TARIFF}import/", workbooks.upload, name="tariff_import"),
    *(path(f"{TARIFF}{act}/", page, name=f"tariff_{act}") for act, page in TARIFF_PAGES.items()),
]
