"""Long work: how far it is, stopping it, and taking its result home."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils._os import safe_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.core.models import Job
from apps.core.running import cancel_job

MINUTE = 60


@requires(Permission.USE_DESK)
def jobs(request: UserRequest) -> HttpResponse:
    rows = Job.objects.started_by(request.user.actor_key).order_by("-created_at", "-pk")
    facts = {
        "title": _("我的任务"),
        "lead": _("导入、导出等要花些时间的事。结果保留7天。"),
        "page": page_of(request, rows),
    }
    return render(request, "accounts/jobs.html", facts)


def job_for(user: User, public_id: str) -> Job:
    return get_object_or_404(Job.objects.started_by(user.actor_key), public_id=public_id)


@requires(Permission.USE_DESK)
def job(request: UserRequest, public_id: str) -> HttpResponse:
    found = job_for(request.user, public_id)
    facts: dict[str, Any] = {
        "title": found.title,
        "job": found,
        "running": not found.is_finished,
        "estimate": estimate(found),
        "crumbs": [{"label": _("我的任务"), "url": reverse("accounts:jobs")}],
        "back_url": reverse("accounts:jobs"),
        "cancel_url": reverse("accounts:job_cancel", args=[public_id]),
        "result_url": result_url(found),
    }
    return render(request, "accounts/job.html", facts)


def result_url(found: Job) -> str:
    """A file to take home, or the page the job speaks of."""
    if found.file:
        return reverse("accounts:job_file", args=[found.public_id])
    return str(found.result.get("url", ""))


def estimate(found: Job) -> str:
    """How long it may still take, at the speed so far."""
    if found.is_finished or not (found.done and found.started_at):
        return ""
    passed = (timezone.now() - found.started_at).total_seconds()
    seconds = passed / found.done * max(found.total - found.done, 0)
    minutes = round(seconds / MINUTE)
    if not minutes:
        return _("不到 1 分钟")
    return ngettext("%(count)s 分钟", "%(count)s 分钟", minutes) % {"count": minutes}


@requires(Permission.USE_DESK)
@require_POST
def job_cancel(request: UserRequest, public_id: str) -> HttpResponse:
    cancel_job(job_for(request.user, public_id), by=request.user)
    messages.success(request, _("已要求取消；正在做的一步做完就停。"))
    return redirect("accounts:job", public_id)


@requires(Permission.USE_DESK)  # type: ignore[arg-type]  # a file is streamed
def job_file(request: UserRequest, public_id: str) -> FileResponse:
    found = job_for(request.user, public_id)
    if not found.file or not found.is_finished:
        raise Http404
    try:
        path = Path(safe_join(settings.MEDIA_ROOT, found.file))
        content = path.open("rb")
    except (OSError, SuspiciousFileOperation) as gone:
        raise Http404 from gone
    name = f"{found.title}{path.suffix}"
    response = FileResponse(content, as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
