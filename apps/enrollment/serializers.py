"""Applications in the API. A premium is only ever read."""

from typing import Any

from rest_framework import serializers

from apps.accounts.models import Organisation
from apps.enrollment.models import Application
from apps.enrollment.selectors.draft import Terms, terms_of
from apps.enrollment.selectors.listing import Row


class ChosenDeductibleSerializer(serializers.Serializer[Any]):
    """In yuan per accident, one of the product's; without one, its first."""

    deductible = serializers.DecimalField(14, 2, required=False, allow_null=True, default=None)


class ApplicationSerializer(serializers.Serializer[Row]):
    """One application with the names of its place."""

    id = serializers.CharField(source="application.public_id")
    number = serializers.CharField(source="application.number")
    state = serializers.CharField(source="application.state")
    enterprise = serializers.CharField(source="enterprise_name")
    site = serializers.CharField(source="site.public_id", default=None, allow_null=True)
    site_name = serializers.CharField()
    district = serializers.CharField(source="application.district.code")
    wanted_from = serializers.DateField(source="application.wanted_from", allow_null=True)
    had_accident = serializers.BooleanField(source="application.had_accident", allow_null=True)
    last_accident_on = serializers.DateField(source="application.last_accident_on", allow_null=True)
    is_listed = serializers.BooleanField(source="application.is_listed", allow_null=True)
    offer = serializers.CharField(source="application.offer")
    quote = serializers.CharField(source="application.quote.public_id", default=None)
    premium = serializers.DecimalField(14, 2, source="application.quote.premium", default=None)
    insurer = serializers.CharField(source="insurer.public_id", default=None)
    attested_at = serializers.DateTimeField(source="application.attested_at", allow_null=True)
    submitted_at = serializers.DateTimeField(source="application.submitted_at", allow_null=True)
    decided_at = serializers.DateTimeField(source="application.decided_at", allow_null=True)
    refusal_reason = serializers.CharField(source="application.refusal_reason.code", default=None)
    refusal_note = serializers.CharField(source="application.refusal_note")
    policy = serializers.CharField(source="application.policy.public_id", default=None)


class NewApplicationSerializer(serializers.Serializer[Any]):
    """The site to be covered."""

    site = serializers.CharField()


class TermsSerializer(serializers.Serializer[Any]):
    """What the enterprise says before there can be a price; what is left out stays as it was."""

    wanted_from = serializers.DateField(required=False, allow_null=True)
    had_accident = serializers.BooleanField(required=False, allow_null=True)
    last_accident_on = serializers.DateField(required=False, allow_null=True)
    is_listed = serializers.BooleanField(required=False, allow_null=True)

    def terms_for(self, row: Application) -> Terms:
        kept = terms_of(row)
        given = self.validated_data
        return Terms(
            **{name: given.get(name, getattr(kept, name)) for name in Terms.__dataclass_fields__}
        )


class ChosenQuoteSerializer(serializers.Serializer[Any]):
    quote = serializers.CharField()


class ChosenInsurerSerializer(serializers.Serializer[Any]):
    insurer = serializers.CharField()


class InsurerSerializer(serializers.ModelSerializer[Organisation]):
    """Listed in the order drawn for the application: none stands first by right."""

    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Organisation
        fields = ("id", "name", "short_name", "hotline")
        read_only_fields = fields


class WithdrawalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class RefusalSerializer(serializers.Serializer[Any]):
    """A code of the product's own list, and the facts it rests on."""

    reason = serializers.CharField()
    note = serializers.CharField(max_length=500)
