"""Pools, agreements and share rounds in the API; shares in basis points, ids opaque."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.pools.models import Agreement, Approval, Objection, Pool, ShareRound


class ShareSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField()
    basis_points = serializers.IntegerField()


class PoolSerializer(serializers.ModelSerializer[Pool]):
    """A pool with its members; shares of today for those who may see them."""

    id = serializers.CharField(source="public_id", read_only=True)
    district = serializers.CharField(source="district.code", read_only=True)
    members = serializers.ListField(child=serializers.CharField(), read_only=True)
    shares = ShareSerializer(many=True, read_only=True)

    class Meta:
        model = Pool
        fields = ("id", "name", "district", "members", "shares")
        read_only_fields = fields


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    id = serializers.CharField(source="public_id", read_only=True)
    pool = serializers.CharField(source="pool.public_id", read_only=True)

    class Meta:
        model = Agreement
        fields = (
            "id",
            "number",
            "pool",
            "valid_from",
            "valid_to",
            "choice",
            "collection",
            "report_hours",
            "settle_days",
            "rounds_on",
            "period_months",
            "freeze_days",
            "objection_days",
            "damping",
            "business_weight",
            "score_slope",
            "score_norm",
            "floor",
            "cap",
            "step",
            "entry",
            "source",
        )
        read_only_fields = fields


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)

    class Meta:
        model = Approval
        fields = ("insurer", "inputs_hash", "given_at", "given_by_name")
        read_only_fields = fields


class ObjectionSerializer(serializers.ModelSerializer[Objection]):
    id = serializers.CharField(source="public_id", read_only=True)
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)

    class Meta:
        model = Objection
        fields = ("id", "insurer", "text", "raised_at", "state", "answer", "answered_at")
        read_only_fields = fields


class WorksheetLineSerializer(serializers.Serializer[Any]):
    """Rationals are exact fractions such as 13/5; shares and bounds are basis points."""

    code = serializers.CharField()
    before = serializers.IntegerField(allow_null=True)
    structural = serializers.IntegerField()
    business = serializers.CharField()
    business_share = serializers.CharField(allow_null=True)
    score = serializers.CharField()
    factor = serializers.CharField()
    weight = serializers.CharField()
    performance = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    after = serializers.IntegerField()
    on_probation = serializers.BooleanField()


class RoundSerializer(serializers.ModelSerializer[ShareRound]):
    id = serializers.CharField(source="public_id", read_only=True)
    pool = serializers.CharField(source="pool.public_id", read_only=True)
    agreement = serializers.CharField(source="agreement.public_id", read_only=True)
    effective_from = serializers.DateField(
        source="table.valid_from", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = ShareRound
        fields: tuple[str, ...] = (
            "id",
            "pool",
            "agreement",
            "valid_from",
            "valid_to",
            "state",
            "inputs_hash",
            "frozen_on",
            "objections_until",
            "published_at",
            "effective_from",
        )
        read_only_fields = fields


class RoundDetailSerializer(RoundSerializer):
    """With the frozen document, which `manage.py share_round` reads, and what came of it."""

    document = serializers.SerializerMethodField()
    worksheet = WorksheetLineSerializer(many=True, read_only=True)
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)
    approvals = ApprovalSerializer(many=True, read_only=True)
    objections = ObjectionSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = (
            *RoundSerializer.Meta.fields,
            "document",
            "worksheet",
            "notes",
            "approvals",
            "objections",
        )

    @extend_schema_field(dict)
    def get_document(self, row: ShareRound) -> Any:
        return row.inputs.get("document")


class ConsentSerializer(serializers.Serializer[Any]):
    inputs_hash = serializers.CharField(help_text="Of the figures that were looked at.")


class NewObjectionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1_000)


class ObjectionAnswerSerializer(serializers.Serializer[Any]):
    upheld = serializers.BooleanField()
    answer = serializers.CharField(max_length=1_000)


class PublicationSerializer(serializers.Serializer[Any]):
    effective_from = serializers.DateField()


class ChangeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    score = serializers.DecimalField(5, 2, min_value=0, max_value=100, required=False)
    business = serializers.DecimalField(14, 2, min_value=0, required=False)


class WhatIfSerializer(serializers.Serializer[Any]):
    members = ChangeSerializer(many=True)


class EffectSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    now = serializers.CharField()
    then = serializers.CharField()
    points = serializers.IntegerField(help_text="Basis points more or less.")
