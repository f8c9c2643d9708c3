"""What each tab of a policy's page shows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.selectors import reads_events
from apps.accounts.timeline import timeline
from apps.catalogue.models import LimitChoice
from apps.catalogue.selectors.limits import coverage_lines, main_limits
from apps.core.audit import target_of
from apps.core.money import in_capitals
from apps.core.templatetags.ui import wan, yuan
from apps.documents.models import Paper
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.selectors import listed_papers
from apps.enterprises.models import Enterprise, Site
from apps.policies.models import Policy
from apps.policies.registry import ACTS, MORE_TABS
from apps.policies.rules.amending import Terms
from apps.policies.selectors.shares import is_partner, parts_of
from apps.policies.selectors.shown import changes_page
from apps.policies.selectors.stack import choice_of, stack_of
from apps.policies.selectors.standing import period_of, standing, states_of
from apps.rating.models import Quote
from apps.rating.selectors.proof import told

Content = dict[str, Any]

# Not its site and enterprise: an insurer may not see them, and a join would hide the policy itself.
SHOWN_WITH = (
    "insurer",
    "district",
    "pool",
    "limit_choice",
    "product_version__product",
    "tariff_version__product",
)


def tabs_for(policy: Policy, user: User) -> list[tuple[str, Any]]:
    """Keys and labels. A partner in the pool sees the money, not the people or the place."""
    tabs: list[tuple[str, Any]] = [("summary", _("概要")), ("coverage", _("保障与费率"))]
    if is_partner(policy, user):
        return tabs
    tabs.append(("changes", _("批改")))
    tabs += [(tab.key, tab.label) for tab in MORE_TABS if can(user, tab.permission)]
    tabs += [("files", _("文书")), ("process", _("流程"))]
    return tabs + ([("history", _("变更记录"))] if reads_events(user) else [])


def head(policy: Policy, user: User, today: date) -> Content:
    """What stands above every tab."""
    partner = is_partner(policy, user)
    acts = (act(policy, user, today) for act in ACTS)
    return {
        "title": policy.number,
        "policy": policy,
        "public_id": policy.public_id,
        "crumbs": [{"label": _("保单"), "url": reverse("policies:list")}],
        "status": standing(policy, today),
        "is_partner": partner,
        "gap": gap_of(policy, today),
        "acts": [] if partner else [act for act in acts if act],
        "paper": None if partner else _paper(policy, user),
    }


def gap_of(policy: Policy, today: date) -> str:
    """How far the start is from the one that was wanted, and why (domain 11.4, rule 30)."""
    if policy.cover_from is None:
        days = (today - policy.wanted_from).days + 1
        if days <= 0 or policy.cancelled_from:
            return ""
        facts = {"wanted": policy.wanted_from.isoformat(), "days": days}
        text = _("约定起保日 %(wanted)s 已过，保费未到账：起保至少晚 %(days)s 天，其间没有保障。")
        return text % facts
    if not policy.gap_days:
        return ""
    money_on = date.fromordinal(policy.cover_from.toordinal() - 1)
    facts = {"days": policy.gap_days, "month": money_on.month, "day": money_on.day}
    return _("比约定起保日晚 %(days)s 天，因保费 %(month)s月%(day)s日到账。") % facts


def _paper(policy: Policy, user: User) -> Paper | None:
    papers = Paper.objects.visible_to(user).current().filter(kind=POLICY_CERTIFICATE.code)
    return papers.about(target_of(policy)).first()


def summary(policy: Policy, user: User, today: date) -> Content:
    return {"facts": _facts(policy, user, today), "parts": parts_of(policy, user)}


def terms_today(policy: Policy, today: date) -> tuple[Terms, LimitChoice, Decimal]:
    """What holds today, or on the first day of a cover to come; and all that it costs."""
    stack = stack_of(policy)
    moment = stack.last_moment
    part = stack.on(max(today, stack.term.start), moment) or stack.parts(moment)[-1]
    return part.terms, choice_of(policy, part.terms), stack.charged(moment)


def _facts(policy: Policy, user: User, today: date) -> list[Content]:
    terms, choice, premium = terms_today(policy, today)
    person, accident, aggregate = main_limits(choice, terms.heads)
    product, tariff = policy.product_version, policy.tariff_version
    return [
        *_insured(policy, user),
        {"label": _("保险期间"), "value": period_of(policy) or _("到账后确定"), "wide": True},
        {"label": _("约定起保日"), "value": policy.wanted_from.isoformat()},
        {"label": _("被保险人数"), "value": _("%(count)s 人") % {"count": terms.heads}},
        {"label": _("每人责任限额"), "value": wan(person), "note": yuan(person)},
        {"label": _("每次事故责任限额"), "value": wan(accident)},
        {"label": _("累计责任限额"), "value": wan(aggregate)},
        {"label": _("每次事故免赔额"), "value": yuan(terms.deductible)},
        {"label": _("保险费"), "value": yuan(premium), "note": in_capitals(premium)},
        _link(_("承保机构"), policy.insurer, note=policy.insurer.hotline),
        _link(_("共保体"), policy.pool),
        {"label": _("产品版本"), "value": product, "url": product.get_absolute_url()},
        {"label": _("费率版本"), "value": tariff, "url": tariff.get_absolute_url()},
    ]


def _link(label: str, row: Any, note: str = "") -> Content:
    return {"label": label, "value": str(row), "url": row.get_absolute_url(), "note": note}


def _insured(policy: Policy, user: User) -> list[Content]:
    """As printed on the day of issue, with ways into the register for whoever may see it there."""
    insured: Content = {"label": _("被保险人"), "value": policy.insured_name}
    insured["note"] = policy.insured_uscc
    if is_partner(policy, user):
        return [insured]
    site: Content = {"label": _("场所"), "value": policy.site_name, "note": policy.site_address}
    if own := Enterprise.objects.visible_to(user).filter(pk=policy.enterprise_id).first():
        insured["url"] = own.get_absolute_url()
    if place := Site.objects.visible_to(user).filter(pk=policy.site_id).first():
        site["url"] = place.get_absolute_url()
    return [insured, site, {"label": _("行业"), "value": policy.industry_name}]


def coverage(policy: Policy, user: User, today: date) -> Content:
    terms, choice, _premium = terms_today(policy, today)
    lines = coverage_lines(
        policy.product_version, choice, insured_count=terms.heads, deductible=terms.deductible
    )
    # The worksheet tells of people and of the place.
    return {"lines": lines, "fall": None if is_partner(policy, user) else told(policy)}


def files(policy: Policy, user: User, today: date) -> Content:
    papers = Paper.objects.visible_to(user).about(target_of(policy))
    return {"files": listed_papers(papers)}


def process(policy: Policy, user: User, today: date) -> Content:
    return {"states": states_of(policy, today)}


def history(policy: Policy, user: User, today: date) -> Content:
    """With what happened to the quote and the application it came from."""
    before = [Quote(pk=policy.quote_id), getattr(policy, "application", None)]
    return {"events": timeline(policy, user, and_of=[row for row in before if row])}


CONTENT = {
    "summary": summary,
    "coverage": coverage,
    "files": files,
    "process": process,
    "history": history,
}


def changes(policy: Policy, user: User, today: date, days: Mapping[str, str]) -> Content:
    """As of two dates: the day the cover is asked for, and the day until which it was known."""
    on, known = (_day(days.get(name, "")) or today for name in ("on", "known"))
    return changes_page(policy, user, on=on, known_on=known, now=timezone.now())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def content(
    asked: str, policy: Policy, user: User, today: date, days: Mapping[str, str]
) -> Content:
    tabs = tabs_for(policy, user)
    tab = asked if asked in dict(tabs) else "summary"
    facts = head(policy, user, today) | {"tab": tab, "tab_list": tabs}
    for more in MORE_TABS:
        if more.key == tab:
            return facts | {"more": more.content(policy, user), "more_template": more.template}
    if tab == "changes":
        return facts | changes(policy, user, today, days)
    return facts | CONTENT[tab](policy, user, today)


def cards_of(rows: Any, user: User, today: date) -> list[Content]:
    """For the pages of a site and its enterprise: their policies, newest first."""
    found = Policy.objects.visible_to(user).for_list().filter(**rows)[:12]
    return [
        {
            "label": policy.number,
            "url": policy.get_absolute_url(),
            "note": " · ".join(filter(None, [policy.site_name, period_of(policy)])),
            "status": standing(policy, today),
        }
        for policy in found
    ]
