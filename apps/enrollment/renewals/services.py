"""One click from the old cover to an application with its facts, roster and price."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actors import ENROLMENT
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit, context
from apps.core.context import Actor
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.running import start_job
from apps.enrollment.errors import ApplicationRefused
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.renewals.board import (
    COLUMNS,
    Column,
    refusal_to_renew,
    starts_on,
    successors,
    within,
)
from apps.enrollment.renewals.models import Lapse, LapseReason
from apps.enrollment.selectors.draft import Terms
from apps.enrollment.services.draft import (
    choose_quote,
    offer_limits,
    save_terms,
    saved,
    start_application,
)
from apps.enterprises.models import Site
from apps.messaging.services import notify
from apps.policies.models import Policy
from apps.policies.reports import holding, people
from apps.policies.selectors.stack import columns_of as scope_columns
from apps.policies.selectors.stack import stack_of
from apps.rating.models import Quote

INVITE = "enrollment.invite_renewals"
MOST_INVITED = 2_000


class RenewalRefused(DomainError):
    code = "renewal_refused"


@transaction.atomic
def renew(*, policy: Policy, today: date, by: User) -> Application:
    """Open the application that continues this cover, priced at the same limit where it can be.

    The insurer is left open: the enterprise chooses anew each year (A2.3).
    """
    if refusal := refusal_to_renew(policy, by, today):
        raise RenewalRefused(refusal)
    site = Site.objects.visible_to(by).get(pk=policy.site_id)
    row = start_application(site=site, by=by)
    if row.renews_id == policy.pk or row.state != ApplicationState.DRAFT:
        return row
    row.renews = policy
    saved(row, "renews")
    terms = terms_before(policy, by, wanted_from=starts_on(policy, today))
    try:
        save_terms(application=row, terms=terms, today=today, by=by)
        if terms.had_accident is not None:
            quotes = offer_limits(application=row, today=today, by=by)
            if alike := _alike(quotes, policy):
                choose_quote(application=row, quote=alike, today=today, by=by)
    except ApplicationRefused as refused:
        raise RenewalRefused(str(refused)) from refused
    audit.record("renewal.started", by=by, on=row, changes={"renews": policy.number})
    return Application.objects.visible_to(by).get(pk=row.pk)


def terms_before(policy: Policy, by: User, *, wanted_from: date) -> Terms:
    """What was said for the cover before; an accident since then has to be told."""
    before = Application.objects.visible_to(by).filter(policy=policy).first()
    if before is None:
        return Terms(wanted_from, had_accident=False, is_listed=False)
    return Terms(
        wanted_from,
        had_accident=before.had_accident,
        last_accident_on=before.last_accident_on,
        is_listed=before.is_listed,
    )


def _alike(quotes: list[Quote], policy: Policy) -> Quote | None:
    stack = stack_of(policy)
    terms = stack.parts(stack.last_moment)[-1].terms
    key = (terms.limit, terms.deductible)
    of = {(quote.limit_choice.per_person, quote.deductible): quote for quote in quotes}
    return of.get(key)


@transaction.atomic
def note_lapse(
    *, policy: Policy, reason: str, note: str, today: date, now: datetime, by: User
) -> Lapse:
    """Why a cover is not renewed; said again, the later word counts and the earlier is kept."""
    own = by.organisation_id in {policy.enterprise_id, policy.insurer_id}
    if not own or not (can(by, Permission.APPLY_FOR_COVER) or can(by, Permission.UNDERWRITE)):
        raise RenewalRefused(_("未续保的原因由投保企业或承保机构登记。"))
    if reason not in LapseReason:
        raise RenewalRefused(_("请从列出的原因中选择。"), field="reason")
    if reason == LapseReason.UNWILLING and not note.strip():
        raise RenewalRefused(_("请说明拒绝的理由，监管部门会看到。"), field="note")
    row = Lapse.objects.visible_to(by).filter(policy=policy).first() or Lapse(policy=policy)
    for name, value in scope_columns(policy).items():
        setattr(row, name, value)
    row.reason, row.note, row.noted_at = reason, note.strip(), now
    row.noted_by, row.noted_by_name = by.actor_key, by.actor_name
    row.save()
    audit.record(
        "renewal.lapsed", by=by, on=policy, reason=row.note, changes={"reason_code": reason}
    )
    return row


def invite(policy: Policy, *, today: date, by: Actor, once: str) -> None:
    """Ask an enterprise to renew; the way is one click, the choice of insurer is its own."""
    if policy.cover_to is None:
        return
    facts = {
        "number": policy.number,
        "site": policy.site_name,
        "days": (policy.cover_to - today).days,
    }
    owners = people(Q(organisation=policy.enterprise_id) & holding(Permission.APPLY_FOR_COVER))
    if owners:
        notify(
            receivers=owners,
            title=gettext_lazy("保单快到期，请续保"),
            text=format_lazy(
                gettext_lazy("{number}（{site}）还有 {days} 天期满。打开即可一键续保。"), **facts
            ),
            url=f"/renewals/{policy.public_id}/",
            once=once,
            by=by,
        )


@transaction.atomic
def invite_later(*, policies: list[str], by: User) -> Job:
    """Ask many enterprises at once; only for the insurer's own covers."""
    if not can(by, Permission.UNDERWRITE):
        raise RenewalRefused(_("批量邀请续保由承保机构的出单员办理。"))
    if not policies:
        raise RenewalRefused(_("请先勾选要邀请续保的保单。"))
    title = _("邀请续保 %(count)s 张保单") % {"count": len(policies)}
    return start_job(INVITE, by=by, title=title, policies=policies[:MOST_INVITED])


def remind(today: date) -> int:
    """Each cover once in each of its last columns; safe to run again the same night."""
    told = 0
    for column in (column for column in COLUMNS if column.until > 0):
        told += _remind_column(column, today)
    return told


NIGHTS = 3  # a night that was missed is made up for


def _remind_column(column: Column, today: date) -> int:
    recent = Column(column.key, column.label, column.until - NIGHTS, column.until)
    with context.entering(ENROLMENT.context), transaction.atomic():
        rows = list(Policy.objects.for_list().filter(within(recent, today), cancelled_from=None))
        done = successors(rows)
        waiting = [row for row in rows if row.pk not in done]
        for row in waiting:
            once = f"policy:{row.pk}:renew:{column.key}"
            invite(row, today=today, by=ENROLMENT, once=once)
    return len(waiting)
