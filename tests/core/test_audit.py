"""The audit is written with the act, says who and why, and cannot be bent afterwards."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.accounts.kinds import Kind
from apps.core import audit, context
from apps.core.context import SEAL
from apps.core.models import AuditEvent, AuditSeal
from tests.conftest import ARRANGER, admin_in
from tests.factories import SiteFactory, person

TODAY = date(2026, 3, 2)
FIRST = "(select min(id) from core_auditevent)"
FORGED = """
insert into core_auditevent (at, day, action, actor, actor_name, actor_role, organisation_name,
    request_id, target, target_name, reason, changes, audience, digest)
values (now(), now()::date, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', '{}', '{}', 'forged')
"""


def rename(site, *, by, to="新名"):
    with transaction.atomic():
        audit.record(
            "site.corrected", by=by, on=site, reason="实地核查", changes={"name": [site.name, to]}
        )


def seal():
    with context.entering(SEAL.context), transaction.atomic():
        return audit.seal()


class TestAnEvent:
    def test_says_who_of_which_organisation_in_which_role_in_which_request_and_why(self):
        officer = person(Kind.CITY_BUREAU, "city_officer")
        site = SiteFactory()

        with context.as_request("req_1"):
            rename(site, by=officer)

        event = AuditEvent.objects.get()
        assert (event.actor, event.actor_role) == (officer.actor_key, "city_officer")
        assert event.organisation_name == officer.organisation.name
        assert (event.request_id, event.reason) == ("req_1", "实地核查")
        assert (event.target, event.changes) == (
            f"enterprises.site:{site.pk}",
            {"name": ["主厂区", "新名"]},
        )
        assert event.day == TODAY

    def test_vanishes_with_the_act_that_failed(self):
        officer, site = person(Kind.CITY_BUREAU), SiteFactory()

        def fail() -> None:
            with transaction.atomic():
                rename(site, by=officer)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "town", "expected"),
        [
            (Kind.DISTRICT_BUREAU, "桂城街道", 1),
            (Kind.DISTRICT_BUREAU, "荷城街道", 0),
            (Kind.TOWN_OFFICE, "桂城街道", 1),
            (Kind.TOWN_OFFICE, "大沥镇", 0),
            (Kind.CITY_BUREAU, "桂城街道", 1),
            (Kind.PLATFORM, "桂城街道", 1),
            (Kind.BROKER, "桂城街道", 0),
            (Kind.INSURER, "桂城街道", 0),
        ],
    )
    def test_is_read_by_those_it_concerns(self, acting, kind, town, expected):
        rename(SiteFactory(), by=person(Kind.DISTRICT_BUREAU, town="桂城街道"))
        with acting(person(kind, town=town)):
            assert AuditEvent.objects.count() == expected

    def test_is_not_read_without_a_context(self, acting):
        rename(SiteFactory(), by=person(Kind.CITY_BUREAU))
        with acting(None):
            assert AuditEvent.objects.count() == 0


class TestNobodyBendsIt:
    @pytest.mark.parametrize("table", ["core_auditevent", "core_auditseal"])
    @pytest.mark.parametrize(
        "statement",
        [
            "update {} set id = id",
            "delete from {}",
            "truncate {}",
            "alter table {} disable trigger all",
            "alter table {} no force row level security",
            "drop table {}",
            "create policy mine on {} using (true)",
        ],
    )
    @pytest.mark.parametrize("role", ["none", "scope_city_bureau", "scope_platform"])
    def test_as_the_application_every_way_to_change_it_is_refused(self, statement, table, role):
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with connection.cursor() as cursor:
            cursor.execute("select set_config('role', %s, true)", [role])
            with refused, transaction.atomic():
                cursor.execute(statement.format(table))

    @pytest.mark.parametrize(
        "statement",
        [
            "drop policy append on core_auditevent",
            "drop policy scope_enterprise on enterprises_site",
            "alter table enterprises_site disable row level security",
            "alter role app_rw bypassrls",
            "set role app_owner",
            "set session_replication_role = replica",
            "create table loot (id int)",
        ],
    )
    def test_as_the_application_the_locks_stay_on(self, statement):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('role', 'none', true)")
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)

    def test_a_setting_does_not_switch_triggers_off(self, acting):
        officer = person(Kind.CITY_BUREAU)
        with acting(officer), connection.cursor() as cursor:
            cursor.execute("set local pgtrigger.ignore = '{core_auditevent:digest}'")
            cursor.execute("set local pgtrigger.ignore = '{digest,append_only_rows,update_update}'")
            cursor.execute(FORGED)
        assert AuditEvent.objects.get().digest != "forged"

    def test_the_owner_too_is_stopped_by_triggers(self, own_database):
        with context.entering(ARRANGER), transaction.atomic():
            rename(SiteFactory(), by=person(Kind.CITY_BUREAU))
        for statement in ("update core_auditevent set reason = ''", "truncate core_auditevent"):
            with pytest.raises(Exception, match="append-only"):
                admin_in(own_database, statement)

    def test_an_event_inserted_with_a_digest_of_its_own_gets_the_true_one(self, acting):
        with acting(person(Kind.CITY_BUREAU)), connection.cursor() as cursor:
            cursor.execute(FORGED)
        assert AuditEvent.objects.get().digest != "forged"
        assert audit.breaks() == []


class TestTheChain:
    def test_holds_over_several_seals_and_days(self):
        officer, site = person(Kind.CITY_BUREAU), SiteFactory()
        for count in (2, 3):
            for _ in range(count):
                rename(site, by=officer)
            assert seal() == count
        assert seal() == 0
        assert list(AuditSeal.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
        assert audit.breaks([TODAY]) == []

    @pytest.mark.parametrize(
        ("tampering", "what"),
        [
            (f"update core_auditevent set reason = 'x' where id = {FIRST}", "content"),
            (f"delete from core_auditevent where id = {FIRST}", "missing"),
            ("delete from core_auditseal where sequence = 2", "link"),
        ],
    )
    def test_names_the_place_where_a_superuser_changed_something(
        self, own_database, tampering, what
    ):
        with context.entering(ARRANGER), transaction.atomic():
            officer, site = person(Kind.CITY_BUREAU), SiteFactory()
            for _ in range(3):
                rename(site, by=officer)
        seal()

        admin_in(own_database, "set session_replication_role = replica", tampering)

        with context.entering(ARRANGER), transaction.atomic():
            assert {found.what for found in audit.breaks()} == {what}

    def test_one_event_is_chained_once(self):
        rename(SiteFactory(), by=person(Kind.CITY_BUREAU))
        seal()
        link = AuditSeal.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditSeal.objects.create(
                day=link.day, sequence=2, event_id=link.event_id, previous="", link=""
            )
