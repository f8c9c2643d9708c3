"""What other systems send to change a draft: parsed and shaped, nothing decided."""

from typing import Any

from rest_framework import serializers

from apps.catalogue.models.products import BASES
from apps.reference.models import DisabilityTable
from apps.reference.models.base import Certainty


class Given(serializers.Serializer[Any]):
    """A request that is not a row."""


class StartSerializer(Given):
    """The draft begins as a copy of version `like`, or of the newest that was published."""

    valid_from = serializers.DateField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    like = serializers.IntegerField(required=False)


class RevisionSerializer(Given):
    """The revision the caller saw: a draft that was changed since is not overwritten."""

    revision = serializers.IntegerField()


class MetaSerializer(RevisionSerializer):
    valid_from = serializers.DateField(required=False)
    source = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment]
    certainty = serializers.ChoiceField(choices=Certainty.choices, required=False)
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)


class TariffMetaSerializer(MetaSerializer):
    rounding = serializers.CharField(max_length=200, required=False)
    rounding_en = serializers.CharField(max_length=200, allow_blank=True, required=False)


class ProductMetaSerializer(MetaSerializer):
    coverage_basis = serializers.ChoiceField(choices=BASES, required=False)
    disability_table = serializers.SlugRelatedField(
        slug_field="code", queryset=DisabilityTable.objects.all(), required=False
    )
    quote_days = serializers.IntegerField(min_value=1, max_value=365, required=False)


class CellSerializer(Given):
    keys = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10)
    value = serializers.CharField(max_length=80)


class CellsSerializer(RevisionSerializer):
    cells = CellSerializer(many=True)


def bound() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=6, decimal_places=4, allow_null=True, required=False)


def money() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, allow_null=True, required=False
    )


class GroupBoundsSerializer(Given):
    lowest = bound()
    highest = bound()


class BoundsSerializer(RevisionSerializer):
    """What is left out stays; null lifts a bound."""

    lowest = bound()
    highest = bound()
    minimum = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    maximum = money()
    groups = serializers.DictField(child=GroupBoundsSerializer(), required=False)


class CaseSerializer(Given):
    name = serializers.CharField(max_length=120)
    facts = serializers.DictField()
    premium = serializers.DecimalField(max_digits=14, decimal_places=2)
    source = serializers.CharField(max_length=200, allow_blank=True, default="")  # type: ignore[assignment]


class CasesSerializer(RevisionSerializer):
    cases = CaseSerializer(many=True)


class LinesSerializer(RevisionSerializer):
    lines = serializers.ListField(child=serializers.DictField(), max_length=60)


class BookSerializer(RevisionSerializer):
    """With `preview` nothing is changed: the answer says what would be."""

    book = serializers.FileField()
    preview = serializers.BooleanField(default=False)


class OpinionSerializer(Given):
    reason = serializers.CharField(max_length=200)


class RetireSerializer(OpinionSerializer):
    on = serializers.DateField()


class NothingSerializer(Given):
    """An act that needs no words."""


class DifferenceSerializer(Given):
    kind = serializers.CharField()
    place = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    percent = serializers.CharField(allow_blank=True)
