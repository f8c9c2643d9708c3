"""The people of a cover go on with the one that renews it."""

from typing import Any

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import User
from apps.core import audit, context
from apps.policies.models import Policy
from apps.policies.roster.completeness import Span
from apps.policies.roster.models import InsuredPerson, columns_of
from apps.policies.services.people import BATCH, hold_roster, room_by_days, term_of


def carry_roster(old_id: int, new: Policy, *, by: User) -> int:
    """Everybody who was named to the last day goes on, all of them or nobody.

    Read by the enrolment desk: the new insurer may be another one.
    """
    hold_roster(new)
    with context.entering(ENROLMENT.context):
        last: Any = Policy.objects.values_list("cover_to", flat=True).get(pk=old_id)
        named = InsuredPerson.objects.filter(policy=old_id, covered_to=last, left_on=None)
        staying = list(named.order_by("pk"))
        for person in staying:
            str(person.document)  # opened here, where it may be read
    period = term_of(new)
    spans = [Span(period.start, period.end, len(staying))]
    if not staying or room_by_days(new, spans, since=period.start) is not None:
        return 0
    rows = [_continued(person, new, by) for person in staying]
    for row in rows:
        row.covered_from, row.covered_to = period.start, period.end
    InsuredPerson.objects.bulk_create(rows, batch_size=BATCH)
    audit.record("roster.people_added", by=by, on=new, changes={"added": len(rows), "batch": ""})
    return len(rows)


def _continued(person: InsuredPerson, new: Policy, by: User) -> InsuredPerson:
    return InsuredPerson(
        policy=new,
        **columns_of(new),
        name=person.name,
        document_kind=person.document_kind,
        document=person.document,
        employment=person.employment,
        post=person.post,
        added_by=by.actor_key,
    )
