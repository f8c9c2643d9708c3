"""How the platform runs, for whoever keeps it running."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.operations import Queue, Store, queue, store, versions
from apps.accounts.roles import Permission
from apps.accounts.services import AccountRefused, retry_effect
from apps.core.models import Job
from apps.core.templatetags.ui import count, moment


@requires(Permission.VIEW_SYSTEM)
def system(request: UserRequest) -> HttpResponse:
    waiting, base = queue(), store()
    facts = {
        "title": _("系统运行"),
        "lead": _("只有数量和状态，没有业务内容。"),
        "stats": figures(waiting),
        "parked": waiting.parked,
        "parked_count": waiting.parked_count,
        "jobs": [(Job.State(state).label, number) for state, number in waiting.jobs.items()],
        "store": base_facts(base),
        "versions": [{"label": name, "value": text} for name, text in versions().items()],
    }
    return render(request, "accounts/system.html", facts)


def figures(waiting: Queue) -> list[dict[str, Any]]:
    running = waiting.jobs.get(Job.State.RUNNING, 0) + waiting.jobs.get(Job.State.QUEUED, 0)
    return [
        {
            "label": _("等待执行的后台事项"),
            "value": count(waiting.pending),
            "note": _("最早的一件从 %(at)s 起") % {"at": moment(waiting.oldest)}
            if waiting.oldest
            else "",
        },
        {
            "label": _("停住的后台事项"),
            "value": count(waiting.parked_count),
            "tone": "problem" if waiting.parked_count else "done",
            "url": "#parked",
        },
        {"label": _("未完成的任务"), "value": count(running), "url": "#jobs"},
    ]


def base_facts(base: Store) -> list[dict[str, Any]]:
    return [
        {"label": _("数据库大小"), "value": filesizeformat(base.size)},
        {"label": _("数据库版本"), "value": base.server},
        {"label": _("已执行的结构变更"), "value": count(base.migrations)},
        {
            "label": _("操作记录链接到"),
            "value": moment(base.last_seal),
            "help": _("每条操作记录都与前一条相连，改动任何一条都会被发现。每10秒链接一次。"),
        },
    ]


@requires(Permission.VIEW_SYSTEM)
@require_POST
def effect_retry(request: UserRequest, effect_id: UUID) -> HttpResponse:
    try:
        retry_effect(effect_id, by=request.user)
    except AccountRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已放回队列，几秒内会再执行一次。"))
    return redirect("accounts:system")
