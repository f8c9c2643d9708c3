"""Statements in the API: how each stands, its lines, differences and answers."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import Organisation
from apps.billing.models import (
    Difference,
    Settlement,
    Statement,
    StatementLine,
    StatementState,
)
from apps.billing.monthly.checking import told


class StatementSerializer(serializers.ModelSerializer[Statement]):
    id = serializers.CharField(source="public_id", read_only=True)
    pool = serializers.CharField(source="pool.public_id", read_only=True)
    state = serializers.ChoiceField(
        choices=StatementState.choices, source="standing", read_only=True
    )
    members = serializers.IntegerField(source="asked_of", read_only=True)
    confirmed = serializers.IntegerField(read_only=True)

    class Meta:
        model = Statement
        fields = (
            "id",
            "number",
            "pool",
            "month",
            "state",
            "members",
            "confirmed",
            "policies",
            "faults",
            "due",
            "received",
            "payments",
            "digest",
            "ledger_link",
            "answer_by",
            "frozen_at",
        )
        read_only_fields = fields


class PositionSerializer(serializers.Serializer[Any]):
    """One member's position: `net` is what it is to receive, or to pay when negative."""

    insurer = serializers.CharField(source="insurer.public_id")
    due = serializers.DecimalField(14, 2)
    own = serializers.DecimalField(14, 2)
    held = serializers.DecimalField(14, 2)
    net = serializers.DecimalField(14, 2)
    confirmed_at = serializers.DateTimeField(
        source="confirmation.confirmed_at", allow_null=True, default=None
    )


class WholeStatementSerializer(StatementSerializer):
    """With everyone's position."""

    positions = PositionSerializer(many=True, read_only=True)

    class Meta:
        model = Statement
        fields: tuple[str, ...] = (*StatementSerializer.Meta.fields, "positions")
        read_only_fields = fields


class LineFaultSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()


class StatementLineSerializer(serializers.ModelSerializer[StatementLine]):
    """One line of the premium bordereau; `shares` by insurer, `corrects` names a difference."""

    policy_number = serializers.CharField(source="number", read_only=True)
    seller = serializers.CharField(source="seller.public_id", read_only=True)
    shares = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()
    corrects = serializers.CharField(source="corrects.public_id", allow_null=True, default=None)

    class Meta:
        model = StatementLine
        fields = (
            "line",
            "policy_number",
            "insured",
            "cover_from",
            "cover_to",
            "seller",
            "due",
            "received",
            "shares",
            "faults",
            "corrects",
        )
        read_only_fields = fields

    def get_shares(self, row: StatementLine) -> dict[str, Decimal]:
        names: dict[int, str] = self.context["insurers"]
        return {names.get(int(key), ""): part for key, part in row.shares.items()}

    @extend_schema_field(LineFaultSerializer(many=True))
    def get_faults(self, row: StatementLine) -> list[dict[str, str]]:
        words = zip(row.faults, told(row.faults), strict=True)
        return [
            {"field": field, "code": code, "text": f"{label}：{text}"}
            for (field, code), (label, text) in words
        ]


def insurers_by_key(row: Statement) -> dict[int, str]:
    keys = row.members.values("insurer")
    return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "public_id"))


class ThroughSerializer(serializers.Serializer[Any]):
    """The last month to make, such as 2026-03; left out, all that are over."""

    through = serializers.CharField(required=False, allow_blank=True)


class NewDifferenceSerializer(serializers.Serializer[Any]):
    """A member's difference in one line."""

    reason = serializers.ChoiceField(choices=Difference.Reason.choices)
    claimed = serializers.CharField()
    text = serializers.CharField()


class NewSettlementSerializer(serializers.Serializer[Any]):
    """The broker's answer; `correction` left out is all that was claimed."""

    verdict = serializers.ChoiceField(choices=Settlement.Verdict.choices)
    correction = serializers.CharField(required=False, allow_blank=True)
    text = serializers.CharField()


class StatementDifferenceSerializer(serializers.ModelSerializer[Difference]):
    id = serializers.CharField(source="public_id", read_only=True)
    line = serializers.IntegerField(source="line.line", read_only=True)
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)
    verdict = serializers.CharField(source="settlement.verdict", allow_null=True, default=None)
    answer = serializers.CharField(source="settlement.text", allow_null=True, default=None)
    correction = serializers.DecimalField(
        14, 2, source="settlement.correction", allow_null=True, default=None
    )

    class Meta:
        model = Difference
        fields = (
            "id",
            "line",
            "insurer",
            "reason",
            "claimed",
            "text",
            "raised_at",
            "verdict",
            "answer",
            "correction",
        )
        read_only_fields = fields
