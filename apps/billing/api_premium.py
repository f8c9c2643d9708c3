"""Premium that goes back or is given up, for other systems."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.api import KEY
from apps.billing.forms import ApiRefundForm
from apps.billing.models import Refund, WriteOff
from apps.billing.serializers import (
    NewRefundSerializer,
    NewWriteOffSerializer,
    RefundSerializer,
    WriteOffDecisionSerializer,
    WriteOffSerializer,
)
from apps.billing.services import decide_write_off, record_refund, write_off
from apps.core.idempotency import MONEY, once_per_key
from apps.policies.models import Policy

P = Permission


def own_policy(request: UserApiRequest, public_id: str) -> Policy:
    own = Policy.objects.visible_to(request.user).filter(insurer=request.user.organisation_id)
    return get_object_or_404(own, public_id=public_id)


class RefundsView(GenericAPIView[Refund]):
    """Premium paid back, newest first; a POST records one."""

    permission = {"GET": P.VIEW_LEDGER, "POST": P.RECORD_RECEIPT}
    queryset = Refund.objects.none()
    serializer_class = RefundSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Refund]:
        rows = Refund.objects.visible_to(self.request.user).select_related("policy", "entry")
        return rows.defer("policy__search", "policy__worksheet")

    @extend_schema(responses=RefundSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=NewRefundSerializer, responses={201: RefundSerializer}, parameters=[KEY])
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest) -> Response:
        given = NewRefundSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        form = ApiRefundForm(given.validated_data)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(word) for word in form.errors[name]] for name in form.errors}
            )
        policy = own_policy(request, given.validated_data["policy"])
        made = record_refund(
            policy=policy, today=timezone.localdate(), by=request.user, **form.cleaned_data
        )
        return Response(self.get_serializer(made).data, status=201)


class WriteOffsView(GenericAPIView[WriteOff]):
    """Remainders given up or waiting for a second person; a POST asks for one."""

    permission = {"GET": P.VIEW_LEDGER, "POST": P.RECORD_RECEIPT}
    queryset = WriteOff.objects.none()
    serializer_class = WriteOffSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[WriteOff]:
        rows = WriteOff.objects.visible_to(self.request.user).select_related("policy")
        return rows.defer("policy__search", "policy__worksheet")

    @extend_schema(responses=WriteOffSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewWriteOffSerializer, responses={201: WriteOffSerializer}, parameters=[KEY]
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest) -> Response:
        given = NewWriteOffSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts: Any = given.validated_data
        policy = own_policy(request, facts["policy"])
        made = write_off(
            policy=policy, reason=facts["reason"], today=timezone.localdate(), by=request.user
        )
        return Response(self.get_serializer(made).data, status=201)


class WriteOffDecisionView(GenericAPIView[WriteOff]):
    """The second person agrees or does not."""

    permission = {"POST": P.RECORD_RECEIPT}
    queryset = WriteOff.objects.none()
    serializer_class = WriteOffSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=WriteOffDecisionSerializer, responses=WriteOffSerializer, parameters=[KEY]
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = WriteOffDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rows = WriteOff.objects.visible_to(request.user)
        own = rows.filter(insurer=request.user.organisation_id).select_related("policy")
        row = get_object_or_404(own, public_id=public_id)
        agrees = given.validated_data["agrees"]
        row = decide_write_off(row=row, agrees=agrees, today=timezone.localdate(), by=request.user)
        return Response(self.get_serializer(row).data)
