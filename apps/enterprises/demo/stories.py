"""What happened to each firm before today, in the words the services use in the audit."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from apps.core.audit import target_of
from apps.enterprises.demo.draws import office_hour, stream
from apps.enterprises.demo.firms import Firm
from apps.enterprises.demo.outlines import CHOSEN
from apps.enterprises.demo.sites import SiteRows
from apps.enterprises.models import Site
from apps.enterprises.services.sites import named

# Who acts: the office that keeps the register there, the district's bureau, or the firm's own.
KEEPER, BUREAU = "keeper", "bureau"
CLERK, SAFETY_OFFICER = "enterprise_clerk", "enterprise_safety_officer"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the audit but for its author."""

    at: datetime
    action: str
    target: str
    target_name: str
    audience: list[str]
    changes: dict[str, Any]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """By what an author is found: a part to play, and where the act took place."""

    part: str
    organisation: int
    district: int
    town: int


Line = tuple[Author, Act]


@dataclass
class Chronicle:
    """The acts of all firms, kept while the firms themselves are let go."""

    seed: int
    today: date
    count: int = 0
    chosen: list[Firm] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unverified: Counter[int] = field(default_factory=Counter)
    served: dict[int, Site] = field(default_factory=dict)

    def note(self, firms: list[Firm]) -> None:
        """Take down what happened to firms that are stored, hence have keys."""
        for number, firm in enumerate(firms, start=self.count):
            self.lines += _kept(firm)
            self._remember(firm)
            if number < len(CHOSEN):
                self.chosen.append(firm)
                self.lines += _own(firm, stream(self.seed, "story", number), self.today)
        self.count += len(firms)

    def _remember(self, firm: Firm) -> None:
        for rows in firm.sites:
            if rows.site.insurer_id:
                self.served[rows.site.insurer_id] = rows.site
            if not firm.verified_at and not firm.closed_on:
                self.unverified[rows.site.district_id] += 1


def _kept(firm: Firm) -> Iterator[Line]:
    """What the offices entered."""
    enterprise, begun = firm.enterprise, firm.enterprise.registered_at
    for rows in firm.sites:
        yield _on_site(rows, begun, "site.added", KEEPER, _told(rows))
    facts = {"uscc": enterprise.uscc, "name": enterprise.name}
    yield _on_enterprise(firm, begun, "enterprise.registered", facts)
    if firm.verified_at:
        reason = "现场核对营业执照和场所"
        yield _on_enterprise(firm, firm.verified_at, "enterprise.verified", {}, reason)
    for rows in firm.sites:
        if rows.site.insurer:
            changes = {"insurer": ["", rows.site.insurer.name]}
            at = begun + timedelta(minutes=20)
            yield _on_site(rows, at, "site.insurer_assigned", BUREAU, changes, "企业自主选择")
        if day := rows.closed_on:
            facts = {"on": day.isoformat()}
            action = f"site.{rows.becomes}"
            yield _on_site(rows, _on_day(begun, day), action, KEEPER, facts, "企业书面申报")
    if day := firm.closed_on:
        at = _on_day(begun, day) + timedelta(minutes=5)
        yield _on_enterprise(firm, at, "enterprise.closed", {}, "营业执照已注销")


def _own(firm: Firm, rng: Random, today: date) -> Iterator[Line]:
    """What the people of the firm entered themselves."""
    for rows in firm.sites:
        before = rows.headcounts[0].total
        for count in rows.headcounts[1:]:
            changes = {
                "valid_from": count.valid_from.isoformat(),
                "headcount": [before, count.total],
                "source": count.source,
            }
            at = office_hour(rng, count.valid_from)
            yield _on_site(rows, at, "headcount.recorded", CLERK, changes)
            before = count.total
        for fact in rows.facts:
            told = {
                "tag": fact.tag.name,
                "quantity": fact.quantity,
                "valid_from": fact.valid_from.isoformat(),
                "source": fact.source,
            }
            day = min(fact.valid_from + timedelta(days=3), today - timedelta(days=1))
            at = office_hour(rng, day)
            yield _on_site(rows, at, "fact.recorded", SAFETY_OFFICER, told)


def _told(rows: SiteRows) -> dict[str, Any]:
    site = rows.site
    return {
        "town": site.town.name,
        "address": site.address,
        "industry": named(site.industry),
        "headcount": rows.headcounts[0].total,
    }


def _on_site(
    rows: SiteRows,
    at: datetime,
    action: str,
    part: str,
    changes: dict[str, Any],
    reason: str = "",
) -> Line:
    site = rows.site
    author = Author(part, site.enterprise_id, site.district_id, site.town_id)
    return author, Act(at, action, target_of(site), site.name, site.audience, changes, reason)


def _on_enterprise(
    firm: Firm, at: datetime, action: str, changes: dict[str, Any], reason: str = ""
) -> Line:
    enterprise, own = firm.enterprise, firm.organisation
    audience = [token for rows in firm.sites for token in rows.site.audience]
    author = Author(KEEPER, own.pk, own.district_id or 0, own.town_id or 0)
    return author, Act(
        at, action, target_of(enterprise), enterprise.name, audience, changes, reason
    )


def _on_day(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, moment.timetz())
