"""Who sees a policy and its shares, by the filter alone and by row-level security alone."""

import pytest
from django.db import InternalError, ProgrammingError, transaction

from apps.accounts.kinds import Kind
from apps.policies.changes.models import ChangeRequest, PolicyTransaction
from apps.policies.models import Policy, PolicyShare
from apps.policies.selectors.stack import columns_of, issue_row
from tests.access.test_scope import ALL, OF_A_SITE, OWN, insider, outsider
from tests.factories import UserFactory

SERVERS = {Kind.AGENCY, Kind.EXPERT_PANEL}
SITE_PEOPLE = {**OF_A_SITE, Kind.DISTRICT_FINANCE: OWN}


def expected(kind):
    return {OWN: [True, False], ALL: [True, True]}.get(SITE_PEOPLE.get(kind, ""), [False, False])


def asked_for(policy):
    ChangeRequest.objects.create(
        policy=policy,
        **columns_of(policy),
        changes={"heads_by": 1},
        effective_on=policy.wanted_from,
        asked_by="user:1",
        asked_by_name="某",
    )


def people(kind, policy):
    if kind == Kind.INSURER:
        return UserFactory(organisation=policy.insurer), outsider(kind, policy.site)
    return insider(kind, policy.site), outsider(kind, policy.site)


@pytest.mark.parametrize("model", [Policy, PolicyShare, PolicyTransaction, ChangeRequest])
@pytest.mark.parametrize("kind", sorted(set(Kind) - SERVERS))
def test_the_filter_and_the_database_agree(kind, model, issued, acting):
    if model is ChangeRequest:
        asked_for(issued)
    filtered, locked = [], []
    for person in people(kind, issued):
        filtered.append(model.objects.visible_to(person).exists())
        with acting(person):
            locked.append(model.objects.exists())
    assert filtered == locked == expected(kind)


@pytest.mark.parametrize("kind", sorted(SERVERS))
def test_servers_see_none(kind, issued, acting):
    person = insider(kind, issued.site)
    with acting(person):
        assert not Policy.objects.exists()


def test_a_partner_sees_the_policy_and_its_own_share_alone(issued, insurers, acting):
    partner = UserFactory(organisation=insurers[0])
    assert Policy.objects.visible_to(partner).exists()
    with acting(partner):
        assert Policy.objects.get() == issued
        assert [share.insurer_id for share in PolicyShare.objects.all()] == [insurers[0].pk]


def test_a_partner_cannot_write_what_another_sold(issued, insurers, acting):
    with acting(UserFactory(organisation=insurers[0])):
        assert Policy.objects.filter(pk=issued.pk).update(cover_from=issued.wanted_from) == 0


def test_a_partner_sees_what_a_change_costs_and_writes_none(issued, insurers, acting):
    partner = UserFactory(organisation=insurers[0])
    asked_for(issued)
    with acting(partner):
        assert PolicyTransaction.objects.get().charged == issued.premium
        assert not ChangeRequest.objects.exists()
        row = issue_row(issued)
        row.number, row.act = 2, "endorse"
        with pytest.raises(ProgrammingError), transaction.atomic():
            row.save(force_insert=True)


def test_a_transaction_is_never_changed(issued, underwriter, acting):
    refusals = pytest.raises((ProgrammingError, InternalError))
    with acting(underwriter), refusals, transaction.atomic():
        PolicyTransaction.objects.update(charged=0)
