"""Statements for other systems: the same services, rights and scope as the pages."""

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
from apps.billing.models import Difference, Statement, StatementLine
from apps.billing.monthly.filters import LineFilter, StatementFilter
from apps.billing.monthly.forms import DifferenceForm, SettlementForm
from apps.billing.monthly.selectors import (
    differences_of,
    lines_for,
    members_shown,
    statements_for,
)
from apps.billing.monthly.serializers import (
    NewDifferenceSerializer,
    NewSettlementSerializer,
    StatementDifferenceSerializer,
    StatementLineSerializer,
    StatementSerializer,
    ThroughSerializer,
    WholeStatementSerializer,
    insurers_by_key,
)
from apps.billing.monthly.services import confirm, dispute, settle
from apps.billing.monthly.starting import start_making
from apps.billing.serializers import StartedJobSerializer
from apps.core.idempotency import HEADER, once_per_key

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


class DatedStatementFilter(StatementFilter):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, today=timezone.localdate(), **options)


class StatementsView(GenericAPIView[Statement]):
    """Monthly statements, newest first; a POST makes all that are due and answers with its job."""

    permission = {"GET": P.VIEW_POOLS, "POST": P.MANAGE_POOLS}
    queryset = Statement.objects.none()
    serializer_class: Any = StatementSerializer
    filterset_class = DatedStatementFilter
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[Statement]:
        return statements_for(self.request.user)

    @extend_schema(responses=StatementSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=ThroughSerializer, responses={202: StartedJobSerializer}, parameters=[KEY]
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        job = start_making(request.data.get("through", ""), by=request.user)
        return Response(StartedJobSerializer({"job": job.public_id}).data, status=202)


class OneStatement(GenericAPIView[Any]):
    """What the views of one statement share."""

    queryset: Any = Statement.objects.none()
    filter_backends: Any = ()
    request: UserApiRequest

    def found(self, public_id: str) -> Statement:
        return get_object_or_404(statements_for(self.request.user), public_id=public_id)


class StatementView(OneStatement):
    """One statement with everyone's position."""

    permission = {"GET": P.VIEW_POOLS}
    serializer_class: Any = WholeStatementSerializer

    @extend_schema(responses=WholeStatementSerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        return Response(_whole(self.found(public_id)))


def _whole(row: Statement) -> Any:
    shown: Any = row
    shown.positions = members_shown(row)
    return WholeStatementSerializer(shown).data


class ConfirmationView(OneStatement):
    """Confirm a statement for one's own organisation."""

    permission = {"POST": P.RECORD_RECEIPT}
    serializer_class: Any = WholeStatementSerializer

    @extend_schema(request=None, responses={201: WholeStatementSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        confirm(statement=self.found(public_id), by=request.user)
        return Response(_whole(self.found(public_id)), status=201)


class StatementLinesView(OneStatement):
    """The premium bordereau of a statement."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = StatementLine.objects.none()
    serializer_class: Any = StatementLineSerializer

    @extend_schema(responses=StatementLineSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        row = self.found(public_id)
        rows = lines_for(request.user, row).select_related("corrects")
        narrowed = LineFilter(request.GET, rows, user=request.user).filter_queryset(rows)
        page = self.paginate_queryset(narrowed.order_by("line")) or []
        facts = {**self.get_serializer_context(), "insurers": insurers_by_key(row)}
        shown = StatementLineSerializer(page, many=True, context=facts)
        return self.get_paginated_response(shown.data)


class DifferencesView(OneStatement):
    """The differences members raised in a statement, with their answers."""

    permission = {"GET": P.VIEW_POOLS}
    queryset = Difference.objects.none()
    serializer_class: Any = StatementDifferenceSerializer

    @extend_schema(responses=StatementDifferenceSerializer(many=True))
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        page = self.paginate_queryset(differences_of(self.found(public_id))) or []
        return self.get_paginated_response(StatementDifferenceSerializer(page, many=True).data)


class LineDifferenceView(OneStatement):
    """Dispute one line."""

    permission = {"POST": P.RECORD_RECEIPT}
    queryset = Difference.objects.none()
    serializer_class: Any = StatementDifferenceSerializer

    @extend_schema(
        request=NewDifferenceSerializer,
        responses={201: StatementDifferenceSerializer},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str, number: int) -> Response:
        row = self.found(public_id)
        rows = lines_for(request.user, row).select_related("statement")
        found = get_object_or_404(rows, line=number)
        facts = _clean(DifferenceForm(request.data))
        made = dispute(line=found, by=request.user, **facts)
        return Response(StatementDifferenceSerializer(made).data, status=201)


class SettlementView(GenericAPIView[Difference]):
    """Answer a difference."""

    permission = {"POST": P.MANAGE_POOLS}
    queryset = Difference.objects.none()
    serializer_class: Any = StatementDifferenceSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(
        request=NewSettlementSerializer,
        responses={201: StatementDifferenceSerializer},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        rows = Difference.objects.visible_to(request.user)
        rows = rows.select_related("statement", "line", "insurer")
        found = get_object_or_404(rows, public_id=public_id)
        settle(difference=found, by=request.user, **_clean(SettlementForm(request.data)))
        return Response(StatementDifferenceSerializer(rows.get(pk=found.pk)).data, status=201)


def _clean(form: Any) -> dict[str, Any]:
    """Normalised and judged as on the page."""
    if not form.is_valid():
        raise ValidationError(
            {name: [str(word) for word in form.errors[name]] for name in form.errors}
        )
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned
