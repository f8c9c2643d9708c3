"""Copied reports: who gets one, by when, who acknowledged it, and who was late."""

import threading
import time
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import Error, connection, transaction

from apps.accounts.kinds import Kind
from apps.core import context
from apps.core.models import AuditEvent
from apps.policies.copies.api import feed
from apps.policies.copies.letters import mail_copies
from apps.policies.copies.models import CopiedReport, ReportEvent
from apps.policies.copies.selectors import lateness
from apps.policies.models import Policy
from apps.policies.reports import copy_report
from apps.pools.models import Agreement
from apps.pools.services import conclude_agreement
from tests.access.test_scope import insider
from tests.conftest import ARRANGER
from tests.enrollment.conftest import NOW, TODAY
from tests.enrollment.test_at_once import acted, clerks, issued_by
from tests.factories import UserFactory, organisation, person
from tests.money import paid

__all__ = ["clerks"]
START = NOW - timedelta(days=9)
LIST = "/copied-reports/"
API = "/api/v1/copied-reports/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def broker(pool):
    return UserFactory(
        organisation=organisation(Kind.BROKER), role="broker_admin", email="broker@example.com"
    )


@pytest.fixture
def copied(broker, bureau, issued):
    return issued


def test_everyone_who_carries_or_watches_gets_one_and_nobody_else(copied, insurers, broker, bureau):
    elsewhere = person(Kind.DISTRICT_BUREAU, town="大良街道")
    rows = CopiedReport.objects.filter(event=ReportEvent.ISSUE)
    receivers = set(rows.values_list("receiver", flat=True))
    assert {insurers[0].pk, insurers[2].pk, broker.organisation_id} < receivers
    assert bureau.organisation_id in receivers
    assert not {insurers[1].pk, elsewhere.organisation_id} & receivers
    row = rows.first()
    assert (row.sender, row.due_at - row.happened_at) == (copied.insurer, timedelta(hours=24))


@pytest.mark.parametrize("kind", sorted(Kind))
def test_the_filter_and_the_database_agree_on_who_sees_which(kind, copied, insurers, acting):
    reader = {
        Kind.INSURER: lambda: UserFactory(organisation=insurers[0]),
        Kind.DISTRICT_BUREAU: lambda: None,
    }.get(kind, lambda: insider(kind, copied.site))()
    if reader is None:
        own = CopiedReport.objects.get(receiver__kind=kind).receiver
        reader = UserFactory(organisation=own)
    by_filter = set(CopiedReport.objects.visible_to(reader).values_list("receiver", flat=True))
    with acting(reader):
        by_lock = set(CopiedReport.objects.values_list("receiver", flat=True))
    everyone = set(CopiedReport.objects.values_list("receiver", flat=True))
    own = {reader.organisation_id} & everyone
    assert by_filter == by_lock == (everyone if kind == Kind.BROKER else own)


def test_a_partner_acknowledges_its_own_and_only_once(client, copied, insurers, acting):
    reader = UserFactory(organisation=insurers[0], role="insurer_finance")
    client.force_login(reader)
    page = client.get(LIST).content.decode()
    assert copied.number in page
    others = CopiedReport.objects.exclude(receiver=insurers[0])
    selected = [row.public_id for row in others] + [
        CopiedReport.objects.get(receiver=insurers[0]).public_id
    ]
    for _again in range(2):
        client.post(f"{LIST}acknowledge/", {"selected": selected})
    row = CopiedReport.objects.get(receiver=insurers[0])
    assert (row.acknowledged_by, row.acknowledged_at) == (reader.actor_key, NOW)
    assert not others.exclude(acknowledged_at=None).exists()
    assert AuditEvent.objects.filter(action="copies.acknowledged").count() == 1


def test_all_that_the_list_finds_are_acknowledged_at_one_click(
    client, copied, insurers, finance, acting
):
    paid(copied, finance, acting, amount=copied.premium)
    reader = UserFactory(organisation=insurers[0], role="underwriter")
    client.force_login(reader)
    client.post(f"{LIST}acknowledge/?event=issue", {"all": "1"})
    own = CopiedReport.objects.filter(receiver=insurers[0])
    assert set(own.waiting().values_list("event", flat=True)) == {ReportEvent.PAYMENT}


def test_the_time_is_the_agreements_of_that_day(copied, pool, broker, underwriter, acting):
    signed = Agreement(
        number="协议1",
        pool=pool,
        valid_from=date(2026, 3, 1),
        valid_to=date(2027, 3, 1),
        report_hours=48,
        source="合约",
    )
    with acting(broker):
        conclude_agreement(agreement=signed, by=broker)
    with acting(underwriter):
        for days, once in ((1, "in time"), (3, "late")):
            copy_report(
                event=ReportEvent.CANCELLATION,
                policy=copied,
                title="抄报",
                text="退保",
                once=once,
                happened_at=NOW - timedelta(days=days) if days == 3 else NOW,
                by=underwriter,
            )
    due = {row.once: row.due_at - row.happened_at for row in CopiedReport.objects.all()}
    assert due["in time"] == timedelta(hours=48)
    assert due["late"] == timedelta(hours=24)  # before the agreement, the usual time
    (line,) = [
        line
        for line in lateness(broker, TODAY - timedelta(days=5), TODAY + timedelta(days=1), NOW)
        if line.insurer == copied.insurer
    ]
    assert (line.sent, line.sent_late) == (3, 1)


def test_who_does_not_acknowledge_in_time_is_counted(client, copied, insurers, broker):
    lines = lateness(broker, TODAY, TODAY + timedelta(days=1), NOW + timedelta(hours=25))
    assert [(line.received, line.answered_late) for line in lines if line.sent == 0] == [(1, 1)] * 2
    client.force_login(broker)
    page = client.get(f"{LIST}lateness/?since=2026-03-01&until=2026-03-31").content.decode()
    assert all(insurer.name in page for insurer in insurers)


def test_the_letter_names_nobody_and_goes_once(copied, broker, acting):
    once = CopiedReport.objects.first().once
    for _again in range(2):
        mail_copies(by=broker, once=once)
    (letter,) = [one for one in mail.outbox if one.bcc == ["broker@example.com"]]
    assert copied.insured_name not in letter.body
    assert "/copied-reports/" in letter.body
    assert not CopiedReport.objects.filter(mailed_at=None).exists()


@pytest.mark.parametrize(
    "change", [{"text": "别的"}, {"due_at": START}, {"receiver_id": 1}, {"reported_at": START}]
)
def test_what_was_reported_is_frozen(change, copied, broker, acting):
    with acting(broker), pytest.raises(Error, match=r"readonly|Cannot"), transaction.atomic():
        CopiedReport.objects.update(**change)


def test_a_feed_goes_on_where_it_ended_and_waits_for_open_transactions(clerks):
    sender = clerks[0]
    policy = acted(sender, issued_by)
    with context.entering(ARRANGER), transaction.atomic():
        partner = policy.shares.exclude(insurer=policy.insurer).first().insurer
        reader = UserFactory(organisation=partner, role="insurer_finance")

    def report(by, once):
        found = Policy.objects.get(pk=policy.pk)
        copy_report(
            event=ReportEvent.ENDORSEMENT, policy=found, title="抄", text=once, once=once, by=by
        )

    def read(by, after=""):
        return list(feed(by, after))

    def read_on(after, number):
        """Transactions of other databases of the server hold a feed back for their moment too."""
        for _try in range(1_200):
            if len(found := acted(reader, lambda by: read(by, after))) == number:
                return found
            time.sleep(0.1)
        return found

    (first,) = read_on("", 1)
    assert first.event == ReportEvent.ISSUE
    is_written, may_end = threading.Event(), threading.Event()

    def slow():
        def act(by):
            report(by, "open")
            is_written.set()
            may_end.wait()

        acted(sender, act)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    is_written.wait()
    acted(sender, lambda by: report(by, "quick"))
    assert acted(reader, lambda by: read(by, first.public_id)) == []
    may_end.set()
    thread.join()
    later = read_on(first.public_id, 2)
    assert [row.text for row in later] == ["open", "quick"]


def test_another_system_reads_and_acknowledges(client, copied, insurers, acting):
    reader = UserFactory(organisation=insurers[0], role="insurer_finance")
    client.force_login(reader)
    assert client.get(API).status_code == 200
    assert client.get(API, {"after": "cpr_unknown"}).status_code == 422
    ids = [CopiedReport.objects.get(receiver=insurers[0]).public_id, "cpr_unknown"]
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    done = client.post(f"{API}acknowledgements/", {"ids": ids}, "application/json", **key)
    assert done.json() == {"acknowledged": 1}
