"""Bank lists and debts for other systems: the same services and rights as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.api import KEY
from apps.billing.api_premium import own_policy
from apps.billing.bank import services
from apps.billing.bank.serializers import (
    BankFileSerializer,
    BankLineDecisionSerializer,
    BankLineSerializer,
    DebtSerializer,
    NewBankFileSerializer,
)
from apps.billing.models import BankFile, BankLine
from apps.billing.views.dunning import debts_for
from apps.core.idempotency import MONEY, once_per_key

P = Permission


class BankFilesView(GenericAPIView[BankFile]):
    """Lists of incoming payments, newest first; a POST lays one out as CSV text."""

    permission = {"GET": P.RECORD_RECEIPT, "POST": P.RECORD_RECEIPT}
    queryset = BankFile.objects.none()
    serializer_class = BankFileSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[BankFile]:
        return BankFile.objects.visible_to(self.request.user).order_by("-pk")

    @extend_schema(responses=BankFileSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewBankFileSerializer, responses={201: BankFileSerializer}, parameters=[KEY]
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest) -> Response:
        given = NewBankFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = services.pasted(given.validated_data["text"])
        made = services.take_in(file=file, today=timezone.localdate(), by=request.user)
        return Response(self.get_serializer(made).data, status=201)


class BankLinesView(GenericAPIView[BankLine]):
    """The payments of one list; a POST records every one that is sure."""

    permission = {"GET": P.RECORD_RECEIPT, "POST": P.RECORD_RECEIPT}
    queryset = BankLine.objects.none()
    serializer_class = BankLineSerializer
    filter_backends = ()
    request: UserApiRequest

    def _lines(self, public_id: str) -> tuple[BankFile, QuerySet[BankLine]]:
        batch = get_object_or_404(
            BankFile.objects.visible_to(self.request.user), public_id=public_id
        )
        rows = batch.bank_lines.select_related("policy", "receipt")
        return batch, rows.defer("policy__search", "policy__worksheet")

    @extend_schema(responses=BankLineSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        _batch, rows = self._lines(public_id)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=None, responses=BankLineSerializer(many=True), parameters=[KEY])
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        batch, rows = self._lines(public_id)
        services.record_sure(batch=batch, today=timezone.localdate(), by=request.user)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class BankLineDecisionView(GenericAPIView[BankLine]):
    """Record one payment for a policy, or put it aside with a reason."""

    permission = {"POST": P.RECORD_RECEIPT}
    queryset = BankLine.objects.none()
    serializer_class = BankLineSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=BankLineDecisionSerializer, responses=BankLineSerializer, parameters=[KEY]
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = BankLineDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = given.validated_data
        rows = BankLine.objects.visible_to(request.user)
        line = get_object_or_404(rows, public_id=public_id)
        if key := facts.get("policy"):
            policy, today = own_policy(request, key), timezone.localdate()
            done = services.record_line(line=line, policy=policy, today=today, by=request.user)
        else:
            done = services.put_aside(line=line, reason=facts.get("reason", ""), by=request.user)
        return Response(self.get_serializer(done).data)


class DebtsView(GenericAPIView[BankFile]):
    """What premium is still to come, oldest first, with its age."""

    permission = {"GET": P.RECORD_RECEIPT}
    queryset = BankFile.objects.none()
    serializer_class: Any = DebtSerializer
    filter_backends = ()
    pagination_class = None
    request: UserApiRequest

    @extend_schema(responses=DebtSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        return Response(self.get_serializer(debts_for(request.user), many=True).data)
