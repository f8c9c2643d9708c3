"""The policies as rating looks at them: frozen facts, and which of them hold on a day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
from django.db.models.fields.json import KT

from apps.accounts.models import User
from apps.policies.models import Policy
from apps.rating.impact.portfolio import Described, Frozen, Ints

FROZEN = ("pk", "district_id", "town_id", "sector_id", "insurer_id", "enterprise_id", "premium")


class Policies:
    def live(self, user: User, as_of: date) -> Ints:
        rows = Policy.objects.visible_to(user).in_force_on(as_of).order_by()
        keys = np.fromiter(rows.values_list("pk", flat=True).iterator(100_000), np.int64)
        keys.sort()
        return keys

    def is_empty(self, as_of: date) -> bool:
        return not Policy.objects.in_force_on(as_of).exists()

    def rows(self, user: User, first: int, last: int) -> Iterator[Frozen]:
        seen: Any = Policy.objects.visible_to(user).filter(pk__gte=first, pk__lte=last)
        named = seen.annotate(facts=KT("worksheet__facts")).order_by("pk")
        for row in named.values_list(*FROZEN, "facts").iterator(5_000):
            yield Frozen._make((*row[:6], int(row[6] * 100), row[7]))

    def described(self, user: User, keys: list[int]) -> Mapping[int, Described]:
        rows = Policy.objects.visible_to(user).for_list().filter(pk__in=keys)
        return {
            row.pk: Described(
                number=row.number,
                name=row.insured_name,
                site=row.site_name,
                url=row.get_absolute_url(),
            )
            for row in rows
        }
