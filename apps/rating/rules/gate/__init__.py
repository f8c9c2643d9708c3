"""The gate: what a tariff must prove before anybody may approve it."""

from apps.rating.rules.gate.report import (
    GateCancelled,
    GateFault,
    GateKind,
    Report,
    Section,
    Watch,
)
from apps.rating.rules.gate.trial import examine

__all__ = [
    "GateCancelled",
    "GateFault",
    "GateKind",
    "Report",
    "Section",
    "Watch",
    "examine",
]
