"""The shape of accounts in the API: public ids, words and codes, no contacts."""

from rest_framework import serializers

from apps.accounts.access import can
from apps.accounts.models import Organisation, User
from apps.accounts.roles import ROLES, Permission


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    id = serializers.CharField(source="public_id", read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    district = serializers.CharField(source="district.code", default=None, read_only=True)
    town = serializers.CharField(source="town.code", default=None, read_only=True)
    sector = serializers.CharField(source="sector.code", default=None, read_only=True)

    class Meta:
        model = Organisation
        fields = (
            "id",
            "kind",
            "kind_name",
            "name",
            "short_name",
            "uscc",
            "district",
            "town",
            "sector",
            "hotline",
            "is_active",
        )
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    """Who is asking, and what they may do."""

    id = serializers.CharField(source="public_id", read_only=True)
    role_name = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()
    organisation = OrganisationSerializer(read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "role", "role_name", "permissions", "organisation")
        read_only_fields = fields

    def get_role_name(self, user: User) -> str:
        return str(ROLES[user.role].title)

    def get_permissions(self, user: User) -> list[str]:
        return [right.value for right in Permission if can(user, right)]
