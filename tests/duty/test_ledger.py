"""The ledger follows every fact at once, and its states change at midnight in Foshan."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.core.dates import DAY, SHANGHAI
from apps.duty.errors import DutyRefused
from apps.duty.models import SiteDuty
from apps.duty.selectors.ledger import duties_on
from apps.duty.services.facts import enlist_site, record_accident
from apps.duty.services.scoping import adjust_promotion
from apps.policies.services.cover import start_cover
from apps.reference.models import ActivityTag, Industry, ScopeRule, Town
from tests.enrollment.conftest import TODAY
from tests.factories import HeadcountFactory, SiteFactory, UserFactory, person
from tests.policies.stacked import at, endorsed, paid

pytestmark = pytest.mark.django_db
PAID_ON = date(2026, 3, 8)


def state(user, site, day):
    row = duties_on(user, day).filter(site=site.pk).first()
    return row and (row.state, row.since)


@pytest.fixture
def covered(issued, finance, acting):
    with acting(finance):
        start_cover(policy=issued, money_on=PAID_ON, by=finance)
    return issued


def test_a_policy_that_is_paid_shows_in_the_ledger_at_once_and_for_every_date(
    covered, site, bureau, acting
):
    with acting(bureau):
        assert state(bureau, site, date(2026, 3, 8))[0] == "uninsured"
        assert state(bureau, site, date(2026, 3, 9)) == ("insured", date(2026, 3, 9))
        assert state(bureau, site, date(2027, 3, 8)) == ("insured", date(2026, 3, 9))
        assert state(bureau, site, date(2027, 3, 9)) == ("lapsed", date(2027, 3, 9))


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        (datetime(2027, 3, 8, 23, 59, 59, tzinfo=SHANGHAI), "已保"),
        (datetime(2027, 3, 9, 0, 0, 0, tzinfo=SHANGHAI), "脱保"),
    ],
)
def test_the_page_says_it_to_the_second_without_a_job(covered, site, bureau, client, moment, word):
    with time_machine.travel(moment, tick=False):
        client.force_login(bureau)
        page = client.get(reverse("duty:site", args=[site.public_id])).content.decode()
    assert f'<strong class="state-label">{word}</strong>' in page


def test_more_people_than_are_insured_make_it_short_of_people(covered, site, bureau, acting):
    count = site.headcounts.get()
    count.production += 30
    count.save()
    with acting(bureau):
        row = duties_on(bureau, date(2026, 6, 1)).get(site=site.pk)
    assert row.state == "short_of_people"
    assert row.needed > row.insured == covered.insured_count


def test_a_death_makes_a_site_insure_for_three_years_and_a_later_death_extends_it(
    catalogue, bureau, acting
):
    shop = SiteFactory(
        industry=Industry.objects.get(code="5261"), opened_on=date(2015, 1, 1), headcount=9
    )
    HeadcountFactory(site=shop, production=9)
    facts = {"site": shop, "is_road_or_fire": False, "source": "事故快报", "by": bureau}
    with acting(bureau):
        assert state(bureau, shop, date(2026, 3, 1))[0] == "outside"
        day = date(2026, 2, 20)
        record_accident(happened_on=day, died_on=day, today=TODAY, **facts)
        assert state(bureau, shop, date(2029, 2, 19))[0] == "uninsured"
        assert state(bureau, shop, date(2029, 2, 20))[0] == "outside"
        record_accident(happened_on=day, died_on=date(2026, 3, 1), today=TODAY, **facts)
        assert state(bureau, shop, date(2029, 2, 28))[0] == "uninsured"
        assert state(bureau, shop, date(2029, 3, 1))[0] == "outside"


def test_a_list_of_public_harm_binds_and_says_by_which_document(catalogue, bureau, acting):
    shop = SiteFactory(industry=Industry.objects.get(code="5261"), opened_on=date(2015, 1, 1))
    with acting(bureau):
        enlist_site(
            site=shop,
            kind="public_harm",
            valid_from=date(2026, 1, 1),
            valid_to=None,
            source="南应急〔2026〕1号",
            by=bureau,
        )
        row = duties_on(bureau, date(2026, 1, 1)).get(site=shop.pk)
    assert row.state == "uninsured"
    assert row.reasons[-1] == "可能对社会公众造成严重危害：南应急〔2026〕1号"


def test_each_site_of_an_enterprise_has_a_line_of_its_own_for_its_own_bureau(
    site, bureau, acting, catalogue
):
    other = Town.objects.exclude(district=site.district).first()
    far = SiteFactory(enterprise=site.enterprise, town=other, district=other.district)
    city = person(Kind.CITY_BUREAU)
    with acting(bureau):
        assert set(duties_on(bureau, TODAY).values_list("site", flat=True)) == {site.pk}
    with acting(city):
        seen = set(duties_on(city, TODAY).values_list("site", flat=True))
    assert {site.pk, far.pk} <= seen


def test_nobody_writes_the_ledger_but_its_own_service(site, bureau, acting):
    with acting(bureau):
        row = duties_on(bureau, TODAY).get(site=site.pk)
        assert SiteDuty.objects.filter(pk=row.pk).update(state="insured") == 0


def test_list_towns_export_and_api_tell_the_same(site, bureau, client):
    client.force_login(bureau)
    page = client.get(reverse("duty:list"), {"town": site.town.code}).content.decode()
    assert site.enterprise.name in page
    towns = client.get(reverse("duty:towns")).content.decode()
    assert site.town.label in towns
    answer = client.get(reverse("duty_api:duties"), {"view": "uninsured"}).json()
    assert [row["site"] for row in answer["results"]] == [site.public_id]
    line = client.get(reverse("duty_api:duty", args=[site.public_id])).json()
    assert [row["valid_to"] for row in line][-1] is None
    insured = client.get(reverse("duty:list"), {"view": "insured"}).content.decode()
    assert site.enterprise.name not in insured


def test_another_districts_officer_and_an_enterprise_see_their_own_alone(site, client, owner):
    stranger = person(Kind.DISTRICT_BUREAU, "district_officer", town="大良街道")
    client.force_login(stranger)
    assert client.get(reverse("duty:site", args=[site.public_id])).status_code == 404
    client.force_login(owner)
    assert client.get(reverse("duty:site", args=[site.public_id])).status_code == 200
    other = UserFactory(organisation=SiteFactory().enterprise.organisation)
    client.force_login(other)
    assert client.get(reverse("duty:site", args=[site.public_id])).status_code == 404


def test_a_past_day_is_answered_as_the_dated_facts_have_it(covered, site, bureau, client):
    url = reverse("duty:list")
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=SHANGHAI), tick=False):
        client.force_login(bureau)
        today = client.get(url, {"view": "insured"}).content.decode()
        before = client.get(url, {"view": "uninsured", "on": str(PAID_ON - DAY)}).content.decode()
    assert site.enterprise.name in today
    assert site.enterprise.name in before


def test_a_district_adjusts_what_it_promotes_and_never_what_must_insure(bureau, acting, client):
    dust = ActivityTag.objects.get(code="dust")
    shop = SiteFactory(industry=Industry.objects.get(code="5261"), opened_on=date(2015, 1, 1))
    shop.facts.create(tag=dust, valid_from=date(2020, 1, 1), source="申报")
    facts = {"valid_from": date(2026, 6, 1), "source": "南应急〔2026〕2号", "by": bureau}
    with acting(bureau):
        must = ScopeRule.objects.filter(level="mandatory", tag__isnull=False, district=None).first()
        if must:
            with pytest.raises(DutyRefused, match="强制范围"):
                adjust_promotion(tag=must.tag, removes=True, **facts)
        standing = ScopeRule.objects.in_force_on(date(2026, 6, 1)).filter(tag=dust)
        if not standing.filter(level="mandatory").exists():
            adjust_promotion(tag=dust, removes=True, **facts)
            with pytest.raises(DutyRefused, match="已有调整"):
                adjust_promotion(tag=dust, removes=False, **facts)
            before = duties_on(bureau, date(2026, 5, 31)).get(site=shop.pk)
            after = duties_on(bureau, date(2026, 6, 1)).get(site=shop.pk)
            assert (before.level, after.level) == ("promoted", "encouraged")
    client.force_login(bureau)
    assert "投保范围规则" in client.get(reverse("duty:rules")).content.decode()


def test_one_page_tells_duty_cover_money_and_the_gate_tells_everybody_the_cover_alone(
    covered, site, bureau, client
):
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=SHANGHAI), tick=False):
        gate = client.get(reverse("duty:gate", args=[site.enterprise.public_id]))
        client.force_login(bureau)
        page = client.get(reverse("duty:one", args=[site.enterprise.public_id]))
    told, public = page.content.decode(), gate.content.decode()
    assert covered.number in told
    assert f"{covered.premium:,.2f}" in told
    assert reverse("duty:gate", args=[site.enterprise.public_id]) in told
    assert site.enterprise.name in public
    assert "有效" in public
    assert covered.number not in public
    assert client.get(reverse("duty:gate", args=["ent_none"])).status_code == 404


def test_people_added_by_an_endorsement_count_from_their_day_and_end_with_the_policy(
    issued, site, bureau, finance, underwriter, acting
):
    policy = paid(issued, finance, acting, on=TODAY)
    count = site.headcounts.get()
    count.production += 30
    count.save()
    with acting(underwriter):
        day = date(2026, 4, 1)
        endorsed(policy, underwriter, on=day, now=at(day), heads_by=30)
    with acting(bureau):
        before, after = (duties_on(bureau, one).get(site=site.pk) for one in (day - DAY, day))
    assert (before.state, after.state) == ("short_of_people", "insured")
    assert after.insured == before.insured + 30
    assert before.cover_to == after.cover_to == policy.cover_to
