"""From a file of losses to a draft tariff: all or nothing, explained, and never by one person."""

import io
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.kinds import Kind
from apps.catalogue.models import TariffVersion
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import approve_version, load_catalogue
from apps.core import running
from apps.core.models import AuditEvent, Job
from apps.rating import jobs
from apps.rating.correction.analysis import Terms
from apps.rating.correction.losses import documented
from apps.rating.correction.models import LossFile, LossLine, RateStudy
from apps.rating.correction.services import StudyRefused, import_losses, make_study, propose
from apps.rating.rules.many import REFUSED, encode, price_many
from apps.rating.rules.risk import typed
from apps.rating.selectors.trial import golden_faults
from tests.factories import person

VALUED = date(2026, 2, 28)
TODAY = date(2026, 3, 2)
NEXT_YEAR = date(2027, 1, 1)
TERMS = Terms(Decimal("0.65"), Decimal("0.05"), Decimal("0.15"))
assert jobs.STUDY in running.HANDLERS


@pytest.fixture(autouse=True)
def _catalogue():
    load_catalogue(trial=golden_faults)


@pytest.fixture
def broker():
    return person(Kind.BROKER, "broker_evaluator")


def table(rows, **changed):
    """A CSV of rows in the documented columns; a good workshop unless a row says otherwise."""
    heads = ["行业代码", "投保人数", "每人责任限额", "每次事故免赔额", "安全生产标准化等级"]
    heads += ["生产安全事故记录", "危险作业和设备", "credit", "listed"]
    heads += ["在保年数", "已赚保费", "赔案数", "已发生赔款", "发展系数"]
    usual = ["3311", "46", "1500000", "0", "3", "none_2", "special_equipment", "B", "no"]
    usual += ["1", "12000", "0", "0", "1.1"]
    lines = [heads]
    for row in rows:
        line = dict(zip(heads, usual, strict=True)) | row
        lines.append([str(line[head]) for head in heads])
    if drop := changed.get("without"):
        at = heads.index(drop)
        lines = [[cell for place, cell in enumerate(line) if place != at] for line in lines]
    return io.BytesIO("\n".join(",".join(line) for line in lines).encode())


def losses(count=1500, seed=5):
    """Dust workshops and those with a recent accident lose more than the tariff thinks."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        industry = ["3311", "1711", "3360"][rng.integers(3)]
        grade = ["none", "3", "2"][rng.integers(3)]
        record = ["recent", "none_2", "none_4"][rng.integers(3)]
        rate = 0.06 * {"3311": 1.0, "1711": 0.6, "3360": 1.7}[industry]
        rate *= {"none": 1.5, "3": 1.0, "2": 0.7}[grade]
        rate *= {"recent": 2.0, "none_2": 1.0, "none_4": 0.6}[record]
        claims = int(rng.poisson(rate))
        cost = int(rng.gamma(2.0, 60_000, claims).sum()) if claims else 0
        rows.append(
            {
                "行业代码": industry,
                "安全生产标准化等级": grade,
                "生产安全事故记录": record,
                "赔案数": claims,
                "已发生赔款": cost,
            }
        )
    return rows


def imported(by, acting, file=None):
    with acting(by):
        return import_losses(
            file=file or table(losses()),
            name="2025.csv",
            source="各机构报送",
            valued_on=VALUED,
            now=np_now(),
            by=by,
        )


def np_now():
    from django.utils import timezone  # noqa: PLC0415

    return timezone.now()


@pytest.fixture
def study(broker, acting):
    file = imported(broker, acting)
    with acting(broker):
        return make_study(file=file, terms=TERMS, now=np_now(), by=broker)


class TestTheFile:
    def test_is_taken_whole_with_losses_developed(self, broker, acting):
        rows = [{"赔案数": 1, "已发生赔款": "100.05"}, {}]
        file = imported(broker, acting, table(rows))
        assert (file.lines_count, file.claims) == (2, 1)
        assert (file.premium, file.loss) == (Decimal("24000.00"), Decimal("110.06"))
        assert AuditEvent.objects.get(action="losses.imported").target

    def test_every_fault_is_told_by_row_column_and_reason_and_nothing_is_kept(self, broker, client):
        rows = [
            {},
            {"行业代码": "XX"},
            {"已赚保费": "abc"},
            {"赔案数": "1.5"},
            {"赔案数": 0, "已发生赔款": 5},
        ]
        client.force_login(broker)
        address = reverse("rating:losses_new")
        act = client.get(address).context["act"]
        file = table(rows)
        file.name = "bad.csv"
        answer = client.post(
            address, {"file": file, "source": "报送", "valued_on": VALUED, "act": act}
        )
        faults = {(fault.row, fault.column) for fault in answer.context["faults"]}
        assert answer.status_code == 422
        assert faults == {(3, "行业代码"), (4, "已赚保费"), (5, "赔案数"), (6, "已发生赔款")}
        assert all(fault.reason for fault in answer.context["faults"])
        assert not LossFile.objects.exists()
        assert not LossLine.objects.exists()

    def test_a_missing_column_is_named(self, broker, acting):
        with pytest.raises(Exception, match="1 处") as caught:
            imported(broker, acting, table([{}], without="赔案数"))
        assert [fault.column for fault in caught.value.faults] == ["赔案数"]

    def test_the_same_file_is_not_counted_twice(self, broker, acting):
        imported(broker, acting, table([{}]))
        with pytest.raises(StudyRefused, match="已经导入过"):
            imported(broker, acting, table([{}]))

    def test_cannot_be_altered_afterwards(self, broker, acting):
        imported(broker, acting, table([{}]))
        for change in (LossLine.objects.all().delete, lambda: LossFile.objects.update(claims=9)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_the_columns_are_documented_for_every_fact(self):
        tariff = tariff_of(TariffVersion.objects.on(TODAY).get())
        names = [name for name, _meaning, _needed in documented(tariff)]
        assert {fact.name for fact in tariff.asked} < set(names)
        assert {"在保年数", "已赚保费", "赔案数", "已发生赔款", "发展系数"} < set(names)


class TestTheStudy:
    def test_ranks_industries_and_says_how_far_to_believe_it(self, study):
        lines = {line["code"]: line for line in study.findings["industries"]}
        assert lines["33"]["believed"] > lines["17"]["believed"]
        for line in lines.values():
            assert (line["verdict"] == "unknown") == (line["z"] < 0.5)

    def test_few_claims_lead_to_no_verdict_and_no_fit(self, broker, acting):
        rows = [{"行业代码": code, "赔案数": 1, "已发生赔款": 9000} for code in ("3311", "1711")]
        file = imported(broker, acting, table(rows * 3))
        with acting(broker):
            found = make_study(file=file, terms=TERMS, now=np_now(), by=broker).findings
        assert {line["verdict"] for line in found["industries"]} == {"unknown"}
        assert found["factors"] == found["proposals"] == []

    def test_finds_what_the_losses_were_made_with(self, study):
        factors = {each["table"]: each for each in study.findings["factors"]}
        levels = {
            "/".join(level["keys"]): level["indicated"] for level in factors["accidents"]["levels"]
        }
        assert levels["recent"] / levels["none_2"] == pytest.approx(2.0, rel=0.4)
        assert "limit" not in factors

    def test_a_proposal_stays_inside_the_cap_and_keeps_the_whole(self, study):
        for factor, proposal in zip(
            study.findings["factors"], study.findings["proposals"], strict=True
        ):
            for level, value in zip(factor["levels"], proposal["values"], strict=True):
                ratio = Decimal(value) / Decimal(level["current"])
                assert Decimal("0.85") <= ratio <= Decimal("1.15")
            assert abs(proposal["drift"]) < 0.02

    def test_runs_as_a_job_from_the_page(self, broker, acting, client):
        file = imported(broker, acting, table(losses(600)))
        client.force_login(broker)
        act = client.get(file.get_absolute_url()).context["act"]
        form = {"target": "65", "tolerance": "5", "cap": "15", "act": act}
        client.post(reverse("rating:study_new", args=[file.public_id]), form)
        job = Job.objects.get()
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == "done", job.note
        assert client.get(job.result["url"]).status_code == 200


class TestTheProposal:
    def proposable(self, study):
        proposals = study.findings["proposals"]
        return next(each for each in proposals if each["moves"] and not each["breaks_order"])

    def test_becomes_a_draft_in_one_click_with_its_reasons(self, study, broker, client):
        found = self.proposable(study)
        client.force_login(broker)
        act = client.get(study.get_absolute_url()).context["act"]
        form = {
            "table": found["table"],
            "valid_from": "2027-01-01",
            "reason": "两年数据",
            "act": act,
        }
        answer = client.post(reverse("rating:study_propose", args=[study.public_id]), form)
        study.refresh_from_db()
        draft = study.draft
        assert answer.url == draft.get_absolute_url()
        assert (draft.state, draft.number, draft.valid_from) == ("draft", 3, NEXT_YEAR)
        assert "两年数据" in draft.note
        assert study.public_id in draft.source
        values = [str(cell) for cell in found["values"]]
        table = tariff_of(draft).table[found["table"]]
        assert [table.cells[keys].value for keys in table.keys] == [Decimal(v) for v in values]
        assert golden_faults(tariff_of(draft)) == []

    def test_no_enterprise_moves_by_more_than_the_cap(self, study, broker, acting):
        found = self.proposable(study)
        with acting(broker):
            draft = propose(
                study=study,
                table=found["table"],
                valid_from=NEXT_YEAR,
                reason="数据",
                today=TODAY,
                by=broker,
            )
        old, new = tariff_of(study.tariff), tariff_of(draft)
        risks = [typed(old, facts) for facts in LossLine.objects.values_list("facts", flat=True)]
        before = price_many(old, encode(old, risks))
        after = price_many(new, encode(new, risks))
        assert (before != REFUSED).all()
        assert (after * 100 <= before * 115 + 100).all()
        assert (after * 100 >= before * 85 - 100).all()

    def test_is_made_once_and_needs_another_person_to_be_approved(self, study, broker, acting):
        found = self.proposable(study)
        terms = {"table": found["table"], "valid_from": NEXT_YEAR, "reason": "数据", "today": TODAY}
        with acting(broker):
            draft = propose(study=study, by=broker, **terms)
            with pytest.raises(StudyRefused, match="已经提出过"):
                propose(study=study, by=broker, **terms)
            with pytest.raises(Exception, match="另一人"):
                approve_version(version=draft, by=broker, reason="同意")

    def test_cannot_hold_from_today(self, study, broker, acting):
        table = self.proposable(study)["table"]
        with acting(broker), pytest.raises(StudyRefused, match="晚于今天"):
            propose(study=study, table=table, valid_from=TODAY, reason="急", today=TODAY, by=broker)


@pytest.mark.parametrize("kind", Kind)
def test_losses_and_studies_are_for_city_and_broker_alone(kind, broker, acting):
    file = imported(broker, acting, table([{}]))
    reader = person(kind)
    models = (LossFile, LossLine, RateStudy)
    with acting(broker):
        make_study(file=file, terms=TERMS, now=np_now(), by=broker)
    sees = [1, 1, 1] if kind in {Kind.CITY_BUREAU, Kind.BROKER} else [0, 0, 0]
    assert [model.objects.visible_to(reader).count() for model in models] == sees
    with acting(reader):
        assert [model.objects.count() for model in models] == sees
