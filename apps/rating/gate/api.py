"""The gate for other systems: start an examination, read what came of it."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.models import TariffVersion
from apps.core.idempotency import HEADER, once_per_key
from apps.rating.gate.models import GateReport
from apps.rating.gate.services import ask_gate

KEY = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="One value per act."
)
P = Permission


class GateReportSerializer(serializers.ModelSerializer[GateReport]):
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = GateReport
        fields = (
            "public_id",
            "digest",
            "is_current",
            "passed",
            "cells",
            "started_at",
            "finished_at",
            "made_by_name",
            "report",
        )

    def get_is_current(self, row: GateReport) -> bool:
        """Whether this very content is what the version holds now."""
        return bool(row.version.digest) and row.version.digest == row.digest


class GateJobSerializer(serializers.Serializer[None]):
    job = serializers.CharField()


class GateView(GenericAPIView[GateReport]):
    """Reports on a tariff version, newest first; a POST queues an examination."""

    permission = {"GET": P.VIEW_RULES, "POST": P.DRAFT_RULES}
    queryset = GateReport.objects.none()
    serializer_class = GateReportSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=GateReportSerializer(many=True))
    def get(self, request: UserApiRequest, code: str, number: int) -> Response:
        version = _version(request.user, code, number)
        rows = GateReport.objects.visible_to(request.user).filter(version=version)
        page = self.paginate_queryset(rows.select_related("version")) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=None, responses={202: GateJobSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, code: str, number: int) -> Response:
        job = ask_gate(version=_version(request.user, code, number), by=request.user)
        return Response({"job": job.public_id}, status=202)


def _version(user: User, code: str, number: int) -> TariffVersion:
    rows = TariffVersion.objects.visible_to(user).select_related("product")
    found: TariffVersion = get_object_or_404(rows, product__code=code, number=number)
    return found
