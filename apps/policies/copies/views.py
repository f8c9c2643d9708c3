"""Copied reports: the receiver's list with its acknowledgements, and who was late."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.forms import PeriodForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.policies.copies.filters import CopyFilter
from apps.policies.copies.selectors import lateness, received
from apps.policies.copies.services import acknowledge

UNANSWERED_FIRST = (F("acknowledged_at").desc(nulls_first=True), "-pk")


@requires(Permission.RECEIVE_COPIES)
def copies(request: UserRequest) -> HttpResponse:
    own = received(request.user)
    found = CopyFilter(request.GET, own)
    rows = found.filter_queryset(own).order_by(*UNANSWERED_FIRST)
    facts = {
        "title": _("抄报"),
        "lead": _(
            "保单的出单、收费、批改、退保和报案，按共保协议的时限抄送本单位；请逐件或成批签收。"
        ),
        "crumbs": [{"label": _("保单"), "url": reverse("policies:list")}],
        "page": page_of(request, rows),
        "filter_form": found.form,
        "filtered": found.is_narrowed,
        "bulk_url": f"{reverse('policies:acknowledge')}?{request.GET.urlencode()}",
        "now": timezone.now(),
        "may_count": can(request.user, Permission.MANAGE_POOLS),
    }
    return render(request, "policies/copies.html", facts)


@requires(Permission.RECEIVE_COPIES)
@require_POST
def acknowledge_copies(request: UserRequest) -> HttpResponse:
    """One, several, or all that the conditions of the list find."""
    own = received(request.user)
    if request.POST.get("all"):
        chosen: Any = CopyFilter(request.GET, own).filter_queryset(own)
    else:
        chosen = own.filter(public_id__in=request.POST.getlist("selected"))
    done = acknowledge(rows=chosen, now=timezone.now(), by=request.user)
    if done:
        messages.success(request, _("已签收 %(count)s 件抄报。") % {"count": done})
    else:
        messages.info(request, _("没有签收：所选抄报都已签收，或没有选中。"))
    return redirect(f"{reverse('policies:copies')}?{request.GET.urlencode()}")


@requires(Permission.MANAGE_POOLS)
def copies_lateness(request: UserRequest) -> HttpResponse:
    """Counted for the evaluation of insurers, over a period."""
    today = timezone.localdate()
    form = PeriodForm(request.GET or None, initial={"since": today.replace(day=1), "until": today})
    start, end = form.asked(today)
    facts = {
        "title": _("抄报及时情况"),
        "lead": _("报送超过协议时限记一次迟报；成员收到后没有在时限内签收记一次迟签。供考核使用。"),
        "crumbs": [{"label": _("抄报"), "url": reverse("policies:copies")}],
        "form": form,
        "lines": lateness(request.user, start, end, timezone.now()),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "policies/copies_lateness.html", facts, status=status)
