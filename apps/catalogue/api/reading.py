"""The lists of versions of products and of tariffs for other systems."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.catalogue.serializers import (
    ProductVersionSerializer,
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
