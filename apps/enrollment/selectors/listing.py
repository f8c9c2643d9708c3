"""The list of applications: what fits the conditions, and the names that go with each row.

An insurer does not see the register before it serves, so names come from the application itself;
sites are looked for apart and never joined, which would lose the row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.insurers import insurer
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core.search import folded
from apps.enrollment.models import Application, ApplicationState
from apps.enterprises.models import Enterprise, Site
from apps.policies.models import Policy
from apps.rating.models import Quote
from apps.reference.models import District
from apps.reference.selectors import known

OPEN, ALL = "open", "all"
VIEWS: dict[str, str | Promise] = {
    OPEN: _("办理中"),
    **{state.value: state.label for state in ApplicationState if state != ApplicationState.DRAFT},
    ALL: _("全部"),
}
ORDERS: dict[str, Sequence[str]] = {"created": ("pk",), "-created": ("-pk",)}
# Fetched for the rows of one page, after it was cut out: joins would be made for all before it.
# Not the worksheets, which every row would pay for.
SHOWN_WITH = (
    "refusal_reason",
    Prefetch("quote", Quote.objects.select_related("limit_choice").defer("worksheet")),
    Prefetch("policy", Policy.objects.only("public_id", "number")),
)


@dataclass(frozen=True)
class Terms:
    """What the list may be narrowed by."""

    q: str = ""
    state: str = ""
    district: District | None = None
    insurer: Organisation | None = None

    @property
    def is_narrowed(self) -> bool:
        return self != Terms(state=self.state)

    @property
    def view(self) -> str:
        """Open work, unless somebody asks for a name: that is wanted whatever became of it."""
        return self.state or (ALL if self.q else OPEN)


@dataclass(frozen=True)
class Row:
    """An application with the place it is for, as far as the reader may see it."""

    application: Application
    site: Site | None

    @property
    def enterprise_name(self) -> str:
        return self._told("enterprise") or (self.site.enterprise.name if self.site else "")

    @property
    def site_name(self) -> str:
        return self._told("site") or (self.site.name if self.site else "")

    @property
    def insurer(self) -> Organisation | None:
        key = self.application.insurer_id or self.application.chosen_insurer_id
        return insurer(key) if key else None

    def _told(self, name: str) -> str:
        """As it was when it was submitted."""
        return str(self.application.facts.get(name, ""))


def applications_fitting(user: User, terms: Terms) -> QuerySet[Application]:
    rows: QuerySet[Application] = Application.objects.visible_to(user)
    if terms.view == OPEN:
        rows = Application.objects.visible_to(user).open()
    elif terms.view != ALL:
        rows = rows.filter(state=terms.view)
    if terms.district:
        rows = rows.filter(district=terms.district)
    if terms.insurer:
        rows = rows.filter(insurer=terms.insurer)
    return rows.filter(_called(user, terms.q)) if terms.q else rows


def _called(user: User, text: str) -> Q:
    """By the beginning of its number, or by the name of the enterprise."""
    numbered = Q(number__startswith=text.strip().upper())
    if user.organisation.kind == Kind.INSURER:
        return numbered | Q(facts__enterprise__icontains=text.strip())
    if len(folded(text)) < 2:
        return numbered
    found = Enterprise.objects.visible_to(user).matching(text)
    return numbered | Q(enterprise__in=found.values("pk"))


def rows_of(applications: Iterable[Application], user: User) -> list[Row]:
    """Each with all a list shows of it, in as many queries for any number of rows."""
    found = known.filled(applications, {"district"})
    prefetch_related_objects(found, *SHOWN_WITH)
    return _with_sites(found, user)


def row_of(application: Application, user: User) -> Row:
    """One that came with what belongs to it."""
    return _with_sites([application], user)[0]


def _with_sites(found: list[Application], user: User) -> list[Row]:
    keys = {row.site_id for row in found}
    sites = Site.objects.visible_to(user).filter(pk__in=keys).select_related("enterprise")
    by_key: dict[int, Any] = {site.pk: site for site in sites}
    return [Row(row, by_key.get(row.site_id)) for row in found]
