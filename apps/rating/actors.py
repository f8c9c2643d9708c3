"""The part of the system that puts quotes away which nobody took in time."""

from apps.accounts import policies
from apps.accounts.policies import Policy
from apps.core.context import SYSTEM_ACTORS, SystemActor

ARCHIVIST = SystemActor("quotes", "报价归档服务")

NOT_TAKEN = "state <> 'accepted'"

SYSTEM_ACTORS[ARCHIVIST.actor_key] = ARCHIVIST
policies.MACHINERY += (
    Policy("rating_quote", "archivist_reads", ARCHIVIST.context.role, NOT_TAKEN, "select"),
    Policy("rating_quote", "archivist", ARCHIVIST.context.role, NOT_TAKEN, "update"),
)
