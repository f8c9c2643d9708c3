"""Where a site may lie."""

from django.db.models import QuerySet

from apps.reference.models import District, Town


def districts_with_towns() -> QuerySet[District]:
    return District.objects.prefetch_related("towns")


def towns_of(district: District) -> QuerySet[Town]:
    return Town.objects.filter(district=district)
