"""An entry is put right by those who keep it; what it said before stays findable."""

from datetime import date

import pytest

from apps.accounts.models import Organisation
from apps.core.models import AuditEvent, Effect
from apps.core.transitions import TransitionRefused
from apps.enterprises.errors import ChangedMeanwhile, EnterpriseRefused
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors.versions import ENTERPRISE, version_of
from apps.enterprises.services import (
    add_site,
    close_enterprise,
    close_site,
    correct_enterprise,
    restore_enterprise,
    verify_enterprise,
)
from tests.enterprises.conftest import TODAY, new_site, town
from tests.factories import person

NEW_NAME = "佛山市南海锋锐智造有限公司"


def correct(enterprise, by, **facts):
    row = Enterprise.objects.get(pk=enterprise.pk)
    kept = {name: getattr(row, name) for name in ("uscc", "name", "ownership", "parent_name")}
    given = kept | {"contact_name": None, "contact_phone": None, "reason": "营业执照变更"}
    return correct_enterprise(enterprise=row, by=by, **given | facts)


def test_a_renamed_enterprise_is_found_by_both_names(registered, officer, acting):
    registered.organisation.names.update(valid_from=date(2019, 5, 1))
    with acting(officer):
        correct(registered, officer, name=NEW_NAME, renamed_on=TODAY)
        found = [
            Enterprise.objects.visible_to(officer).matching(text).get()
            for text in ("锋锐智造", "锋利五金", "佛山市南海锋利五金制品有限公司")
        ]

    assert {row.name for row in found} == {NEW_NAME}
    assert Organisation.objects.get(pk=registered.pk).name == NEW_NAME


def test_papers_bear_the_name_of_their_day(registered, officer, acting):
    own = Organisation.objects.get(pk=registered.pk)
    own.names.update(valid_from=date(2019, 5, 1))

    with acting(officer):
        correct(registered, officer, name=NEW_NAME, renamed_on=date(2026, 2, 1))

    own.refresh_from_db()
    assert own.name_on(date(2026, 1, 31)) == registered.name
    assert own.name_on(date(2026, 2, 1)) == NEW_NAME


def test_a_mistyped_name_leaves_no_former_name(registered, officer, acting):
    with acting(officer):
        correct(registered, officer, name="佛山市南海锋利五金有限公司")

    own = Organisation.objects.get(pk=registered.pk)
    assert [name.name for name in own.names.all()] == ["佛山市南海锋利五金有限公司"]


def test_a_name_cannot_change_before_the_one_it_replaces(registered, officer, acting):
    with acting(officer), pytest.raises(EnterpriseRefused) as refused:
        correct(registered, officer, name=NEW_NAME, renamed_on=date(2026, 1, 1))

    assert refused.value.field == "renamed_on"


@pytest.mark.parametrize(
    "asked", ["佛山（南海）锋利", "佛山(南海)锋利", "FSNH锋利", "ｆｓｎｈ锋利"]
)
def test_brackets_width_and_case_do_not_matter_to_the_search(registered, officer, acting, asked):
    with acting(officer):
        correct(registered, officer, name="佛山（南海）锋利FSNH锋利制品厂")
        found = Enterprise.objects.visible_to(officer).matching(asked).exists()

    assert found


def test_the_code_is_taken_once(registered, officer, acting):
    other = person("enterprise", uscc="91440604MA000TA189").organisation

    with acting(officer), pytest.raises(EnterpriseRefused, match="此代码已在平台登记"):
        correct(registered, officer, uscc=other.uscc)


def test_an_enterprise_keeps_its_contact_but_not_its_identity(registered, owner, officer, acting):
    with acting(owner):
        correct(registered, owner, contact_name="何丽", contact_phone="139 0013 9000")
        with pytest.raises(EnterpriseRefused) as refused:
            correct(registered, owner, name=NEW_NAME)

    assert str(refused.value) == (
        "名称和统一社会信用代码按营业执照由登记机关更正，"
        "请联系佛山市南海区应急管理局（0757-86230000）。"
    )
    row = Enterprise.objects.get(pk=registered.pk)
    assert (row.contact_name, row.contact_phone) == ("何丽", "13900139000")


def test_the_record_of_a_contact_is_masked(registered, owner, acting):
    with acting(owner):
        correct(registered, owner, contact_name="何丽", contact_phone="13900139000")

    event = AuditEvent.objects.get(action="enterprise.corrected")
    assert event.changes == {
        "contact_name": ["梁**", "何*"],
        "contact_phone": ["138****8000", "139****9000"],
    }


def test_the_bureau_of_another_plant_does_not_touch_the_entry_itself(registered, city, acting):
    shunde = person("district_bureau", town="大良街道")
    with acting(city):
        add_site(enterprise=registered, new=new_site(town=town("大良街道")), by=city)

    with acting(shunde), pytest.raises(EnterpriseRefused) as refused:
        correct(registered, shunde, parent_name="某集团")

    assert str(refused.value) == (
        "您的辖区只有该企业的部分场所，企业本身的资料请联系佛山市应急管理局（0757-83320000）更正。"
    )


def test_what_changed_meanwhile_is_not_overwritten(registered, officer, owner, acting):
    seen = version_of(Enterprise.objects.get(pk=registered.pk), ENTERPRISE)
    with acting(owner):
        correct(registered, owner, parent_name="大锋集团")

    with acting(officer), pytest.raises(ChangedMeanwhile) as refused:
        correct(registered, officer, ownership="foreign", version=seen)

    assert owner.name in str(refused.value)
    assert "2026-03-02 09:00" in str(refused.value)


def test_a_form_drawn_after_the_last_change_goes_through(registered, officer, acting):
    with acting(officer):
        seen = version_of(Enterprise.objects.get(pk=registered.pk), ENTERPRISE)
        row = correct(registered, officer, ownership="foreign", version=seen)

    assert row.ownership == "foreign"


def test_its_people_are_told_when_somebody_else_changes_it(registered, officer, owner, acting):
    with acting(officer):
        correct(registered, officer, parent_name="大锋集团", reason="股权变更")
    with acting(owner):
        correct(registered, owner, parent_name="", reason="填错")

    (effect,) = Effect.objects.filter(name="messaging.notify")
    assert effect.payload["receivers"] == [owner.pk]
    assert effect.payload["text"] == "企业登记资料已更正：股权变更"
    assert effect.payload["url"] == registered.get_absolute_url()


def test_saving_without_a_change_is_no_act(registered, officer, acting):
    with acting(officer):
        correct(registered, officer)

    assert not AuditEvent.objects.filter(action="enterprise.corrected").exists()


def test_the_states_go_their_way(registered, site, officer, acting):
    site.headcounts.update(valid_from=date(2026, 1, 1))
    with acting(officer):
        verify_enterprise(enterprise=registered, reason="现场核查", by=officer)
        with pytest.raises(TransitionRefused):
            verify_enterprise(enterprise=registered, reason="再核", by=officer)
        with pytest.raises(EnterpriseRefused, match="还有场所没有关闭，不能注销：主厂区"):
            close_enterprise(enterprise=registered, reason="执照注销", by=officer)
        close_site(site=site, on=TODAY, reason="搬走", by=officer)
        close_enterprise(enterprise=registered, reason="执照注销", by=officer)
        with pytest.raises(EnterpriseRefused, match="企业已注销"):
            correct(registered, officer, parent_name="某集团")
        row = restore_enterprise(enterprise=registered, reason="误注销", by=officer)

    assert row.state == "registered"
    events = AuditEvent.objects.filter(target=f"enterprises.enterprise:{registered.pk}")
    assert list(events.order_by("id").values_list("action", "reason")) == [
        ("enterprise.registered", ""),
        ("enterprise.verified", "现场核查"),
        ("enterprise.closed", "执照注销"),
        ("enterprise.restored", "误注销"),
    ]


def test_nothing_is_verified_while_its_people_are_not_counted(registered, site, officer, acting):
    site.headcounts.all().delete()
    type(site).objects.filter(pk=site.pk).update(headcount=0)

    with acting(officer), pytest.raises(EnterpriseRefused) as refused:
        verify_enterprise(enterprise=registered, reason="现场核查", by=officer)

    assert str(refused.value) == "以下场所还没有从业人数，不能核实：主厂区。"
