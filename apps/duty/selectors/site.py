"""All that a person may see of one site's duty: its line, who was asked what, and what is open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.duty.models import Contact, Dispute, Exemption, ExternalCover, Letter, ListEntry, SiteDuty
from apps.duty.selectors.ledger import line_of
from apps.enterprises.models import Site


@dataclass(frozen=True)
class SiteFile:
    line: list[SiteDuty]
    letters: list[Letter]
    contacts: list[Contact]
    disputes: list[Dispute]
    covers: list[ExternalCover]
    exemptions: list[Exemption]
    lists: list[ListEntry]

    def on(self, day: date) -> SiteDuty | None:
        holding = (one for one in self.line if one.valid_from <= day < one.valid_to)
        return next(holding, None)

    @property
    def is_busy(self) -> bool:
        rows = (self.letters, self.contacts, self.disputes, self.covers)
        return any(rows) or bool(self.exemptions or self.lists)

    @property
    def letter(self) -> Letter | None:
        sent = (one for one in self.letters if one.state != Letter.State.WITHDRAWN)
        return next(sent, None)


def file_of(site: Site, user: User) -> SiteFile:
    def own(rows: QuerySet[Any]) -> list[Any]:
        return list(rows.filter(site=site)[:50])

    return SiteFile(
        line=line_of(site, user),
        letters=own(Letter.objects.visible_to(user).select_related("paper")),
        contacts=own(Contact.objects.visible_to(user)),
        disputes=own(Dispute.objects.visible_to(user).select_related("evidence")),
        covers=own(ExternalCover.objects.visible_to(user)),
        exemptions=own(Exemption.objects.visible_to(user)),
        lists=own(ListEntry.objects.visible_to(user)),
    )
