"""Decisions on the life of a policy with plain values."""
