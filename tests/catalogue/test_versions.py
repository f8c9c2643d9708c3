"""The way of a version from draft to the day it holds, and who may take it there."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue.errors import TariffUnsound, VersionMissing, VersionRefused
from apps.catalogue.models import TableCell, TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.selectors import tariffs
from apps.catalogue.selectors.tariffs import TariffTampered, tariff_of
from apps.catalogue.selectors.versions import standing, terms_on
from apps.catalogue.services import (
    activate_version,
    approve_version,
    check_tariff,
    load_catalogue,
    retire_version,
    return_version,
    shipped,
)
from apps.core.models import AuditEvent
from apps.core.transitions import TransitionRefused
from apps.rating.gate.services import run_gate
from apps.rating.selectors.trial import golden_faults
from tests.rating.tariffs import foshan

pytestmark = pytest.mark.usefixtures("product")

TODAY = date(2026, 3, 2)


def published(version, bureau, acting):
    maker, approver = bureau
    with acting(maker):
        checked = check_tariff(version=version, trial=golden_faults, by=maker)
        run_gate(version=checked, by=maker)
    with acting(approver):
        approved = approve_version(version=checked, by=approver, reason="同意")
        return activate_version(version=approved, today=TODAY, by=approver)


class TestTheWayToTheDay:
    def test_a_tariff_is_checked_approved_by_another_and_published(self, draft, bureau, acting):
        version = published(draft, bureau, acting)

        before = TariffVersion.objects.get(number=2)
        assert (version.state, version.approved_by) == ("active", bureau[1].actor_key)
        assert (before.state, before.valid_to) == ("retired", date(2027, 1, 1))
        acts = AuditEvent.objects.filter(target=f"catalogue.tariffversion:{version.pk}")
        assert list(acts.order_by("id").values_list("action", flat=True)) == [
            "tariff.drafted",
            "tariff.checked",
            "tariff.examined",
            "tariff.approved",
            "tariff.activated",
        ]

    def test_the_maker_is_not_the_one_who_approves(self, draft, bureau, acting):
        maker = bureau[0]
        with acting(maker):
            checked = check_tariff(version=draft, trial=golden_faults, by=maker)
            with pytest.raises(VersionRefused, match="起草人不能批准"):
                approve_version(version=checked, by=maker, reason="同意")

    def test_an_unchecked_tariff_is_not_approved(self, draft, bureau, acting):
        with acting(bureau[1]), pytest.raises(TransitionRefused):
            approve_version(version=draft, by=bureau[1], reason="同意")

    def test_a_product_needs_no_check_but_another_pair_of_eyes(self, product_draft, bureau, acting):
        with acting(bureau[1]):
            approved = approve_version(version=product_draft, by=bureau[1], reason="同意")
            version = activate_version(version=approved, today=TODAY, by=bureau[1])
        assert version.state == "active"

    def test_no_version_begins_today_or_in_the_past(self, product_draft, bureau, acting):
        with acting(bureau[1]):
            approved = approve_version(version=product_draft, by=bureau[1], reason="同意")
            with pytest.raises(VersionRefused, match="不晚于今天"):
                activate_version(version=approved, today=date(2027, 1, 1), by=bureau[1])

    def test_what_is_returned_must_be_checked_and_approved_again(self, draft, bureau, acting):
        maker, approver = bureau
        with acting(maker):
            checked = check_tariff(version=draft, trial=golden_faults, by=maker)
            run_gate(version=checked, by=maker)
            approved = approve_version(version=checked, by=approver, reason="同意")
            back = return_version(version=approved, by=approver, reason="一类费率有误")
            TableCell.objects.filter(version=back, keys=["I"]).update(value=Decimal(61))
            with pytest.raises(TransitionRefused):
                activate_version(version=back, today=TODAY, by=approver)
        assert (back.state, back.approved_by) == ("draft", "")

    def test_retiring_ends_it_on_a_day_to_come(self, product, bureau, acting):
        version = product.product_versions.get(number=2)
        with acting(bureau[0]):
            with pytest.raises(VersionRefused, match="须晚于今天"):
                retire_version(version=version, on=TODAY, today=TODAY, by=bureau[0], reason="停")
            retired = retire_version(
                version=version, on=date(2026, 12, 1), today=TODAY, by=bureau[0], reason="停"
            )
        assert (retired.state, retired.valid_to) == ("retired", date(2026, 12, 1))


class TestTheCheck:
    def test_names_every_fault_at_once(self, draft, bureau, acting):
        TableCell.objects.filter(version=draft, keys=["II"]).delete()
        TableCell.objects.filter(version=draft, keys=["2000000"]).update(value=Decimal("1"))
        with acting(bureau[0]), pytest.raises(TariffUnsound) as refused:
            check_tariff(version=draft, trial=golden_faults, by=bureau[0])
        assert refused.value.lines == [
            "base：缺少 II。",
            "limit：2000000 违反单调性。",
        ]

    def test_a_golden_case_that_does_not_come_out_stops_it(self, draft, bureau, acting):
        TableCell.objects.filter(version=draft, keys=["I"]).update(value=Decimal(61))
        with acting(bureau[0]), pytest.raises(TariffUnsound) as refused:
            check_tariff(version=draft, trial=golden_faults, by=bureau[0])
        assert "算例“21 人：第二档的下沿”应为 1335.60 元，算得 1357.86 元。" in refused.value.lines

    def test_the_digest_names_the_content(self, draft, bureau, acting):
        with acting(bureau[0]):
            checked = check_tariff(version=draft, trial=golden_faults, by=bureau[0])
        assert checked.digest == digest(write(tariff_of(checked)))


class TestByTheDayTheCoverBegins:
    @pytest.mark.parametrize(
        ("day", "number"),
        [
            (date(2018, 3, 1), 1),
            (date(2025, 3, 28), 1),
            (date(2025, 3, 29), 2),
            (date(2026, 12, 31), 2),
        ],
    )
    def test_the_last_day_of_the_old_and_the_first_of_the_new(self, product, day, number):
        terms = terms_on(product, day)
        assert (terms.version.number, terms.tariff.number) == (number, number)

    def test_before_the_first_there_is_nothing_to_sell(self, product):
        with pytest.raises(VersionMissing, match="2018-02-28 没有已发布的"):
            terms_on(product, date(2018, 2, 28))

    def test_a_version_to_come_is_used_from_its_day(self, draft, bureau, acting, product):
        published(draft, bureau, acting)
        numbers = [terms_on(product, date(2026, 12, 31)), terms_on(product, date(2027, 1, 1))]
        assert [terms.tariff.number for terms in numbers] == [2, 3]

    def test_how_a_version_stands_needs_no_nightly_job(self, product):
        old = product.product_versions.get(number=1)
        labels = [standing(old, day)["label"] for day in (date(2025, 3, 28), date(2025, 3, 29))]
        assert labels == ["生效中", "已停用"]


class TestTheTariffInMemory:
    @pytest.mark.parametrize("number", [1, 2])
    def test_rows_and_file_say_the_same(self, product, number):
        found = tariff_of(product.tariffs.get(number=number))
        assert write(found) == write(foshan(number))

    def test_it_is_read_once(self, product):
        version = product.tariffs.get(number=2)
        tariff_of(version)
        with CaptureQueriesContext(connection) as queries:
            assert tariff_of(version) is tariff_of(version)
        assert len(queries) == 0

    def test_a_draft_is_read_anew(self, draft):
        before = tariff_of(draft)
        TableCell.objects.filter(version=draft, keys=["I"]).update(value=Decimal(61))
        assert tariff_of(draft).table["base"].cells["I",].value == 61
        assert before.table["base"].cells["I",].value == 60

    def test_rows_that_are_not_those_that_were_checked_price_nothing(self, product, monkeypatch):
        monkeypatch.setattr(tariffs, "_KEPT", {})
        version = product.tariffs.get(number=2)
        version.digest = "0" * 64
        with pytest.raises(TariffTampered):
            tariff_of(version)


class TestLoadingWhatShips:
    def test_a_second_load_does_nothing_in_a_handful_of_queries(self):
        with CaptureQueriesContext(connection) as queries:
            assert load_catalogue(trial=golden_faults) == []
        assert len(queries) <= 6

    def test_a_changed_file_of_a_published_version_is_reported_and_left(
        self, product, tmp_path, monkeypatch
    ):
        for name in (*shipped.PRODUCTS, *shipped.TARIFFS):
            (tmp_path / name).write_bytes((shipped.DATA / name).read_bytes())
        changed = tmp_path / shipped.TARIFFS[1]
        changed.write_text(changed.read_text().replace('["I", "60"]', '["I", "61"]'))
        monkeypatch.setattr(shipped, "DATA", tmp_path)

        (line,) = load_catalogue(trial=golden_faults)

        assert "第 2 版已发布" in line
        assert tariff_of(product.tariffs.get(number=2)).table["base"].cells["I",].value == 60

    def test_every_row_is_marked_a_sample(self, product):
        versions = [*product.product_versions.all(), *product.tariffs.all()]
        assert {version.source for version in versions} == {"示例，待主管部门确认"}
        assert all(version.is_sample for version in versions)
