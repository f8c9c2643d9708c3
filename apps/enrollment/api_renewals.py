"""Renewals for other systems: the board, one renewal, and why a cover lapsed."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_key
from apps.enrollment.api import KEY
from apps.enrollment.renewals.board import COLUMNS, ending, lines_of, within
from apps.enrollment.renewals.models import LapseReason
from apps.enrollment.renewals.services import note_lapse, renew
from apps.enrollment.selectors.listing import row_of
from apps.enrollment.serializers import ApplicationSerializer
from apps.policies.models import Policy

P = Permission
IN = OpenApiParameter("in", str, enum=[column.key for column in COLUMNS])


class RenewalSerializer(serializers.Serializer[Any]):
    policy = serializers.CharField(source="policy.public_id")
    number = serializers.CharField(source="policy.number")
    insured_name = serializers.CharField(source="policy.insured_name")
    last_day = serializers.DateField()
    days_left = serializers.IntegerField(source="days")
    going = serializers.CharField(source="going.key", help_text="renewed, applied, lapsed or empty")


class LapseSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(LapseReason.choices)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class RenewalsView(GenericAPIView[Policy]):
    """Covers that end within a column of the board, the next first."""

    permission = {"GET": P.VIEW_POLICIES}
    queryset = Policy.objects.none()
    serializer_class = RenewalSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Policy]:
        known = {column.key: column for column in COLUMNS}
        column = known.get(self.request.query_params.get("in", ""), COLUMNS[1])
        return ending(self.request.user).filter(within(column, timezone.localdate()))

    @extend_schema(responses=RenewalSerializer(many=True), parameters=[IN])
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        lines = lines_of(page, request.user, timezone.localdate())
        return self.get_paginated_response(self.get_serializer(lines, many=True).data)


class RenewView(GenericAPIView[Policy]):
    """Opens the application that continues a cover; the insurer is chosen there."""

    permission = {"POST": P.APPLY_FOR_COVER}
    queryset = Policy.objects.none()
    serializer_class: Any = ApplicationSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=None, responses={201: ApplicationSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy = get_object_or_404(ending(request.user), public_id=public_id)
        found = renew(policy=policy, today=timezone.localdate(), by=request.user)
        row = row_of(found, request.user)
        return Response(ApplicationSerializer(row).data, status=201)


class LapseView(GenericAPIView[Policy]):
    """Why a cover is not renewed."""

    permission = {"POST": P.EDIT_ROSTER}
    queryset = Policy.objects.none()
    serializer_class = LapseSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=LapseSerializer, responses=LapseSerializer, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        policy = get_object_or_404(ending(request.user), public_id=public_id)
        read = self.get_serializer(data=request.data)
        read.is_valid(raise_exception=True)
        moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
        row = note_lapse(policy=policy, by=request.user, **moment, **read.validated_data)
        return Response({"reason": row.reason, "note": row.note})
