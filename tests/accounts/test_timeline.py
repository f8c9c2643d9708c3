"""The story of an object: in people's words, and only what the reader may know."""

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.timeline import Change, timeline
from apps.core import audit
from tests.factories import UserFactory, person


def test_an_event_is_told_with_the_names_of_the_fields(acting):
    admin = person("insurer", "insurer_admin", name="中国人保")
    audit.record(
        "person.suspended",
        by=admin,
        on=admin,
        reason="离职",
        changes={"role": ["underwriter", "insurer_admin"], "is_active": [True, False]},
    )

    with acting(admin):
        (happening,) = timeline(admin, admin)

    assert happening.title == "停用账号"
    assert happening.actor == admin.name
    assert happening.organisation == "中国人保"
    assert happening.reason == "离职"
    assert happening.changes == [
        Change("角色", "承保出单员", "承保机构管理员"),
        Change("启用", "是", "否"),
    ]


def test_a_fact_that_is_no_field_is_named_too(acting):
    admin = person("insurer", "insurer_admin")
    audit.record("person.joined", by=admin, on=admin, changes={"person": "张三"})

    with acting(admin):
        (happening,) = timeline(admin, admin)

    assert happening.changes == [Change("姓名", None, "张三")]


def test_an_encrypted_value_is_not_shown_even_when_an_event_carries_it(acting):
    admin = person("insurer", "insurer_admin")
    audit.record("person.joined", by=admin, on=admin, changes={"phone": ["", "13800138000"]})

    with acting(admin):
        (happening,) = timeline(admin, admin)

    assert happening.changes == [Change("手机号码", None, "（不显示）")]


def test_events_of_rows_that_belong_to_it_are_told_along_newest_first(acting):
    admin = person("insurer", "insurer_admin")
    audit.record("person.joined", by=admin, on=admin.organisation)
    audit.record("person.suspended", by=admin, on=admin)

    with acting(admin):
        happenings = timeline(admin.organisation, admin, and_of=[admin])

    assert [happening.title for happening in happenings] == ["停用账号", "接受邀请，开通账号"]


def test_an_event_addressed_to_others_is_hidden_by_the_filter_alone(acting):
    bureau = person("district_bureau")
    stranger = person("insurer")
    audit.record("person.joined", by=bureau, on=bureau.organisation)

    happenings = timeline(bureau.organisation, stranger)

    assert happenings == []


def test_an_event_addressed_to_others_is_hidden_by_the_database_alone(acting):
    bureau = person("district_bureau")
    stranger = person("insurer")
    audit.record("person.joined", by=bureau, on=bureau.organisation)

    with acting(stranger):
        happenings = timeline(bureau.organisation, bureau)

    assert happenings == []


def test_of_the_platform_only_the_auditor_reads_what_the_security_administrator_did(acting):
    security = person("platform", "security_admin")
    system = UserFactory(organisation=security.organisation, role="system_admin")
    auditor = UserFactory(organisation=security.organisation, role="audit_admin")
    audit.record("person.suspended", by=security, on=system)

    with acting(system):
        seen_by_system = timeline(system, system)
    with acting(auditor):
        seen_by_auditor = timeline(system, auditor)

    assert seen_by_system == []
    assert [happening.title for happening in seen_by_auditor] == ["停用账号"]


def test_every_name_for_people_is_chinese_in_the_source():
    names = [*ACTIONS.values(), *FACTS.values()]

    assert [name for name in names if str(name).isascii()] == []
