"""Products and tariffs in the API: codes, numbers and dates; amounts as decimal texts."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalogue.models import (
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    LimitChoice,
    ProductVersion,
    RefusalReason,
    TariffVersion,
)
from apps.catalogue.rules.documents import write
from apps.catalogue.selectors.tariffs import tariff_of

Fields = tuple[str, ...]
VERSION: Fields = (
    "product",
    "number",
    "valid_from",
    "valid_to",
    "state",
    "source",
    "certainty",
    "note",
    "revision",
    "sent_at",
)


class HeadSerializer(serializers.ModelSerializer[CoverageHead]):
    class Meta:
        model = CoverageHead
        fields = ("kind", "per", "share", "amount", "is_inside", "deductible")
        read_only_fields = fields


class LimitSerializer(serializers.ModelSerializer[LimitChoice]):
    class Meta:
        model = LimitChoice
        fields = ("per_person", "per_accident", "aggregate")
        read_only_fields = fields


class DeductibleSerializer(serializers.ModelSerializer[DeductibleChoice]):
    class Meta:
        model = DeductibleChoice
        fields = ("amount",)
        read_only_fields = fields


class RefusalReasonSerializer(serializers.ModelSerializer[RefusalReason]):
    class Meta:
        model = RefusalReason
        fields = ("code", "text", "evidence", "source")
        read_only_fields = fields


class CancellationGroundSerializer(serializers.ModelSerializer[CancellationGround]):
    class Meta:
        model = CancellationGround
        fields = ("code", "text", "evidence", "source")
        read_only_fields = fields


class ClauseSerializer(serializers.ModelSerializer[Clause]):
    class Meta:
        model = Clause
        fields = ("order", "heading", "text")
        read_only_fields = fields


class ProductVersionSerializer(serializers.ModelSerializer[ProductVersion]):
    product = serializers.CharField(source="product.code", read_only=True)

    class Meta:
        model = ProductVersion
        fields: Fields = (*VERSION, "coverage_basis", "quote_days")
        read_only_fields: Fields = fields


class ProductDetailSerializer(ProductVersionSerializer):
    """With everything in it."""

    disability_table = serializers.CharField(source="disability_table.code", read_only=True)
    heads = HeadSerializer(many=True, read_only=True)
    limits = LimitSerializer(many=True, read_only=True)
    deductibles = DeductibleSerializer(many=True, read_only=True)
    refusal_reasons = RefusalReasonSerializer(many=True, read_only=True)
    cancellation_grounds = CancellationGroundSerializer(many=True, read_only=True)
    clauses = ClauseSerializer(many=True, read_only=True)

    class Meta(ProductVersionSerializer.Meta):
        fields = (
            *ProductVersionSerializer.Meta.fields,
            "disability_table",
            "heads",
            "limits",
            "deductibles",
            "refusal_reasons",
            "cancellation_grounds",
            "clauses",
        )
        read_only_fields = fields


class TariffVersionSerializer(serializers.ModelSerializer[TariffVersion]):
    product = serializers.CharField(source="product.code", read_only=True)

    class Meta:
        model = TariffVersion
        fields: Fields = (*VERSION, "digest")
        read_only_fields: Fields = fields


class TariffDetailSerializer(TariffVersionSerializer):
    """With the whole tariff as the document that its digest is of."""

    document = serializers.SerializerMethodField()

    class Meta(TariffVersionSerializer.Meta):
        fields = (*TariffVersionSerializer.Meta.fields, "document")
        read_only_fields = fields

    @extend_schema_field(serializers.JSONField())
    def get_document(self, version: TariffVersion) -> dict[str, Any]:
        return write(tariff_of(version))
