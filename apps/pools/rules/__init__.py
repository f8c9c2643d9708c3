"""The arithmetic of a pool: plain values in, plain values out."""

from apps.pools.rules.shares import next_shares
from apps.pools.rules.terms import WHOLE, Member, Note, Remark, Result, Row, Terms

__all__ = ["WHOLE", "Member", "Note", "Remark", "Result", "Row", "Terms", "next_shares"]
