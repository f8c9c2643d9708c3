"""Copied reports in the API."""

from typing import Any

from rest_framework import serializers

from apps.policies.copies.models import CopiedReport
from apps.policies.copies.services import MOST_AT_ONCE


class CopiedReportSerializer(serializers.ModelSerializer[CopiedReport]):
    id = serializers.CharField(source="public_id", read_only=True)
    policy = serializers.CharField(source="policy.public_id", read_only=True)
    policy_number = serializers.CharField(source="policy.number", read_only=True)
    sender = serializers.CharField(source="sender.public_id", read_only=True)
    is_sent_late = serializers.BooleanField(read_only=True)

    class Meta:
        model = CopiedReport
        fields = (
            "id",
            "event",
            "policy",
            "policy_number",
            "sender",
            "text",
            "url",
            "happened_at",
            "due_at",
            "reported_at",
            "is_sent_late",
            "answer_by",
            "acknowledged_at",
            "acknowledged_by_name",
        )
        read_only_fields = fields


class FeedSerializer(serializers.Serializer[Any]):
    """`next` is to be given as `after` the next time; it stays the same while nothing is new."""

    results = CopiedReportSerializer(many=True)
    next = serializers.CharField()


class ChosenSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.CharField(), max_length=MOST_AT_ONCE)


class DoneSerializer(serializers.Serializer[Any]):
    acknowledged = serializers.IntegerField()


class LatenessSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField(source="insurer.public_id")
    name = serializers.CharField(source="insurer.name")
    sent = serializers.IntegerField()
    sent_late = serializers.IntegerField()
    received = serializers.IntegerField()
    answered_late = serializers.IntegerField()
