"""An impact run: right to the fen, the same for the same question, for those who may see it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.catalogue.models import TableCell, TariffVersion
from apps.catalogue.rules.documents import write
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import load_catalogue
from apps.core import context, running
from apps.core.models import AuditEvent, Job
from apps.policies.models import Policy
from apps.pools.services import found_pool
from apps.rating import jobs
from apps.rating.impact import store
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.reckoning import Change, changed
from apps.rating.impact.selectors import behind, impact_of, rows_of_run
from apps.rating.impact.services import ImpactRefused, ask_run, carry_out
from apps.rating.impact.snapshot import Filter, take
from apps.rating.models import Quote
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import typed
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.trial import golden_faults
from apps.rating.services import offer_quotes
from apps.reference.models import District
from tests.conftest import ARRANGER
from tests.factories import UserFactory, organisation, person
from tests.rating.impact.conftest import BEGUN, policy_of, site_in

AS_OF = BEGUN
assert jobs.KIND in running.HANDLERS  # the worker finds them by itself
TEN = Decimal("1.10")


@pytest.fixture(autouse=True)
def _in_force(time_travel_to_cover):
    """The policies hold from 3 March on."""


@pytest.fixture
def time_travel_to_cover():
    with time_machine.travel("2026-03-03T09:00:00+08:00", tick=False):
        yield


def asked(base, draft, by, acting, **terms):
    with acting(by):
        run, _job = ask_run(
            base=base,
            draft=draft,
            as_of=terms.pop("as_of", AS_OF),
            today=timezone.localdate(),
            now=timezone.now(),
            by=by,
            **terms,
        )
        return carry_out(run, by=by, now=timezone.now())


def by_hand(tariff, policy):
    return price(tariff, typed(tariff, policy.worksheet["facts"])).premium


class TestWhatItSays:
    def test_each_row_is_what_the_plain_engine_says(self, base, draft, officer, policies, acting):
        run = asked(base, draft, officer, acting)
        rows = rows_of_run(run)
        old, new = tariff_of(base), tariff_of(draft)
        expected = {row.pk: (by_hand(old, row), by_hand(new, row)) for row in policies}
        found = {
            int(key): (Decimal(int(before)) / 100, Decimal(int(after)) / 100)
            for key, before, after in zip(
                rows.parts["keys"], rows.parts["before"], rows.parts["after"], strict=True
            )
        }
        assert found == expected

    def test_the_sums_add_up_over_every_dimension(self, base, draft, officer, policies, acting):
        result = asked(base, draft, officer, acting).result
        whole = result["total"]
        assert whole["count"] == len(policies) == sum(result["histogram"])
        assert whole["winners"] + whole["unchanged"] + whole["losers"] == whole["count"]
        for groups in result["by"].values():
            for name in ("count", "winners", "unchanged", "losers"):
                assert sum(each[name] for each in groups.values()) == whole[name]
            for name in ("before", "after", "change"):
                assert sum(Decimal(each[name]) for each in groups.values()) == Decimal(whole[name])
        assert Decimal(whole["after"]) - Decimal(whole["before"]) == Decimal(whole["change"])
        assert Decimal(result["paid"]) == sum(policy.premium for policy in policies)

    def test_the_largest_rises_come_first_by_name(
        self, base, draft, officer, policies, acting, client
    ):
        run = asked(base, draft, officer, acting)
        changes = [Decimal(new) - Decimal(old) for _key, old, new in run.result["rises"]]
        assert changes == sorted(changes, reverse=True)
        assert all(change > 0 for change in changes)
        client.force_login(officer)
        text = client.get(run.get_absolute_url()).content.decode()
        first = Policy.objects.get(pk=run.result["rises"][0][0])
        assert first.insured_name in text
        assert first.number in text

    def test_says_what_clamp_and_minimum_hide(self, base, officer, policies, acting):
        tariff = tariff_of(base)
        loose = replace(tariff, lowest=None, highest=None, minimum=Decimal(0))
        held = replace(tariff, minimum=Decimal(0))
        run = asked(base, base, officer, acting, change=Change("size", TEN))
        moved = [changed(each, Change("size", TEN)) for each in (loose, held, tariff)]
        free, clamped, whole = ([by_hand(each, policy) for policy in policies] for each in moved)
        by_clamp = [b - a for a, b in zip(free, clamped, strict=True)]
        by_minimum = [b - a for a, b in zip(clamped, whole, strict=True)]
        for name, changes in (("clamp", by_clamp), ("minimum", by_minimum)):
            assert run.result[name] == {
                "count": sum(change != 0 for change in changes),
                "raised": str(sum((c for c in changes if c > 0), Decimal("0.00"))),
                "lowered": str(-sum((c for c in changes if c < 0), Decimal("0.00"))),
            }


class TestTheCode:
    def test_the_same_question_is_the_same_run(self, base, draft, officer, acting):
        first = asked(base, draft, officer, acting)
        broker = person(Kind.BROKER, "broker_evaluator")
        again = asked(base, draft, broker, acting)
        assert (again.pk, again.code) == (first.pk, first.code)
        assert ImpactRun.objects.count() == 1
        assert AuditEvent.objects.filter(action="impact.asked").count() == 1

    def test_another_filter_day_change_or_portfolio_is_another(
        self, base, draft, officer, policies, acting
    ):
        codes = {asked(base, draft, officer, acting).code}
        narrow = Filter(district=policies[0].district_id)
        codes.add(asked(base, draft, officer, acting, chosen=narrow).code)
        codes.add(asked(base, base, officer, acting, change=Change("size", TEN)).code)
        Policy.objects.filter(pk=policies[0].pk).update(cancelled_from=AS_OF)
        codes.add(asked(base, draft, officer, acting).code)
        assert len(codes) == 4

    def test_a_finished_run_cannot_be_altered(self, base, draft, officer, acting):
        run = asked(base, draft, officer, acting)
        with pytest.raises(DatabaseError), transaction.atomic():
            ImpactRun.objects.filter(pk=run.pk).update(result={})
        with pytest.raises(DatabaseError), transaction.atomic():
            run.delete()

    def test_the_day_decides_who_is_in(self, base, draft, officer, policies, acting):
        Policy.objects.filter(pk=policies[0].pk).update(cancelled_from=AS_OF)
        run = asked(base, draft, officer, acting)
        assert run.result["total"]["count"] == len(policies) - 1
        with acting(officer), pytest.raises(ImpactRefused, match="晚于今天"):
            ask_run(
                base=base,
                draft=draft,
                as_of=AS_OF + timedelta(days=1),
                today=AS_OF,
                now=timezone.now(),
                by=officer,
            )


class TestForTheGate:
    def test_the_whole_city_counts_until_the_draft_is_edited(self, base, draft, officer, acting):
        assert impact_of(draft) is None
        run = asked(base, draft, officer, acting)
        assert impact_of(draft) == run
        cell = TableCell.objects.filter(version=draft, table__code="size").first()
        TableCell.objects.filter(pk=cell.pk).update(value=cell.value * 2)
        assert impact_of(draft) is None

    def test_a_part_of_the_city_does_not_count(self, base, draft, officer, policies, acting):
        asked(base, draft, officer, acting, chosen=Filter(district=policies[0].district_id))
        assert impact_of(draft) is None

    def test_a_run_of_a_draft_edited_meanwhile_is_refused(self, base, draft, officer, acting):
        with acting(officer):
            run, _job = ask_run(
                base=base, draft=draft, as_of=AS_OF, today=AS_OF, now=timezone.now(), by=officer
            )
        cell = TableCell.objects.filter(version=draft, table__code="size").first()
        TableCell.objects.filter(pk=cell.pk).update(value=cell.value * 2)
        with acting(officer), pytest.raises(ImpactRefused, match="又改过"):
            carry_out(run, by=officer, now=timezone.now())


class TestWhoSees:
    def test_a_district_bureau_reckons_its_own_district(self, base, draft, policies, acting):
        bureau = person(Kind.DISTRICT_BUREAU, "district_officer")
        own = [row for row in policies if row.district_id == bureau.organisation.district_id]
        assert 0 < len(own) < len(policies)
        run = asked(base, draft, bureau, acting)
        assert run.result["total"]["count"] == len(own)
        assert set(run.result["by"]["district"]) == {str(bureau.organisation.district_id)}
        assert not run.is_whole

    @pytest.mark.parametrize("kind", Kind)
    def test_runs_are_seen_by_city_broker_and_the_district_alone(
        self, kind, base, draft, policies, acting
    ):
        bureau = person(Kind.DISTRICT_BUREAU, "district_officer")
        run = asked(base, draft, bureau, acting)
        other = District.objects.exclude(pk=bureau.organisation.district_id).first()
        sees = {Kind.CITY_BUREAU: [1, 1], Kind.BROKER: [1, 1], Kind.DISTRICT_BUREAU: [1, 0]}
        people = [person(kind), person_elsewhere(kind, other)]
        filtered = [ImpactRun.objects.visible_to(one).filter(pk=run.pk).count() for one in people]
        locked = []
        for one in people:
            with acting(one):
                locked.append(ImpactRun.objects.filter(pk=run.pk).count())
        assert filtered == locked == sees.get(kind, [0, 0])

    def test_an_insurer_finds_neither_page_nor_slider(self, base, draft, officer, acting, client):
        run = asked(base, draft, officer, acting)
        client.force_login(person(Kind.INSURER, "underwriter"))
        for address in (run.get_absolute_url(), reverse("rating:impact_slider")):
            assert client.get(address).status_code == 403


def person_elsewhere(kind, district):
    town = district.towns.first() if hasattr(district, "towns") else None
    own = organisation(kind, town=town.name) if town else organisation(kind, town="荷城街道")
    return UserFactory(organisation=own)


class TestTheStore:
    def test_what_was_read_once_is_not_read_again(
        self, base, draft, officer, policies, acting, django_assert_num_queries
    ):
        with acting(officer):
            take(officer, AS_OF)
            store._HELD.clear()
            with django_assert_num_queries(3):  # which hold, between two savepoints
                again = take(officer, AS_OF)
        assert list(again.keys) == sorted(row.pk for row in policies)

    def test_a_damaged_file_is_read_anew(self, base, officer, policies, acting, settings):
        with acting(officer):
            whole = take(officer, AS_OF)
            before = whole.price(tariff_of(base)).tolist()
            place = next(Path(settings.MEDIA_ROOT).glob("impact/*.store"))
            place.write_bytes(place.read_bytes()[:-1] + b"x")
            store._HELD.clear()
            assert take(officer, AS_OF).price(tariff_of(base)).tolist() == before

    def test_rows_whose_file_was_altered_are_not_shown(
        self, base, draft, officer, acting, settings, client
    ):
        run = asked(base, draft, officer, acting)
        file = Path(settings.MEDIA_ROOT) / run.rows_file
        file.write_bytes(b"0")
        client.force_login(officer)
        text = client.get(reverse("rating:impact_rows", args=[run.code])).content.decode()
        assert "重新测算" in text


class TestThePages:
    def test_every_mark_leads_to_its_rows(self, base, draft, officer, acting, client):
        run = asked(base, draft, officer, acting)
        client.force_login(officer)
        page = client.get(run.get_absolute_url())
        rows = rows_of_run(run)
        for mark in page.context["found"]["marks"]:
            step = mark.url.partition("step=")[2]
            assert len(behind(rows, {"step": step})) == mark.count
            assert client.get(mark.url).status_code == 200
        for group in page.context["found"]["groups"]:
            for bar in group["bars"]:
                name, _, key = bar["url"].partition("?")[2].partition("=")
                assert len(behind(rows, {name: key})) == bar["each"]["count"]

    def test_asking_by_form_starts_a_job_that_can_be_cancelled(
        self, base, draft, officer, acting, client
    ):
        client.force_login(officer)
        address = reverse("rating:impact_new")
        act = client.get(address).context["act"]
        form = {"base": base.public_id, "draft": draft.public_id, "as_of": "2026-03-03", "act": act}
        answer = client.post(address, form)
        job = Job.objects.get()
        assert answer.url == reverse("accounts:job", args=[job.public_id])
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, ImpactRun.objects.get().state) == ("done", "done")
        assert client.get(job.result["url"]).status_code == 200

    def test_a_slider_answers_with_the_change_of_one_cell(
        self, base, officer, policies, acting, client
    ):
        client.force_login(officer)
        tariff = tariff_of(base)
        keys = next(iter(tariff.table["size"].cells))
        terms = {"table": "size", "cell": "|".join(keys), "percent": "10"}
        answer = client.get(reverse("rating:impact_slider"), terms, headers={"HX-Request": "true"})
        moved = changed(tariff, Change("size", TEN, keys))
        change = sum(by_hand(moved, row) - by_hand(tariff, row) for row in policies)
        assert change > 0
        assert f"{change:,.2f}" in answer.content.decode()
        assert "<html" not in answer.content.decode()

    def test_where_a_slider_stands_becomes_a_run_that_can_be_cited(
        self, base, officer, policies, client
    ):
        client.force_login(officer)
        terms = {"table": "size", "cell": "", "percent": "10"}
        act = client.get(reverse("rating:impact_slider"), terms).context["act"]
        client.post(reverse("rating:impact_keep"), {**terms, "act": act})
        running.run(Job.objects.get().pk)
        run = ImpactRun.objects.get()
        assert run.terms["change"] == {"table": "size", "times": "1.1", "keys": None}
        assert not run.is_whole
        assert client.get(run.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_the_rows_behind_a_mark_are_exported(
        self, kind, base, draft, officer, acting, client: Client, settings
    ):
        run = asked(base, draft, officer, acting)
        client.force_login(officer)
        page = client.get(reverse("rating:impact_rows", args=[run.code]), {"side": "up"})
        form = {"side": "up", "format": kind, "act": page.context["act"]}
        client.post(reverse("rating:impact_export", args=[run.code]), form)
        job = Job.objects.filter(kind="rating.export_impact").get()
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == "done", job.note
        content = (Path(settings.MEDIA_ROOT) / job.file).read_bytes()
        assert content[:2] == b"PK" if kind == "xlsx" else b"AZ-NH-2026" in content
        assert job.result["rows"] == run.result["total"]["losers"]
        assert AuditEvent.objects.filter(action="impact.exported").exists()


def test_the_digest_of_a_change_is_that_of_its_tariff(base):
    tariff = tariff_of(base)
    assert write(changed(tariff, Change("size", Decimal(1)))) == write(tariff)
    assert date(2026, 3, 3) == AS_OF


def sold_in_one_town(officer):
    """One policy in force, arranged and committed."""
    load_catalogue(trial=golden_faults)
    declared = Declared(source="申请", on=AS_OF, had_accident=False, is_listed=False)
    with context.entering(ARRANGER), transaction.atomic():
        site = site_in("桂城街道", "3311", 46, 1)
        owner = UserFactory(organisation=site.enterprise.organisation)
        pool = found_pool(district=site.district, name="南海区共保体", by=officer)
        insurer = organisation(Kind.INSURER)
        terms = {"site": site, "on": date(2026, 3, 4), "declared": declared, "today": AS_OF}
        quote = offer_quotes(by=owner, **terms)[0]
        row = Quote.objects.select_related("product_version__product").get(pk=quote.pk)
        return policy_of(row, insurer, pool, cover_from=AS_OF)


@pytest.mark.usefixtures("own_database")
def test_a_worker_reads_under_its_actor_with_no_transaction_around_it():
    """As Celery does it: inside one transaction a context put on too late would not show."""
    with context.entering(ARRANGER), transaction.atomic():
        officer = person(Kind.CITY_BUREAU, "city_officer")
    policy = sold_in_one_town(officer)
    with context.entering(officer.context), transaction.atomic():
        base = TariffVersion.objects.select_related("product").get(number=2)
        terms = {"base": base, "draft": base, "change": Change("size", TEN), "by": officer}
        _run, job = ask_run(as_of=AS_OF, today=AS_OF, now=timezone.now(), **terms)
    running.run(job.pk)
    with context.entering(ARRANGER), transaction.atomic():
        assert Job.objects.get(pk=job.pk).state == "done"
        run = ImpactRun.objects.get()
        assert run.result["total"]["count"] == 1
        assert run.result["rises"][0][0] == policy.pk


def test_a_run_whose_policies_changed_meanwhile_is_refused(base, draft, officer, policies, acting):
    with acting(officer):
        terms = {"base": base, "draft": draft, "as_of": AS_OF, "today": AS_OF, "by": officer}
        run, _job = ask_run(now=timezone.now(), **terms)
    Policy.objects.filter(pk=policies[0].pk).update(cancelled_from=AS_OF)
    with acting(officer), pytest.raises(ImpactRefused, match="有了变化"):
        carry_out(run, by=officer, now=timezone.now())
