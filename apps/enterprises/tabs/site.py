"""What each tab of a site's page shows."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.obligation.selectors import duty_of
from apps.enterprises.obligation.words import duty_words
from apps.enterprises.onward import ways_from
from apps.enterprises.selectors.authority import bureau_of
from apps.enterprises.selectors.now import sites_of
from apps.enterprises.selectors.past import sites_then, state_moments
from apps.enterprises.selectors.people import people_sharing
from apps.enterprises.services.insurers import ASSIGNING
from apps.enterprises.tabs.shared import (
    list_crumb,
    people_rows,
    related_cards,
    states_of,
    status_of,
    to_be_covered,
    visibility_note,
)
from apps.reference.selectors import typical_tags_of


def head(site: Site, user: User) -> dict[str, Any]:
    """What stands above every tab."""
    enterprise = site.enterprise
    own = enterprise.pk == user.organisation_id
    moments = state_moments(site, user)
    parent = {"label": enterprise.name, "url": enterprise.get_absolute_url()}
    return {
        "title": site.name,
        "place": site,
        "enterprise": enterprise,
        "public_id": site.public_id,
        "crumbs": [parent] if own else [list_crumb(), parent],
        "status": status_of(site, moments),
        "moments": moments,
        "bureau": bureau_of(site.district),
        "note": visibility_note(user),
        "acts": acts(site, user),
    }


def acts(site: Site, user: User) -> dict[str, Any]:
    """What this person may do here now; the states come from the table of moves."""
    ends = {move.end for move in site.transitions.moves_from(site.state)}
    is_open = site.state != Site.State.CLOSED
    edits = is_open and can(user, Permission.EDIT_ENTERPRISE)
    keeps = is_open and can(user, Permission.REGISTER_ENTERPRISE)
    return {
        "edit": edits,
        "grade": keeps,
        "insurer": keeps and user.organisation.kind in ASSIGNING,
        "suspend": edits and Site.State.SUSPENDED in ends,
        "resume": edits and Site.State.OPERATING in ends,
        "close": keeps and Site.State.CLOSED in ends,
        "share": is_open and can(user, Permission.SHARE_ROWS),
    }


def summary(site: Site, user: User, day: date) -> dict[str, Any]:
    counts = list(Headcount.objects.visible_to(user).filter(site=site))
    current = next((count for count in counts if count.valid_to is None), None)
    by_kind = {kind: getattr(current, kind) if current else 0 for kind in Headcount.KINDS}
    facts = list(site.facts.select_related("tag"))
    return {
        "facts": _facts(site),
        "current": current,
        "people": people_rows(by_kind),
        "covered": to_be_covered(by_kind, day) if current else None,
        "counts": counts,
        "risks": facts,
        "grades": _grades(site, day),
        "hints": _hints(site, {fact.tag_id for fact in facts if fact.valid_to is None}),
        "day": day,
        "ways": ways_from(site, user),
        "duty": None if site.state == Site.State.CLOSED else duty_words(duty_of(site, day)),
    }


def _facts(site: Site) -> list[dict[str, Any]]:
    return [
        {"label": _("所属企业"), "value": site.enterprise.name, "url": _page(site.enterprise)},
        {"label": _("地址"), "value": site.place},
        {"label": _("行业"), "value": str(site.industry), "note": site.industry.path},
        {
            "label": _("行业主管领域"),
            "value": site.sector.label,
            "help": _("由哪个部门主管这个行业的安全生产。按行业自动确定，行业更正后随之变化。"),
        },
        {
            "label": _("服务的承保机构"),
            "value": site.insurer.name if site.insurer else _("暂未指定"),
        },
        {"label": _("投产日期"), "value": site.opened_on and site.opened_on.isoformat()},
        *(
            [{"label": _("停产或关闭日期"), "value": site.closed_on.isoformat()}]
            if site.closed_on
            else []
        ),
    ]


def _page(enterprise: Enterprise) -> str:
    return reverse("enterprises:detail", args=[enterprise.public_id])


def _grades(site: Site, day: date) -> list[dict[str, Any]]:
    rows = site.grades.all()
    return [
        {"row": row, "holds": row.valid_from <= day and (not row.valid_to or day < row.valid_to)}
        for row in rows
    ]


def _hints(site: Site, known: set[int]) -> list[str]:
    """What sites of this industry often have and this one does not name: worth a question."""
    return [tag.label for tag in typical_tags_of(site.industry) if tag.pk not in known]


def related(site: Site, user: User) -> dict[str, Any]:
    others = [other for other in sites_of(site.enterprise_id, user) if other.pk != site.pk]
    return {
        "others": others,
        "shares": people_sharing(site),
        "cards": related_cards(site, user),
    }


def history(site: Site, user: User, day: date | None) -> dict[str, Any]:
    told = {"events": timeline(site, user), "day": day}
    if day is None:
        return told
    return told | {"sites_then": sites_then(site.enterprise, user, day, only=site)}


def content(tab: str, site: Site, user: User, *, day: date | None, today: date) -> dict[str, Any]:
    context = head(site, user) | {"tab": tab}
    match tab:
        case "related":
            return context | related(site, user)
        case "process":
            return context | {"states": states_of(site, context["moments"])}
        case "history":
            return context | history(site, user, day)
        case "files":
            return context
    return context | summary(site, user, today)
