"""Bank lists, their lines, and debts in the API."""

from typing import Any

from rest_framework import serializers

from apps.billing.models import BankFile, BankLine


class NewBankFileSerializer(serializers.Serializer[Any]):
    """A list as CSV text with its headings; see docs/bank-lists.md."""

    text = serializers.CharField(max_length=2_000_000, trim_whitespace=False)


class BankFileSerializer(serializers.ModelSerializer[BankFile]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = BankFile
        fields = ("id", "name", "total", "left_out", "created_at")
        read_only_fields = fields


class BankLineDecisionSerializer(serializers.Serializer[Any]):
    """A policy to record the payment for, or the reason to put it aside."""

    policy = serializers.CharField(required=False)
    reason = serializers.CharField(required=False, max_length=300)


class BankLineSerializer(serializers.ModelSerializer[BankLine]):
    id = serializers.CharField(source="public_id", read_only=True)
    policy_number = serializers.CharField(source="policy.number", default=None, read_only=True)
    receipt = serializers.CharField(source="receipt.public_id", default=None, read_only=True)
    problems = serializers.ListField(child=serializers.ListField(), read_only=True)

    class Meta:
        model = BankLine
        fields = (
            "id",
            "number",
            "voucher",
            "payer_name",
            "amount",
            "received_on",
            "remark",
            "state",
            "is_sure",
            "problems",
            "policy_number",
            "receipt",
            "reason",
        )
        read_only_fields = fields


class DebtSerializer(serializers.Serializer[Any]):
    """A premium that has not come."""

    policy = serializers.CharField(source="policy.public_id")
    policy_number = serializers.CharField(source="policy.number")
    owed = serializers.DecimalField(14, 2)
    due = serializers.DateField()
    days_over = serializers.IntegerField(source="days")
    age = serializers.CharField()
    reminded = serializers.IntegerField()
    reminded_on = serializers.DateField(allow_null=True)
