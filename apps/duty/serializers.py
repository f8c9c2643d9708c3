"""The ledger in the API: public ids and codes, and the state of the day that was asked."""

from typing import Any

from rest_framework import serializers

from apps.duty.models import FOR_EVER, Letter, SiteDuty
from apps.enterprises.models import Site


class DutySerializer(serializers.ModelSerializer[SiteDuty]):
    """One site on one day."""

    site = serializers.CharField(source="site.public_id", read_only=True)
    enterprise = serializers.CharField(source="enterprise.public_id", read_only=True)
    name = serializers.CharField(source="enterprise.name", read_only=True)
    uscc = serializers.CharField(source="enterprise.uscc", read_only=True)
    district = serializers.CharField(source="district.code", read_only=True)
    town = serializers.CharField(source="town.code", read_only=True)
    sector = serializers.CharField(source="sector.code", read_only=True)
    valid_to = serializers.SerializerMethodField()

    class Meta:
        model = SiteDuty
        fields: tuple[str, ...] = (
            "site",
            "enterprise",
            "name",
            "uscc",
            "district",
            "town",
            "sector",
            "industry_code",
            "state",
            "level",
            "since",
            "valid_from",
            "valid_to",
            "reasons",
            "needed",
            "insured",
            "is_short",
            "is_low",
            "cover_to",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_valid_to(self, row: SiteDuty) -> str | None:
        """Until when nothing changes by itself; null where no change is in sight."""
        return None if row.valid_to == FOR_EVER else row.valid_to.isoformat()


class LetterSerializer(serializers.ModelSerializer[Letter]):
    id = serializers.CharField(source="public_id", read_only=True)
    site = serializers.CharField(source="site.public_id", read_only=True)
    paper = serializers.CharField(source="paper.public_id", read_only=True)

    class Meta:
        model = Letter
        fields: tuple[str, ...] = (
            "id",
            "number",
            "kind",
            "site",
            "paper",
            "duty_state",
            "sent_on",
            "due_on",
            "state",
            "seen_at",
        )
        read_only_fields: tuple[str, ...] = fields


class SendSerializer(serializers.Serializer[Any]):
    """Letters to some sites; the answer names the job that writes them."""

    sites = serializers.SlugRelatedField(
        slug_field="public_id", many=True, queryset=Site.objects.none()
    )
    kind = serializers.ChoiceField(choices=Letter.Kind.choices)
    due_on = serializers.DateField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if request := self.context.get("request"):
            sites: Any = self.fields["sites"]
            sites.child_relation.queryset = Site.objects.visible_to(request.user)


class JobStartedSerializer(serializers.Serializer[Any]):
    job = serializers.CharField()
