"""What rating puts around every page: the names of its acts, and quotes beside their site."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DOORS, Door
from apps.catalogue.hooks import CONDITIONS, LINKS, PROOFS, TRIALS, Link
from apps.catalogue.models import TariffVersion
from apps.core.templatetags.ui import wan, yuan
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.tabs.shared import RELATED, RelatedCard
from apps.rating.gate.links import gate_links
from apps.rating.gate.services import prove_shipped, refusal_without_gate
from apps.rating.impact.selectors import impact_of, refusal_without_impact
from apps.rating.models import Quote
from apps.rating.selectors.quotes import SHOWN_WITH, standing
from apps.rating.selectors.trial import golden_faults

MOST_QUOTES = 6

TRIALS.append(golden_faults)
CONDITIONS.append(refusal_without_gate)
PROOFS.append(prove_shipped)
LINKS.append(gate_links)

ACTIONS |= {
    "tariff.gate_asked": _("提交费率检验"),
    "tariff.examined": _("检验费率：逐格核对"),
    "quote.offered": _("报价"),
    "quote.accepted": _("接受报价"),
    "quote.insurer_named": _("选择承保机构"),
    "quote.archived": _("报价过期归档"),
    "referral.asked": _("提交核定"),
    "referral.answered": _("核定取值"),
    "referral.declined": _("退回核定"),
    "authority.granted": _("设定取值权限"),
    "impact.asked": _("发起影响测算"),
    "impact.exported": _("导出影响测算明细"),
    "losses.imported": _("导入赔付数据"),
    "study.made": _("费率分析"),
    "study.proposed": _("提出费率修订草案"),
}
FACTS |= {
    "gate_passed": _("检验通过"),
    "offer": _("报价编号"),
    "premiums": _("各档保费"),
    "premium": _("保费"),
    "starts_on": _("起保日期"),
    "insurer": _("承保机构"),
    "valid_until": _("报价有效期至"),
    "copied_from": _("复制自"),
    "needs": _("待核定事项"),
    "answers": _("核定结果"),
    "part": _("区间的部分"),
    "since": _("自"),
    "code": _("编号"),
    "as_of": _("截至"),
    "lines": _("行数"),
}


def quotes_of(row: Enterprise | Site, user: User, today: date) -> RelatedCard | None:
    """On the page of a site: the prices it asked for last, and the way to new ones."""
    if not isinstance(row, Site) or not can(user, Permission.VIEW_ENTERPRISES):
        return None
    found = Quote.objects.visible_to(user).filter(site=row).select_related(*SHOWN_WITH)
    items = [_line(quote, today) for quote in found.defer("worksheet")[:MOST_QUOTES]]
    if can(user, Permission.EDIT_ENTERPRISE) and row.state != Site.State.CLOSED:
        url = reverse("rating:quote_new", args=[row.public_id])
        items.insert(0, {"label": gettext("询价"), "url": url})
    return RelatedCard(gettext("报价"), gettext("还没有报价。"), items)


def _line(quote: Quote, today: date) -> dict[str, object]:
    limit = wan(quote.limit_choice.per_person)
    return {
        "label": gettext("每人 %(limit)s") % {"limit": limit},
        "url": quote.get_absolute_url(),
        "note": yuan(quote.premium),
        "status": standing(quote, today),
    }


RELATED.append(quotes_of)


def impact_links(version: TariffVersion, user: User) -> list[Link]:
    """On the page of a tariff: what it would do to the policies in force, or the way to ask."""
    if not can(user, Permission.VIEW_IMPACT):
        return []
    links = []
    if run := impact_of(version):
        words = {"code": run.code}
        links.append(Link(gettext("影响测算 %(code)s") % words, run.get_absolute_url()))
    if can(user, Permission.RUN_IMPACT):
        url = f"{reverse('rating:impact_new')}?draft={version.public_id}"
        links.append(Link(gettext("测算影响"), url))
    return links


CONDITIONS.append(refusal_without_impact)
LINKS.append(impact_links)
DOORS += [
    Door(
        _("影响测算"),
        _("换一版费率，现有保单的保费会怎样变。"),
        "rating:impacts",
        "chart-bar",
        Permission.VIEW_IMPACT,
    ),
    Door(
        _("费率修订"),
        _("用赔付数据检验费率，提出有上限的修订草案。"),
        "rating:correction",
        "report-analytics",
        Permission.VIEW_LOSSES,
    ),
    Door(
        _("取值权限"),
        _("各角色可以在费率区间的哪一部分取值。"),
        "rating:authorities",
        "scale",
        Permission.DECIDE_REFERRALS,
    ),
    Door(
        _("报价"),
        _("各场所要过的价，按限额和免赔额并排比较。"),
        "rating:quotes",
        "calculator",
        Permission.VIEW_ENTERPRISES,
    ),
]
