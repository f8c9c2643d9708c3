"""What statements add to the shell: work to do, the lamp of what is late, names, verification."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actions import FACTS
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, Desk
from apps.billing.models import Confirmation, Difference, Statement, StatementMember
from apps.billing.monthly.papers import SUBJECT, verified_today
from apps.billing.monthly.selectors import late_on, statements_for
from apps.documents.verification import VERIFIERS
from apps.pools.models.pools import POOL_VIEW

MOST = 6
FACTS |= {
    "verdict": gettext_lazy("处理结果"),
    "correction": gettext_lazy("更正金额"),
    "claimed": gettext_lazy("主张份额"),
    "line": gettext_lazy("行号"),
    "digest": gettext_lazy("明细校验值"),
}
VERIFIERS[SUBJECT] = verified_today


def statements_card(user: User, today: date) -> Desk:
    """A member confirms, the broker answers; both, and the bureau, see what is late."""
    if user.organisation.kind not in POOL_VIEW:
        return Desk()
    todos = []
    if user.organisation.kind == Kind.INSURER and can(user, Permission.RECORD_RECEIPT):
        todos = _to_confirm(user, today)
    elif can(user, Permission.MANAGE_POOLS):
        todos = _to_settle(user)
    return Desk(todos=todos, lamps=_lamps(user, today))


def _to_confirm(user: User, today: date) -> list[dict[str, Any]]:
    mine = {"statement": OuterRef("pk"), "insurer": user.organisation_id}
    rows = Statement.objects.visible_to(user).filter(
        Exists(StatementMember.objects.filter(**mine)),
        ~Exists(Confirmation.objects.filter(**mine)),
    )
    return [
        _todo(row, _("确认月度结算单，或逐行提出差异"), row.answer_by, today)
        for row in rows.select_related("pool").order_by("answer_by", "pk")[:MOST]
    ]


def _to_settle(user: User) -> list[dict[str, Any]]:
    rows = Difference.objects.visible_to(user).filter(settlement=None)
    rows = rows.select_related("statement__pool").order_by("pk")
    return [_todo(one.statement, _("答复结算单差异")) for one in rows[:MOST]]


def _todo(
    row: Statement, title: str, due: date | None = None, today: date = date.min
) -> dict[str, Any]:
    return {
        "title": title,
        "url": row.get_absolute_url(),
        "action": _("去办理"),
        "note": f"{row.pool.name} {row.month:%Y-%m}",
        "due": due,
        "overdue": bool(due and due < today),
    }


def _lamps(user: User, today: date) -> list[dict[str, Any]]:
    """Lit only when something is late: a desk does not say what is as it should be."""
    late = list(statements_for(user).filter(late_on(today)).order_by("answer_by")[: MOST + 1])
    if not late:
        return []
    return [
        {
            "tone": "problem",
            "title": _("结算单逾期未确认"),
            "percent": 100,
            "big": str(len(late)) if len(late) <= MOST else f"{MOST}+",
            "small": _("份"),
            "lines": [f"{row.pool.name} {row.month:%Y-%m}" for row in late[:MOST]],
            "url": f"{reverse('billing:statements')}?state=late",
            "action": _("查看逾期的结算单"),
        }
    ]


DESK_CARDS.append(statements_card)
