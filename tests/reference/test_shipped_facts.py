import csv
from datetime import date
from decimal import Decimal

import pytest

from apps.reference.codes import DEFAULT_SECTOR, ParameterCode
from apps.reference.models import (
    AccidentCause,
    ActivityTag,
    CategoryIndustry,
    DisabilityTable,
    District,
    Industry,
    Parameter,
    ParameterKey,
    PolicyArticle,
    PolicyCategory,
    Sector,
    Town,
)
from apps.reference.rules import typed
from apps.reference.services.shipped import DATA, FILES

LEVEL = Industry.Level


def test_five_districts_have_the_32_towns_between_them() -> None:
    towns = {district.short_name: district.towns.count() for district in District.objects.all()}

    assert towns == {"禅城": 4, "南海": 7, "顺德": 10, "三水": 7, "高明": 4}
    assert list(District.objects.values_list("abbreviation", flat=True)) == [
        "CC",
        "NH",
        "SD",
        "SS",
        "GM",
    ]


def test_shiwan_is_a_street_although_its_name_says_town() -> None:
    assert Town.objects.get(code="440604010").kind == Town.Kind.SUBDISTRICT
    assert Town.objects.filter(kind=Town.Kind.TOWN).count() == 21
    assert Town.objects.count() == 32


def test_a_town_lies_in_the_district_its_code_begins_with() -> None:
    for town in Town.objects.select_related("district"):
        assert town.code.startswith(town.district.code)


def test_all_sections_and_divisions_are_there_and_named_in_both_languages() -> None:
    coarse = Industry.objects.filter(level__in=[LEVEL.SECTION, LEVEL.DIVISION])

    assert coarse.filter(level=LEVEL.SECTION).count() == 20
    assert coarse.filter(level=LEVEL.DIVISION).count() == 97
    assert not coarse.filter(name_en="").exists()


def test_an_industry_hangs_under_the_beginning_of_its_own_code() -> None:
    for industry in Industry.objects.select_related("parent"):
        above = industry.parent.code if industry.parent else ""
        expected = industry.code[:-1] if len(industry.code) > 2 else industry.section
        assert above == ("" if industry.level == LEVEL.SECTION else expected)


@pytest.mark.parametrize(
    ("division", "groups", "classes"),
    [
        ("04", 2, 4),
        ("07", 2, 4),
        ("08", 3, 3),
        ("09", 3, 15),
        ("10", 4, 10),
        ("26", 8, 38),
        ("31", 4, 4),
        ("32", 5, 21),
        ("33", 9, 29),
        ("34", 9, 52),
        ("35", 9, 56),
        ("36", 7, 8),
        ("37", 9, 30),
        ("38", 8, 38),
        ("47", 3, 3),
        ("48", 8, 30),
        ("49", 3, 4),
        ("50", 4, 7),
    ],
)
def test_a_division_of_the_policy_has_every_group_and_class(
    division: str, groups: int, classes: int
) -> None:
    below = Industry.objects.within(division)

    assert below.filter(level=LEVEL.GROUP).count() == groups
    assert below.filter(level=LEVEL.CLASS).count() == classes


def test_every_industry_of_a_category_reaches_down_to_classes() -> None:
    for row in CategoryIndustry.objects.select_related("industry"):
        below = Industry.objects.within(row.industry.code)
        assert below.filter(level=LEVEL.CLASS).exists(), row.industry


def test_the_policy_names_eleven_mandatory_and_six_promoted_categories() -> None:
    city = PolicyCategory.objects.filter(legal_level="city")

    assert city.filter(level=PolicyCategory.Level.MANDATORY, article__code="A1.1").count() == 11
    assert city.filter(level=PolicyCategory.Level.PROMOTED, article__code="A1.2").count() == 6


def test_coal_is_no_mine_of_the_policy_and_a_shipyard_no_machine_maker() -> None:
    def codes(category: str) -> set[str]:
        rows = CategoryIndustry.objects.filter(category__code=category)
        return set(rows.values_list("industry__code", flat=True))

    assert codes("mining") == {"07", "08", "09", "10", "112", "119", "12"}
    assert "37" not in codes("machinery")
    assert "373" in codes("ships")


def test_an_activity_tag_belongs_to_a_category_and_an_article() -> None:
    tags = dict(ActivityTag.objects.values_list("name", "article__code"))

    assert tags["粉尘涉爆"] == "A1.2"
    assert tags["特种设备使用"] == "A1.1"
    assert Sector.objects.filter(code=DEFAULT_SECTOR, name="应急管理").exists()


def test_all_21_articles_are_quoted() -> None:
    article = PolicyArticle.objects.get(code="A3.3")

    assert PolicyArticle.objects.count() == 21
    assert "不低于保费实际收入的 15％" in article.text
    assert article.title == "建立服务保障机制"


def test_the_twenty_causes_of_gb_6441_have_two_names() -> None:
    assert AccidentCause.objects.count() == 20
    assert AccidentCause.objects.get(code="09").name == "高处坠落"
    assert not AccidentCause.objects.filter(name_en="").exists()


@pytest.mark.parametrize(
    ("code", "percents"),
    [
        ("A", [100, 80, 70, 60, 50, 40, 30, 20, 10, 5]),
        ("B", [100, 80, 65, 55, 45, 25, 15, 10, 4, 1]),
        ("C", [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]),
    ],
)
def test_a_disability_table_has_a_percentage_for_each_grade(code: str, percents: list[int]) -> None:
    table = DisabilityTable.objects.get(code=code)

    assert list(table.grades.values_list("rate", flat=True)) == [
        Decimal(percent) / 100 for percent in percents
    ]
    assert table.certainty == "sample"


def test_code_and_data_know_the_same_parameters() -> None:
    assert set(ParameterKey.objects.values_list("code", flat=True)) == set(ParameterCode)


def test_every_value_is_of_its_kind_and_has_a_source() -> None:
    for row in Parameter.objects.select_related("key"):
        typed(row.key.kind, row.value)
        assert row.source
        assert row.entered_by


def test_every_parameter_but_the_lapsed_document_holds_on_the_day_of_the_test() -> None:
    held = Parameter.objects.in_force_on(date(2026, 3, 2)).values_list("key__code", flat=True)

    assert set(ParameterCode) - set(held) == {ParameterCode.PROGRAMME_DOCUMENT}


@pytest.mark.no_database
@pytest.mark.parametrize("item", FILES, ids=lambda item: item.file)
def test_a_file_names_each_row_once(item: object) -> None:
    with (DATA / item.file).open(encoding="utf-8", newline="") as lines:  # type: ignore[attr-defined]
        rows = list(csv.DictReader(lines))
    keys = [tuple(row[name] for name in item.key) for row in rows]  # type: ignore[attr-defined]

    assert rows
    assert len(set(keys)) == len(keys)
