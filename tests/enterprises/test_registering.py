"""An enterprise enters the register whole, once, and only where its keeper may enter it."""

import pytest

from apps.accounts.models import Organisation, OrganisationName
from apps.core.models import AuditEvent
from apps.enterprises.errors import EnterpriseRefused, SiteRefused
from apps.enterprises.models import Enterprise, Headcount, RiskFact, Site
from apps.enterprises.services import register_enterprise
from apps.reference.models import ActivityTag
from tests.codes import uscc
from tests.enterprises.conftest import TODAY, industry, new_site, town
from tests.factories import person

FRESH = uscc(910_000)


def register(by, **facts):
    given = {"uscc": FRESH, "name": "佛山市新厂有限公司", "site": new_site(), "by": by}
    return register_enterprise(**given | facts)


def test_everything_about_it_is_there_at_once(officer, acting):
    dust = ActivityTag.objects.get(code="dust")

    with acting(officer):
        made = register(officer, site=new_site(tags=[dust]))

    site = made.sites.get()
    assert (made.state, made.name) == ("registered", "佛山市新厂有限公司")
    assert (site.town.name, site.district.name, site.headcount) == ("桂城街道", "南海区", 42)
    assert site.sector.code == "emergency"
    assert made.organisation.district == site.district
    assert [name.name for name in made.organisation.names.all()] == [made.name]
    assert Headcount.objects.get(site=site).valid_from == TODAY
    assert RiskFact.objects.get(site=site).tag == dust
    events = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(events) == ["site.added", "enterprise.registered"]


def test_the_sector_follows_the_industry(officer, acting):
    with acting(officer):
        made = register(officer, site=new_site(industry=industry("4710")))

    assert made.sites.get().sector.code == "housing"


def test_a_refusal_leaves_nothing_behind(officer, acting):
    before = [model.objects.count() for model in (Organisation, Enterprise, Site, AuditEvent)]

    with acting(officer), pytest.raises(EnterpriseRefused):
        register(officer, site=new_site(town=town("大良街道")))

    after = [model.objects.count() for model in (Organisation, Enterprise, Site, AuditEvent)]
    assert after == before


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("９１４４０６０４ＭＡ０００ＴＡ１８９", "91440604MA000TA189"),
        (" 91440604-ma000 ta189 ", "91440604MA000TA189"),
    ],
)
def test_a_code_is_mended_before_it_is_judged(officer, acting, typed, stored):
    with acting(officer):
        made = register(officer, uscc=typed)

    assert made.uscc == stored


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("91440604MA000TA188", "按前17位算，末位应为9，现为8；请核对末位和第1至8位。"),
        ("9144O604MA000TA189", "第5位是字母O，应为数字0吗？"),
        ("914406O4MA00OTAI89", "第7位是字母O，应为数字0吗？"),
        ("9144", "统一社会信用代码为18位，现有4位，少14位。"),
    ],
)
def test_a_wrong_code_is_explained(officer, acting, code, sentence):
    with acting(officer), pytest.raises(EnterpriseRefused, match=sentence) as refused:
        register(officer, uscc=code)

    assert refused.value.field == "uscc"


def test_a_code_of_ones_own_area_is_named(registered, officer, acting):
    with acting(officer), pytest.raises(EnterpriseRefused) as refused:
        register(officer, uscc=registered.uscc)

    assert str(refused.value) == (
        "此代码已登记为“佛山市南海锋利五金制品有限公司”，不用再登记；请到企业名录中查看。"
    )


def test_a_code_of_another_district_gives_nothing_away_but_whom_to_ask(registered, city, acting):
    stranger = person("district_bureau", town="大良街道")

    with acting(stranger), pytest.raises(EnterpriseRefused) as refused:
        register(stranger, uscc=registered.uscc, site=new_site(town=town("大良街道")))

    assert str(refused.value) == (
        "此代码已在平台登记，但没有您辖区内的场所。"
        "如该企业在您的辖区有场所，请联系佛山市应急管理局（0757-83320000）增设。"
    )


def test_a_bureau_enters_its_own_district_only(officer, acting):
    shunde = person("district_bureau", town="大良街道", name="佛山市顺德区应急管理局")

    with acting(officer), pytest.raises(EnterpriseRefused) as refused:
        register(officer, site=new_site(town=town("大良街道")))

    assert str(refused.value) == (
        f"大良街道不在您的辖区，该处的场所请联系{shunde.organisation.name}登记。"
    )
    assert refused.value.field == "town"


def test_a_town_office_enters_its_own_town(acting):
    clerk = person("town_office", town="狮山镇")

    with acting(clerk):
        made = register(clerk, site=new_site(town=town("狮山镇")))
        with pytest.raises(EnterpriseRefused):
            register(clerk, uscc=uscc(910_001))

    assert made.organisation.town.name == "狮山镇"


def test_what_is_not_yet_open_is_not_yet_entered(officer, acting):
    with acting(officer), pytest.raises(SiteRefused, match="投产日期不能晚于今天"):
        register(officer, site=new_site(opened_on=TODAY.replace(year=2027)))


def test_a_number_nobody_answers_is_refused(officer, acting):
    with acting(officer), pytest.raises(EnterpriseRefused) as refused:
        register(officer, contact_phone="1380013800")

    assert (refused.value.field, str(refused.value)) == (
        "contact_phone",
        "手机号为11位，现有10位，少1位。",
    )


def test_a_land_line_is_a_number_too(officer, acting):
    with acting(officer):
        made = register(officer, contact_phone="0757-8623 0000")

    assert Enterprise.objects.get(pk=made.pk).contact_phone == "075786230000"


def test_names_are_written_down_from_the_day_production_began(officer, acting):
    with acting(officer):
        made = register(officer, site=new_site(opened_on=TODAY.replace(year=2019)))

    assert OrganisationName.objects.get(organisation=made.pk).valid_from.year == 2019
