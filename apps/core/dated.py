"""Rows that hold from a day until another: half-open, and never two for the same thing and day."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


def no_overlap(name: str, *keys: str, condition: Q | None = None) -> ExclusionConstraint:
    """At most one row per keys and day. Without an extension, integers compare as ranges."""
    points = [Func(F(key), F(key), Value("[]"), function="int8range") for key in keys]
    same: list[Any] = [(point, RangeOperators.OVERLAPS) for point in points]
    days = Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name, expressions=[*same, (days, RangeOperators.OVERLAPS)], condition=condition
    )


def period_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
    )


def in_force(day: date) -> Q:
    """The rows that hold on that day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
