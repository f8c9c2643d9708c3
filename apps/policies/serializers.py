"""Policies in the API: public ids and codes, and the state of the day it is asked on."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import User
from apps.policies.models import Policy, PolicyState
from apps.policies.roster.models import InsuredPerson
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


class PersonSerializer(serializers.ModelSerializer[InsuredPerson]):
    """A person on a roster; numbers are masked, names too for who neither insures nor employs."""

    id = serializers.CharField(source="public_id", read_only=True)
    name = serializers.SerializerMethodField()
    document_number = serializers.CharField(source="masked_number", read_only=True)

    class Meta:
        model = InsuredPerson
        fields = (
            "id",
            "name",
            "document_kind",
            "document_number",
            "employment",
            "post",
            "covered_from",
            "covered_to",
        )
        read_only_fields = fields

    def get_name(self, row: InsuredPerson) -> str:
        own = {row.enterprise_id, row.insurer_id}
        is_own = self.context["request"].user.organisation_id in own
        return row.name if is_own else row.masked_name


class NewPersonSerializer(serializers.Serializer[Any]):
    """As in a file; what is wrong is told for each person in the same words."""

    name = serializers.CharField(max_length=100)
    document_kind = serializers.CharField(max_length=40, required=False, default="")
    document_number = serializers.CharField(max_length=40)
    employment = serializers.CharField(max_length=40)
    post = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    joined_on = serializers.DateField(required=False, allow_null=True, default=None)
    left_on = serializers.DateField(required=False, allow_null=True, default=None)


class NewPeopleSerializer(serializers.Serializer[Any]):
    people = serializers.ListField(child=NewPersonSerializer(), allow_empty=False, max_length=1_000)


class AddedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    ids = serializers.ListField(child=serializers.CharField())
