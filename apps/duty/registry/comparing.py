"""What each row would do to the register: open a site, change one, or nothing; read set-wise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.actors import MESSENGER
from apps.accounts.models import Organisation, User
from apps.core import context
from apps.core.search import folded
from apps.duty.models import StagedSite
from apps.duty.registry.reading import ReadSite
from apps.enterprises.models import Enterprise, Headcount, RiskFact, Site
from apps.enterprises.selectors.authority import city_bureau, is_in_area, whom_to_ask
from apps.reference.selectors import known

Effect = StagedSite.Effect
OWN_WORDS = "企业申报"  # the source of what an enterprise entered itself
CHUNK = 5_000


@dataclass
class Judged:
    row: ReadSite
    effect: str
    site: int | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Register:
    """What the register has of the enterprises of some rows."""

    enterprises: dict[str, Enterprise]
    sites: dict[int, list[Site]]
    counts: dict[int, Headcount]
    tags: dict[int, set[int]]
    taken: set[str]


def judged(rows: Sequence[ReadSite], *, by: User) -> list[Judged]:
    found: list[Judged] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        register = _register_of(part, by=by)
        opening: set[str] = set()
        for row in part:
            one = _judged(row, register, by=by)
            if one.effect == Effect.NEW and row.uscc in opening:
                one.effect = Effect.MORE
            opening.add(row.uscc)
            found.append(one)
    return found


def _register_of(rows: Iterable[ReadSite], *, by: User) -> Register:
    codes = {row.uscc for row in rows if not row.faults}
    seen = Enterprise.objects.visible_to(by).filter(uscc__in=codes).defer("search")
    enterprises = {one.uscc: one for one in seen}
    keys = [one.pk for one in enterprises.values()]
    sites: dict[int, list[Site]] = {}
    at_work = Site.objects.visible_to(by).filter(enterprise__in=keys).exclude(state="closed")
    for site in known.filled(at_work.order_by("pk")):
        sites.setdefault(site.enterprise_id, []).append(site)
    places = [site.pk for own in sites.values() for site in own]
    counts = Headcount.objects.visible_to(by).filter(site__in=places, valid_to=None)
    tags: dict[int, set[int]] = {}
    facts = RiskFact.objects.visible_to(by).filter(site__in=places, valid_to=None)
    for site_id, tag in facts.order_by().values_list("site", "tag"):
        tags.setdefault(site_id, set()).add(tag)
    with context.entering(MESSENGER.context):
        registered = Organisation.objects.filter(uscc__in=codes).values_list("uscc", flat=True)
        taken = {code for code in registered if code} - enterprises.keys()
    return Register(enterprises, sites, {one.site_id: one for one in counts}, tags, taken)


def _judged(row: ReadSite, register: Register, *, by: User) -> Judged:
    if row.faults or row.town is None:
        return Judged(row, Effect.FAULTY)
    if not is_in_area(by, row.town):
        facts = {"town": row.town.name}
        row.blame("town", _("%(town)s不在您的辖区，请交该区登记。") % facts)
    elif row.uscc in register.taken:
        text = _("此企业已由别的区登记；请联系%(bureau)s增设您辖区的场所。")
        row.blame("uscc", text % {"bureau": whom_to_ask(city_bureau())})
    if row.faults:
        return Judged(row, Effect.FAULTY)
    enterprise = register.enterprises.get(row.uscc)
    if enterprise is None:
        return _opening(row, Effect.NEW)
    return _of_known(row, enterprise, register)


def _opening(row: ReadSite, effect: str) -> Judged:
    """A new site needs what an old one has already."""
    if not row.address:
        row.blame("address", _("新登记的场所要填地址。"))
    if row.industry is None:
        row.blame("industry", _("新登记的场所要填行业代码。"))
    return Judged(row, Effect.FAULTY if row.faults else effect)


def _of_known(row: ReadSite, enterprise: Enterprise, register: Register) -> Judged:
    if enterprise.state == Enterprise.State.CLOSED:
        row.blame("uscc", _("登记的企业已注销；如属误注销，请先恢复。"))
        return Judged(row, Effect.FAULTY)
    here = [one for one in register.sites.get(enterprise.pk, []) if one.town_id == row.town_pk]
    if row.site:
        here = [one for one in here if folded(one.name) == folded(row.site)]
    if not here:
        return _opening(row, Effect.MORE)
    if len(here) > 1:
        names = _("、").join(one.name for one in here)
        text = _("该企业在此镇街有几处场所（%(names)s），请填明场所名称。")
        row.blame("site", text % {"names": names})
        return Judged(row, Effect.FAULTY)
    [site] = here
    changes = list(_changes(row, enterprise, site, register))
    return Judged(row, Effect.CHANGE if changes else Effect.SAME, site.pk, changes)


def _changes(
    row: ReadSite, enterprise: Enterprise, site: Site, register: Register
) -> Iterable[dict[str, Any]]:
    """What the file says otherwise; `own` where the enterprise itself said what would go."""
    if folded(row.name) != folded(enterprise.name):
        yield _change("name", enterprise.name, row.name)
    if row.address and folded(row.address) not in (folded(site.address), folded(site.place)):
        yield _change("address", site.address, row.address)
    if row.industry and row.industry.pk != site.industry_id:
        yield _change("industry", str(site.industry), str(row.industry))
    count = register.counts.get(site.pk)
    if row.headcount and row.headcount != site.headcount:
        own = count is not None and count.source == OWN_WORDS
        yield _change("headcount", str(site.headcount), str(row.headcount), own=own)
    fresh = [tag.name for tag in row.tags if tag.pk not in register.tags.get(site.pk, set())]
    if fresh:
        yield _change("tags", "", _("、").join(fresh))


def _change(name: str, before: str, after: str, *, own: bool = False) -> dict[str, Any]:
    return {"field": name, "before": before, "after": after, "own": own}
