"""The shape of the register in the API: public ids and codes; contacts as the page shows them."""

from typing import Any

from rest_framework import serializers

from apps.accounts.models import User
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.selectors.contacts import contact_shown
from apps.enterprises.selectors.register import Row
from apps.enterprises.selectors.versions import ENTERPRISE, SITE, version_of
from apps.enterprises.services import NewSite
from apps.reference.models import ActivityTag, Industry, Town


class CountsSerializer(serializers.Serializer[Any]):
    """People by kind of employment."""

    production = serializers.IntegerField(min_value=0, default=0)
    quality = serializers.IntegerField(min_value=0, default=0)
    interns = serializers.IntegerField(min_value=0, default=0)
    dispatched = serializers.IntegerField(min_value=0, default=0)
    temporary = serializers.IntegerField(min_value=0, default=0)
    other = serializers.IntegerField(min_value=0, default=0)


class HeadcountSerializer(serializers.ModelSerializer[Headcount]):
    total = serializers.IntegerField(read_only=True)

    class Meta:
        model = Headcount
        fields = ("valid_from", "valid_to", *Headcount.KINDS, "total", "source")
        read_only_fields = fields


class NewHeadcountSerializer(CountsSerializer):
    valid_from = serializers.DateField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    version = serializers.CharField(required=False)

    def facts(self) -> dict[str, Any]:
        """What the service is given."""
        given = dict(self.validated_data)
        counts = {kind: given.pop(kind) for kind in Headcount.KINDS}
        return given | {"counts": counts}


class SiteSerializer(serializers.ModelSerializer[Site]):
    id = serializers.CharField(source="public_id", read_only=True)
    enterprise = serializers.CharField(source="enterprise.public_id", read_only=True)
    district = serializers.CharField(source="district.code", read_only=True)
    town = serializers.CharField(source="town.code", read_only=True)
    industry = serializers.CharField(source="industry.code", read_only=True)
    sector = serializers.CharField(source="sector.code", read_only=True)
    insurer = serializers.CharField(source="insurer.public_id", default=None, read_only=True)
    version = serializers.SerializerMethodField()

    class Meta:
        model = Site
        fields = (
            "id",
            "enterprise",
            "name",
            "district",
            "town",
            "address",
            "industry",
            "sector",
            "insurer",
            "state",
            "headcount",
            "opened_on",
            "closed_on",
            "version",
        )
        read_only_fields = fields

    def get_version(self, site: Site) -> str:
        return version_of(site, SITE)


class EnterpriseSerializer(serializers.Serializer[Row]):
    """An enterprise with the sites that the caller may see; totals go over those only."""

    id = serializers.CharField(source="enterprise.public_id", read_only=True)
    uscc = serializers.CharField(source="enterprise.uscc", read_only=True)
    name = serializers.CharField(source="enterprise.name", read_only=True)
    ownership = serializers.CharField(source="enterprise.ownership", read_only=True)
    parent_name = serializers.CharField(source="enterprise.parent_name", read_only=True)
    state = serializers.ChoiceField(
        source="enterprise.state", choices=Enterprise.State.choices, read_only=True
    )
    contact = serializers.SerializerMethodField()
    registered_at = serializers.DateTimeField(source="enterprise.registered_at", read_only=True)
    headcount = serializers.IntegerField(source="people", read_only=True)
    sites = SiteSerializer(many=True, read_only=True)
    version = serializers.SerializerMethodField()

    def get_contact(self, row: Row) -> str:
        """Masked, but for the enterprise's own people."""
        user: User = self.context["request"].user
        return contact_shown(user, row.enterprise)

    def get_version(self, row: Row) -> str:
        return version_of(row.enterprise, ENTERPRISE)


class NewSiteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    town = serializers.SlugRelatedField(
        slug_field="code", queryset=Town.objects.select_related("district")
    )
    address = serializers.CharField(max_length=300)
    industry = serializers.SlugRelatedField(slug_field="code", queryset=Industry.objects.all())
    opened_on = serializers.DateField(required=False, allow_null=True)
    headcount = CountsSerializer(required=False)
    tags: Any = serializers.SlugRelatedField(
        slug_field="code", many=True, required=False, queryset=ActivityTag.objects.all()
    )

    @staticmethod
    def new_site(given: dict[str, Any]) -> NewSite:
        facts = dict(given)
        return NewSite(counts=facts.pop("headcount", {}), tags=facts.pop("tags", ()), **facts)


class NewEnterpriseSerializer(serializers.Serializer[Any]):
    uscc = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=200)
    ownership = serializers.ChoiceField(
        choices=Enterprise.Ownership.choices, default=Enterprise.Ownership.PRIVATE
    )
    parent_name = serializers.CharField(max_length=200, default="", allow_blank=True)
    contact_name = serializers.CharField(max_length=60, default="", allow_blank=True)
    contact_phone = serializers.CharField(max_length=40, default="", allow_blank=True)
    site = NewSiteSerializer()

    def facts(self) -> dict[str, Any]:
        """What the service is given."""
        site = NewSiteSerializer.new_site(self.validated_data["site"])
        return {**self.validated_data, "site": site}


class EnterpriseCorrectionSerializer(serializers.Serializer[Any]):
    """Only what changes; with the version it was read at, and why."""

    uscc = serializers.CharField(max_length=60, required=False)
    name = serializers.CharField(max_length=200, required=False)
    renamed_on = serializers.DateField(required=False)
    ownership = serializers.ChoiceField(choices=Enterprise.Ownership.choices, required=False)
    parent_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200)
    version = serializers.CharField()

    def facts(self, row: Enterprise) -> dict[str, Any]:
        """What the service is given: what was left out stays as it is."""
        kept = {name: getattr(row, name) for name in ("uscc", "name", "ownership", "parent_name")}
        return {**kept, "contact_name": None, "contact_phone": None, **self.validated_data}


class SiteCorrectionSerializer(serializers.Serializer[Any]):
    """Only what changes; with the version it was read at, and why."""

    name = serializers.CharField(max_length=200, required=False)
    town = serializers.SlugRelatedField(
        slug_field="code", queryset=Town.objects.select_related("district"), required=False
    )
    address = serializers.CharField(max_length=300, required=False)
    industry = serializers.SlugRelatedField(
        slug_field="code", queryset=Industry.objects.all(), required=False
    )
    opened_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=200)
    version = serializers.CharField()

    def facts(self, row: Site) -> dict[str, Any]:
        """What the service is given: what was left out stays as it is."""
        names = ("name", "town", "address", "industry", "opened_on")
        return {**{name: getattr(row, name) for name in names}, **self.validated_data}
