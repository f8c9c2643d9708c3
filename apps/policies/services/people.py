"""Who is on a policy by name: joining, leaving, and the days that follow from its term."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, DateField, F, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.actors import ENROLMENT
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit, context
from apps.core.dates import Period, year_of_cover
from apps.policies.models import Policy, PolicyState
from apps.policies.roster.completeness import Span, most_at_once
from apps.policies.roster.models import InsuredPerson, RosterImport, columns_of
from apps.policies.roster.persons import Person
from apps.policies.roster.table import RosterRefused
from apps.policies.selectors.stack import insured_by_days, stack_of

BATCH = 2_000
ROSTER_LOCK = 7_302  # any constant; with the policy's key it names the lock of its roster


def term_of(policy: Policy) -> Period:
    """The days of cover; while the premium has not come, those that were agreed."""
    if policy.cover_from and policy.cover_to:
        end = min(policy.cover_to, policy.cancelled_from or policy.cover_to)
        return Period(policy.cover_from, max(end, policy.cover_from + timedelta(days=1)))
    return year_of_cover(policy.wanted_from)


def refusal_to_change(policy: Policy, *, by: User, today: date) -> str:
    """Why the roster of this policy cannot be changed by this person, or "" when it can."""
    if not can(by, Permission.EDIT_ROSTER) or policy.insurer_id != by.organisation_id:
        is_own = by.organisation.kind == Kind.ENTERPRISE and can(by, Permission.EDIT_ROSTER)
        if not is_own or policy.enterprise_id != by.organisation_id:
            return _("名单由投保企业和承保机构维护，本单位只能查看。")
    state = policy.state_on(today)
    if state in {PolicyState.EXPIRED, PolicyState.CANCELLED}:
        return _("保单%(state)s，名单不能再改。") % {"state": state.label}
    return ""


@transaction.atomic
def add_people(
    *,
    policy: Policy,
    people: Sequence[Person],
    today: date,
    by: User,
    batch: RosterImport | None = None,
) -> list[InsuredPerson]:
    """Put people on the roster, all or nobody; nobody else changes it until commit."""
    if not people:
        raise RosterRefused(_("没有可以入名单的人。"))
    policy = held(policy, by=by)
    if reason := refusal_to_change(policy, by=by, today=today):
        raise RosterRefused(reason)
    period = term_of(policy)
    for number, person in enumerate(people, 1):
        if reason := refusal_of_days(person, period=period, today=today):
            facts = {"number": number, "reason": reason}
            raise RosterRefused(_("第%(number)s人：%(reason)s") % facts)
    since = max(today, period.start)
    rows = [
        _row(policy, person, period=period, since=since, batch=batch, by=by) for person in people
    ]
    if reason := refusal_of_number(policy, rows):
        raise RosterRefused(reason)
    try:
        with transaction.atomic():
            InsuredPerson.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as taken:
        text = _("其中有人在本企业的有效保单上已有名字，没有加入任何人；请刷新后再核对。")
        raise RosterRefused(text) from taken
    facts = {"added": len(rows), "batch": batch.public_id if batch else ""}
    audit.record("roster.people_added", by=by, on=policy, changes=facts)
    return rows


def held(policy: Policy, *, by: User) -> Policy:
    """The policy while nobody else changes its roster; an enterprise cannot lock the row."""
    hold_roster(policy)
    return Policy.objects.visible_to(by).get(pk=policy.pk)


def hold_roster(policy: Policy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [ROSTER_LOCK, policy.pk])


def refusal_of_days(person: Person, *, period: Period, today: date) -> str:
    """Why these days cannot be covered; cover is never told backwards."""
    start = max(period.start, today, person.joined_on or period.start)
    if start >= period.end:
        return _("加入日期在保险期间之后，请核对。")
    if person.left_on and person.left_on <= start:
        return _("退出日期不晚于承保开始的%(day)s，不能倒签；请改正，或删去这个人。") % {
            "day": start.isoformat()
        }
    return ""


def refusal_of_number(policy: Policy, rows: Sequence[InsuredPerson]) -> str:
    """The premium is for so many people; more on any day need an endorsement that charges."""
    first = min(row.covered_from for row in rows)
    there = InsuredPerson.objects.filter(policy=policy).not_left(first)
    spans = there.order_by().values_list("covered_from", "covered_to").annotate(Count("pk"))
    named = [Span(start, end, count) for start, end, count in spans]
    more = [Span(row.covered_from, row.covered_to, 1) for row in rows]
    short = room_by_days(policy, [*named, *more], since=first)
    if short is None:
        return ""
    on = most_at_once([span for span in named if span.end > first])
    return _(
        "保单承保%(insured)s人，名单上已有%(named)s人，还可加%(room)s人，这次要加%(more)s人；"
        "请先办理增加人数的批改。"
    ) % {
        "insured": short,
        "named": on,
        "room": max(short - on, 0),
        "more": len(rows),
    }


def room_by_days(policy: Policy, spans: Sequence[Span], *, since: date) -> int | None:
    """The number insured that would be exceeded on some day, or None when none would be."""
    for start, end, insured in insured_by_days(stack_of(policy)):
        if end <= since:
            continue
        within = [
            Span(max(span.start, start), min(span.end, end), span.people)
            for span in spans
            if span.start < end and span.end > start
        ]
        if most_at_once(within) > insured:
            return insured
    return None


def _row(
    policy: Policy,
    person: Person,
    *,
    period: Period,
    since: date,
    batch: RosterImport | None,
    by: User,
) -> InsuredPerson:
    """Who was there before counts from `since`: the first day of the cover, or today."""
    start = max(person.joined_on or since, since)
    return InsuredPerson(
        policy=policy,
        **columns_of(policy),
        name=person.name,
        document_kind=person.document_kind,
        document=person.document,
        employment=person.employment,
        post=person.post,
        joined_on=start if start > period.start else None,
        left_on=person.left_on,
        covered_from=start,
        covered_to=min(person.left_on or period.end, period.end),
        batch=batch,
        added_by=by.actor_key,
    )


@transaction.atomic
def remove_people(
    *, policy: Policy, people: Iterable[str], left_on: date, today: date, by: User
) -> int:
    """Let people leave at 00:00 of a day, today at the earliest; says how many."""
    policy = held(policy, by=by)
    if reason := refusal_to_change(policy, by=by, today=today):
        raise RosterRefused(reason)
    if left_on < today:
        text = _("退出日期不能早于今天：过去的日子已经承保，不能倒签。")
        raise RosterRefused(text, field="left_on")
    wanted = set(people)
    rows = InsuredPerson.objects.visible_to(by).filter(
        policy=policy, public_id__in=wanted, covered_to__gt=left_on
    )
    found = list(rows.select_for_update(of=("self",)).only("pk", "covered_from", "joined_on"))
    if len(found) < len(wanted):
        raise RosterRefused(_("所选人员中有人已不在名单上，没有改动任何人；请刷新后再选。"))
    early = [row.pk for row in found if row.joined_on and row.joined_on >= left_on]
    if early:
        raise RosterRefused(_("退出日期应晚于加入日期。"), field="left_on")
    keys = [row.pk for row in found]
    day = Value(left_on, output_field=DateField())
    InsuredPerson.objects.filter(pk__in=keys).update(
        left_on=left_on, covered_to=Greatest(F("covered_from"), day)
    )
    facts = {"removed": len(keys), "left_on": left_on}
    audit.record("roster.people_removed", by=by, on=policy, changes=facts)
    return len(keys)


def settle_days(policy: Policy) -> None:
    """The days of everybody on it follow the term, once the premium or a cancellation set it."""
    hold_roster(policy)
    period = term_of(policy)
    start = Value(period.start, output_field=DateField())
    end = Value(period.end, output_field=DateField())
    begins = Least(Greatest(Coalesce(F("joined_on"), start), start), end)
    ends = Greatest(Least(Coalesce(F("left_on"), end), end), begins)
    InsuredPerson.objects.filter(policy=policy).update(covered_from=begins, covered_to=ends)


def on_other_covers(policy: Policy, digests: Sequence[str], *, period: Period) -> set[str]:
    """Which of these people the enterprise has on a roster in those days already.

    Asked by the enrolment desk: another insurer's roster is not told, only that there is one.
    """
    with context.entering(ENROLMENT.context):
        rows = InsuredPerson.objects.filter(
            enterprise_id=policy.enterprise_id,
            document_index__in=digests,
            covered_from__lt=period.end,
            covered_to__gt=period.start,
        ).exclude(covered_to__lte=F("covered_from"))
        return {digest for digest in rows.values_list("document_index", flat=True) if digest}


def digest_of(document: str) -> str:
    field = InsuredPerson._meta.get_field("document_index")
    return str(field.digest(document))


@transaction.atomic
def reveal_person(*, person: InsuredPerson, reason: str, by: User) -> str:
    """The number in the clear, for somebody with the right and a reason; put on record."""
    if not can(by, Permission.REVEAL_PERSONAL_DATA):
        raise RosterRefused(_("没有查看个人信息的权限。"))
    person = InsuredPerson.objects.visible_to(by).get(pk=person.pk)
    audit.record("person.revealed", by=by, on=person, reason=reason)
    return person.document_number
