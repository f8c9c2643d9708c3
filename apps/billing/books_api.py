"""The books as a whole for other systems: trial balance, closing, the chain, the export."""

from datetime import date, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.forms import DaysForm
from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.billing.asking import BooksForm, ExportForm, MonthForm
from apps.billing.closing import close_month
from apps.billing.export import Asked
from apps.billing.models import ClosedMonth, DayTotal
from apps.billing.selectors.chains import chains
from apps.billing.selectors.months import books_of
from apps.billing.selectors.trial import trial_balance
from apps.billing.views.books import exported
from apps.core.idempotency import HEADER, once_per_key

P = Permission
KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
INSURER = OpenApiParameter("insurer", str, description="Whose books; all one sees when left out.")
SINCE = OpenApiParameter("since", date, description="First day; this month when left out.")
UNTIL = OpenApiParameter("until", date, description="Last day.")
FORM = OpenApiParameter("form", str, enum=["csv", "beancount"], required=True)


def valid(form: Any) -> Any:
    if form.is_bound and not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in form.errors[name]] for name in form.errors}
        )
    return form


class TrialLineSerializer(serializers.Serializer[Any]):
    account = serializers.CharField(source="account.kind")
    number = serializers.CharField(source="account.number")
    opening = serializers.DecimalField(16, 2)
    debit = serializers.DecimalField(16, 2)
    credit = serializers.DecimalField(16, 2)
    closing = serializers.DecimalField(16, 2)


class TrialSerializer(serializers.Serializer[Any]):
    """Debit is positive in balances. `unsealed` entries are not in it yet."""

    lines = TrialLineSerializer(many=True)
    balances = serializers.BooleanField()
    unsealed = serializers.IntegerField()


class TrialView(GenericAPIView[DayTotal]):
    """The trial balance of days."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = DayTotal.objects.none()
    serializer_class: Any = TrialSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=TrialSerializer, parameters=[INSURER, SINCE, UNTIL])
    def get(self, request: UserApiRequest) -> Response:
        form = valid(BooksForm(request.GET or None, user=request.user))
        start, end = form.asked(timezone.localdate())
        found = trial_balance(request.user, start, end, form.chosen)
        return Response(self.get_serializer(found).data)


class BooksSerializer(serializers.Serializer[Any]):
    """`refusal` says what stands in the way of closing `next`."""

    insurer = serializers.CharField(source="insurer.public_id")
    closed_to = serializers.DateField(source="last.month", default=None, allow_null=True)
    next = serializers.DateField(allow_null=True)
    refusal = serializers.CharField()


class MonthSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField()
    month = serializers.DateField()


class ClosedSerializer(serializers.ModelSerializer[ClosedMonth]):
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)

    class Meta:
        model = ClosedMonth
        fields = ("insurer", "month", "entries", "turnover", "closed_at")
        read_only_fields = fields


class MonthsView(GenericAPIView[ClosedMonth]):
    """Up to which month books are closed; a POST closes the next one."""

    permission = {"GET": P.VIEW_LEDGER, "POST": P.VIEW_LEDGER}
    queryset = ClosedMonth.objects.none()
    serializer_class: Any = BooksSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=BooksSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        found = books_of(request.user, timezone.localdate())
        return Response(self.get_serializer(found, many=True).data)

    @extend_schema(request=MonthSerializer, responses={201: ClosedSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = valid(MonthForm(request.data)).cleaned_data
        row = close_month(today=timezone.localdate(), by=request.user, **given)
        shown = get_object_or_404(ClosedMonth.objects.visible_to(request.user), pk=row.pk)
        return Response(ClosedSerializer(shown).data, status=201)


class DayChainSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    entries = serializers.IntegerField()
    link = serializers.CharField()
    broken = serializers.IntegerField()


class ChainView(GenericAPIView[ClosedMonth]):
    """The daily chains of up to 31 days, computed anew."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = ClosedMonth.objects.none()
    serializer_class: Any = DayChainSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=DayChainSerializer(many=True), parameters=[SINCE, UNTIL])
    def get(self, request: UserApiRequest) -> Response:
        days = valid(DaysForm(request.GET)).days()
        found = chains(days[0], days[-1] + timedelta(days=1), verified=True)
        return Response(self.get_serializer(found, many=True).data)


class ExportView(GenericAPIView[DayTotal]):
    """All entries of some days as CSV or in the form of beancount, streamed."""

    permission = {"GET": P.VIEW_LEDGER}
    queryset = DayTotal.objects.none()
    serializer_class: Any = serializers.Serializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR},
        parameters=[INSURER, SINCE, UNTIL, FORM],
    )
    def get(self, request: UserApiRequest) -> HttpResponseBase:
        form = valid(ExportForm(request.GET, user=request.user))
        start, end = form.asked(timezone.localdate())
        asked = Asked(start, end, form.chosen)
        return exported(request.user, asked, form.cleaned_data["form"])
