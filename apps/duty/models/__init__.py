from apps.duty.models.facts import Exemption, ExternalCover, ListEntry
from apps.duty.models.following import Contact, Dispute, Letter
from apps.duty.models.ledger import FOR_EVER, DutyState, SiteDuty, StaleSite
from apps.duty.models.registry import RegistryImport, StagedSite

__all__ = [
    "FOR_EVER",
    "Contact",
    "Dispute",
    "DutyState",
    "Exemption",
    "ExternalCover",
    "Letter",
    "ListEntry",
    "RegistryImport",
    "SiteDuty",
    "StagedSite",
    "StaleSite",
]
