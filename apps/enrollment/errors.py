from apps.core.errors import DomainError


class ApplicationRefused(DomainError):
    code = "application_refused"
