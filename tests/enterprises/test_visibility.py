"""What each kind of user sees of one enterprise with plants in two districts.

The enterprise has a plant in Guicheng (Nanhai, metal works, served by insurer A) and one in Daliang
(Shunde, building trade, served by insurer B).
"""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.enterprises.models import Enterprise, Headcount, RiskFact, Site
from apps.enterprises.selectors.now import sites_now, sites_of
from apps.enterprises.selectors.register import Terms, enterprises_fitting, rows_of
from apps.enterprises.services import share_site
from apps.reference.models import ActivityTag, Sector
from tests.enterprises.conftest import TODAY, industry, town
from tests.factories import (
    EnterpriseFactory,
    HeadcountFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
    organisation,
    person,
)

GUICHENG, DALIANG = "桂城厂", "大良厂"
BOTH, NOTHING = {GUICHENG, DALIANG}, set()


@pytest.fixture
def plants():
    place = town("桂城街道")
    own = OrganisationFactory(name="佛山两区五金有限公司", district=place.district, town=place)
    enterprise = EnterpriseFactory(name=own.name, organisation=own, contact_name="梁伟明")
    facts = {
        GUICHENG: ("桂城街道", "3311", "emergency", 30),
        DALIANG: ("大良街道", "4710", "housing", 12),
    }
    made = {}
    for name, (place, code, sector, people) in facts.items():
        made[name] = SiteFactory(
            enterprise=enterprise,
            name=name,
            town=town(place),
            industry=industry(code),
            sector=Sector.objects.get(code=sector),
            insurer=organisation(Kind.INSURER),
            headcount=people,
        )
        HeadcountFactory(site=made[name], production=people)
    return made


def reader(who, plants):
    enterprise = plants[GUICHENG].enterprise
    match who:
        case "own":
            return UserFactory(organisation=enterprise.organisation)
        case "insurer A":
            return UserFactory(organisation=plants[GUICHENG].insurer)
        case "insurer B":
            return UserFactory(organisation=plants[DALIANG].insurer)
        case "shared":
            named = person(Kind.EXPERT_PANEL)
            by = person(Kind.CITY_BUREAU)
            share_site(site=plants[GUICHENG], person=named, reason="抽查", by=by)
            return named
    kind, _, rest = who.partition(" ")
    place, _, sector = rest.partition("/")
    return person(kind, town=place or "桂城街道", **({"sector": sector} if sector else {}))


SEES = {
    "own": BOTH,
    "enterprise": NOTHING,
    "insurer A": {GUICHENG},
    "insurer B": {DALIANG},
    "insurer": NOTHING,
    "city_bureau": BOTH,
    "district_bureau 桂城街道": {GUICHENG},
    "district_bureau 大良街道": {DALIANG},
    "district_bureau 荷城街道": NOTHING,
    "town_office 桂城街道": {GUICHENG},
    "town_office 狮山镇": NOTHING,
    "city_department 桂城街道/housing": {DALIANG},
    "city_department 桂城街道/emergency": {GUICHENG},
    "district_department 大良街道/housing": {DALIANG},
    "district_department 桂城街道/housing": NOTHING,
    "city_finance": BOTH,
    "district_finance 大良街道": {DALIANG},
    "broker": BOTH,
    "association": NOTHING,
    "agency": NOTHING,
    "expert_panel": NOTHING,
    "shared": {GUICHENG},
    "platform": NOTHING,
}
PEOPLE = {GUICHENG: 30, DALIANG: 12}


@pytest.mark.parametrize("who", SEES)
class TestOneEnterpriseInTwoDistricts:
    def test_the_list_counts_only_the_plants_one_sees(self, who, plants, acting):
        user = reader(who, plants)

        with acting(user):
            rows = rows_of(enterprises_fitting(user, Terms()), user)

        seen = SEES[who]
        assert [{site.name for site in row.sites} for row in rows] == ([seen] if seen else [])
        assert sum(row.people for row in rows) == sum(PEOPLE[name] for name in seen)

    def test_the_filter_alone_counts_the_same_with_row_level_security_out_of_the_way(
        self, who, plants
    ):
        user = reader(who, plants)

        rows = rows_of(enterprises_fitting(user, Terms()), user)
        narrowed = enterprises_fitting(user, Terms(town=plants[DALIANG].town)).exists()
        now = sites_now(sites_of(plants[GUICHENG].enterprise_id, user), user, TODAY)

        seen = SEES[who]
        assert [{site.name for site in row.sites} for row in rows] == ([seen] if seen else [])
        assert narrowed == (DALIANG in seen)
        assert {entry.site.name for entry in now if entry.headcount} == seen

    def test_a_condition_on_a_plant_one_does_not_see_finds_nothing(self, who, plants, acting):
        user = reader(who, plants)

        with acting(user):
            found = {
                name: enterprises_fitting(user, Terms(town=plants[name].town)).exists()
                for name in BOTH
            }
            many = enterprises_fitting(user, Terms(people_from=42)).exists()

        assert {name for name, is_found in found.items() if is_found} == SEES[who]
        assert many == (SEES[who] == BOTH)

    def test_the_page_names_only_the_plants_one_sees(self, who, plants, as_):
        user = reader(who, plants)
        url = plants[GUICHENG].enterprise.get_absolute_url()

        response = as_(user).get(url)

        if who in {"association", "platform"}:
            assert response.status_code == 403
        elif not SEES[who]:
            assert response.status_code == 404
        else:
            text = response.content.decode()
            assert {name for name in BOTH if name in text} == SEES[who]

    def test_a_plant_one_does_not_see_is_not_found(self, who, plants, as_):
        client = as_(reader(who, plants))

        found = {
            name: client.get(site.get_absolute_url()).status_code for name, site in plants.items()
        }

        missing = 403 if who in {"association", "platform"} else 404
        assert found == {name: 200 if name in SEES[who] else missing for name in BOTH}


SHOWN_MASKED = "梁**"
IN_THE_CLEAR = {"own"}


@pytest.mark.parametrize("who", [who for who, seen in SEES.items() if seen])
def test_a_contact_is_shown_masked_to_everybody_else(who, plants, as_):
    text = as_(reader(who, plants)).get(plants[GUICHENG].enterprise.get_absolute_url())

    shown = "梁伟明" in text.content.decode()
    assert shown == (who in IN_THE_CLEAR)
    assert (SHOWN_MASKED in text.content.decode()) != shown


@pytest.mark.parametrize("who", ["insurer A", "city_department 桂城街道/emergency", "broker"])
class TestReadersWriteNothing:
    """Raw statements past every service and view: the database alone refuses."""

    def test_no_row_changes(self, who, plants, acting):
        user = reader(who, plants)

        with acting(user):
            changed = [
                Enterprise.objects.update(name="篡改"),
                Site.objects.update(headcount=1),
                Headcount.objects.update(production=1),
            ]

        assert changed == [0, 0, 0]

    def test_no_row_is_added(self, who, plants, acting):
        user = reader(who, plants)
        site = plants[GUICHENG]

        with acting(user), pytest.raises(DatabaseError, match="row-level security"):
            RiskFact.objects.create(
                site=site, tag=ActivityTag.objects.first(), valid_from="2026-01-01", source="x"
            )

    def test_no_row_goes(self, who, plants, acting):
        user = reader(who, plants)

        with acting(user):
            Headcount.objects.all()._raw_delete("default")

        assert Headcount.objects.count() == 2


def test_a_bureau_writes_nothing_into_another_district(plants, acting):
    shunde = person("district_bureau", town="大良街道")

    with acting(shunde):
        changed = Site.objects.filter(name=GUICHENG).update(headcount=1)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Site.objects.filter(name=DALIANG).update(district=town("桂城街道").district)

    assert changed == 0


def test_search_finds_no_enterprise_of_others(plants, as_):
    stranger = person("district_bureau", town="荷城街道")

    text = as_(stranger).get(reverse("accounts:search"), {"q": "两区五金"}).content.decode()

    assert plants[GUICHENG].enterprise.public_id not in text
