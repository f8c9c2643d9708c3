"""What the register refuses, in the words of whoever has to mend it."""

from typing import NamedTuple

from apps.core.errors import DomainError


class EnterpriseRefused(DomainError):
    code = "enterprise_refused"


class SiteRefused(DomainError):
    code = "site_refused"


class HeadcountRefused(DomainError):
    code = "headcount_refused"


class FactRefused(DomainError):
    code = "fact_refused"


class ShareRefused(DomainError):
    code = "share_refused"


class ChangedMeanwhile(DomainError):
    """Somebody else saved first; nothing of theirs is overwritten unseen."""

    code = "changed_meanwhile"


class Refusal(NamedTuple):
    """Why not, and the input at fault if it is one; without a text nothing is refused."""

    text: str = ""
    field: str = ""


ALLOWED = Refusal()


def refuse(error: type[DomainError], refusal: Refusal) -> None:
    if refusal.text:
        raise error(refusal.text, field=refusal.field)
