"""Fund and settlement at a glance, every figure leading to its rows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.roles import Permission
from apps.billing.selectors.desks import Fund, exceptions_of, funds_of, payments_of
from apps.billing.selectors.ledger import floor_rate
from apps.core.templatetags.ui import percent, yuan


@requires(Permission.VIEW_LEDGER)
def overview(request: UserRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    funds = funds_of(user, today)
    facts = {
        "title": _("资金与清算一览"),
        "lead": _("事故预防资金提取是否足额，谁该付给谁、何时付，哪些数据要核实。"),
        "crumbs": [{"label": _("共保体"), "url": reverse("pools:list")}],
        "pictures": [
            _picture(_("各区事故预防资金"), funds.by_district, "/policies/?district="),
            _picture(_("各承保机构事故预防资金"), funds.by_insurer, "/ledger/statement/?insurer="),
        ],
        "rate": percent(floor_rate(today)),
        "payments": payments_of(user, today)[:60],
        "today": today,
        "oddities": exceptions_of(user, today)
        if user.organisation.kind in {Kind.BROKER, Kind.INSURER}
        else [],
    }
    return render(request, "billing/overview.html", facts)


def _picture(what: str, funds: list[Fund], home: str) -> dict[str, Any]:
    """Bars of what was set aside against what was due; the finding is the title."""
    short = [fund for fund in funds if fund.short]
    told = {"what": what, "count": len(short)}
    caption = _("%(what)s：%(count)s 个未提足") % told if short else _("%(what)s：全部提足") % told
    return {
        "caption": caption,
        "maximum": max((max(fund.accrued, fund.due) for fund in funds), default=0),
        "bars": [
            {
                "label": fund.name,
                "value": fund.accrued,
                "text": _("少提 %(amount)s") % {"amount": yuan(fund.short)}
                if fund.short
                else yuan(fund.accrued),
                "url": f"{home}{fund.key}",
                "tone": "problem" if fund.short else "done",
            }
            for fund in funds
        ],
    }
