"""What each tab of an enterprise's page shows."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import OrganisationName, User
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.documents.models import StoredFile
from apps.documents.selectors import listed_files
from apps.enterprises.models import Enterprise, Site, SiteShare
from apps.enterprises.papers import AUTHORITY
from apps.enterprises.selectors.authority import bureau_of, city_bureau
from apps.enterprises.selectors.contacts import (
    contact_shown,
    may_reveal_contact,
    reasons_to_reveal,
)
from apps.enterprises.selectors.now import people_by_kind, sites_now, sites_of
from apps.enterprises.selectors.past import enterprise_then, sites_then, state_moments
from apps.enterprises.selectors.people import people_by_id
from apps.enterprises.tabs.shared import (
    list_crumb,
    people_rows,
    related_cards,
    states_of,
    status_of,
    to_be_covered,
    visibility_note,
)


def head(enterprise: Enterprise, user: User, sites: list[Site]) -> dict[str, Any]:
    """What stands above every tab."""
    bureau = bureau_of(sites[0].district) if sites else city_bureau()
    moments = state_moments(enterprise, user)
    return {
        "title": enterprise.name,
        "enterprise": enterprise,
        "public_id": enterprise.public_id,
        "crumbs": [list_crumb()] if enterprise.pk != user.organisation_id else [],
        "status": status_of(enterprise, moments, _next_step(enterprise, bureau)),
        "moments": moments,
        "bureau": bureau,
        "note": visibility_note(user),
        "acts": acts(enterprise, user),
        "orphans": _orphans(enterprise, sites),
    }


def _next_step(enterprise: Enterprise, bureau: Any) -> str:
    if enterprise.state == Enterprise.State.REGISTERED:
        return _("%(bureau)s核实") % {"bureau": bureau.name if bureau else _("登记机关")}
    return ""


def _orphans(enterprise: Enterprise, sites: list[Site]) -> list[Site]:
    """Sites still at work under an enterprise that is closed."""
    if enterprise.state != Enterprise.State.CLOSED:
        return []
    return [site for site in sites if site.state != Site.State.CLOSED]


def acts(enterprise: Enterprise, user: User) -> dict[str, Any]:
    """What this person may do here now; the states come from the table of moves."""
    moves = enterprise.transitions.moves_from(enterprise.state)
    keeps = can(user, Permission.REGISTER_ENTERPRISE)
    is_open = enterprise.state != Enterprise.State.CLOSED
    return {
        "edit": is_open and can(user, Permission.EDIT_ENTERPRISE),
        "verify": keeps and any(move.end == Enterprise.State.VERIFIED for move in moves),
        "close": keeps and any(move.end == Enterprise.State.CLOSED for move in moves),
        "restore": keeps and not is_open,
    }


def summary(enterprise: Enterprise, user: User, sites: list[Site], day: date) -> dict[str, Any]:
    now = sites_now(sites, user, day)
    by_kind = people_by_kind(entry.headcount for entry in now)
    return {
        "facts": _facts(enterprise, user),
        "sites": now,
        "people": people_rows(by_kind),
        "total": sum(by_kind.values()),
        "covered": to_be_covered(by_kind, day),
    }


def _facts(enterprise: Enterprise, user: User) -> list[dict[str, Any]]:
    return [
        {"label": _("统一社会信用代码"), "value": enterprise.uscc},
        {"label": _("企业性质"), "value": enterprise.get_ownership_display()},
        {"label": _("曾用名"), "value": _("、").join(former_names(enterprise)) or _("无")},
        {"label": _("上级公司"), "value": enterprise.parent_name or _("无")},
        contact_fact(enterprise, user),
        {"label": _("登记时间"), "value": f"{enterprise.registered_at:%Y-%m-%d}"},
    ]


def contact_fact(enterprise: Enterprise, user: User) -> dict[str, Any]:
    fact: dict[str, Any] = {"label": _("联系人"), "value": contact_shown(user, enterprise)}
    if may_reveal_contact(user, enterprise):
        fact["reveal_url"] = reverse("enterprises:reveal_contact", args=[enterprise.public_id])
        fact["reasons"] = reasons_to_reveal()
    return fact


def former_names(enterprise: Enterprise) -> list[str]:
    """Newest first. Insurers and departments read no names of organisations, hence none here."""
    names = OrganisationName.objects.filter(organisation=enterprise.pk).order_by("-valid_from")
    return [name for name in names.values_list("name", flat=True) if name != enterprise.name]


def related(enterprise: Enterprise, user: User, sites: list[Site]) -> dict[str, Any]:
    shares = list(
        SiteShare.objects.filter(content_object__in=sites).values_list("content_object", "user")
    )
    people = {person.pk: person for person in people_by_id(user_id for _site, user_id in shares)}
    by_site = {site.pk: site for site in sites}
    return {
        "shares": [{"site": by_site[site], "person": people[user]} for site, user in shares],
        "insurers": [site for site in sites if site.insurer],
        "cards": related_cards(enterprise, user),
    }


def history(
    enterprise: Enterprise, user: User, sites: list[Site], day: date | None
) -> dict[str, Any]:
    told = {"events": timeline(enterprise, user, and_of=sites), "day": day}
    if day is None:
        return told
    then = {"then": enterprise_then(enterprise, day)}
    return told | then | {"sites_then": sites_then(enterprise, user, day)}


def authority_files(enterprise: Enterprise, user: User) -> list[dict[str, Any]]:
    """The papers that show who may act for the enterprise."""
    kept = StoredFile.objects.visible_to(user).filter(enterprise=enterprise.pk, purpose=AUTHORITY)
    return listed_files(kept, user)


def content(
    tab: str, enterprise: Enterprise, user: User, *, day: date | None, today: date
) -> dict[str, Any]:
    sites = sites_of(enterprise.pk, user)
    context = head(enterprise, user, sites) | {"tab": tab}
    match tab:
        case "related":
            return context | related(enterprise, user, sites)
        case "process":
            states = states_of(enterprise, context["moments"])
            return context | {"states": states, "sites": sites}
        case "history":
            return context | history(enterprise, user, sites, day)
        case "files":
            return context | {"files": authority_files(enterprise, user)}
    return context | summary(enterprise, user, sites, today)
