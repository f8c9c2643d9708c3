"""Moves that the views share which change a version."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.models import User
from apps.catalogue.errors import CellsRefused, ProductUnfit, TariffUnsound, WorkbookUnfit
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.serializers import ProductDetailSerializer, TariffDetailSerializer
from apps.core.api import problem
from apps.core.idempotency import HEADER

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)


def tariff_for(user: User, code: str, number: int) -> TariffVersion:
    rows = TariffVersion.objects.visible_to(user).select_related("product")
    return get_object_or_404(rows, product__code=code, number=number)


def version_for(user: User, code: str, number: int) -> ProductVersion:
    rows = ProductVersion.objects.visible_to(user)
    related = rows.select_related("product", "disability_table")
    return get_object_or_404(related, product__code=code, number=number)


def product_for(user: User, code: str) -> Product:
    return get_object_or_404(Product.objects.visible_to(user), code=code)


class VersionView(GenericAPIView[Any]):
    """What the views of one version share."""

    filter_backends = ()
    request: UserApiRequest

    def handle_exception(self, exc: Exception) -> Response:
        """Refusals with many lines say all of them."""
        match exc:
            case CellsRefused():
                found = [{"keys": list(keys), "text": text} for keys, text in exc.cells.items()]
                return problem(422, exc.code, str(exc), {"cells": found})
            case ProductUnfit() | TariffUnsound() | WorkbookUnfit():
                status = 422 if isinstance(exc, WorkbookUnfit) else 409
                return problem(status, exc.code, exc.lines[0], {"lines": exc.lines})
        return super().handle_exception(exc)


class TariffView(VersionView):
    queryset = TariffVersion.objects.none()
    serializer_class: Any = TariffDetailSerializer

    def told(self, row: TariffVersion, status: int = 200) -> Response:
        again = tariff_for(self.request.user, row.product.code, row.number)
        return Response(TariffDetailSerializer(again).data, status=status)


class ProductView(VersionView):
    queryset = ProductVersion.objects.none()
    serializer_class: Any = ProductDetailSerializer

    def told(self, row: ProductVersion, status: int = 200) -> Response:
        again = version_for(self.request.user, row.product.code, row.number)
        return Response(ProductDetailSerializer(again).data, status=status)


def given(request: UserApiRequest, kind: type[Any]) -> dict[str, Any]:
    """What was sent, as the serializer takes it."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def tariff_schema(request: Any = None, status: int = 200) -> Callable[..., Any]:
    answers = {status: TariffDetailSerializer}
    return extend_schema(request=request, responses=answers, parameters=[KEY])


def product_schema(request: Any = None, status: int = 200) -> Callable[..., Any]:
    answers = {status: ProductDetailSerializer}
    return extend_schema(request=request, responses=answers, parameters=[KEY])
