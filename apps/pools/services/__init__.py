"""Everything that may happen to a pool."""

from apps.pools.errors import PoolRefused, RoundRefused
from apps.pools.services.agreements import conclude_agreement, switch_rounds
from apps.pools.services.answers import (
    answer_objection,
    approve_round,
    object_to_round,
    publish_round,
)
from apps.pools.services.membership import admit, leave_pool, merge_member
from apps.pools.services.rounds import (
    ask_members,
    compute_round,
    gather_again,
    open_round,
    withdraw_round,
)
from apps.pools.services.scores import import_scores
from apps.pools.services.shares import found_pool, join_pool, set_shares

__all__ = [
    "PoolRefused",
    "RoundRefused",
    "admit",
    "answer_objection",
    "approve_round",
    "ask_members",
    "compute_round",
    "conclude_agreement",
    "found_pool",
    "gather_again",
    "import_scores",
    "join_pool",
    "leave_pool",
    "merge_member",
    "object_to_round",
    "open_round",
    "publish_round",
    "set_shares",
    "switch_rounds",
    "withdraw_round",
]
