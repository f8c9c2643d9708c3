"""Who sees an application, by kind of organisation, with each lock alone."""

import pytest

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.enrollment.models import Application
from tests.factories import UserFactory, organisation

OWN, ALL, NONE = "own", "all", "none"
SEES = {
    Kind.ENTERPRISE: OWN,
    Kind.INSURER: OWN,
    Kind.CITY_BUREAU: ALL,
    Kind.DISTRICT_BUREAU: OWN,
    Kind.TOWN_OFFICE: OWN,
    Kind.CITY_DEPARTMENT: OWN,
    Kind.DISTRICT_DEPARTMENT: OWN,
    Kind.CITY_FINANCE: ALL,
    Kind.DISTRICT_FINANCE: OWN,
    Kind.BROKER: ALL,
    Kind.ASSOCIATION: NONE,
    Kind.AGENCY: NONE,
    Kind.EXPERT_PANEL: NONE,
    Kind.PLATFORM: NONE,
}


def insider(kind: Kind, row: Application) -> User:
    match kind:
        case Kind.ENTERPRISE:
            own = row.enterprise.organisation
        case Kind.INSURER:
            own = row.insurer
        case _:
            own = organisation(kind, town=row.town.name, sector=row.sector.code)
    return UserFactory(organisation=own)


def outsider(kind: Kind, row: Application) -> User:
    """Somebody of the same kind in another district, town and sector."""
    other = type(row.sector).objects.exclude(pk=row.sector_id).first()
    return UserFactory(organisation=organisation(kind, town="荷城街道", sector=other.code))


@pytest.mark.parametrize("kind", Kind)
def test_the_filter_and_row_level_security_each_hold(kind, submitted, acting):
    people = [insider(kind, submitted), outsider(kind, submitted)]
    expected = {OWN: [True, False], ALL: [True, True], NONE: [False, False]}[SEES[kind]]
    by_filter = [Application.objects.visible_to(user).exists() for user in people]
    by_lock = []
    for user in people:
        with acting(user):
            by_lock.append(Application.objects.exists())
    assert (by_filter, by_lock) == (expected, expected)


def test_a_draft_is_told_to_no_insurer_not_even_the_one_in_mind(
    draft, seller, underwriter, owner, acting
):
    with acting(owner):
        draft.chosen_insurer = seller
        draft.save(update_fields=["chosen_insurer"])
    assert not Application.objects.visible_to(underwriter).exists()
    with acting(underwriter):
        assert not Application.objects.exists()


def test_kinds_that_only_read_change_nothing(submitted, acting):
    for kind in (Kind.BROKER, Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU):
        with acting(insider(kind, submitted)):
            assert Application.objects.update(number="X") == 0
