"""The copied report (抄报): who is told of what happened to a policy.

Bureaus, broker and co-insurers each get a notice in the transaction of the act; what it leads to
shows them as much as their scope allows.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission
from apps.core import context
from apps.core.dates import start_of_day
from apps.core.templatetags.ui import yuan
from apps.messaging.services import notify
from apps.policies.changes.models import ChangeRequest, PolicyTransaction
from apps.policies.copies.models import ReportEvent
from apps.policies.copies.services import write_copies
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment
from apps.policies.rules.stack import Act
from apps.policies.selectors.wording import in_short, money_words, title_of

lazy_title, lazy_money, lazy_short = (
    lazy(title_of, str),
    lazy(money_words, str),
    lazy(in_short, str),
)


def holding(permission: Permission) -> Q:
    """People whose role has this right."""
    return Q(role__in=[name for name, spec in ROLES.items() if permission in spec.permissions])


def watching(district_id: int) -> Q:
    """The city's bureau, the district's and the broker."""
    return Q(organisation__kind__in=[Kind.CITY_BUREAU, Kind.BROKER]) | Q(
        organisation__kind=Kind.DISTRICT_BUREAU, organisation__district=district_id
    )


def people(who: Q) -> list[int]:
    with context.entering(MESSENGER.context):
        found = User.objects.filter(who, is_active=True, organisation__is_active=True)
        return list(found.values_list("pk", flat=True))


def tell(who: Q, *, title: Promise, text: str | Promise, url: str, once: str, by: User) -> None:
    if receivers := people(who & ~Q(pk=by.pk)):
        notify(receivers=receivers, title=title, text=text, url=url, once=once, by=by)


def tell_of_issue(policy: Policy, *, by: User) -> None:
    """The enterprise is asked for the premium; everybody else who watches gets the copy."""
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "insurer": policy.insurer.name,
        "premium": yuan(policy.premium),
    }
    tell(
        Q(organisation=policy.enterprise_id) & holding(Permission.APPLY_FOR_COVER),
        title=_("保单已出，请缴费"),
        text=format_lazy(
            _("{number}，保险费 {premium}。到账次日零时（不早于约定的起保日）起保。"), **facts
        ),
        url=policy.get_absolute_url(),
        once=f"policy:{policy.pk}:issued",
        by=by,
    )
    copy_report(
        event=ReportEvent.ISSUE,
        policy=policy,
        title=_("抄报：新保单"),
        text=format_lazy(_("{number}：{name}，{insurer}承保。"), **facts),
        once=f"policy:{policy.pk}:copied:issued",
        happened_at=policy.issued_at,
        by=by,
    )


def tell_of_cover(policy: Policy, *, money_on: date, by: User) -> None:
    """The time for the copy runs from the end of the day of the money."""
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "start": policy.cover_from,
        "end": policy.cover_to,
    }
    text = _("{number}：{name}，{start} 零时至 {end} 零时。")
    tell(
        Q(organisation=policy.enterprise_id),
        title=_("保险费已到账，保障即将开始"),
        text=format_lazy(text, **facts),
        url=policy.get_absolute_url(),
        once=f"policy:{policy.pk}:cover",
        by=by,
    )
    copy_report(
        event=ReportEvent.PAYMENT,
        policy=policy,
        title=_("抄报：保费到账，保单起保"),
        text=format_lazy(text, **facts),
        once=f"policy:{policy.pk}:copied:cover",
        happened_at=start_of_day(money_on + timedelta(days=1)),
        by=by,
    )


def copy_report(
    *,
    event: ReportEvent,
    policy: Policy,
    title: Promise,
    text: str | Promise,
    once: str,
    by: User,
    happened_at: datetime | None = None,
    url: str = "",
) -> None:
    """Copy what happened to this policy to the broker, the pool's members and the bureaus.

    To each organisation a row to acknowledge, to its people a notice, in the act's transaction.
    `once` names the event, such as "policy:7:cancelled"; `happened_at` starts the agreement's time.
    """
    now = timezone.now()
    address = url or policy.get_absolute_url()
    # Read with the eyes of whoever acts: the messenger knows people, not policies.
    partners = list(policy.shares.values_list("insurer_id", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        words = str(text)
    write_copies(
        event=event,
        policy=policy,
        partners=partners,
        text=words,
        url=address,
        once=once,
        happened_at=min(happened_at or now, now),
        now=now,
        by=by,
    )
    sharing = Q(organisation__in=partners) & holding(Permission.RECEIVE_COPIES)
    tell(
        (watching(policy.district_id) & holding(Permission.VIEW_POLICIES)) | sharing,
        title=title,
        text=words,
        url=address,
        once=once,
        by=by,
    )


def tell_of_change(policy: Policy, lead: PolicyTransaction, moved: Decimal, *, by: User) -> None:
    """The enterprise learns what it owes or gets back; everybody else who watches gets the copy."""
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "what": lazy_title(lead),
        "day": lead.effective_on,
        "money": lazy_money(moved),
    }
    text = _("{number}：{name}，{what}，{day} 零时起；{money}。")
    tell(
        Q(organisation=policy.enterprise_id) & holding(Permission.APPLY_FOR_COVER),
        title=_("保单有变动"),
        text=format_lazy(text, **facts),
        url=f"{policy.get_absolute_url()}?tab=changes",
        once=f"policy:{policy.pk}:changed:{lead.number}",
        by=by,
    )
    is_end = lead.act == Act.CANCEL
    copy_report(
        event=ReportEvent.CANCELLATION if is_end else ReportEvent.ENDORSEMENT,
        policy=policy,
        title=_("抄报：保单解除") if is_end else _("抄报：保单批改"),
        text=format_lazy(text, **facts),
        once=f"policy:{policy.pk}:copied:changed:{lead.number}",
        happened_at=lead.recorded_at,
        by=by,
    )


def tell_of_request(row: ChangeRequest, *, by: User) -> None:
    policy = row.policy
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "what": lazy_short(Amendment.of(row.changes)),
        "day": row.effective_on,
    }
    tell(
        Q(organisation=row.insurer_id) & holding(Permission.UNDERWRITE),
        title=_("企业申请批改保单"),
        text=format_lazy(_("{number}：{name}，{what}，希望 {day} 起生效。"), **facts),
        url=row.get_absolute_url(),
        once=f"change_request:{row.pk}:asked",
        by=by,
    )


def tell_of_answer(row: ChangeRequest, *, by: User) -> None:
    facts = {"number": row.policy.number, "answer": row.answer}
    tell(
        Q(organisation=row.enterprise_id) & holding(Permission.APPLY_FOR_COVER),
        title=_("批改申请未被同意"),
        text=format_lazy(_("{number}：{answer}"), **facts),
        url=row.get_absolute_url(),
        once=f"change_request:{row.pk}:refused",
        by=by,
    )
