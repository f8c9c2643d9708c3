"""Which rows each kind of organisation sees, for every scoped model, with each lock alone.

The filter is tried with row-level security out of the way, and row-level security without the
filter; switching either off fails here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from apps.accounts.access import share, unshare
from apps.accounts.kinds import Kind
from apps.accounts.models import ApiKey, Invitation, Organisation, OrganisationName, User
from apps.accounts.policies import scoped_models
from apps.enterprises.models import Enterprise, FatalAccident, Grade, Headcount, RiskFact, Site
from apps.messaging.models import Notice
from apps.reference.models import ActivityTag, Sector, Town
from tests.factories import (
    EnterpriseFactory,
    HeadcountFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
    organisation,
)

OWN, ALL, NONE = "own", "all", "none"
MARCH = "2026-03-01"

# The table of architecture section 3, for rows that belong to a site.
OF_A_SITE = {
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
OF_AN_ORGANISATION = dict.fromkeys(Kind, OWN) | {Kind.PLATFORM: ALL}
# An enterprise's account data: its own, those who register enterprises, those who keep accounts.
THE_ORGANISATION = dict.fromkeys(Kind, NONE) | {
    Kind.ENTERPRISE: OWN,
    Kind.CITY_BUREAU: ALL,
    Kind.CITY_FINANCE: ALL,
    Kind.BROKER: ALL,
    Kind.PLATFORM: ALL,
    Kind.DISTRICT_BUREAU: OWN,
    Kind.DISTRICT_FINANCE: OWN,
    Kind.TOWN_OFFICE: OWN,
}
SEES: dict[type[Any], dict[Kind, str]] = {
    Site: OF_A_SITE,
    Enterprise: OF_A_SITE,
    Headcount: OF_A_SITE,
    RiskFact: OF_A_SITE,
    Grade: OF_A_SITE,
    FatalAccident: OF_A_SITE,
    Organisation: THE_ORGANISATION,
    OrganisationName: THE_ORGANISATION,
    User: OF_AN_ORGANISATION,
    Invitation: OF_AN_ORGANISATION,
    ApiKey: OF_AN_ORGANISATION,
    Notice: dict.fromkeys(Kind, OWN),
}


# Models whose scope is not told by a site or an organisation; each has its table beside its tests.
TOLD_ELSEWHERE = {
    "pools": "tests/pools/test_shares.py",
    "catalogue": "tests/catalogue",
    "rating": "tests/rating",
    "documents": "tests/documents",
    "policies": "tests/policies",
    "duty": "tests/duty",
    "billing": "tests/billing",
    "enrollment": "tests/enrollment",
}


@pytest.fixture
def site() -> Site:
    own = OrganisationFactory(
        district=Town.objects.get(name="桂城街道").district, town=Town.objects.get(name="桂城街道")
    )
    enterprise = EnterpriseFactory(organisation=own)
    return SiteFactory(enterprise=enterprise, insurer=organisation(Kind.INSURER))


def insider(kind: Kind, site: Site) -> User:
    match kind:
        case Kind.ENTERPRISE:
            own = site.enterprise.organisation
        case Kind.INSURER:
            own = site.insurer
        case _:
            own = organisation(kind, town=site.town.name, sector=site.sector.code)
    return UserFactory(organisation=own)


def outsider(kind: Kind, site: Site) -> User:
    """Somebody of the same kind in another district, town and sector."""
    other = Sector.objects.exclude(pk=site.sector_id).first()
    return UserFactory(organisation=organisation(kind, town="荷城街道", sector=other.code))


def row_of(model: type[Any], site: Site, person: User) -> Any:
    """A row of that model: of the site, or of the person's organisation."""
    period = {"site": site, "valid_from": MARCH, "source": "测试"}
    colleague = {"organisation": person.organisation, "role": person.role}
    makers: dict[type[Any], Callable[[], Any]] = {
        Site: lambda: site,
        Enterprise: lambda: site.enterprise,
        Headcount: lambda: HeadcountFactory(site=site),
        RiskFact: lambda: RiskFact.objects.create(tag=ActivityTag.objects.first(), **period),
        FatalAccident: lambda: FatalAccident.objects.create(
            site=site, happened_on=MARCH, died_on=MARCH, source="测试"
        ),
        Grade: lambda: Grade.objects.create(kind=1, value="3", **period),
        Organisation: lambda: site.enterprise.organisation,
        OrganisationName: lambda: OrganisationName.objects.create(
            organisation=site.enterprise.organisation, name="旧名", valid_from=MARCH
        ),
        User: lambda: UserFactory(**colleague),
        Invitation: lambda: Invitation.objects.create(
            **colleague,
            name="新人",
            email="new@example.com",
            expires_at=timezone.now(),
            invited_by=person,
        ),
        ApiKey: lambda: ApiKey.objects.create(
            user=person,
            organisation=person.organisation,
            name="报表程序",
            digest="0" * 64,
            expires_at=timezone.now() + timedelta(days=1),
        ),
        Notice: lambda: Notice.objects.create(receiver=person, title="通知", once="1"),
    }
    return makers[model]()


def test_every_scoped_model_is_in_the_table():
    here = {model for model in scoped_models() if model._meta.app_label not in TOLD_ELSEWHERE}
    assert here == set(SEES)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
class TestEachLockAlone:
    def test_the_filter(self, model, kind, site):
        inside, outside = insider(kind, site), outsider(kind, site)
        row = row_of(model, site, inside)

        seen = [
            model.objects.visible_to(user).filter(pk=row.pk).exists() for user in (inside, outside)
        ]

        assert seen == self.expected(model, kind)

    def test_row_level_security(self, model, kind, site, acting):
        inside, outside = insider(kind, site), outsider(kind, site)
        row = row_of(model, site, inside)

        seen = []
        for user in (inside, outside):
            with acting(user):
                seen.append(model.objects.filter(pk=row.pk).exists())

        assert seen == self.expected(model, kind)

    def expected(self, model, kind):
        return {OWN: [True, False], ALL: [True, True], NONE: [False, False]}[SEES[model][kind]]


@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
def test_without_a_context_there_are_no_rows(model, site, acting):
    row_of(model, site, insider(Kind.CITY_BUREAU, site))
    with acting(None):
        assert model.objects.count() == 0


def test_a_suspended_person_sees_nothing(site):
    officer = insider(Kind.CITY_BUREAU, site)
    officer.is_active = False
    assert not Site.objects.visible_to(officer).exists()


class TestSharedByName:
    @pytest.mark.parametrize("model", [Site, Enterprise, Headcount])
    def test_exactly_the_named_person_sees_the_row_until_it_is_taken_back(
        self, model, site, acting
    ):
        officer = insider(Kind.DISTRICT_BUREAU, site)
        expert = UserFactory(organisation=organisation(Kind.EXPERT_PANEL))
        colleague = UserFactory(organisation=expert.organisation)
        row = row_of(model, site, officer)

        def sees(user: User) -> tuple[bool, bool]:
            fresh = User.objects.get(pk=user.pk)
            by_filter = model.objects.visible_to(fresh).filter(pk=row.pk).exists()
            with acting(fresh):
                return by_filter, model.objects.filter(pk=row.pk).exists()

        share(site, with_user=expert, by=officer, reason="抽查")
        assert (sees(expert), sees(colleague)) == ((True, True), (False, False))
        unshare(site, with_user=expert, by=officer, reason="结束")
        assert sees(expert) == (False, False)

    def test_the_person_may_look_and_not_write(self, site, acting):
        expert = UserFactory(organisation=organisation(Kind.EXPERT_PANEL))
        share(site, with_user=expert, by=insider(Kind.CITY_BUREAU, site), reason="抽查")
        with acting(expert):
            assert Site.objects.filter(pk=site.pk).update(address="改写") == 0


class TestWrites:
    @pytest.mark.parametrize(
        "kind", [Kind.INSURER, Kind.BROKER, Kind.CITY_FINANCE, Kind.CITY_DEPARTMENT]
    )
    def test_kinds_that_only_read_change_nothing(self, kind, site, acting):
        with acting(insider(kind, site)):
            assert Site.objects.filter(pk=site.pk).update(address="改写") == 0

    def test_a_bureau_cannot_move_a_site_out_of_its_own_sight(self, site, acting):
        elsewhere = Town.objects.get(name="荷城街道")
        officer, refused = insider(Kind.DISTRICT_BUREAU, site), pytest.raises(ProgrammingError)
        with acting(officer), refused, transaction.atomic():
            Site.objects.filter(pk=site.pk).update(district=elsewhere.district, town=elsewhere)

    def test_an_enterprise_cannot_add_a_site_to_another(self, site, acting):
        refused = pytest.raises((ProgrammingError, IntegrityError))
        with acting(outsider(Kind.ENTERPRISE, site)), refused, transaction.atomic():
            SiteFactory(enterprise=site.enterprise)
