"""Impact runs for other systems: asked for, looked at, and the rows behind a mark."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.catalogue.models import TariffVersion
from apps.core.idempotency import HEADER, once_per_key
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.selectors import PAGE, behind, rows_of_run
from apps.rating.impact.services import ask_run, change_of
from apps.rating.impact.snapshot import Filter
from apps.reference.models import District

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission
SHOWN_WITH = ("base", "draft", "district")


class ImpactRunSerializer(serializers.ModelSerializer[ImpactRun]):
    base = serializers.CharField(source="base.public_id")
    draft = serializers.CharField(source="draft.public_id")
    district = serializers.CharField(source="district.code", default=None)

    class Meta:
        model = ImpactRun
        fields: tuple[str, ...] = (
            "code",
            "digest",
            "terms",
            "base",
            "draft",
            "district",
            "is_whole",
            "as_of",
            "state",
            "asked_at",
            "finished_at",
        )
        read_only_fields: tuple[str, ...] = fields


class ImpactDetailSerializer(ImpactRunSerializer):
    result = serializers.JSONField(read_only=True)

    class Meta(ImpactRunSerializer.Meta):
        fields = (*ImpactRunSerializer.Meta.fields, "result")
        read_only_fields = fields


class MovedSerializer(serializers.Serializer[Any]):
    """One table of the base, or one cell of it, times a factor."""

    table = serializers.CharField()
    times = serializers.CharField()
    keys: Any = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, default=None
    )


class NewRunSerializer(serializers.Serializer[Any]):
    """Two versions by their public ids, or one and a change; without a draft a change is needed."""

    base = serializers.CharField()
    draft = serializers.CharField(required=False)
    change = MovedSerializer(required=False)
    as_of = serializers.DateField()
    district = serializers.CharField(required=False, help_text="Code of a district.")
    industry = serializers.CharField(required=False, default="")
    size = serializers.IntegerField(required=False, default=None, allow_null=True)


class RowSerializer(serializers.Serializer[Any]):
    policy = serializers.CharField(source="policy.number")
    insured = serializers.CharField(source="policy.name")
    before = serializers.DecimalField(14, 2)
    after = serializers.DecimalField(14, 2)
    change = serializers.DecimalField(14, 2)


class ImpactRunsView(GenericAPIView[ImpactRun]):
    """Runs, newest first; a POST asks for one, and the same question is the same run."""

    permission = {"GET": P.VIEW_IMPACT, "POST": P.RUN_IMPACT}
    queryset = ImpactRun.objects.none()
    serializer_class = ImpactRunSerializer
    filter_backends = ()
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[ImpactRun]:
        rows = ImpactRun.objects.visible_to(self.request.user).defer("result")
        return rows.select_related(*SHOWN_WITH)

    @extend_schema(responses=ImpactRunSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=NewRunSerializer, responses={202: ImpactRunSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = NewRunSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        run, job = ask_run(**_terms(request, given.validated_data))
        return Response(self.get_serializer(run).data, status=202 if job else 200)


def _terms(request: UserApiRequest, asked: dict[str, Any]) -> dict[str, Any]:
    base = _version(asked["base"])
    change = asked.get("change")
    district = asked.get("district")
    chosen = Filter(
        district=get_object_or_404(District, code=district).pk if district else None,
        industry=asked["industry"],
        size=asked["size"],
    )
    return {
        "base": base,
        "draft": _version(asked["draft"]) if "draft" in asked else base,
        "change": change_of(change) if change else None,
        "chosen": chosen,
        "as_of": asked["as_of"],
        "today": timezone.localdate(),
        "now": timezone.now(),
        "by": request.user,
    }


def _version(public_id: str) -> TariffVersion:
    rows = TariffVersion.objects.select_related("product")
    found: TariffVersion = get_object_or_404(rows, public_id=public_id)
    return found


class ImpactRunView(GenericAPIView[ImpactRun]):
    """One run with its result."""

    permission = {"GET": P.VIEW_IMPACT}
    queryset = ImpactRun.objects.none()
    serializer_class = ImpactDetailSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=ImpactDetailSerializer)
    def get(self, request: UserApiRequest, code: str) -> Response:
        rows = ImpactRun.objects.visible_to(request.user).select_related(*SHOWN_WITH)
        return Response(self.get_serializer(get_object_or_404(rows, code=code)).data)


class ImpactRowsView(GenericAPIView[ImpactRun]):
    """The rows behind a mark, the largest rises first: `side`, `step`, `district`, `industry`…"""

    permission = {"GET": P.VIEW_IMPACT}
    queryset = ImpactRun.objects.none()
    serializer_class = RowSerializer
    filter_backends = ()
    pagination_class = None
    request: UserApiRequest

    @extend_schema(
        responses=RowSerializer(many=True),
        parameters=[OpenApiParameter("start", int, description="How many rows to skip.")],
    )
    def get(self, request: UserApiRequest, code: str) -> Response:
        run = get_object_or_404(ImpactRun.objects.visible_to(request.user), code=code)
        plain: HttpRequest = request._request
        start = plain.GET.get("start", "0")
        first = int(start[:7]) if start.isdecimal() else 0
        lines = behind(rows_of_run(run), plain.GET.dict()).lines(request.user, first, PAGE)
        return Response(self.get_serializer(lines, many=True).data)
