"""Commission for other systems: agreements with what is owed, and paying one."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.commission.forms import AgreementForm, PaymentForm
from apps.billing.commission.models import CommissionAgreement
from apps.billing.commission.selectors import agreements_for, agreements_shown
from apps.billing.commission.services import agree, pay
from apps.core.idempotency import HEADER, MONEY, once_per_key

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


class CommissionAgreementSerializer(serializers.Serializer[Any]):
    """An agreement, what was accrued and paid under it, and what is owed."""

    id = serializers.CharField(source="agreement.public_id")
    insurer = serializers.CharField(source="agreement.insurer.public_id")
    intermediary = serializers.CharField(source="agreement.intermediary.public_id")
    licence = serializers.CharField(source="agreement.intermediary.licence")
    rate = serializers.DecimalField(5, 4, source="agreement.rate")
    valid_from = serializers.DateField(source="agreement.valid_from")
    valid_to = serializers.DateField(source="agreement.valid_to")
    contract = serializers.CharField(source="agreement.contract")
    accrued = serializers.DecimalField(14, 2)
    paid = serializers.DecimalField(14, 2)
    owed = serializers.DecimalField(14, 2)


class NewCommissionSerializer(serializers.Serializer[Any]):
    """`rate` in hundredths: 3.5 is 3.5 %."""

    intermediary = serializers.CharField()
    rate = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    contract = serializers.CharField()


class CommissionPaymentSerializer(serializers.Serializer[Any]):
    amount = serializers.CharField()
    voucher = serializers.CharField()
    paid_on = serializers.DateField()


def _clean(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in form.errors[name]] for name in form.errors}
        )
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


class CommissionAgreementsView(GenericAPIView[CommissionAgreement]):
    """Commission agreements, newest first; a POST concludes one."""

    permission = {"GET": P.VIEW_LEDGER, "POST": P.RECORD_RECEIPT}
    queryset = CommissionAgreement.objects.none()
    serializer_class: Any = CommissionAgreementSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[CommissionAgreement]:
        return agreements_for(self.request.user)

    @extend_schema(responses=CommissionAgreementSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        shown = CommissionAgreementSerializer(agreements_shown(page), many=True)
        return self.get_paginated_response(shown.data)

    @extend_schema(
        request=NewCommissionSerializer,
        responses={201: CommissionAgreementSerializer},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        made = agree(by=request.user, **_clean(AgreementForm(request.data)))
        (shown,) = agreements_shown([made])
        return Response(CommissionAgreementSerializer(shown).data, status=201)


class CommissionPaymentsView(GenericAPIView[CommissionAgreement]):
    """Pay all that is owed under an agreement."""

    permission = {"POST": P.RECORD_RECEIPT}
    queryset = CommissionAgreement.objects.none()
    serializer_class: Any = CommissionAgreementSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=CommissionPaymentSerializer,
        responses={201: CommissionAgreementSerializer},
        parameters=[KEY],
    )
    @once_per_key(MONEY)
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        found = get_object_or_404(agreements_for(request.user), public_id=public_id)
        facts = _clean(PaymentForm(request.data))
        pay(agreement=found, today=timezone.localdate(), by=request.user, **facts)
        (shown,) = agreements_shown([found])
        return Response(CommissionAgreementSerializer(shown).data, status=201)
