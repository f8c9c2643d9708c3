"""Two narrow parts of the system: the one that loads what ships, and the one visitors read through.

Visitors have no context of their own, and without one the database gives no rows. A public page
therefore reads as VISITOR, whose role may select published versions and write nothing anywhere:

    with context.entering(VISITOR.context): …

Drafts stay with those who are signed in. A policy "for everybody without context" would be shorter
but would let any forgotten context read tables, which is what having none is meant to prevent.
"""

from dataclasses import dataclass

from django.db import models

from apps.accounts import policies
from apps.accounts.policies import Policy
from apps.catalogue.models import (
    AxisPoint,
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    FactorGroup,
    GoldenCase,
    LimitChoice,
    Product,
    ProductVersion,
    RatingTable,
    RefusalReason,
    TableAxis,
    TableCell,
    TariffFact,
    TariffVersion,
)
from apps.catalogue.models.versions import PUBLISHED
from apps.core.context import SYSTEM_ACTORS, SystemActor

SHIPPED = SystemActor("catalogue", "随版本发布")
VISITOR = SystemActor("visitor", "访客")

VERSIONS: tuple[type[models.Model], ...] = (ProductVersion, TariffVersion)
PARTS: tuple[type[models.Model], ...] = (
    AxisPoint,
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    FactorGroup,
    GoldenCase,
    LimitChoice,
    RatingTable,
    RefusalReason,
    TableAxis,
    TableCell,
    TariffFact,
)


@dataclass(frozen=True)
class Restriction(Policy):
    """Narrows what a role is given elsewhere: what is open to the signed in is not to visitors."""

    @property
    def sql(self) -> str:
        return super().sql.replace(" for ", " as restrictive for ", 1)


def _policies() -> tuple[Policy, ...]:
    states = ", ".join(f"'{state}'" for state in PUBLISHED)
    seen: dict[type[models.Model], str] = {Product: "true"}
    seen |= dict.fromkeys(VERSIONS, f"state in ({states})")
    for part in PARTS:
        whole = part._meta.get_field("version").related_model
        seen[part] = f"version_id in (select id from {whole._meta.db_table})"  # type: ignore[union-attr]  # noqa: S608
    written = [
        Policy(model._meta.db_table, "shipped", SHIPPED.context.role, "true") for model in seen
    ]
    read = [
        Policy(model._meta.db_table, "visitor", VISITOR.context.role, predicate, "select")
        for model, predicate in seen.items()
    ]
    narrowed = [
        Restriction(policy.table, "visitor_only", policy.roles, policy.using, "select")
        for policy in read
        if policy.using != "true"
    ]
    return (*written, *read, *narrowed)


SYSTEM_ACTORS |= {actor.actor_key: actor for actor in (SHIPPED, VISITOR)}
policies.MACHINERY += _policies()
