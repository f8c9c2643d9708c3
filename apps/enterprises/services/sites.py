"""Where an enterprise works: sites entered, put right, moved and given to an insurer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.enterprises.errors import ALLOWED, HeadcountRefused, Refusal, SiteRefused, refuse
from apps.enterprises.models import Enterprise, Headcount, RiskFact, Site
from apps.enterprises.selectors.authority import (
    bureau_of,
    city_bureau,
    is_in_area,
    keeps_register,
    whom_to_ask,
)
from apps.enterprises.services.counting import refusal_of_counts
from apps.enterprises.services.locking import locked, refuse_to_overwrite
from apps.enterprises.services.notices import tell_people_of
from apps.reference.models import ActivityTag, Industry, Town
from apps.reference.selectors import sector_of

ENTRY_CHANGED = gettext_lazy("企业资料有变更")


@dataclass(frozen=True)
class NewSite:
    """What is said of a place of production when it enters the register."""

    name: str
    town: Town
    address: str
    industry: Industry
    opened_on: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    tags: Sequence[ActivityTag] = ()
    source: str = ""


def refusal_to_place(town: Town, *, by: User) -> Refusal:
    """Say who keeps the register of a place, if it is not this person's organisation."""
    if is_in_area(by, town) or not keeps_register(by):
        return ALLOWED
    facts = {"place": town.name, "bureau": whom_to_ask(bureau_of(town.district))}
    return Refusal(_("%(place)s不在您的辖区，该处的场所请联系%(bureau)s登记。") % facts, "town")


def refusal_to_open_on(day: date | None, *, today: date) -> Refusal:
    if day and day > today:
        return Refusal(_("投产日期不能晚于今天；还没有投产的场所，投产后再登记。"), "opened_on")
    return ALLOWED


def refusal_to_work_in(industry: Industry) -> Refusal:
    if industry.level == Industry.Level.SECTION:
        return Refusal(_("行业请至少选到大类。"), "industry")
    return ALLOWED


def refusal_to_add_site(enterprise: Enterprise) -> Refusal:
    if enterprise.state == Enterprise.State.CLOSED:
        return Refusal(_("企业已注销，不能再增设场所；如属误注销，请先恢复。"))
    return ALLOWED


@transaction.atomic
def add_site(*, enterprise: Enterprise, new: NewSite, by: User) -> Site:
    """Enter a place of production with its people and what is special about it."""
    today = timezone.localdate()
    refuse(SiteRefused, refusal_to_add_site(enterprise))
    refuse(SiteRefused, refusal_to_open_on(new.opened_on, today=today))
    refuse(SiteRefused, refusal_to_work_in(new.industry))
    refuse(SiteRefused, refusal_to_place(new.town, by=by))
    if any(new.counts.values()):  # they may not be known yet
        refuse(HeadcountRefused, refusal_of_counts(new.counts))
    site = Site.objects.create(
        enterprise=enterprise,
        name=new.name,
        district_id=new.town.district_id,
        town=new.town,
        address=new.address,
        industry=new.industry,
        sector=sector_of(new.industry, today),
        opened_on=new.opened_on,
        headcount=sum(new.counts.values()),
    )
    dated = {"site": site, "valid_from": today, "source": new.source or _("登记")}
    if site.headcount:
        Headcount.objects.create(**dated, **new.counts)
    for tag in new.tags:
        RiskFact.objects.create(tag=tag, **dated)
    audit.record("site.added", by=by, on=site, changes=_facts_of(new))
    text = gettext_lazy("新增场所“{site}”。")
    tell_people_of(enterprise, title=ENTRY_CHANGED, text=text, by=by, site=site.name)
    return site


def _facts_of(new: NewSite) -> dict[str, Any]:
    facts = {
        "town": new.town.name,
        "address": new.address,
        "industry": named(new.industry),
        "headcount": sum(new.counts.values()),
    }
    return facts | ({"tags": [tag.name for tag in new.tags]} if new.tags else {})


def named(industry: Industry) -> str:
    """As the record keeps it, whatever language the page was in."""
    return f"{industry.code} {industry.name}"


def refusal_to_correct_site(site: Site) -> Refusal:
    if site.state == Site.State.CLOSED:
        return Refusal(_("场所已关闭，不能再更正；如已重新开工，请新增场所。"))
    return ALLOWED


def refusal_to_reclassify(site: Site, industry: Industry, *, by: User) -> Refusal:
    if industry.pk == site.industry_id or keeps_register(by):
        return refusal_to_work_in(industry)
    text = _("行业关系到投保义务和费率，由登记机关更正，请联系%(bureau)s。")
    return Refusal(text % {"bureau": whom_to_ask(bureau_of(site.district))}, "industry")


def refusal_to_move(site: Site, town: Town, *, by: User) -> Refusal:
    """A move within the area is the keeper's own; one that changes the keeper goes one up."""
    kind = by.organisation.kind
    if town.pk == site.town_id or kind == Kind.CITY_BUREAU:
        return ALLOWED
    bureau = bureau_of(site.district)
    if not keeps_register(by):
        text = _("场所迁移由登记机关办理，请联系%(bureau)s。")
    elif town.district_id != site.district_id:
        text, bureau = _("跨区迁移会改变管辖，由市局办理，请联系%(bureau)s。"), city_bureau()
    elif kind == Kind.TOWN_OFFICE:
        text = _("迁往其他镇街由区局办理，请联系%(bureau)s。")
    else:
        return ALLOWED
    return Refusal(text % {"bureau": whom_to_ask(bureau)}, "town")


@transaction.atomic
def correct_site(
    *,
    site: Site,
    name: str,
    town: Town,
    address: str,
    industry: Industry,
    opened_on: date | None,
    reason: str,
    by: User,
    version: str | None = None,
) -> Site:
    """Put an entry right; a new industry brings its responsible sector, a new town its bureau."""
    today, row = timezone.localdate(), locked(site, by=by)
    refuse_to_overwrite(row, version, by=by)
    refuse(SiteRefused, refusal_to_correct_site(row))
    refuse(SiteRefused, refusal_to_open_on(opened_on, today=today))
    refuse(SiteRefused, refusal_to_reclassify(row, industry, by=by))
    refuse(SiteRefused, refusal_to_move(row, town, by=by))
    pairs: dict[str, list[Any]] = {
        "name": [row.name, name],
        "town": [row.town.name, town.name],
        "address": [row.address, address],
        "industry": [named(row.industry), named(industry)],
        "opened_on": [row.opened_on, opened_on],
    }
    changes = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    if not changes:
        return row
    if town.district_id != row.district_id:  # told to the district it leaves, too
        audit.record("site.moved", by=by, on=row, reason=reason, changes={"town": changes["town"]})
    _let_organisation_follow(row, town)
    row.name, row.address, row.opened_on = name, address, opened_on
    row.town, row.district_id = town, town.district_id
    if row.industry_id != industry.pk:
        row.industry, row.sector = industry, sector_of(industry, today)
    row.save()
    audit.record("site.corrected", by=by, on=row, reason=reason, changes=changes)
    text, facts = gettext_lazy("场所“{site}”的登记内容已更正：{reason}"), {"site": row.name}
    tell_people_of(row.enterprise, title=ENTRY_CHANGED, text=text, by=by, reason=reason, **facts)
    return row


def _let_organisation_follow(site: Site, town: Town) -> None:
    """An enterprise belongs where its sites are: it leaves with the last one that was there."""
    if site.town_id == town.pk:
        return
    neighbours = Site.objects.filter(enterprise=site.enterprise_id, town=site.town_id)
    if not neighbours.exclude(pk=site.pk).exists():
        home = Organisation.objects.filter(pk=site.enterprise_id, town=site.town_id)
        home.update(district_id=town.district_id, town=town)
