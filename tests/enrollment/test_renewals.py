"""Cover that ends is asked for in time, renewed where the old one ends, or its lapse explained."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.core.models import Effect
from apps.enrollment.models import Application
from apps.enrollment.renewals.board import COLUMNS, counts, ending, within
from apps.enrollment.renewals.models import Lapse
from apps.enrollment.renewals.services import RenewalRefused, note_lapse, remind, renew
from apps.enrollment.services import attest, choose_insurer, issue, submit
from apps.enterprises.models import Headcount
from apps.policies.models import Policy, PolicyState
from apps.policies.services.people import add_people
from tests.enrollment.conftest import NOW, TODAY
from tests.enrollment.test_scope import SEES, insider, outsider
from tests.factories import UserFactory
from tests.policies.stacked import at, paid
from tests.policies.test_roster import people

END = date(2027, 3, 9)
SOON = date(2027, 2, 20)


@pytest.fixture
def covered(issued, finance, acting) -> Policy:
    return paid(issued, finance, acting, on=TODAY)


def url(name, policy):
    return reverse(f"enrollment:{name}", args=[policy.public_id])


def test_a_cover_is_renewed_in_one_click_with_its_people_where_the_old_one_ends(
    covered, owner, insurers, acting, client
):
    with time_machine.travel(NOW, tick=False), acting(owner):
        add_people(policy=covered, people=people(1, 2, 3), today=TODAY, by=owner)
    Headcount.objects.filter(site=covered.site_id).update(production=60)
    with time_machine.travel(at(SOON), tick=False):
        client.force_login(owner)
        page = client.get(url("renewal", covered)).content.decode()
        assert "与上次不同" in page
        sent = client.post(url("renewal", covered), {"act": "a"})
        assert sent.status_code == 302
        row = Application.objects.get(renews=covered)
        assert (row.wanted_from, row.had_accident, row.chosen_insurer) == (END, False, None)
        assert row.quote.limit_choice.per_person == covered.limit_choice.per_person
        other = insurers[0]  # the enterprise chooses anew
        with acting(owner):
            choose_insurer(application=row, insurer=other, today=SOON, now=at(SOON), by=owner)
            attest(application=row, now=at(SOON), by=owner)
            submit(application=row, today=SOON, now=at(SOON), by=owner)
        seller = UserFactory(organisation=other, role="underwriter")
        with acting(seller):
            new = issue(application=row, today=SOON, now=at(SOON), by=seller)
    assert new.people.count() == 3
    assert {person.covered_from for person in new.people.all()} == {END}
    assert sorted(p.document_number for p in new.people.all()) == sorted(
        p.document_number for p in covered.people.all()
    )
    assert new.transactions.get().act == "renew"


def test_the_state_turns_at_midnight_with_no_job_having_run(covered):
    last = END - timedelta(days=1)
    with time_machine.travel("2027-03-08T23:59:59+08:00", tick=False):
        assert Policy.objects.get().state_on(last) == PolicyState.IN_FORCE
        assert Policy.objects.in_force_on(last).exists()
    with time_machine.travel("2027-03-09T00:00:00+08:00", tick=False):
        assert Policy.objects.get().state_on(END) == PolicyState.EXPIRED
        assert not Policy.objects.in_force_on(END).exists()


@pytest.mark.parametrize(
    ("days", "column"),
    [(1, "7"), (7, "7"), (8, "30"), (30, "30"), (31, "60"), (60, "60"), (61, "90"), (90, "90")],
)
def test_each_cover_stands_in_one_column(covered, underwriter, days, column):
    found = counts(underwriter, END - timedelta(days=days))
    assert {key for key, number in found.items() if number} == {column}
    kept = [
        c for c in COLUMNS if ending(underwriter).filter(within(c, END - timedelta(days))).exists()
    ]
    assert [c.key for c in kept] == [column]


def test_an_expired_cover_is_told_as_such_and_too_early_is_refused(covered, owner, acting):
    assert counts(owner, END)["over"] == 1
    with acting(owner), pytest.raises(RenewalRefused, match="期满前90天起"):
        renew(policy=covered, today=date(2026, 6, 1), by=owner)


def test_reminders_go_out_once_for_each_column_and_not_after_the_renewal(covered, owner):
    def told():
        notes = Effect.objects.filter(name="messaging.notify").values_list("payload", flat=True)
        return [note["once"] for note in notes if ":renew:" in note["once"]]

    day = END - timedelta(days=30)
    with time_machine.travel(at(day), tick=False):
        assert remind(day) == 1
    assert told() == [f"policy:{covered.pk}:renew:30"]
    with time_machine.travel(at(END - timedelta(days=50)), tick=False):
        assert remind(END - timedelta(days=50)) == 0


def test_why_a_cover_lapsed_is_kept_and_said_again(covered, owner, underwriter, acting, client):
    with time_machine.travel(at(SOON), tick=False):
        client.force_login(underwriter)
        sent = client.post(url("lapse", covered), {"act": "a", "reason": "closed", "note": ""})
        assert sent.status_code == 302
        board = client.get(reverse("enrollment:renewals"), {"in": "30"}).content.decode()
        assert "企业关闭、注销或停产" in board
    with acting(owner):
        with pytest.raises(RenewalRefused, match="说明拒绝的理由"):
            note_lapse(
                policy=covered, reason="unwilling", note="", today=SOON, now=at(SOON), by=owner
            )
        note_lapse(policy=covered, reason="moved", note="", today=SOON, now=at(SOON), by=owner)
    assert Lapse.objects.get().reason == "moved"


def test_an_underwriter_invites_many_in_one_job(covered, underwriter, client):
    with time_machine.travel(at(SOON), tick=False):
        client.force_login(underwriter)
        page = client.get(reverse("enrollment:renewals"), {"in": "30"})
        act = page.context["act"]
        sent = client.post(
            reverse("enrollment:renewals_invite"), {"act": act, "policy": [covered.public_id]}
        )
        assert "/jobs/" in sent.url


def test_the_same_over_the_api(covered, owner, underwriter, client):
    def post(what, asked, key):
        return client.post(
            f"/api/v1/policies/{covered.public_id}/{what}/",
            asked,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    with time_machine.travel(at(SOON), tick=False):
        client.force_login(underwriter)
        board = client.get("/api/v1/renewals/?in=30").json()
        assert [row["number"] for row in board["results"]] == [covered.number]
        assert post("lapse", {"reason": "delayed"}, "k1").status_code == 200
        client.force_login(owner)
        opened = post("renewal", {}, "k2")
        assert (opened.status_code, opened.json()["wanted_from"]) == (201, "2027-03-09")
        asked = {"effective_on": "2027-02-25", "heads": 50}
        assert post("change-requests", asked, "k3").json()["changes"] == {"heads_by": 4}
        assert post("change-requests", asked, "k4").json()["code"] == "change_refused"


@pytest.mark.parametrize("kind", [Kind.ENTERPRISE, Kind.INSURER, Kind.DISTRICT_BUREAU, Kind.AGENCY])
def test_who_reads_why_a_cover_lapsed(covered, underwriter, kind, acting):
    with acting(underwriter):
        note_lapse(
            policy=covered, reason="closed", note="", today=SOON, now=at(SOON), by=underwriter
        )
    row = covered.application
    people = [insider(kind, row), outsider(kind, row)]
    by_filter = [Lapse.objects.visible_to(user).exists() for user in people]
    by_lock = []
    for user in people:
        with acting(user):
            by_lock.append(Lapse.objects.exists())
    assert by_filter == by_lock == [SEES[kind] == "own", False]
