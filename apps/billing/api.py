"""Receipts and the ledger for other systems: the same services, rights and scope as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.earned.computing import start_computing
from apps.billing.filters import EntryFilter, ReceiptFilter
from apps.billing.forms import ReceiptForm
from apps.billing.models import Entry, Receipt
from apps.billing.selectors.ledger import entries_shown
from apps.billing.serializers import (
    EntrySerializer,
    NewReceiptSerializer,
    ReceiptSerializer,
    StartedJobSerializer,
)
from apps.billing.services import record_receipt
from apps.core.idempotency import HEADER, MONEY, once_per_key
from apps.policies.models import Policy
from apps.pools.models import ShareRound

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


def receipts_for(request: UserApiRequest) -> QuerySet[Receipt]:
    rows = Receipt.objects.visible_to(request.user).select_related("policy", "insurer", "entry")
    return rows.defer("policy__search", "policy__worksheet")


class ReceiptsView(GenericAPIView[Receipt]):
    """Bank receipts of premiums, newest first; a POST records one."""

    permission = {"GET": P.VIEW_LEDGER, "POST": P.RECORD_RECEIPT}
    queryset = Receipt.objects.none()
    serializer_class = ReceiptSerializer
    filterset_class = ReceiptFilter
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Receipt]:
        return receipts_for(self.request)

    @extend_schema(responses=ReceiptSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewReceiptSerializer, responses={201: ReceiptSerializer}, parameters=[KEY]
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest) -> Response:
        given = NewReceiptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = _facts(given.validated_data)
        own = Policy.objects.visible_to(request.user).filter(insurer=request.user.organisation_id)
        policy = get_object_or_404(own, public_id=given.validated_data["policy"])
        made = record_receipt(policy=policy, today=timezone.localdate(), by=request.user, **facts)
        shown = receipts_for(request).get(pk=made.pk)
        return Response(self.get_serializer(shown).data, status=201)


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    """Normalised and judged as on the page."""
    form = ReceiptForm(given)
    if not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in form.errors[name]] for name in form.errors}
        )
    return form.cleaned_data


class ReceiptView(GenericAPIView[Receipt]):
    """One receipt."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = Receipt.objects.none()
    serializer_class = ReceiptSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=ReceiptSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        found = get_object_or_404(receipts_for(request), public_id=public_id)
        return Response(self.get_serializer(found).data)


class EntriesView(GenericAPIView[Entry]):
    """Ledger entries with their lines, newest first."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = Entry.objects.none()
    serializer_class: Any = EntrySerializer
    filterset_class = EntryFilter
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.request.user)

    @extend_schema(responses=EntrySerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = entries_shown(page, request.user)
        return self.get_paginated_response(self.get_serializer(shown, many=True).data)


class EntryView(GenericAPIView[Entry]):
    """One ledger entry."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = Entry.objects.none()
    serializer_class: Any = EntrySerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=EntrySerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        rows = Entry.objects.visible_to(request.user)
        (shown,) = entries_shown([get_object_or_404(rows, public_id=public_id)], request.user)
        return Response(self.get_serializer(shown).data)


class ComputationView(GenericAPIView[ShareRound]):
    """Freeze a share round's figures and compute it; answers with the job that does it."""

    permission = {"POST": P.MANAGE_POOLS}
    queryset = ShareRound.objects.none()
    serializer_class: Any = StartedJobSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=None, responses={202: StartedJobSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        rows = ShareRound.objects.visible_to(request.user)
        row = get_object_or_404(rows.select_related("pool", "agreement"), public_id=public_id)
        job = start_computing(share_round=row, today=timezone.localdate(), by=request.user)
        return Response(StartedJobSerializer({"job": job.public_id}).data, status=202)
