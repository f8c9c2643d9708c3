"""How a policy tells whom it covers, and an agency's proof for the people it sends."""

from datetime import date

from django.core.files import File
from django.db import transaction

from apps.accounts.models import User
from apps.core import audit
from apps.documents.services.uploads import keep_upload
from apps.policies.models import Policy
from apps.policies.papers import AGENCY_PROOF
from apps.policies.roster.completeness import AgencyProof, refusal_of_proof
from apps.policies.roster.models import RosterTerms, columns_of
from apps.policies.roster.table import RosterRefused
from apps.policies.services.imports import scope_of
from apps.policies.services.people import held, refusal_to_change, term_of


def terms_held(policy: Policy, *, today: date, by: User) -> RosterTerms:
    policy = held(policy, by=by)
    if reason := refusal_to_change(policy, by=by, today=today):
        raise RosterRefused(reason)
    found = RosterTerms.objects.visible_to(by).filter(policy=policy).first()
    return found or RosterTerms(policy=policy, **columns_of(policy))


@transaction.atomic
def tell_by(*, policy: Policy, is_named: bool, today: date, by: User) -> RosterTerms:
    """By name or by number alone; the people who are named stay so either way."""
    terms = terms_held(policy, today=today, by=by)
    before, terms.is_named = terms.is_named, is_named
    terms.save()
    changes = {"is_named": [before, is_named]}
    audit.record("roster.kind_changed", by=by, on=policy, changes=changes)
    return terms


@transaction.atomic
def prove_agency(
    *,
    policy: Policy,
    file: File[bytes],
    people: int,
    valid_from: date,
    valid_to: date,
    today: date,
    by: User,
) -> RosterTerms:
    """Dispatched workers stay out as far as their agency's own cover is proved for all the days."""
    terms = terms_held(policy, today=today, by=by)
    period = term_of(policy)
    proof = AgencyProof(file.name or "-", people, valid_from, valid_to)
    if reason := refusal_of_proof(proof, start=max(period.start, today), end=period.end):
        raise RosterRefused(reason)
    kept = keep_upload(file, purpose=AGENCY_PROOF, scope=scope_of(policy, by), by=by)
    terms.proof, terms.proof_people = kept, people
    terms.proof_from, terms.proof_to = valid_from, valid_to
    terms.save()
    facts = {"people": people, "valid_from": valid_from, "valid_to": valid_to}
    audit.record("roster.agency_proved", by=by, on=policy, changes=facts)
    return terms
