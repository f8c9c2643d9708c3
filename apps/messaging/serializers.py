"""The shape of notices in the API."""

from rest_framework import serializers

from apps.messaging.models import Notice


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Notice
        fields = ("id", "title", "text", "url", "created_at", "read_at")
        read_only_fields = fields
