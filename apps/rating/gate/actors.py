"""What ships is put through the gate by the part of the system that loads it."""

from apps.accounts import policies
from apps.accounts.policies import Policy
from apps.catalogue.actors import SHIPPED

policies.MACHINERY += (Policy("rating_gatereport", "shipped", SHIPPED.context.role, "true"),)
