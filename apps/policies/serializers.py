"""Policies in the API: public ids and codes, and the state of the day it is asked on."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import User
from apps.policies.models import Policy, PolicyState
from apps.policies.selectors.shares import is_partner


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A partner in the pool is told nothing of the place."""

    id = serializers.CharField(source="public_id", read_only=True)
    state = serializers.SerializerMethodField()
    insurer = serializers.CharField(source="insurer.public_id", read_only=True)
    district = serializers.CharField(source="district.code", read_only=True)
    site_name = serializers.SerializerMethodField()
    product = serializers.CharField(source="product_version.product.code", read_only=True)
    product_version = serializers.IntegerField(source="product_version.number", read_only=True)
    tariff_version = serializers.IntegerField(source="tariff_version.number", read_only=True)
    limit = serializers.DecimalField(14, 2, source="limit_choice.per_person", read_only=True)
    gap_days = serializers.IntegerField(read_only=True)

    class Meta:
        model = Policy
        fields: tuple[str, ...] = (
            "id",
            "number",
            "state",
            "insured_name",
            "insured_uscc",
            "site_name",
            "district",
            "insurer",
            "product",
            "product_version",
            "tariff_version",
            "limit",
            "deductible",
            "insured_count",
            "premium",
            "wanted_from",
            "cover_from",
            "cover_to",
            "cancelled_from",
            "gap_days",
            "issued_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @property
    def reader(self) -> User:
        user: User = self.context["request"].user
        return user

    def get_state(self, row: Policy) -> PolicyState:
        """On today's date in Foshan."""
        return row.state_on(timezone.localdate())

    def get_site_name(self, row: Policy) -> str | None:
        return None if is_partner(row, self.reader) else row.site_name


class LineSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label: Any = serializers.CharField()
    per = serializers.CharField()
    limit = serializers.DecimalField(14, 2)
    is_inside = serializers.BooleanField()
    deductible = serializers.DecimalField(14, 2)


class PartSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField(source="insurer.public_id")
    basis_points = serializers.IntegerField()
    premium = serializers.DecimalField(14, 2, allow_null=True)
    is_seller = serializers.BooleanField()


class PolicyDetailSerializer(PolicySerializer):
    """With the heads of cover, the shares, and the frozen worksheet with its hash."""

    coverage = LineSerializer(many=True, read_only=True)
    shares = PartSerializer(many=True, read_only=True, source="parts")
    worksheet = serializers.SerializerMethodField()

    class Meta(PolicySerializer.Meta):
        fields = (
            *PolicySerializer.Meta.fields,
            "coverage",
            "shares",
            "worksheet_hash",
            "worksheet",
        )
        read_only_fields = fields

    def get_worksheet(self, row: Policy) -> dict[str, Any] | None:
        return None if is_partner(row, self.reader) else row.worksheet
