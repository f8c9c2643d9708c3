"""The part of the system that moves share rounds on: opens them when a period is over, and marks
the last consent, which no single member may write into a row of all.
"""

from apps.accounts import policies
from apps.accounts.policies import Policy
from apps.core.context import SYSTEM_ACTORS, SystemActor

ROUNDS = SystemActor("rounds", "份额调整服务")

READ = (
    "accounts_organisation",
    "pools_pool",
    "pools_member",
    "pools_agreement",
    "pools_succession",
    "pools_sharetable",
    "pools_shareline",
    "pools_scoresheet",
    "pools_scoreline",
    "pools_approval",
    "pools_objection",
    # What the members sold and were paid, for a round that is computed at a period's end.
    "policies_policy",
    "billing_receipt",
    "enterprises_site",
)

SYSTEM_ACTORS |= {ROUNDS.actor_key: ROUNDS}
policies.MACHINERY += (
    *(Policy(table, "rounds", ROUNDS.context.role, "true", "select") for table in READ),
    Policy("pools_shareround", "rounds", ROUNDS.context.role, "true"),
)
