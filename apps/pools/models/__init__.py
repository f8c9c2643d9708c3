"""Pools and their shares, agreements, rounds and scores."""

from apps.pools.models.agreements import (
    Admission,
    Agreement,
    Choice,
    Collection,
    Origin,
    Succession,
)
from apps.pools.models.pools import WHOLE, Member, Pool, ShareLine, ShareTable
from apps.pools.models.rounds import (
    Approval,
    Objection,
    ObjectionState,
    RoundState,
    ShareRound,
)
from apps.pools.models.scores import ScoreLine, ScoreSheet

__all__ = [
    "WHOLE",
    "Admission",
    "Agreement",
    "Approval",
    "Choice",
    "Collection",
    "Member",
    "Objection",
    "ObjectionState",
    "Origin",
    "Pool",
    "RoundState",
    "ScoreLine",
    "ScoreSheet",
    "ShareLine",
    "ShareRound",
    "ShareTable",
    "Succession",
]
