"""The last number handed out, one row per series, district and year."""

from django.db import models


class Counter(models.Model):
    series = models.CharField(max_length=10)
    district = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "district", "year"], name="counter_series"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.district} {self.year}: {self.last}"
