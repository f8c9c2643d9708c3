"""Who is told when an application was submitted or refused."""

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.enrollment.models import Application
from apps.policies.reports import holding, tell, watching


def tell_insurer(row: Application, *, by: User) -> None:
    facts = {"number": row.number, "name": row.facts["enterprise"], "site": row.facts["site"]}
    tell(
        Q(organisation=row.insurer) & holding(Permission.UNDERWRITE),
        title=_("新的投保申请待核保"),
        text=format_lazy(_("{number}：{name}，{site}。"), **facts),
        url=row.get_absolute_url(),
        once=f"application:{row.pk}:submitted",
        by=by,
    )


def tell_of_refusal(row: Application, *, by: User) -> None:
    facts = {
        "number": row.number,
        "name": row.facts["enterprise"],
        "insurer": by.organisation.name,
        "reason": row.refusal_reason.text if row.refusal_reason else "",
    }
    tell(
        (watching(row.district_id) & holding(Permission.VIEW_APPLICATIONS)),
        title=_("抄报：承保机构不予承保"),
        text=format_lazy(_("{number}：{name}，{insurer}，理由：{reason}。"), **facts),
        url=row.get_absolute_url(),
        once=f"application:{row.pk}:refused:copied",
        by=by,
    )
    tell(
        Q(organisation=row.enterprise_id),
        title=_("投保申请未被接受"),
        text=format_lazy(
            _("{insurer}不予承保，理由：{reason}。可以改选其他承保机构，或向保险顾问机构反映。"),
            **facts,
        ),
        url=row.get_absolute_url(),
        once=f"application:{row.pk}:refused",
        by=by,
    )
