"""Letters: chosen from the list, checked once, sent by a job; and the page of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.core.dates import DAY
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.duty.filters import DutyFilter
from apps.duty.forms import CloseForm, LetterForm
from apps.duty.models import Dispute, ExternalCover, Letter, SiteDuty
from apps.duty.services import letters as service
from apps.enterprises.models import Site
from apps.enterprises.views.moves import done

P = Permission
USUAL_DAYS = 30


def chosen_sites(request: HttpRequest, user: User) -> list[Site]:
    """Those ticked, or all that the conditions of the list find."""
    sites = Site.objects.visible_to(user)
    if request.POST.get("all"):
        found = DutyFilter(request.GET, SiteDuty.objects.none(), user=user)
        duties = found.filter_queryset(SiteDuty.objects.none()).order_by("since", "pk")
        keys = duties.values_list("site", flat=True)[: service.MOST_LETTERS + 1]
        return list(sites.filter(pk__in=list(keys)).order_by("pk"))
    named = ",".join(request.POST.getlist("selected")).split(",")
    return list(sites.filter(public_id__in=named).order_by("pk"))


@requires(P.SUPERVISE_DUTY)
@require_POST
def prepare(request: UserRequest) -> HttpResponse:
    """What would be sent and what not, before anything is."""
    sites = chosen_sites(request, request.user)
    if not sites:
        messages.error(request, _("先在名单里勾选要督促的场所。"))
        return redirect("duty:list")
    today = timezone.localdate()
    start = {"kind": Letter.Kind.URGING, "due_on": today + USUAL_DAYS * DAY}
    return letter_page(request, sites, LetterForm(initial=start))


def letter_page(request: UserRequest, sites: list[Site], form: LetterForm) -> HttpResponse:
    today, kind = timezone.localdate(), form["kind"].value() or Letter.Kind.URGING
    sorted_out = service.sorted_out(
        [site.pk for site in sites], kind=kind, today=today, by=request.user
    )
    facts = {
        "title": _("发督促文书"),
        "lead": _("每处场所一份，编号、可核验；发出后企业会收到通知。"),
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
        "fit": sorted_out.fit,
        "unfit": sorted_out.unfit,
        "selected": ",".join(site.public_id for site in sites),
        "cancel_url": reverse("duty:list"),
        "act": new_act(),
    }
    return show_form(request, "duty/letters.html", form, facts)


@requires(P.SUPERVISE_DUTY)
@require_POST
@once_per_act()
def send(request: UserRequest) -> HttpResponse:
    sites = chosen_sites(request, request.user)
    form = LetterForm(request.POST)
    started: list[Any] = []

    def act() -> None:
        today = timezone.localdate()
        job = service.send_letters(sites=sites, today=today, by=request.user, **form.cleaned_data)
        started.append(job)

    if done(form, act):
        return redirect("accounts:job", started[0].public_id)
    return letter_page(request, sites, form)


def letter_for(user: User, public_id: str) -> Letter:
    rows = Letter.objects.visible_to(user).select_related("site__enterprise", "paper")
    return get_object_or_404(rows, public_id=public_id)


@requires(P.VIEW_DUTY)
def letter(request: UserRequest, public_id: str) -> HttpResponse:
    found, user = letter_for(request.user, public_id), request.user
    service.note_seen(letter=found, now=timezone.now(), by=user)
    is_own = user.organisation_id == found.site.enterprise_id
    facts = {
        "title": f"{found.get_kind_display()} {found.number}",
        "letter": found,
        "site": found.site,
        "is_own": is_own,
        "may_close": can(user, P.SUPERVISE_DUTY) and found.state == Letter.State.SENT,
        "overdue": found.state == Letter.State.SENT and found.due_on < timezone.localdate(),
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
    }
    return render(request, "duty/letter.html", facts)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def close(request: UserRequest, public_id: str) -> HttpResponse:
    found = letter_for(request.user, public_id)
    form = CloseForm(request.POST or None)

    def act() -> None:
        on = timezone.localdate()
        service.close_letter(letter=found, on=on, by=request.user, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("已处理。"))
        return redirect(found)
    facts = {"title": _("办结或撤回"), "lead": found.number, "act": new_act()}
    facts |= {"cancel_url": found.get_absolute_url(), "submit_label": _("提交")}
    return show_form(request, "layouts/form.html", form, facts)


@requires(P.SUPERVISE_DUTY)
def waiting(request: UserRequest) -> HttpResponse:
    """Disputes and covers from elsewhere that nobody has answered yet, the earliest due first."""
    disputes = Dispute.objects.visible_to(request.user).filter(state=Dispute.State.OPEN)
    covers = ExternalCover.objects.visible_to(request.user)
    along = "site__enterprise"
    facts = {
        "title": _("待答复和待审核"),
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
        "disputes": disputes.select_related(along).order_by("due_on", "pk")[:100],
        "covers": covers.filter(state="submitted").select_related(along).order_by("pk")[:100],
    }
    return render(request, "duty/waiting.html", facts)


@requires(P.VIEW_DUTY)
def listing(request: UserRequest) -> HttpResponse:
    """What was sent: the overdue first, for the desk of whoever follows them up."""
    rows: Any = Letter.objects.visible_to(request.user).select_related("site__enterprise")
    today, overdue_only = timezone.localdate(), request.GET.get("view") == "overdue"
    if overdue_only:
        rows = rows.overdue(today).order_by("due_on", "pk")
    home = reverse("duty:letters_sent")
    views = [("", _("全部")), ("overdue", _("已过期限"))]
    facts = {
        "title": _("督促文书"),
        "page": page_of(request, rows),
        "today": today,
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
        "saved_views": [
            {
                "label": label,
                "url": f"{home}?view={key}",
                "active": (key == "overdue") == overdue_only,
            }
            for key, label in views
        ],
    }
    return render(request, "duty/letters_sent.html", facts)
