"""The register for other systems: the same services, rights, scope and conditions as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.enterprises.filters import EnterpriseFilter, SiteFilter
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.selectors.register import rows_of
from apps.enterprises.serializers import (
    EnterpriseCorrectionSerializer,
    EnterpriseSerializer,
    HeadcountSerializer,
    NewEnterpriseSerializer,
    NewHeadcountSerializer,
    NewSiteSerializer,
    SiteCorrectionSerializer,
    SiteSerializer,
)
from apps.enterprises.services import (
    add_site,
    correct_enterprise,
    correct_site,
    record_headcount,
    register_enterprise,
)

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission
PLACE = ("enterprise", "district", "town__district", "industry", "sector", "insurer")


class EnterprisesView(GenericAPIView[Enterprise]):
    """Enterprises, newest first."""

    permission = {"GET": P.VIEW_ENTERPRISES, "POST": P.REGISTER_ENTERPRISE}
    queryset = Enterprise.objects.none()
    serializer_class: Any = EnterpriseSerializer
    filterset_class = EnterpriseFilter
    request: UserApiRequest

    @extend_schema(responses=EnterpriseSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = rows_of(page, request.user)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(
        request=NewEnterpriseSerializer, responses={201: EnterpriseSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = NewEnterpriseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = register_enterprise(**given.facts(), by=request.user)
        return Response(self.get_serializer(row_of(made, request)).data, status=201)


class EnterpriseView(GenericAPIView[Enterprise]):
    """One enterprise, with the sites the caller may see."""

    permission = {"GET": P.VIEW_ENTERPRISES, "PATCH": P.EDIT_ENTERPRISE}
    queryset = Enterprise.objects.none()
    serializer_class: Any = EnterpriseSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=EnterpriseSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        found = enterprise_for(request, public_id)
        return Response(self.get_serializer(row_of(found, request)).data)

    @extend_schema(
        request=EnterpriseCorrectionSerializer, responses=EnterpriseSerializer, parameters=[KEY]
    )
    @once_per_key()
    def patch(self, request: UserApiRequest, public_id: str) -> Response:
        found = enterprise_for(request, public_id)
        given = EnterpriseCorrectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = correct_enterprise(enterprise=found, by=request.user, **given.facts(found))
        return Response(self.get_serializer(row_of(row, request)).data)


class EnterpriseSitesView(GenericAPIView[Site]):
    """Another place of production of an enterprise."""

    permission = {"POST": P.EDIT_ENTERPRISE}
    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=NewSiteSerializer, responses={201: SiteSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        found = enterprise_for(request, public_id)
        given = NewSiteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        new = NewSiteSerializer.new_site(given.validated_data)
        site = add_site(enterprise=found, new=new, by=request.user)
        return Response(self.get_serializer(site).data, status=201)


class SitesView(GenericAPIView[Site]):
    """Places of production, newest first."""

    permission = {"GET": P.VIEW_ENTERPRISES}
    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Site]:
        return Site.objects.visible_to(self.request.user).select_related(*PLACE)

    @extend_schema(responses=SiteSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class SiteView(GenericAPIView[Site]):
    """One place of production."""

    permission = {"GET": P.VIEW_ENTERPRISES, "PATCH": P.EDIT_ENTERPRISE}
    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=SiteSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        return Response(self.get_serializer(site_for(request, public_id)).data)

    @extend_schema(request=SiteCorrectionSerializer, responses=SiteSerializer, parameters=[KEY])
    @once_per_key()
    def patch(self, request: UserApiRequest, public_id: str) -> Response:
        found = site_for(request, public_id)
        given = SiteCorrectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        correct_site(site=found, by=request.user, **given.facts(found))
        return Response(self.get_serializer(site_for(request, public_id)).data)


class HeadcountsView(GenericAPIView[Headcount]):
    """The people of a site over time, newest first."""

    permission = {"GET": P.VIEW_ENTERPRISES, "POST": P.EDIT_ENTERPRISE}
    queryset = Headcount.objects.none()
    serializer_class = HeadcountSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=HeadcountSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        page = self.paginate_queryset(site_for(request, public_id).headcounts.all()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewHeadcountSerializer, responses={201: HeadcountSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        found = site_for(request, public_id)
        given = NewHeadcountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = record_headcount(site=found, by=request.user, **given.facts())
        return Response(self.get_serializer(entry).data, status=201)


def enterprise_for(request: UserApiRequest, public_id: str) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user)
    found: Enterprise = get_object_or_404(rows, public_id=public_id)
    return found


def site_for(request: UserApiRequest, public_id: str) -> Site:
    rows = Site.objects.visible_to(request.user).select_related(*PLACE)
    found: Site = get_object_or_404(rows, public_id=public_id)
    return found


def row_of(enterprise: Enterprise, request: UserApiRequest) -> Any:
    return rows_of([enterprise], request.user)[0]
