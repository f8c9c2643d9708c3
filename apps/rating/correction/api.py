"""Losses and studies for other systems; a proposal goes the way of every draft."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from apps.accounts.guards import UserApiRequest
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_key
from apps.rating.correction.analysis import Terms
from apps.rating.correction.losses import LossesRefused
from apps.rating.correction.models import LossFile, RateStudy
from apps.rating.correction.services import ask_study, import_losses, propose
from apps.rating.impact.api import KEY

P = Permission


class LossFileSerializer(serializers.ModelSerializer[LossFile]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = LossFile
        fields: tuple[str, ...] = (
            "id",
            "name",
            "sha256",
            "source",
            "valued_on",
            "lines_count",
            "premium",
            "loss",
            "claims",
            "imported_at",
        )
        read_only_fields: tuple[str, ...] = fields


class NewLossesSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    source: Any = serializers.CharField(max_length=200)
    valued_on = serializers.DateField()


class FaultSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField()
    reason = serializers.CharField()


class RateStudySerializer(serializers.ModelSerializer[RateStudy]):
    id = serializers.CharField(source="public_id", read_only=True)
    file = serializers.CharField(source="file.public_id", read_only=True)
    tariff = serializers.CharField(source="tariff.public_id", read_only=True)
    draft = serializers.CharField(source="draft.public_id", default=None, read_only=True)

    class Meta:
        model = RateStudy
        fields: tuple[str, ...] = (
            "id",
            "file",
            "tariff",
            "tariff_digest",
            "target",
            "tolerance",
            "cap",
            "findings",
            "draft",
            "made_at",
        )
        read_only_fields: tuple[str, ...] = fields


class TermsSerializer(serializers.Serializer[Any]):
    """Shares of one: a target of 0.65, a tolerance of 0.05, a cap of 0.15."""

    target = serializers.DecimalField(5, 4, min_value=0, max_value=2)
    tolerance = serializers.DecimalField(5, 4, min_value=0, max_value=1)
    cap = serializers.DecimalField(5, 4, min_value=0, max_value=1)


class JobSerializer(serializers.Serializer[Any]):
    job = serializers.CharField()


class ProposalSerializer(serializers.Serializer[Any]):
    table = serializers.CharField()
    valid_from = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class DraftSerializer(serializers.Serializer[Any]):
    draft = serializers.CharField()


class LossesView(GenericAPIView[LossFile]):
    """Loss files, newest first; a POST imports one, all of it or nothing."""

    permission = {"GET": P.VIEW_LOSSES, "POST": P.CORRECT_RATES}
    queryset = LossFile.objects.none()
    serializer_class = LossFileSerializer
    filter_backends = ()
    parser_classes = (MultiPartParser,)
    request: UserApiRequest

    def get_queryset(self) -> QuerySet[LossFile]:
        return LossFile.objects.visible_to(self.request.user)

    @extend_schema(responses=LossFileSerializer(many=True))
    def get(self, request: UserApiRequest) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=NewLossesSerializer,
        responses={201: LossFileSerializer, 422: FaultSerializer(many=True)},
        parameters=[KEY],
    )
    @once_per_key()
    def post(self, request: UserApiRequest) -> Response:
        given = NewLossesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked, name = given.validated_data, given.validated_data["file"].name
        try:
            row = import_losses(name=name, now=timezone.now(), by=request.user, **asked)
        except LossesRefused as refused:
            return Response(FaultSerializer(refused.faults, many=True).data, status=422)
        return Response(self.get_serializer(row).data, status=201)


class StudiesView(GenericAPIView[RateStudy]):
    """A POST starts a study of one file; its job leads to the study."""

    permission = {"POST": P.CORRECT_RATES}
    queryset = RateStudy.objects.none()
    serializer_class = JobSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=TermsSerializer, responses={202: JobSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = TermsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rows = LossFile.objects.visible_to(request.user)
        file = get_object_or_404(rows, public_id=public_id)
        job = ask_study(file=file, terms=Terms(**given.validated_data), by=request.user)
        return Response({"job": job.public_id}, status=202)


class StudyView(GenericAPIView[RateStudy]):
    """One study with its findings and proposals."""

    permission = {"GET": P.VIEW_LOSSES}
    queryset = RateStudy.objects.none()
    serializer_class = RateStudySerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(responses=RateStudySerializer)
    def get(self, request: UserApiRequest, public_id: str) -> Response:
        return Response(self.get_serializer(study_for(request, public_id)).data)


class ProposalView(GenericAPIView[RateStudy]):
    """A POST makes a draft tariff of one table's proposal; others must still approve it."""

    permission = {"POST": P.CORRECT_RATES}
    queryset = RateStudy.objects.none()
    serializer_class = DraftSerializer
    filter_backends = ()
    request: UserApiRequest

    @extend_schema(request=ProposalSerializer, responses={201: DraftSerializer}, parameters=[KEY])
    @once_per_key()
    def post(self, request: UserApiRequest, public_id: str) -> Response:
        given = ProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        study, today = study_for(request, public_id), timezone.localdate()
        draft = propose(study=study, today=today, by=request.user, **given.validated_data)
        return Response({"draft": draft.public_id}, status=201)


def study_for(request: UserApiRequest, public_id: str) -> RateStudy:
    rows = RateStudy.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("file", "tariff", "draft"), public_id=public_id)
