"""The gate on a version: its report kept, its page, and nothing approved without it."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.errors import TariffUnsound, VersionRefused
from apps.catalogue.models import GoldenCase, TableCell, TariffVersion
from apps.catalogue.rules.documents import write
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import approve_version, check_tariff, return_version
from apps.catalogue.services.drafting import draft_tariff
from apps.core import running
from apps.core.models import AuditEvent, Job
from apps.rating.gate.models import GateReport
from apps.rating.gate.services import (
    GateRefused,
    ask_gate,
    prove_shipped,
    refusal_without_gate,
    run_gate,
)
from apps.rating.selectors.trial import golden_faults
from tests.factories import UserFactory, organisation

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def bureau() -> tuple[User, User]:
    """Two people of the city bureau: one drafts, the other approves."""
    own = organisation(Kind.CITY_BUREAU)
    return (
        UserFactory(organisation=own, role="city_officer"),
        UserFactory(organisation=own, role="city_officer"),
    )


@pytest.fixture
def draft(bureau, acting):
    """A third tariff, like the second, for next year."""
    second = TariffVersion.objects.select_related("product").get(number=2)
    words = {"source": "市局文件", "certainty": "sample", "rounding": "到分"}
    document = {**write(tariff_of(second)), **words, "number": 3, "valid_from": "2027-01-01"}
    with acting(bureau[0]):
        return draft_tariff(document, product=second.product, by=bureau[0])


def checked(draft, by, acting):
    with acting(by):
        return check_tariff(version=draft, trial=golden_faults, by=by)


class TestApproval:
    def test_waits_for_a_report_on_the_very_content(self, draft, bureau, acting):
        maker, approver = bureau
        version = checked(draft, maker, acting)
        with acting(approver), pytest.raises(VersionRefused, match="还没有通过逐格检验"):
            approve_version(version=version, by=approver, reason="同意")
        with acting(maker):
            report = run_gate(version=version, by=maker)
        assert (report.passed, report.digest) == (True, version.digest)
        with acting(approver):
            approved = approve_version(version=version, by=approver, reason="同意")
        assert approved.state == "approved"

    def test_a_report_on_what_it_was_before_does_not_count(self, draft, bureau, acting):
        maker, approver = bureau
        version = checked(draft, maker, acting)
        with acting(maker):
            run_gate(version=version, by=maker)
            back = return_version(version=version, by=approver, reason="再看")
            TableCell.objects.filter(version=back, keys=["2000000"]).update(value=Decimal("2.63"))
        again = checked(back, maker, acting)
        assert refusal_without_gate(again).startswith("这一版费率的现有内容还没有通过")

    def test_a_report_that_did_not_pass_refuses(self, draft, bureau, acting):
        """A deductible whose table says nothing of its direction passes the check, not the gate."""
        maker, approver = bureau
        axis = draft.axes.get(fact="deductible")
        axis.trend = ""
        axis.save(update_fields=["trend"])
        TableCell.objects.filter(version=draft, table=axis.table, keys=["2000"]).update(
            value=Decimal("1.02")
        )
        GoldenCase.objects.filter(version=draft, name="免赔 2000 元").delete()
        version = checked(draft, maker, acting)
        with acting(maker):
            report = run_gate(version=version, by=maker)
        assert not report.passed
        with acting(approver), pytest.raises(VersionRefused, match="没有通过"):
            approve_version(version=version, by=approver, reason="同意")
        with pytest.raises(TariffUnsound, match="保费由"):
            prove_shipped(version, maker)

    def test_what_ships_has_its_report(self):
        reports = GateReport.objects.filter(version__state__in=["active", "retired"])
        assert sorted(reports.values_list("version__number", "passed")) == [(1, True), (2, True)]
        assert {report.digest for report in reports} == set(
            TariffVersion.objects.values_list("digest", flat=True)
        )

    def test_an_approved_tariff_is_not_examined_again(self, bureau, acting):
        active = TariffVersion.objects.get(number=2)
        with acting(bureau[0]), pytest.raises(GateRefused, match="不必再检验"):
            run_gate(version=active, by=bureau[0])


class TestTheReport:
    def test_is_never_changed_and_kept_while_its_version_is_no_draft(self):
        report = GateReport.objects.first()
        for act in (lambda: GateReport.objects.update(passed=False), report.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_goes_with_a_draft(self, draft, bureau, acting):
        with acting(bureau[0]):
            run_gate(version=draft, by=bureau[0])
            draft.delete()
        assert not GateReport.objects.filter(version__number=3).exists()

    def test_is_written_down_with_who_asked(self, draft, bureau, acting):
        with acting(bureau[0]):
            run_gate(version=draft, by=bureau[0])
        event = AuditEvent.objects.filter(action="tariff.examined").latest("id")
        assert event.target == f"catalogue.tariffversion:{draft.pk}"

    @pytest.mark.parametrize("kind", sorted(set(Kind)))
    def test_is_seen_with_its_version_and_written_by_bureau_alone(self, kind, draft, acting):
        person = UserFactory(organisation=organisation(kind))
        with acting(person):
            assert GateReport.objects.count() == 2
        assert GateReport.objects.visible_to(person).count() == 2
        if kind != Kind.CITY_BUREAU:
            with acting(person), pytest.raises(DatabaseError):
                run_gate(version=draft, by=person)

    def test_is_not_there_without_a_context(self, acting):
        with acting(None):
            assert not GateReport.objects.exists()


class TestTheJob:
    def test_tells_how_far_it_is_and_leads_to_the_report(self, draft, bureau, acting):
        with acting(bureau[0]):
            job = ask_gate(version=draft, by=bureau[0])
        running.run(job.pk)
        job.refresh_from_db()
        report = GateReport.objects.get(version=draft)
        assert (job.state, job.result) == (
            Job.State.DONE,
            {"url": report.get_absolute_url(), "passed": True},
        )


class TestThePage:
    def test_shows_every_section_to_the_approver(self, draft, bureau, acting, client):
        with acting(bureau[0]):
            run_gate(version=draft, by=bureau[0])
        client.force_login(bureau[1])
        answer = client.get(reverse("rating:gate", args=["foshan-sli", 3]))
        text = answer.content.decode()
        assert answer.status_code == 200
        for words in ("两套算法逐格核对", "核对 559,872 格", "保费的单调性", "开始检验"):
            assert words in text

    def test_says_when_there_is_none_yet(self, draft, bureau, client):
        client.force_login(bureau[1])
        answer = client.get(reverse("rating:gate", args=["foshan-sli", 3]))
        assert "还没有检验过" in answer.content.decode()

    def test_a_button_queues_the_job(self, draft, bureau, client):
        client.force_login(bureau[0])
        url = reverse("rating:gate_run", args=["foshan-sli", 3])
        answer = client.post(url, {"act": "a" * 20})
        job = Job.objects.get(kind="rating.gate")
        assert answer.url == reverse("accounts:job", args=[job.public_id])

    def test_a_published_version_has_its_report_and_no_button(self, bureau, client):
        client.force_login(bureau[0])
        text = client.get(reverse("rating:gate", args=["foshan-sli", 2])).content.decode()
        assert "检验的就是这一版现在的内容" in text
        assert "开始检验" not in text

    def test_the_version_leads_to_it(self, draft, bureau, client):
        client.force_login(bureau[0])
        text = client.get(reverse("catalogue:tariff_version", args=["foshan-sli", 3])).content
        assert reverse("rating:gate", args=["foshan-sli", 3]) in text.decode()


class TestTheApi:
    URL = "/api/v1/products/foshan-sli/tariffs/3/gate/"

    def test_queues_an_examination_and_reads_its_report(self, draft, bureau, acting, client):
        client.force_login(bureau[0])
        answer = client.post(self.URL, headers={"Idempotency-Key": "k" * 20})
        assert answer.status_code == 202
        running.run(Job.objects.get(public_id=answer.json()["job"]).pk)
        (report,) = client.get(self.URL).json()["results"]
        assert (report["passed"], report["is_current"]) == (True, False)
        assert report["report"]["sections"][3]["counts"]["compared"] == 559_872
