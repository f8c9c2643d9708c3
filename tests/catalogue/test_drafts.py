"""A clerk changes a draft, a colleague decides, nobody else changes anything."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.kinds import Kind
from apps.catalogue import hooks
from apps.catalogue.cards import waiting_card
from apps.catalogue.errors import (
    CellsRefused,
    DraftChanged,
    ProductUnfit,
    VersionRefused,
    WorkbookUnfit,
)
from apps.catalogue.models import Product, TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.workbook import read_workbook
from apps.catalogue.selectors.compare import comparison_of
from apps.catalogue.selectors.documents import workbook_of
from apps.catalogue.selectors.tariffs import read_rows, tariff_of
from apps.catalogue.selectors.verdict import verdict_of
from apps.catalogue.services import (
    activate_version,
    approve_version,
    check_tariff,
    create_product,
    delete_draft,
    edit_meta,
    import_book,
    return_version,
    save_bounds,
    save_cells,
    save_golden,
    save_list,
    send_version,
    start_product,
    start_tariff,
)
from apps.core.models import AuditEvent, Effect
from apps.rating.gate.services import run_gate
from apps.rating.selectors.trial import golden_faults
from tests.factories import UserFactory, person

pytestmark = pytest.mark.usefixtures("product")

TODAY = date(2026, 3, 2)
NEXT = date(2027, 1, 1)


def begun(product, by, acting):
    like = product.tariffs.get(number=2)
    with acting(by):
        return start_tariff(
            product=product, like=like, valid_from=NEXT, source="市局文件", today=TODAY, by=by
        )


@pytest.fixture
def own(product, bureau, acting):
    """A draft that the first of the two began as a copy of what holds."""
    return begun(product, bureau[0], acting)


def acts_on(version):
    rows = AuditEvent.objects.filter(target=f"catalogue.tariffversion:{version.pk}")
    return list(rows.order_by("id").values_list("action", flat=True))


class TestBeginning:
    def test_a_draft_is_a_copy_with_a_number_and_a_day_of_its_own(self, product, own):
        assert (own.number, own.state, own.valid_from) == (3, "draft", NEXT)
        copied, original = write(read_rows(own)), write(tariff_of(product.tariffs.get(number=2)))
        assert {**copied, "number": 2} == original

    def test_it_never_begins_today(self, product, bureau, acting):
        with acting(bureau[0]), pytest.raises(VersionRefused, match="须晚于今天"):
            start_tariff(
                product=product,
                like=product.tariffs.get(number=2),
                valid_from=TODAY,
                source="x",
                today=TODAY,
                by=bureau[0],
            )

    def test_a_product_is_copied_with_all_its_parts(self, product, bureau, acting):
        like = product.product_versions.get(number=2)
        with acting(bureau[0]):
            made = start_product(
                product=product, like=like, valid_from=NEXT, source="x", today=TODAY, by=bureau[0]
            )
        assert made.heads.count() == 9
        assert list(made.limits.values_list("per_person")) == list(
            like.limits.values_list("per_person")
        )
        assert made.clauses.count() == like.clauses.count() > 0

    def test_a_product_beside_the_unified_one_lives_the_same_life(self, bureau, acting):
        with acting(bureau[0]):
            made = create_product(code="addon", name="附加", name_en="", by=bureau[0])
            with pytest.raises(VersionRefused, match="已有代码"):
                create_product(code="addon", name="附加", name_en="", by=bureau[0])
        assert made.kind == Product.Kind.ADDITIONAL


class TestCells:
    def test_one_is_changed_and_told_to_the_audit(self, own, bureau, acting):
        with acting(bureau[0]):
            saved = save_cells(
                version=own, table="base", cells={("II",): "１２５元"}, revision=1, by=bureau[0]
            )
        assert tariff_of(saved).table["base"].cells["II",].value == 125
        assert saved.revision == 2
        event = AuditEvent.objects.get(action="tariff.edited")
        assert event.changes["base · II"] == ["120", "125"]

    def test_all_or_nothing_with_a_sentence_for_each_cell(self, own, bureau, acting):
        cells = {("I",): "61", ("II",): "一百", ("III",): "0", ("IV",): "5"}
        with acting(bureau[0]), pytest.raises(CellsRefused) as refused:
            save_cells(version=own, table="base", cells=cells, revision=1, by=bureau[0])
        assert refused.value.cells == {
            ("II",): "“一百”不是数值。",
            ("III",): "须大于零。",
            ("IV",): "表里没有这一格。",
        }
        assert tariff_of(own).table["base"].cells["I",].value == 60

    def test_who_saw_an_older_draft_overwrites_nothing(self, own, bureau, acting):
        with acting(bureau[0]):
            save_cells(version=own, table="base", cells={("I",): "61"}, revision=1, by=bureau[0])
        with acting(bureau[1]), pytest.raises(DraftChanged, match="已被改过"):
            save_cells(version=own, table="base", cells={("I",): "62"}, revision=1, by=bureau[1])
        assert tariff_of(own).table["base"].cells["I",].value == 61

    def test_what_is_published_takes_no_change(self, product, bureau, acting):
        version = product.tariffs.get(number=2)
        with acting(bureau[0]), pytest.raises(VersionRefused, match="不能修改"):
            save_cells(version=version, table="base", cells={}, revision=1, by=bureau[0])

    def test_the_verdict_on_the_page_says_what_the_check_would(self, own, bureau, acting):
        assert verdict_of(tariff_of(own)).words.endswith("全部算对。")
        with acting(bureau[0]):
            saved = save_cells(
                version=own, table="base", cells={("I",): "61"}, revision=1, by=bureau[0]
            )
        assert any("应为" in line for line in verdict_of(tariff_of(saved)).lines)


class TestTheOtherParts:
    def test_bounds_and_those_of_the_groups(self, own, bureau, acting):
        group = own.groups.first().code
        values = {"lowest": Decimal("0.6"), "groups": {group: {"highest": Decimal("2.5")}}}
        with acting(bureau[0]):
            saved = save_bounds(version=own, values=values, revision=1, by=bureau[0])
        plain = tariff_of(saved)
        assert (plain.lowest, plain.group[group].highest) == (Decimal("0.6"), Decimal("2.5"))

    def test_golden_cases_are_kept_in_their_order(self, own, bureau, acting):
        cases = list(own.golden.order_by("order").values("name", "facts", "premium", "source"))
        with acting(bureau[0]):
            saved = save_golden(version=own, cases=cases[::-1], revision=1, by=bureau[0])
        assert [case.name for case in tariff_of(saved).golden] == [
            case["name"] for case in cases[::-1]
        ]

    def test_day_and_source(self, own, bureau, acting):
        values = {"valid_from": date(2027, 7, 1), "source": "新文件"}
        with acting(bureau[0]):
            saved = edit_meta(version=own, values=values, revision=1, today=TODAY, by=bureau[0])
        assert (saved.valid_from, saved.source) == (date(2027, 7, 1), "新文件")

    def test_a_draft_is_thrown_away_whole(self, own, bureau, acting):
        with acting(bureau[0]):
            delete_draft(version=own, revision=1, by=bureau[0])
        assert not TariffVersion.objects.filter(number=3).exists()
        assert AuditEvent.objects.filter(action="tariff.deleted").exists()


class TestWorkbooks:
    def test_export_and_import_change_nothing(self, own, bureau, acting):
        before = digest(write(read_rows(own)))
        with acting(bureau[0]):
            book = read_workbook(workbook_of(own))
            saved = import_book(version=own, book=book, revision=1, by=bureau[0])
        assert digest(write(read_rows(saved))) == before
        assert (saved.source, saved.valid_from) == ("市局文件", NEXT)

    def test_the_workbook_of_another_product_is_refused(self, own, bureau, acting):
        book = read_workbook(workbook_of(own))
        object.__setattr__(book.tariff, "code", "other")
        with acting(bureau[0]), pytest.raises(WorkbookUnfit, match="产品代码是 other"):
            import_book(version=own, book=book, revision=1, by=bureau[0])


class TestTheFourEyes:
    def sent(self, own, bureau, acting):
        with acting(bureau[0]):
            checked = check_tariff(version=own, trial=golden_faults, by=bureau[0])
            run_gate(version=checked, by=bureau[0])
            return send_version(version=checked, by=bureau[0])

    def test_from_draft_to_the_published_version(self, own, bureau, acting):
        sent = self.sent(own, bureau, acting)
        with acting(bureau[1]):
            approved = approve_version(version=sent, by=bureau[1], reason="同意")
            active = activate_version(version=approved, today=TODAY, by=bureau[1])
        assert active.state == "active"
        assert acts_on(active) == [
            "tariff.drafted",
            "tariff.checked",
            "tariff.examined",
            "tariff.sent",
            "tariff.approved",
            "tariff.activated",
        ]

    def test_a_colleague_who_changed_a_cell_may_not_approve(self, own, bureau, acting):
        with acting(bureau[1]):
            save_cells(version=own, table="base", cells={("I",): "60"}, revision=1, by=bureau[1])
        sent = self.sent(own, bureau, acting)
        with acting(bureau[1]), pytest.raises(VersionRefused, match="修改过这一版的人不能批准"):
            approve_version(version=sent, by=bureau[1], reason="同意")
        third = UserFactory(organisation=bureau[0].organisation)
        with acting(third):
            assert approve_version(version=sent, by=third, reason="同意").state == "approved"

    def test_nor_does_the_database_let_them(self, own, bureau):
        change = (
            "update catalogue_tariffversion set editors = '{user:77}', state = 'simulated',"
            " digest = 'x', approved_by = 'user:77' where id = %s"
        )
        with (
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match="may not approve"),
            transaction.atomic(),
        ):
            cursor.execute(change, [own.pk])

    def test_what_rating_asks_for_first_stands_in_the_way(self, own, bureau, acting, monkeypatch):
        sent = self.sent(own, bureau, acting)
        monkeypatch.setattr(hooks, "CONDITIONS", [lambda version: "还没有影响测算。"])
        with acting(bureau[1]), pytest.raises(VersionRefused, match="还没有影响测算"):
            approve_version(version=sent, by=bureau[1], reason="同意")

    def test_those_who_decide_are_told_and_the_maker_of_a_return(self, own, bureau, acting):
        sent = self.sent(own, bureau, acting)
        with acting(bureau[1]):
            back = return_version(version=sent, by=bureau[1], reason="一类费率有误")
        assert (back.state, back.sent_at) == ("draft", None)
        notices = {
            effect.payload["title"]: effect.payload["receivers"]
            for effect in Effect.objects.filter(name="messaging.notify")
        }
        assert bureau[1].pk in notices["版本待批准"]
        assert notices["版本被退回"] == [bureau[0].pk]

    def test_what_was_sent_waits_on_the_desk_of_a_colleague_only(self, own, bureau, acting):
        self.sent(own, bureau, acting)
        for who, waiting in ((bureau[0], 0), (bureau[1], 1), (person(Kind.BROKER), 0)):
            with acting(who):
                assert len(waiting_card(who, TODAY).todos) == waiting

    def test_everybody_who_sells_or_watches_is_told_of_a_new_version(self, own, bureau, acting):
        insurer, factory = person(Kind.INSURER), person(Kind.ENTERPRISE)
        sent = self.sent(own, bureau, acting)
        with acting(bureau[1]):
            approved = approve_version(version=sent, by=bureau[1], reason="同意")
            activate_version(version=approved, today=TODAY, by=bureau[1])
        told = Effect.objects.get(name="messaging.notify", payload__title="新版本已发布")
        assert insurer.pk in told.payload["receivers"]
        assert factory.pk not in told.payload["receivers"]

    def test_changing_what_was_sent_takes_it_back(self, product_draft, bureau, acting):
        with acting(bureau[0]):
            sent = send_version(version=product_draft, by=bureau[0])
            lines = [{"amount": Decimal(500)}]
            saved = save_list(
                version=sent, name="deductibles", lines=lines, revision=1, by=bureau[0]
            )
        assert saved.sent_at is None


class TestProducts:
    def lines(self, *sums):
        return [{"per_person": Decimal(amount)} for amount in sums]

    def test_limits_need_not_be_round(self, product_draft, bureau, acting):
        with acting(bureau[0]):
            save_list(
                version=product_draft,
                name="limits",
                lines=self.lines("1531529.92", "2000000"),
                revision=1,
                by=bureau[0],
            )
        assert product_draft.limits.first().per_person == Decimal("1531529.92")

    def test_a_limit_below_the_law_of_its_day_is_blocked_by_its_rule(
        self, product_draft, bureau, acting
    ):
        with acting(bureau[0]):
            row = save_list(
                version=product_draft,
                name="limits",
                lines=self.lines("315295.92", "2000000"),
                revision=1,
                by=bureau[0],
            )
            with pytest.raises(VersionRefused, match=r"31\.53 万元 低于每人责任限额下限.*粤应急规"):
                send_version(version=row, by=bureau[0])
        with acting(bureau[1]), pytest.raises(ProductUnfit):
            approve_version(version=row, by=bureau[1], reason="同意")

    @pytest.mark.parametrize(
        ("name", "lines", "sentence"),
        [
            ("limits", [{"per_person": Decimal(5)}, {"per_person": Decimal(5)}], "出现了两次"),
            (
                "limits",
                [{"per_person": Decimal(5), "per_accident": Decimal(4)}],
                "不能低于每人限额",
            ),
            ("deductibles", [{"amount": Decimal(-1)}], "不能是负数"),
            ("heads", [{"kind": "injury", "per": "person", "is_inside": True}], "主险限额"),
        ],
    )
    def test_what_the_database_forbids_is_said_in_a_sentence(
        self, name, lines, sentence, product_draft, bureau, acting
    ):
        with acting(bureau[0]), pytest.raises(VersionRefused, match=sentence):
            save_list(version=product_draft, name=name, lines=lines, revision=1, by=bureau[0])


class TestTheBroker:
    def test_proposes_a_draft_that_the_bureau_decides_on(self, product, bureau, acting):
        broker = person(Kind.BROKER)
        own = begun(product, broker, acting)
        with acting(broker):
            saved = save_cells(
                version=own, table="base", cells={("I",): "60"}, revision=1, by=broker
            )
            sent = send_version(version=saved, by=broker)
        assert sent.sent_at is not None
        with acting(bureau[0]):
            checked = check_tariff(version=sent, trial=golden_faults, by=bureau[0])
            run_gate(version=checked, by=bureau[0])
            assert approve_version(version=checked, by=bureau[0], reason="同意").state == "approved"

    def test_changes_no_draft_of_the_bureau(self, own, acting):
        broker = person(Kind.BROKER)
        with acting(broker), pytest.raises(VersionRefused, match="本单位"):
            save_cells(version=own, table="base", cells={("I",): "1"}, revision=1, by=broker)


def test_differences_are_told_by_cell_and_in_percent(own, bureau, acting):
    with acting(bureau[0]):
        saved = save_cells(
            version=own, table="base", cells={("II",): "126"}, revision=1, by=bureau[0]
        )
    before, found = comparison_of(saved)
    assert before.number == 2
    (line,) = found.lines
    assert (line.before, line.after, line.percent, line.tone) == ("120", "126", "+5.00 %", "up")
    assert line.place == "每人基础保费（限额 50 万元），二类"
