"""The figures of the overview for other systems."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.models import DayTotal
from apps.billing.selectors.desks import funds_of, payments_of


class FundSerializer(serializers.Serializer[Any]):
    """`key` is a district's code or an insurer's id."""

    key = serializers.CharField()
    name = serializers.CharField()
    received = serializers.DecimalField(16, 2)
    due = serializers.DecimalField(16, 2)
    accrued = serializers.DecimalField(16, 2)
    short = serializers.DecimalField(16, 2)


class PaymentSerializer(serializers.Serializer[Any]):
    statement = serializers.CharField(source="statement.public_id")
    number = serializers.CharField(source="statement.number")
    payer = serializers.CharField()
    payee = serializers.CharField()
    amount = serializers.DecimalField(16, 2)
    due_on = serializers.DateField()


class OverviewSerializer(serializers.Serializer[Any]):
    by_district = FundSerializer(many=True)
    by_insurer = FundSerializer(many=True)
    payments = PaymentSerializer(many=True)


class OverviewView(GenericAPIView[DayTotal]):
    """The prevention fund by district and insurer, and who has to pay whom by when."""

    permission = {"GET": Permission.VIEW_LEDGER}
    queryset = DayTotal.objects.none()
    serializer_class: Any = OverviewSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=OverviewSerializer)
    def get(self, request: UserApiRequest) -> Response:
        today = timezone.localdate()
        funds = funds_of(request.user, today)
        found = {
            "by_district": funds.by_district,
            "by_insurer": funds.by_insurer,
            "payments": payments_of(request.user, today),
        }
        return Response(self.get_serializer(found).data)
