"""What is published stays as it is, whoever tries; drafts belong to those who make them."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError

from apps.accounts.kinds import Kind
from apps.catalogue.actors import PARTS, SHIPPED, VISITOR
from apps.catalogue.models import (
    CoverageHead,
    LimitChoice,
    ProductVersion,
    TableCell,
    TariffVersion,
)
from apps.core import context
from tests.factories import SiteFactory, UserFactory, person

pytestmark = pytest.mark.usefixtures("product")

REFUSED = (IntegrityError, InternalError, ProgrammingError)
TABLES = [model._meta.db_table for model in (*PARTS, ProductVersion, TariffVersion)]


def run(sql, *values):
    """One raw statement under the context in force; says how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


class TestAPublishedVersion:
    @pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
    def test_its_parts_can_neither_be_changed_nor_removed(self, part, product):
        row = part.objects.filter(version__state__in=["active", "retired"]).first()
        table = part._meta.db_table
        for sql in (
            f"update {table} set id = id where id = %s",
            f"delete from {table} where id = %s",
        ):
            with pytest.raises(REFUSED, match="frozen"):
                run(sql, row.pk)

    def test_nothing_can_be_added_to_it(self, product):
        version = product.product_versions.get(number=2)
        with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
            LimitChoice.objects.create(version=version, per_person=100_000)

    @pytest.mark.parametrize("model", [ProductVersion, TariffVersion])
    @pytest.mark.parametrize(
        "change", ["note = 'x'", "valid_from = '2020-01-01'", "number = 9", "source = 'x'"]
    )
    def test_its_own_words_and_days_stay(self, model, change, product):
        with pytest.raises(REFUSED, match="frozen"):
            run(f"update {model._meta.db_table} set {change} where number = 2")

    @pytest.mark.parametrize("model", [ProductVersion, TariffVersion])
    def test_it_cannot_be_deleted_nor_go_back(self, model, product):
        table = model._meta.db_table
        with pytest.raises(REFUSED, match="frozen"):
            run(f"delete from {table} where number = 1")
        for state in ("draft", "approved"):
            with pytest.raises(REFUSED, match="may not go from"):
                run(f"update {table} set state = %s where number = 2", state)

    def test_not_even_the_loader_may_touch_it(self, product):
        with context.entering(SHIPPED.context), pytest.raises(REFUSED, match="frozen"):
            run("update catalogue_tablecell set value = 1")

    def test_a_part_cannot_be_moved_into_another_version(self, draft, product):
        with pytest.raises(REFUSED, match="belongs to its version"):
            run(
                "update catalogue_tablecell set version_id = %s where version_id = %s",
                product.tariffs.get(number=2).pk,
                draft.pk,
            )


class TestAnInsurer:
    def test_reads_every_version_and_every_cell(self, product, acting):
        cells = TableCell.objects.count()
        with acting(person(Kind.INSURER)):
            assert TariffVersion.objects.count() == 2
            assert TableCell.objects.count() == cells > 200

    @pytest.mark.parametrize("table", TABLES)
    def test_changes_nothing_by_raw_sql(self, table, draft, product_draft, acting):
        """Drafts included: there no trigger stands in the way, only the policies."""
        with acting(person(Kind.INSURER)):
            assert run(f"update {table} set id = id") == 0
            assert run(f"delete from {table}") == 0

    def test_adds_nothing_by_raw_sql(self, draft, product_draft, acting):
        cell = "insert into catalogue_tablecell (version_id, table_id, keys, value, gives)"
        version = "insert into catalogue_product (public_id, code, name, name_en, kind)"
        with acting(person(Kind.INSURER)):
            with pytest.raises(REFUSED):
                run(f"{cell} values (%s, %s, '{{x}}', 1, '')", draft.pk, draft.tables.first().pk)
            with pytest.raises(REFUSED, match="row-level security"):
                run(f"{version} values ('prd_x', 'own', '自己的产品', '', 'unified')")

    @pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.CITY_BUREAU, Kind.BROKER}))
    def test_nor_does_anybody_but_bureau_and_broker(self, kind, draft, acting):
        with acting(person(kind)):
            assert run("update catalogue_tablecell set value = 1") == 0
            assert run("update catalogue_tariffversion set note = 'x'") == 0


class TestTheBroker:
    def test_writes_in_its_own_draft_and_in_nobody_else_s(self, draft, acting):
        broker = person(Kind.BROKER)
        with acting(broker):
            assert run("update catalogue_tariffversion set note = 'x' where id = %s", draft.pk) == 0
            with pytest.raises(REFUSED, match="frozen"):
                run("update catalogue_tablecell set value = 1 where version_id = %s", draft.pk)
        run(
            "update catalogue_tariffversion set organisation_id = %s where id = %s",
            broker.organisation_id,
            draft.pk,
        )
        with acting(broker):
            assert run("update catalogue_tablecell set value = 1 where version_id = %s", draft.pk)

    def test_decides_on_none(self, draft, acting):
        broker = person(Kind.BROKER)
        run(
            "update catalogue_tariffversion set organisation_id = %s where id = %s",
            broker.organisation_id,
            draft.pk,
        )
        with acting(broker), pytest.raises(REFUSED, match="only the city bureau"):
            run(
                "update catalogue_tariffversion set state = 'simulated', digest = 'x'"
                " where id = %s",
                draft.pk,
            )


class TestVisitors:
    def test_read_what_is_published_and_no_draft(self, draft, product_draft):
        with context.entering(VISITOR.context):
            assert set(TariffVersion.objects.values_list("number", flat=True)) == {1, 2}
            assert CoverageHead.objects.filter(version=product_draft.pk).count() == 0
            assert TableCell.objects.filter(version=draft.pk).count() == 0
            assert TableCell.objects.exists()

    @pytest.mark.parametrize("table", [*TABLES, "catalogue_product"])
    def test_write_nothing(self, table, draft, product_draft):
        with context.entering(VISITOR.context):
            assert run(f"update {table} set id = id") == 0
            assert run(f"delete from {table}") == 0

    def test_read_no_account_and_no_enterprise(self):
        site = SiteFactory()
        UserFactory(organisation=site.enterprise.organisation)
        with context.entering(VISITOR.context):
            for table in ("accounts_user", "enterprises_site", "enterprises_enterprise"):
                assert run(f"select 1 from {table}") == 0

    def test_without_a_context_there_is_nothing(self, acting):
        with acting(None):
            assert TariffVersion.objects.count() == 0


def report(digest, version, *, passed=True):
    """What the gate said of some content of a version, by raw SQL."""
    run(
        "insert into rating_gatereport (public_id, version_id, digest, passed, cells, report,"
        " started_at, finished_at, made_by, made_by_name)"
        " values (%s, %s, %s, %s, 1, '{}', now(), now(), 'user:0', '检验人')",
        f"gat_{digest}{int(passed)}",
        version,
        digest,
        passed,
    )


class TestTheDatabaseItself:
    @pytest.mark.parametrize("model", [ProductVersion, TariffVersion])
    def test_two_published_versions_never_overlap(self, model, product, draft, product_draft):
        table = model._meta.db_table
        row, steps = {
            ProductVersion: (product_draft, ["approved"]),
            TariffVersion: (draft, ["simulated", "approved"]),
        }[model]
        run(f"update {table} set valid_from = '2026-06-01' where id = %s", row.pk)
        run("update catalogue_tariffversion set digest = 'x' where id = %s", draft.pk)
        report("x", draft.pk)
        for state in steps:
            run(
                f"update {table} set state = %s, approved_by = 'user:0', approved_at = now()"
                " where id = %s",
                state,
                row.pk,
            )
        with pytest.raises(IntegrityError, match="_once"):
            run(f"update {table} set state = 'active' where id = %s", row.pk)

    def test_nobody_approves_their_own(self, draft):
        with pytest.raises(IntegrityError, match="four_eyes"):
            run(
                "update catalogue_tariffversion set state = 'simulated', digest = 'x',"
                " approved_by = made_by where id = %s",
                draft.pk,
            )

    def test_no_tariff_is_approved_without_the_gate_on_its_very_content(self, draft):
        approve = (
            "update catalogue_tariffversion set state = 'approved', approved_by = 'user:0',"
            " approved_at = now() where id = %s"
        )
        run(
            "update catalogue_tariffversion set state = 'simulated', digest = 'x' where id = %s",
            draft.pk,
        )
        for digest, passed in (("y", True), ("x", False)):
            report(digest, draft.pk, passed=passed)
            with pytest.raises(IntegrityError, match="has not passed the gate"):
                run(approve, draft.pk)
        report("x", draft.pk)
        assert run(approve, draft.pk) == 1
