"""What the ledger refuses."""

from apps.core.errors import DomainError


class DutyRefused(DomainError):
    code = "duty_refused"


class RegistryRefused(DomainError):
    code = "registry_refused"
