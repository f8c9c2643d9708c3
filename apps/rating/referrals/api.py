"""Offers side by side, copies, and referrals for other systems; the same services as the pages."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_key
from apps.enterprises.models import Site
from apps.rating.impact.api import KEY
from apps.rating.models import Quote
from apps.rating.referrals.models import Referral
from apps.rating.referrals.services import (
    Given,
    answer_referral,
    decline_referral,
    offer_settled,
    refer_site,
)
from apps.rating.selectors.quotes import SHOWN_WITH
from apps.rating.serializers import NewQuotesSerializer, QuoteSerializer
from apps.rating.services import copy_quote, offer_grid

P = Permission


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Referral
        fields: tuple[str, ...] = (
            "id",
            "insured_name",
            "site_name",
            "starts_on",
            "needs",
            "state",
            "answers",
            "reason",
            "asked_at",
            "asked_by_name",
            "decided_at",
            "decided_by_name",
        )
        read_only_fields: tuple[str, ...] = fields


class GivenSerializer(serializers.Serializer[Any]):
    value = serializers.DecimalField(10, 4)
    reason = serializers.CharField(max_length=200)


class ReferralAnswerSerializer(serializers.Serializer[Any]):
    answers: Any = serializers.DictField(child=GivenSerializer())


class DeclineSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class CopySerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField()


def site_of(request: UserApiRequest, public_id: str) -> Site:
    rows = Site.objects.visible_to(request.user).select_related("industry", "enterprise")
    found: Site = get_object_or_404(rows, public_id=public_id)
    return found


class OffersView(GenericAPIView[Quote]):
    """A POST offers every lawful limit with every deductible of the product."""

    permission = {"POST": P.EDIT_ENTERPRISE}
    queryset = Quote.objects.none()
    serializer_class = QuoteSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=NewQuotesSerializer, responses={201: QuoteSerializer(many=True)}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given, today = NewQuotesSerializer(data=request.data), timezone.localdate()
        given.is_valid(raise_exception=True)
        quotes = offer_grid(
            site=site_of(request, given.validated_data["site"]),
            on=given.validated_data["starts_on"],
            declared=given.declared_on(today),
            today=today,
            by=request.user,
        )
        return Response(self.get_serializer(quotes, many=True).data, status=201)


class CopyView(GenericAPIView[Quote]):
    """A POST asks the same again with the versions of another day."""

    permission = {"POST": P.EDIT_ENTERPRISE}
    queryset = Quote.objects.none()
    serializer_class = QuoteSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=CopySerializer, responses={201: QuoteSerializer(many=True)}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = CopySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rows = Quote.objects.visible_to(request.user).select_related(*SHOWN_WITH)
        quote, day = get_object_or_404(rows, public_id=public_id), given.validated_data["starts_on"]
        quotes = copy_quote(quote=quote, on=day, today=timezone.localdate(), by=request.user)
        return Response(self.get_serializer(quotes, many=True).data, status=201)


class ReferralsView(GenericAPIView[Referral]):
    """Referrals, newest first; a POST puts what stands open for a site before a person."""

    permission = {"GET": P.VIEW_ENTERPRISES, "POST": P.EDIT_ENTERPRISE}
    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Referral]:
        return Referral.objects.visible_to(self.request.user)

    @extend_schema(responses=ReferralSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewQuotesSerializer, responses={201: ReferralSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given, today = NewQuotesSerializer(data=request.data), timezone.localdate()
        given.is_valid(raise_exception=True)
        row = refer_site(
            site=site_of(request, given.validated_data["site"]),
            on=given.validated_data["starts_on"],
            declared=given.declared_on(today),
            today=today,
            now=timezone.now(),
            by=request.user,
        )
        return Response(self.get_serializer(row).data, status=201)


class ReferralActView(GenericAPIView[Referral]):
    """What the acts on one referral have in common."""

    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer
    filter_backends = ()
    request: UserApiRequest

    def referral(self, public_id: str) -> Referral:
        rows = Referral.objects.visible_to(self.request.user).select_related("product")
        return get_object_or_404(rows, public_id=public_id)


class ReferralView(ReferralActView):
    permission = {"GET": P.VIEW_ENTERPRISES}

    @extend_schema(responses=ReferralSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        return Response(self.get_serializer(self.referral(public_id)).data)


class AnswerView(ReferralActView):
    """Answer within one's authority; never by whoever asked."""

    permission = {"POST": P.DECIDE_REFERRALS}

    @extend_schema(request=ReferralAnswerSerializer, responses=ReferralSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = ReferralAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = {
            code: Given(Decimal(each["value"]), each["reason"])
            for code, each in given.validated_data["answers"].items()
        }
        moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
        row = self.referral(public_id)
        done = answer_referral(referral=row, given=answers, by=request.user, **moment)
        return Response(self.get_serializer(done).data)


class DeclineView(ReferralActView):
    permission = {"POST": P.DECIDE_REFERRALS}

    @extend_schema(request=DeclineSerializer, responses=ReferralSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = DeclineSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        done = decline_referral(
            referral=self.referral(public_id),
            reason=given.validated_data["reason"],
            now=timezone.now(),
            by=request.user,
        )
        return Response(self.get_serializer(done).data)


class SettledView(ReferralActView):
    """The prices that follow from an answer."""

    permission = {"POST": P.EDIT_ENTERPRISE}

    @extend_schema(request=None, responses={201: QuoteSerializer(many=True)}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        row, today = self.referral(public_id), timezone.localdate()
        quotes = offer_settled(referral=row, today=today, by=request.user)
        return Response(QuoteSerializer(quotes, many=True).data, status=201)
