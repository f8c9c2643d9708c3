"""Who sees a policy and its shares, by the filter alone and by row-level security alone."""

import pytest

from apps.accounts.kinds import Kind
from apps.policies.models import Policy, PolicyShare
from tests.access.test_scope import ALL, OF_A_SITE, OWN, insider, outsider
from tests.factories import UserFactory

SERVERS = {Kind.AGENCY, Kind.EXPERT_PANEL}
SITE_PEOPLE = {**OF_A_SITE, Kind.DISTRICT_FINANCE: OWN}


def expected(kind):
    return {OWN: [True, False], ALL: [True, True]}.get(SITE_PEOPLE.get(kind, ""), [False, False])


def people(kind, policy):
    if kind == Kind.INSURER:
        return UserFactory(organisation=policy.insurer), outsider(kind, policy.site)
    return insider(kind, policy.site), outsider(kind, policy.site)


@pytest.mark.parametrize("model", [Policy, PolicyShare])
@pytest.mark.parametrize("kind", sorted(set(Kind) - SERVERS))
def test_the_filter_and_the_database_agree(kind, model, issued, acting):
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
