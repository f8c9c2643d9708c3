"""Quotes in the API. A premium is only ever read."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import serializers

from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared

BY_API = gettext_noop("接口提交")


class DeclaredSerializer(serializers.Serializer[Any]):
    """What the enterprise states of itself; what is not said is not assumed."""

    had_accident = serializers.BooleanField(allow_null=True, required=False, default=None)
    last_accident_on = serializers.DateField(allow_null=True, required=False, default=None)
    is_listed = serializers.BooleanField(allow_null=True, required=False, default=None)


class NewQuotesSerializer(serializers.Serializer[Any]):
    """A site of the register, the day the cover begins, and what the enterprise states."""

    site = serializers.CharField()
    starts_on = serializers.DateField()
    declared = DeclaredSerializer()
    deductible = serializers.DecimalField(14, 2, required=False, allow_null=True, default=None)

    def declared_on(self, today: Any) -> Declared:
        return Declared(source=BY_API, on=today, **self.validated_data["declared"])


class PreviewRequestSerializer(NewQuotesSerializer):
    """Either a site, or the facts of a risk by the codes of the tariff."""

    site = serializers.CharField(required=False)
    declared = DeclaredSerializer(required=False)
    facts = serializers.DictField(child=serializers.JSONField(), required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("site" in given) == ("facts" in given):
            raise serializers.ValidationError({"site": _("请给出场所或者费率要素，二者取一。")})
        if "site" in given and "declared" not in given:
            raise serializers.ValidationError({"declared": _("按场所试算时须附企业的声明。")})
        return given


class StepSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    code = serializers.CharField()
    cell: Any = serializers.ListField(child=serializers.CharField())
    value = serializers.CharField()
    amount = serializers.CharField()
    counts = serializers.BooleanField()
    running = serializers.DecimalField(14, 2)
    effect = serializers.DecimalField(14, 2)


class OptionSerializer(serializers.Serializer[Any]):
    limit = serializers.DecimalField(14, 2, source="choice.per_person")
    premium = serializers.DecimalField(14, 2, allow_null=True)
    refusal = serializers.CharField()
    steps: Any = StepSerializer(many=True, source="worksheet.steps", default=())


class MinimumSerializer(serializers.Serializer[Any]):
    amount = serializers.DecimalField(14, 2)
    name = serializers.CharField()
    document = serializers.CharField(source="source")


class PreviewSerializer(serializers.Serializer[Any]):
    product = serializers.CharField(source="terms.version.product.code")
    product_version = serializers.IntegerField(source="terms.version.number")
    tariff_version = serializers.IntegerField(source="terms.tariff.number")
    tariff_digest = serializers.CharField(source="terms.tariff.digest")
    minimum = MinimumSerializer()
    deductible = serializers.DecimalField(14, 2)
    options = OptionSerializer(many=True)


class QuoteSerializer(serializers.ModelSerializer[Quote]):
    id = serializers.CharField(source="public_id", read_only=True)
    insurer = serializers.CharField(source="insurer.public_id", default=None, read_only=True)
    product = serializers.CharField(source="product_version.product.code", read_only=True)
    product_version = serializers.IntegerField(source="product_version.number", read_only=True)
    tariff_version = serializers.IntegerField(source="tariff_version.number", read_only=True)
    limit = serializers.DecimalField(14, 2, source="limit_choice.per_person", read_only=True)

    class Meta:
        model = Quote
        fields: tuple[str, ...] = (
            "id",
            "offer",
            "insured_name",
            "site_name",
            "insurer",
            "product",
            "product_version",
            "tariff_version",
            "limit",
            "deductible",
            "starts_on",
            "insured_count",
            "premium",
            "state",
            "valid_until",
            "worksheet_hash",
        )
        read_only_fields: tuple[str, ...] = fields


class QuoteDetailSerializer(QuoteSerializer):
    """With the frozen worksheet, whose hash anybody can take again."""

    worksheet = serializers.JSONField(read_only=True)

    class Meta(QuoteSerializer.Meta):
        fields = (*QuoteSerializer.Meta.fields, "worksheet")
        read_only_fields = fields
