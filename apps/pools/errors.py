from apps.core.errors import DomainError


class PoolRefused(DomainError):
    code = "pool_refused"


class RoundRefused(DomainError):
    code = "share_round_refused"
