"""Every table is either followed, append-only, or excused with a reason; and locked or excused."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from pghistory.models import Event

from apps.accounts.policies import OPEN_TABLES, drift, protected_tables, version_models
from tests.conftest import admin_in

# Models whose rows need no history of their own, each with its reason.
NOT_TRACKED = {
    "core.AuditEvent": "append-only: it is the history",
    "core.AuditSeal": "append-only: hashes",
    "core.Counter": "the last number of a series; the numbered papers are the record",
    "core.Effect": "machinery: delivered effects show in what they did",
    "core.IdempotencyKey": "machinery: expires after a day",
    "core.Job": "machinery: results expire; exports are audited when asked for",
    "accounts.OrganisationName": "append-only by service: a name is followed by the next",
    "accounts.ApiKey": "made and revoked are audit events; the rest never changes",
    "accounts.Invitation": "each step is an audit event; states move forward only",
    "enterprises.SiteShare": "each share and its end is an audit event",
    "policies.PolicyTransaction": "append-only by trigger: a reversal is another row",
    "pools.ShareLine": "append-only: a table is followed by the next",
    "pools.Admission": "append-only by trigger: what was looked at on that day",
    "pools.Approval": "append-only by trigger: a consent is given once",
    "pools.ScoreSheet": "append-only by trigger: a later sheet takes its place",
    "pools.ScoreLine": "append-only by trigger: the lines of a sheet",
    "pools.Succession": "append-only by trigger; its entry is audited",
    "documents.Paper": "frozen by trigger but for its file, added once; its issue is audited",
    "billing.Entry": "append-only by trigger; a correction is a reversing entry",
    "billing.Posting": "append-only by trigger: the lines of an entry",
    "billing.Receipt": "append-only by trigger; its recording is audited",
    "billing.Refund": "append-only by trigger; paying back is audited",
    "billing.WriteOff": "proposing and deciding are audited; states move on by trigger",
    "billing.Reminder": "append-only by trigger: what was reminded of, and when",
    "billing.BankFile": "each upload is an audit event",
    "billing.BankLine": "as the bank wrote it; states move on by trigger, each act is audited",
    "billing.EntrySeal": "append-only: hashes",
    "billing.DayTotal": "machinery: sums of sealed lines, checked against them every night",
    "billing.ClosedMonth": "append-only by trigger; each closing is audited",
    "billing.Statement": "append-only by trigger: frozen when it is made, which is audited",
    "billing.StatementMember": "append-only by trigger: frozen with its statement",
    "billing.StatementLine": "append-only by trigger: frozen with its statement",
    "billing.Confirmation": "append-only by trigger: given once, and audited",
    "billing.Difference": "append-only by trigger; raising it is audited",
    "billing.Intermediary": "append-only by trigger; a renewed licence is another row",
    "billing.CommissionAgreement": "append-only by trigger; concluding it is audited",
    "billing.IntroducedPolicy": "append-only by trigger: named once, and audited",
    "billing.CommissionPayment": "append-only by trigger; paying is audited",
    "billing.Settlement": "append-only by trigger: the answer to a difference, audited",
    "duty.SiteDuty": "derived: drawn anew from facts that keep versions themselves",
    "duty.StaleSite": "machinery: marks of sites to be drawn anew",
    "duty.Contact": "append-only by trigger; each is an audit event",
    "duty.RegistryImport": "each upload, commit and discard is an audit event; states move on",
    "duty.StagedSite": "rows on their way into the register, which keeps versions itself",
    "policies.RosterImport": "each upload, commit and discard is an audit event; states move on",
    "policies.CopiedReport": "frozen by trigger; acknowledged once, which is audited",
    "policies.StagedPerson": "rows on their way to a roster, gone once they are in it",
    "policies.PolicyShare": "append-only by trigger: the shares of a policy for life",
    "rating.GateReport": "written once; never changed",
    "rating.Quote": "its terms are frozen by trigger; offer and acceptance are audited",
    "rating.Referral": "its question is frozen by trigger, its answer is given once and audited",
    "rating.RangeAuthority": "frozen by trigger but for its end; each grant is audited",
    "rating.ImpactRun": "frozen by trigger once it is finished; content-addressed",
    "rating.LossFile": "append-only by trigger: a corrected file is imported beside it",
    "rating.LossLine": "append-only by trigger: the lines of a file",
    "rating.RateStudy": "frozen by trigger but for the draft it led to, which is audited",
    "messaging.Notice": "a message; read or unread",
}
NOT_TRACKED |= dict.fromkeys(
    (
        "catalogue.AxisPoint",
        "catalogue.CancellationGround",
        "catalogue.Clause",
        "catalogue.CoverageHead",
        "catalogue.DeductibleChoice",
        "catalogue.FactorGroup",
        "catalogue.GoldenCase",
        "catalogue.LimitChoice",
        "catalogue.RatingTable",
        "catalogue.RefusalReason",
        "catalogue.TableAxis",
        "catalogue.TableCell",
        "catalogue.TariffFact",
    ),
    "a part of a version: frozen with it by trigger, and the version is tracked",
)
PUBLISHED = "reference"  # published facts, loaded from reviewed files that bear their source


def ours():
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("apps.") and not issubclass(model, Event)
    ]


def test_every_model_is_tracked_or_excused():
    tracked = {model.pgh_tracked_model for model in version_models()}
    untracked = {
        model._meta.label
        for model in ours()
        if model not in tracked and model._meta.app_label != PUBLISHED
    }
    assert untracked == set(NOT_TRACKED)


def test_every_table_is_under_row_level_security_or_excused():
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, relrowsecurity and relforcerowsecurity from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        tables = dict(cursor.fetchall())
    published = {name for name in tables if name.startswith(f"{PUBLISHED}_")}
    open_tables = {name for name, locked in tables.items() if not locked}
    assert open_tables - published == set(OPEN_TABLES)
    assert {name for name, locked in tables.items() if locked} == protected_tables()


def test_the_database_holds_exactly_the_declared_policies():
    assert drift() == []


@pytest.mark.parametrize(
    "change",
    [
        "drop policy scope_insurer on enterprises_site",
        "alter policy scope_insurer on enterprises_site using (true)",
        "create policy more on enterprises_site using (true)",
        "alter table enterprises_site disable row level security",
        "alter table enterprises_site no force row level security",
    ],
)
def test_a_lock_changed_behind_our_back_is_seen(own_database, change):
    admin_in(own_database, change)
    assert drift() != []


def test_the_application_has_no_way_around_the_locks():
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit"
            " from pg_roles where rolname = 'app_rw'"
        )
        assert cursor.fetchone() == (False, False, False, False, False)
        cursor.execute(
            "select count(*) from information_schema.table_privileges"
            " where grantee in ('app_rw', 'app_tenant')"
            " and privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
        )
        assert cursor.fetchone() == (0,)


def test_every_declared_trigger_is_installed_and_on():
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger"
            " where not tgisinternal and tgenabled = 'O'"
        )
        installed = set(cursor.fetchall())
    declared = {
        (model._meta.db_table, trigger.get_pgid(model)) for model, trigger in pgtrigger.registered()
    }
    assert declared - installed == set()


def test_every_state_machine_is_enforced_by_the_database():
    machines = {model for model in ours() if hasattr(model, "transitions")}
    enforced = {model for model, trigger in pgtrigger.registered() if hasattr(trigger, "table")}
    assert machines == enforced
