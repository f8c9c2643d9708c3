"""Every published scheme that ships is sound and priced; what cannot be written down is refused."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from apps.catalogue.models import Product
from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.documents import DocumentFault, digest, read, write
from apps.catalogue.rules.files import document_of_file, read_tariff_file, tariff_of_document
from apps.catalogue.rules.workbook import read_workbook, write_workbook
from apps.catalogue.services.drafting import draft_product
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.rules.trial import verdicts
from tests.rating.tariffs import EXAMPLES

FILES = sorted(EXAMPLES.glob("*.toml"))
NAMES = [path.stem for path in FILES]
OF_EACH = pytest.mark.parametrize("path", FILES, ids=NAMES)


@OF_EACH
def test_an_example_is_sound_and_its_golden_cases_come_out_to_the_fen(path):
    tariff = read_tariff_file(path)
    assert faults(tariff) == []
    found = verdicts(tariff)
    assert found
    assert [verdict for verdict in found if not verdict.holds] == []


@OF_EACH
def test_an_example_goes_through_a_workbook_unchanged(path):
    tariff = read_tariff_file(path)
    book = read_workbook(write_workbook(tariff, {}))
    assert digest(write(book.tariff)) == digest(write(tariff))


@OF_EACH
def test_the_readme_tells_of_it(path):
    assert f"`{path.name}`" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def hunan():
    return document_of_file(EXAMPLES / "hunan-construction.toml")


def test_all_96_published_rates_of_hunan_are_there():
    table = tariff_of_document(hunan()).table["rate"]
    assert len(table.cells) == 96
    assert table.cells["normal", "80000000.01", "300000", "2000000"].value == Decimal("1.20")
    assert table.cells["high", "0", "600000", "6000000"].value == Decimal("2.57")


@pytest.mark.parametrize("strategy", ["worst", "sum", "bonus_malus", "geometric_mean", ""])
def test_a_strategy_that_is_not_ours_is_an_error_that_names_it(strategy):
    document = {**hunan(), "groups": [{"code": "works", "name": "工程", "strategy": strategy}]}
    with pytest.raises(DocumentFault) as refused:
        tariff_of_document(document)
    assert (refused.value.place, refused.value.value) == ("works.strategy", strategy)


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "formula"), ("several", "average"), ("share_of", "profit")]
)
def test_nor_is_any_other_way_of_reckoning_guessed_at(name, value):
    document = tomllib.loads((EXAMPLES / "hubei-coal.toml").read_text(encoding="utf-8"))
    document["tables"][0][name] = value
    with pytest.raises(DocumentFault) as refused:
        read(document)
    assert refused.value.value == value


def test_best_of_each_group_then_the_groups_multiply():
    tariff = read_tariff_file(EXAMPLES / "hubei-coal.toml")
    facts = {"output": 1, "standard": "2", "culture": "yes", "claim_free": 3}
    whole = price(tariff, typed(tariff, {**facts, "output": 1_000_000}))
    assert whole.premium == Decimal("2300000") * Decimal("0.9") * Decimal("0.9")


def test_a_value_outside_its_range_or_without_a_reason_prices_nothing():
    tariff = read_tariff_file(EXAMPLES / "shandong-2017-general.toml")
    for value, reason in (("29.99", "x"), ("300.01", "x"), ("100", "")):
        with pytest.raises(CannotPrice):
            price(tariff, typed(tariff, {"heads": 1, "head": {"value": value, "reason": reason}}))


def test_a_product_with_a_limit_indexed_by_income_is_taken_as_it_stands(product, bureau, acting):
    path = EXAMPLES.parent / "products" / "xinjiang.toml"
    document = {**document_of_file(path), "valid_from": date(2030, 1, 1), "number": 9}
    with acting(bureau[0]):
        other = Product.objects.create(code="xinjiang", name="新疆", kind="additional")
        row = draft_product(document, product=other, by=bureau[0])
    assert row.limits.first().per_person == Decimal("315295.92")
    assert row.heads.count() == 6
