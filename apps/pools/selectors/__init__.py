"""What others ask of a pool."""

from apps.pools.selectors.shares import (
    NoPool,
    choosable_insurers,
    members_of,
    pool_of,
    pools_with_members,
    pools_with_shares,
    share_tables,
    share_vector,
)

__all__ = [
    "NoPool",
    "choosable_insurers",
    "members_of",
    "pool_of",
    "pools_with_members",
    "pools_with_shares",
    "share_tables",
    "share_vector",
]
