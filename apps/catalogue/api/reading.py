"""Products and tariffs for other systems: every version, to read."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.catalogue.serializers import (
    ProductDetailSerializer,
    ProductVersionSerializer,
    TariffDetailSerializer,
    TariffVersionSerializer,
)


class ProductVersionsView(GenericAPIView[ProductVersion]):
    """Versions of products, newest first."""

    permission = {"GET": Permission.VIEW_RULES}
    queryset = ProductVersion.objects.none()
    serializer_class = ProductVersionSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[ProductVersion]:
        return ProductVersion.objects.visible_to(self.request.user).select_related("product")

    @extend_schema(responses=ProductVersionSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ProductVersionView(GenericAPIView[ProductVersion]):
    """One version of a product, with its heads, choices, grounds and clauses."""

    permission = {"GET": Permission.VIEW_RULES}
    queryset = ProductVersion.objects.none()
    serializer_class = ProductDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=ProductDetailSerializer)
    def get(self, request: UserApiRequest, code: str, number: int) -> Response:
        rows = ProductVersion.objects.visible_to(request.user)
        found = get_object_or_404(
            rows.select_related("product", "disability_table"), product__code=code, number=number
        )
        return Response(self.get_serializer(found).data)


class TariffVersionsView(GenericAPIView[TariffVersion]):
    """Versions of tariffs, newest first."""

    permission = {"GET": Permission.VIEW_RULES}
    queryset = TariffVersion.objects.none()
    serializer_class = TariffVersionSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[TariffVersion]:
        return TariffVersion.objects.visible_to(self.request.user).select_related("product")

    @extend_schema(responses=TariffVersionSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class TariffVersionView(GenericAPIView[TariffVersion]):
    """One tariff, whole: what its digest was taken of."""

    permission = {"GET": Permission.VIEW_RULES}
    queryset = TariffVersion.objects.none()
    serializer_class = TariffDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=TariffDetailSerializer)
    def get(self, request: UserApiRequest, code: str, number: int) -> Response:
        rows = TariffVersion.objects.visible_to(request.user).select_related("product")
        found = get_object_or_404(rows, product__code=code, number=number)
        return Response(self.get_serializer(found).data)
