"""Receipts and ledger entries in the API."""

from typing import Any

from rest_framework import serializers

from apps.billing.models import AccountKind, EntryKind, Receipt, Refund, WriteOff


class NewReceiptSerializer(serializers.Serializer[Any]):
    """A bank receipt."""

    policy = serializers.CharField()
    voucher = serializers.CharField()
    payer_name = serializers.CharField()
    amount = serializers.CharField()
    received_on = serializers.DateField()


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    id = serializers.CharField(source="public_id", read_only=True)
    policy = serializers.CharField(source="policy.public_id", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)
    entry = serializers.CharField(source="entry.public_id", read_only=True)
    cover_from = serializers.DateField(source="policy.cover_from", read_only=True)
    payer_name = serializers.SerializerMethodField()

    class Meta:
        model = Receipt
        fields = (
            "id",
            "policy",
            "policy_number",
            "insurer",
            "voucher",
            "payer_name",
            "payer_check",
            "amount",
            "received_on",
            "recorded_at",
            "entry",
            "cover_from",
        )
        read_only_fields = fields

    def get_payer_name(self, row: Receipt) -> str:
        return row.payer_for(self.context["request"].user)


class NewRefundSerializer(serializers.Serializer[Any]):
    """Money that was paid back."""

    policy = serializers.CharField()
    voucher = serializers.CharField()
    payee_name = serializers.CharField()
    amount = serializers.CharField()
    paid_on = serializers.DateField()
    reason = serializers.CharField()


class RefundSerializer(serializers.ModelSerializer[Refund]):
    id = serializers.CharField(source="public_id", read_only=True)
    policy = serializers.CharField(source="policy.public_id", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    entry = serializers.CharField(source="entry.public_id", read_only=True)
    payee_name = serializers.SerializerMethodField()

    class Meta:
        model = Refund
        fields = (
            "id",
            "policy",
            "policy_number",
            "voucher",
            "payee_name",
            "payee_check",
            "amount",
            "paid_on",
            "reason",
            "recorded_at",
            "entry",
        )
        read_only_fields = fields

    def get_payee_name(self, row: Refund) -> str:
        return row.payee_for(self.context["request"].user)


class NewWriteOffSerializer(serializers.Serializer[Any]):
    """A remainder to give up: the whole of what is still owed."""

    policy = serializers.CharField()
    reason = serializers.CharField(max_length=300)


class WriteOffDecisionSerializer(serializers.Serializer[Any]):
    agrees = serializers.BooleanField()


class WriteOffSerializer(serializers.ModelSerializer[WriteOff]):
    id = serializers.CharField(source="public_id", read_only=True)
    policy = serializers.CharField(source="policy.public_id", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)

    class Meta:
        model = WriteOff
        fields = (
            "id",
            "policy",
            "policy_number",
            "amount",
            "reason",
            "needs_second",
            "state",
            "proposed_at",
            "decided_at",
        )
        read_only_fields = fields


class LedgerLineSerializer(serializers.Serializer[Any]):
    account = serializers.ChoiceField(choices=AccountKind.choices, source="kind")
    owner = serializers.CharField()
    debit = serializers.DecimalField(14, 2, allow_null=True)
    credit = serializers.DecimalField(14, 2, allow_null=True)


class EntrySerializer(serializers.Serializer[Any]):
    """An entry with the lines the caller may see."""

    id = serializers.CharField(source="entry.public_id")
    kind = serializers.ChoiceField(choices=EntryKind.choices, source="entry.kind")
    day = serializers.DateField(source="entry.day")
    policy = serializers.CharField(source="policy.public_id", allow_null=True, default=None)
    voucher = serializers.CharField(source="entry.voucher")
    note = serializers.CharField(source="entry.note")
    entered_at = serializers.DateTimeField(source="entry.entered_at")
    lines = LedgerLineSerializer(many=True)


class StartedJobSerializer(serializers.Serializer[Any]):
    """Long work that was started."""

    job = serializers.CharField()
