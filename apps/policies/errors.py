from apps.core.errors import DomainError


class PolicyRefused(DomainError):
    code = "policy_refused"


class ChangeRefused(DomainError):
    code = "change_refused"
