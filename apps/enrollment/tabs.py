"""What each tab of an application's page shows, to each side what it may see of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.selectors import reads_events
from apps.accounts.timeline import timeline
from apps.catalogue.selectors.limits import coverage_lines
from apps.core.templatetags.ui import wan, yuan
from apps.enrollment.answers import told_accident, told_listing
from apps.enrollment.columns import tone_of
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.listing import row_of
from apps.enterprises.models import Site
from apps.policies.services import refusal_to_issue
from apps.rating.selectors.proof import told

Content = dict[str, Any]
Fact = dict[str, Any]


def content(asked: str, row: Application, user: User, today: date) -> Content:
    """The page with the tab that was asked for, as far as this reader has it."""
    tabs = [tab for tab in TABS if tab != "history" or reads_events(user)]
    tab = asked if asked in tabs else tabs[0]
    return head(row, user, today) | {"tabs": tabs, "tab": tab} | TABS[tab](row, user)


def head(row: Application, user: User, today: date) -> Content:
    """What stands above every tab."""
    names, is_own = row_of(row, user), row.enterprise_id == user.organisation_id
    return {
        "title": names.site_name if is_own else names.enterprise_name or str(row),
        "row": row,
        "public_id": row.number or row.public_id,
        "crumbs": [{"label": _("投保申请"), "url": reverse("enrollment:list")}],
        "status": status_of(row, today),
        "acts": acts(row, user, today),
        "beside": names.enterprise_name if is_own else names.site_name,
    }


def status_of(row: Application, today: date) -> Content:
    """While it waits it has until the day the cover is wanted from: nothing is issued backwards."""
    since = {
        ApplicationState.DRAFT: row.created_at,
        ApplicationState.SUBMITTED: row.submitted_at,
    }
    whose = {
        ApplicationState.DRAFT: _("企业填写并提交"),
        ApplicationState.SUBMITTED: _("%(insurer)s核保") % {"insurer": row.insurer},
        ApplicationState.ISSUED: _("企业缴纳保费"),
    }
    state = ApplicationState(row.state)
    due = row.wanted_from if state == ApplicationState.SUBMITTED else None
    return {
        "tone": tone_of(state),
        "label": row.get_state_display(),
        "since": since.get(state, row.decided_at),
        "next": whose.get(state, ""),
        "due": due,
        "overdue": due is not None and due <= today,
    }


def acts(row: Application, user: User, today: date) -> Content:
    """What this person may do here now, and why not where that is worth saying."""
    is_own = row.enterprise_id == user.organisation_id
    applies = is_own and can(user, Permission.APPLY_FOR_COVER)
    ends = {move.end for move in row.transitions.moves_from(row.state)}
    decides = (
        row.state == ApplicationState.SUBMITTED
        and row.insurer_id == user.organisation_id
        and can(user, Permission.UNDERWRITE)
    )
    hurdle = refusal_to_decide(row, user, today) if decides else ""
    return {
        "edit": applies and row.state == ApplicationState.DRAFT,
        "withdraw": applies and ApplicationState.WITHDRAWN in ends,
        "again": again_url(row, user) if applies else "",
        "refuse": decides,
        "issue": decides and not hurdle,
        "hurdle": hurdle,
    }


def refusal_to_decide(row: Application, user: User, today: date) -> str:
    if row.quote is None:
        return _("申请还没有选定方案。")
    return refusal_to_issue(row.quote, insurer=user.organisation, today=today)


def again_url(row: Application, user: User) -> str:
    """After a refusal or a withdrawal: the way to a new application for the same site."""
    if row.state not in {ApplicationState.REFUSED, ApplicationState.WITHDRAWN}:
        return ""
    site = Site.objects.visible_to(user).filter(pk=row.site_id).first()
    return reverse("enrollment:start", args=[site.public_id]) if site else ""


def summary(row: Application, user: User) -> Content:
    quote = row.quote
    return {"facts": _facts(row, user), "said": _said(row), "fall": told(quote) if quote else None}


def _facts(row: Application, user: User) -> list[Fact]:
    """As they were when it was submitted; of a draft, as they are now."""
    names, applied = row_of(row, user), row.facts
    site = names.site
    entries: list[Fact] = [
        {"label": _("投保单号"), "value": row.number or _("提交后编号")},
        {"label": _("企业"), "value": names.enterprise_name},
        {"label": _("场所"), "value": names.site_name},
        {"label": _("地址"), "value": applied.get("address") or (site.place if site else "")},
    ]
    if site:
        entries[1]["url"] = site.enterprise.get_absolute_url()
        entries[2]["url"] = site.get_absolute_url()
    if applied:
        code = {"label": _("统一社会信用代码"), "value": applied["uscc"]}
        entries.insert(2, code)
        entries += [
            {"label": _("行业"), "value": applied["industry"]},
            {"label": _("登记的从业人数"), "value": applied["headcount"]},
        ]
    return entries


def _said(row: Application) -> list[Fact]:
    """What the enterprise stated and chose."""
    insurer = row.insurer or row.chosen_insurer
    entries: list[Fact] = [
        {"label": _("期望起保日"), "value": row.wanted_from and row.wanted_from.isoformat()},
        {"label": _("近三年有无生产安全事故"), "value": told_accident(row)},
        {"label": _("联合惩戒名单"), "value": told_listing(row)},
        {"label": _("承保机构"), "value": insurer.name if insurer else ""},
        {"label": _("保费不摊派的承诺"), "value": row.attested_by_name},
    ]
    if quote := row.quote:
        entries[1:1] = [
            {"label": _("每人责任限额"), "value": yuan(quote.limit_choice.per_person)},
            {"label": _("每次事故免赔额"), "value": yuan(quote.deductible)},
            {"label": _("参保人数"), "value": quote.insured_count},
            {"label": _("年保费"), "value": yuan(quote.premium)},
        ]
    return entries


def related(row: Application, user: User) -> Content:
    others = Application.objects.visible_to(user).filter(site=row.site_id).exclude(pk=row.pk)
    found: Content = {"others": others.select_related("insurer").order_by("-pk")[:20]}
    if quote := row.quote:
        found["lines"] = coverage_lines(
            quote.product_version,
            quote.limit_choice,
            insured_count=quote.insured_count,
            deductible=quote.deductible,
        )
        found["links"] = _links(row)
    return found


def _links(row: Application) -> list[Content]:
    quote = row.quote
    links = []
    if row.policy:
        links.append(
            {"label": _("保单"), "value": row.policy.number, "url": row.policy.get_absolute_url()}
        )
    if quote:
        limit = _("每人 %(limit)s") % {"limit": wan(quote.limit_choice.per_person)}
        links += [
            {"label": _("报价"), "value": limit, "url": quote.get_absolute_url()},
            {
                "label": _("产品版本"),
                "value": str(quote.product_version),
                "url": quote.product_version.get_absolute_url(),
            },
        ]
    return links


def process(row: Application, user: User) -> Content:
    states: list[Content] = row.transitions.drawing(row.state)
    reached: dict[str, Content] = {
        ApplicationState.DRAFT: {"at": row.created_at},
        ApplicationState.SUBMITTED: {"at": row.submitted_at, "by": row.submitted_by_name},
        row.state: {"at": row.decided_at, "by": row.decided_by_name}
        if row.decided_at
        else {"at": row.submitted_at or row.created_at, "by": row.submitted_by_name},
    }
    for state in states:
        moment = reached.get(state["state"], {})
        if moment.get("at") and state["status"] in {"done", "current"}:
            state |= moment
    return {"states": states}


def history(row: Application, user: User) -> Content:
    return {"events": timeline(row, user)}


TABS: dict[str, Callable[[Application, User], Content]] = {
    "summary": summary,
    "related": related,
    "process": process,
    "history": history,
}
