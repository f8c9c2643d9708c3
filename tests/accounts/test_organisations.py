"""Who takes part: the directory, and the page of one organisation."""

from datetime import date

import pytest

from apps.accounts.models import OrganisationName
from tests.factories import organisation, person


def page(client, url="/organisations/", **asked):
    return client.get(url, asked).content.decode()


def test_the_institutions_are_known_to_everybody_and_enterprises_are_not_listed(as_):
    bureau = organisation("district_bureau", name="南海区应急管理局")
    own = person("enterprise", name="锋利五金")

    shown = page(as_(own))

    assert "南海区应急管理局" in shown
    assert own.organisation.public_id not in shown
    assert as_(own).get(bureau.get_absolute_url()).status_code == 200


def test_the_directory_is_searched_by_name_kind_and_district(as_):
    organisation("district_bureau", name="南海区应急管理局", town="桂城街道")
    organisation("broker", name="广东顾问")
    client = as_(person("insurer"))

    by_name = page(client, q="应急")
    by_kind = page(client, kind="broker")
    by_nonsense = page(client, kind="nonsense", district="x")

    assert ("南海区应急" in by_name, "广东顾问" in by_name) == (True, False)
    assert ("南海区应急" in by_kind, "广东顾问" in by_kind) == (False, True)
    assert "南海区应急" in by_nonsense


def test_the_list_begins_with_the_authorities_and_sorts_by_name_on_demand(as_):
    for kind, name in (("agency", "甲服务"), ("city_bureau", "乙市局"), ("insurer", "丙保险")):
        organisation(kind, name=name)
    client = as_(person("broker", name="丁顾问"))

    by_kind = [one.name for one in client.get("/organisations/").context["page"]]
    by_name = [one.name for one in client.get("/organisations/?sort=-name").context["page"]]

    assert by_kind == ["丙保险", "乙市局", "丁顾问", "甲服务"]
    assert by_name == sorted(by_kind, reverse=True)


def test_a_stranger_s_enterprise_is_not_found(as_):
    enterprise = person("enterprise").organisation

    assert as_(person("enterprise")).get(enterprise.get_absolute_url()).status_code == 404
    assert as_(person("association")).get(enterprise.get_absolute_url()).status_code == 404


def test_former_names_are_told_with_their_days_and_papers(as_):
    bureau = organisation("city_bureau", name="佛山市应急管理局")
    for name, day in (("佛山市安监局", date(2010, 1, 1)), ("佛山市应急管理局", date(2019, 2, 1))):
        OrganisationName.objects.create(
            organisation=bureau, name=name, valid_from=day, source="机构改革"
        )

    shown = page(as_(person("insurer")), bureau.get_absolute_url())

    assert "佛山市安监局" in shown
    assert "2010-01-01" in shown


@pytest.mark.parametrize(
    ("kind", "role", "sees"),
    [("insurer", "underwriter", False), ("platform", "security_admin", True)],
)
def test_people_of_others_are_for_whoever_manages_all_accounts(as_, kind, role, sees):
    colleague = person("broker", name="广东顾问")

    url = colleague.organisation.get_absolute_url() + "?tab=related"
    shown = page(as_(person(kind, role)), url)

    assert (colleague.name in shown) == sees


def test_one_s_own_organisation_shows_its_people(as_):
    own = person("broker")

    shown = page(as_(own), own.organisation.get_absolute_url() + "?tab=related")

    assert own.name in shown


def test_an_unknown_tab_shows_the_summary(as_):
    own = person("broker")

    response = as_(own).get(own.organisation.get_absolute_url() + "?tab=nonsense")

    assert response.context["tab"] == "summary"
