"""Changes of policies in the API: what is asked, what it would record, what was recorded."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.policies.changes.models import ChangeRequest, PolicyTransaction


class MarkedSerializer(serializers.Serializer[Any]):
    """`shown` is the mark of the plan that was looked at; without it nothing is recorded."""

    shown = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class ChangeReasonSerializer(MarkedSerializer):
    pass


class EndorsementSerializer(MarkedSerializer):
    effective_on = serializers.DateField()
    heads = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000)
    limit = serializers.DecimalField(14, 2, required=False)
    deductible = serializers.DecimalField(14, 2, required=False)
    industry = serializers.RegexField(r"^\d{4} .{1,190}$", required=False)
    address = serializers.CharField(required=False, max_length=400)
    until = serializers.DateField(required=False, help_text="The day after the last.")


class CancellationSerializer(MarkedSerializer):
    effective_on = serializers.DateField()
    ground = serializers.SlugField()
    proof = serializers.FileField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("shown") and not attrs.get("proof"):
            raise serializers.ValidationError({"proof": [_("请上传证明文件。")]})
        return attrs


class PlanStepSerializer(serializers.Serializer[Any]):
    act = serializers.CharField()
    effective_on = serializers.DateField()
    annual_premium = serializers.DecimalField(14, 2, source="after.annual")
    charged = serializers.DecimalField(14, 2)
    reverses = serializers.IntegerField(source="reverses.number", allow_null=True, default=None)


class PlanSerializer(serializers.Serializer[Any]):
    mark = serializers.CharField()
    total_before = serializers.DecimalField(14, 2)
    total_after = serializers.DecimalField(14, 2)
    difference = serializers.DecimalField(14, 2)
    steps = PlanStepSerializer(many=True)


class TransactionSerializer(serializers.ModelSerializer[PolicyTransaction]):
    id = serializers.CharField(source="public_id", read_only=True)
    reverses = serializers.IntegerField(source="reverses.number", allow_null=True, default=None)
    ground = serializers.CharField(source="ground.code", allow_null=True, default=None)
    terms = serializers.JSONField(source="terms_after")

    class Meta:
        model = PolicyTransaction
        fields = (
            "id",
            "number",
            "act",
            "effective_on",
            "recorded_at",
            "recorded_by_name",
            "reason",
            "ground",
            "terms",
            "until",
            "annual_premium",
            "charged",
            "reverses",
            "is_late",
            "is_cross_period",
        )
        read_only_fields = fields


class HeldSerializer(serializers.Serializer[Any]):
    start = serializers.DateField()
    end = serializers.DateField()
    is_cancelled = serializers.BooleanField()
    annual_premium = serializers.DecimalField(14, 2, source="annual")
    insured_count = serializers.IntegerField(source="terms.heads")
    limit = serializers.DecimalField(14, 2, source="terms.limit")
    deductible = serializers.DecimalField(14, 2, source="terms.deductible")
    industry = serializers.CharField(source="terms.industry")
    address = serializers.CharField(source="terms.address")


class StackSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    known = serializers.DateField()
    held = HeldSerializer(allow_null=True)
    transactions = TransactionSerializer(many=True)
    total = serializers.DecimalField(14, 2)


class ChangeRequestSerializer(serializers.ModelSerializer[ChangeRequest]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = ChangeRequest
        fields = ("id", "state", "changes", "effective_on", "note", "asked_at", "answer")
        read_only_fields = fields
