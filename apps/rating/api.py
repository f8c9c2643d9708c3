"""Prices for other systems: looked at without a trace, or offered and kept."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import HEADER, once_per_key
from apps.enterprises.models import Site
from apps.rating.models import Quote
from apps.rating.selectors.offers import Preview, preview, preview_of_facts
from apps.rating.selectors.quotes import SHOWN_WITH
from apps.rating.serializers import (
    BY_API,
    NewQuotesSerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
    QuoteDetailSerializer,
    QuoteSerializer,
)
from apps.rating.services import offer_quotes

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


class QuotesView(GenericAPIView[Quote]):
    """Quotes, newest first; a POST offers every lawful limit of a site side by side."""

    permission = {"GET": P.VIEW_ENTERPRISES, "POST": P.EDIT_ENTERPRISE}
    queryset = Quote.objects.none()
    serializer_class = QuoteSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Quote]:
        return Quote.objects.visible_to(self.request.user).select_related(*SHOWN_WITH)

    @extend_schema(responses=QuoteSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewQuotesSerializer, responses={201: QuoteSerializer(many=True)}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given, today = NewQuotesSerializer(data=request.data), timezone.localdate()
        given.is_valid(raise_exception=True)
        quotes = offer_quotes(
            site=_site(request, given.validated_data["site"]),
            on=given.validated_data["starts_on"],
            declared=given.declared_on(today),
            deductible=given.validated_data["deductible"],
            today=today,
            by=request.user,
        )
        return Response(self.get_serializer(quotes, many=True).data, status=201)


class QuoteView(GenericAPIView[Quote]):
    """One quote with its worksheet."""

    permission = {"GET": P.VIEW_ENTERPRISES}
    queryset = Quote.objects.none()
    serializer_class = QuoteDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=QuoteDetailSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        rows = Quote.objects.visible_to(request.user).select_related(*SHOWN_WITH)
        return Response(self.get_serializer(get_object_or_404(rows, public_id=public_id)).data)


class PreviewView(GenericAPIView[Quote]):
    """What a risk would cost, limit by limit. Nothing is stored, so no key is needed."""

    permission = {"POST": P.VIEW_RULES}
    queryset = Quote.objects.none()
    serializer_class = PreviewSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=PreviewRequestSerializer, responses=PreviewSerializer)
    def post(self, request: UserApiRequest) -> Response:
        given = PreviewRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(PreviewSerializer(_previewed(request, given)).data)


def _previewed(request: UserApiRequest, given: PreviewRequestSerializer) -> Preview:
    asked: dict[str, Any] = given.validated_data
    terms = {"on": asked["starts_on"], "deductible": asked["deductible"]}
    if "facts" in asked:
        return preview_of_facts(asked["facts"], source=BY_API, **terms)
    site = _site(request, asked["site"])
    return preview(site, declared=given.declared_on(timezone.localdate()), **terms)


def _site(request: UserApiRequest, public_id: str) -> Site:
    rows = Site.objects.visible_to(request.user).select_related("industry", "enterprise")
    found: Site = get_object_or_404(rows, public_id=public_id)
    return found
