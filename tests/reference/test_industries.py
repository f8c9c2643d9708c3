from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.reference.models import Industry
from apps.reference.rules import Assignment, responsible_sector
from apps.reference.selectors import (
    categories_of,
    category_table,
    districts_with_towns,
    industry_branch,
    search_industries,
    sector_of,
    towns_of,
    typical_tags_of,
)

TODAY = date(2026, 3, 2)


def found(text: str, limit: int = 20) -> list[str]:
    return [industry.code for industry in search_industries(text, limit)]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("3311", "3311"),
            ("331", "331"),
            ("３３１１", "3311"),
            ("五金", "33"),
            ("五金厂", "33"),
            ("陶瓷", "307"),
            ("瓷砖", "3071"),
            ("家具", "21"),
            ("注塑", "292"),
            ("模具", "3525"),
            ("铝型材", "3252"),
            ("金属门窗", "3312"),
            ("危化品仓储", "5942"),
            ("汽修", "8111"),
            ("木质家具厂", "21"),
            ("furniture", "21"),
            ("Metal Products", "33"),
            ("铁路道路隧道", "481"),
        ],
    )
    def test_what_people_type_finds_what_they_mean(self, text: str, first: str) -> None:
        assert found(text)[0] == first

    def test_a_code_finds_everything_below_it_in_order(self) -> None:
        assert found("331") == ["331", "3311", "3312"]

    def test_a_trade_finds_its_classes_before_names_that_only_mention_it(self) -> None:
        codes = found("陶瓷")

        assert codes[:8] == ["307", "3071", "3072", "3073", "3074", "3075", "3076", "3079"]
        assert "3546" in codes

    def test_a_trade_does_not_prefer_one_group_of_its_own(self) -> None:
        assert found("五金")[:4] == ["33", "331", "3311", "3312"]

    def test_the_beginning_of_a_trade_is_enough_where_none_is_named_whole(self) -> None:
        assert "3312" in found("铝合金")

    def test_all_words_must_fit(self) -> None:
        assert found("金属 冶炼 有色")[0] == "32"
        assert found("陶瓷 3546") == ["3546"]
        assert found("陶瓷 面包") == []

    def test_a_name_that_fits_only_in_part_is_offered_too(self) -> None:
        assert found("木质家具厂")[:3] == ["21", "211", "2110"]

    def test_no_section_is_offered(self) -> None:
        assert all(code.isdecimal() for code in found("制造业"))

    @pytest.mark.parametrize("text", ["", " ", "，、", "不存在的行业名", "99999", "'\"%_\\"])
    def test_what_fits_nothing_finds_nothing(self, text: str) -> None:
        assert found(text) == []

    def test_the_answer_is_limited(self) -> None:
        assert len(found("制造", limit=5)) == 5

    def test_a_result_shows_where_it_stands_without_more_queries(
        self, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(2):  # type: ignore[operator]
            paths = [industry.path for industry in search_industries("3311")]

        assert paths == ["制造业 › 金属制品业 › 结构性金属制品制造"]

    @given(st.text(max_size=40))
    def test_no_text_breaks_it(self, text: str) -> None:
        assert len(search_industries(text)) <= 20


class TestBranches:
    def test_the_top_shows_the_sections(self) -> None:
        top = industry_branch("", TODAY)

        assert top.industry is None
        assert [row.code for row in top.children] == list("ABCDEFGHIJKLMNOPQRST")

    def test_a_branch_shows_the_way_to_it_and_what_lies_below(self) -> None:
        branch = industry_branch("3392", TODAY)

        assert [row.code for row in branch.above] == ["C", "33", "339"]
        assert not branch.children.exists()
        assert branch.facts
        assert [row.category.code for row in branch.facts.categories] == ["machinery", "smelting"]
        assert branch.facts.sector.code == "emergency"
        assert [tag.code for tag in branch.facts.tags] == ["dust", "molten_metal"]

    @pytest.mark.parametrize("code", ["", "98", "\x00", "3311 ", "'; --"])
    def test_a_code_that_names_nothing_shows_the_top(self, code: str) -> None:
        assert industry_branch(code, TODAY).industry is None

    def test_a_section_has_divisions_but_no_facts_of_its_own(self) -> None:
        branch = industry_branch("C", TODAY)

        assert branch.children.count() == 31
        assert branch.facts is None

    def test_an_untranslated_class_falls_back_to_chinese(self) -> None:
        with translation.override("en"):
            assert Industry.objects.get(code="33").label == "Manufacture of Metal Products"
            assert Industry.objects.get(code="3311").label == "金属结构制造"


class TestResponsibleSector:
    MAPPING = (
        Assignment("48", "housing", date(2018, 3, 1)),
        Assignment("482", "water", date(2018, 3, 1)),
        Assignment("4823", "transport", date(2018, 3, 1), date(2024, 1, 1)),
    )

    @pytest.mark.no_database
    @pytest.mark.parametrize(
        ("code", "on", "sector"),
        [
            ("4840", TODAY, "housing"),
            ("4821", TODAY, "water"),
            ("4823", date(2023, 12, 31), "transport"),
            ("4823", date(2024, 1, 1), "water"),
            ("48", TODAY, "housing"),
            ("3311", TODAY, "emergency"),
            ("4821", date(2018, 2, 28), "emergency"),
        ],
    )
    def test_the_finest_assignment_of_the_day_wins(self, code: str, on: date, sector: str) -> None:
        assert responsible_sector(code, on, self.MAPPING) == sector

    @pytest.mark.parametrize(
        ("code", "sector"),
        [
            ("3311", "emergency"),
            ("4710", "housing"),
            ("4812", "transport"),
            ("4823", "transport"),
            ("4821", "water"),
            ("4511", "housing"),
            ("0412", "agriculture"),
            ("2671", "industry"),
            ("5442", "transport"),
            ("8111", "transport"),
            ("5265", "emergency"),
            ("52", "commerce"),
        ],
    )
    def test_the_shipped_mapping_names_the_department(self, code: str, sector: str) -> None:
        assert sector_of(Industry.objects.get(code=code), TODAY).code == sector


class TestCategories:
    @pytest.mark.parametrize(
        ("code", "categories"),
        [
            ("3311", ["machinery"]),
            ("3392", ["machinery", "smelting"]),
            ("4812", ["construction", "transport"]),
            ("3731", ["ships"]),
            ("5431", ["carriers"]),
            ("0610", []),
            ("2110", []),
        ],
    )
    def test_an_industry_counts_to_the_categories_above_it(
        self, code: str, categories: list[str]
    ) -> None:
        industry = Industry.objects.get(code=code) if code != "0610" else Industry(code="0610")
        assert [row.category.code for row in categories_of(industry, TODAY)] == categories

    def test_before_the_policy_nobody_is_in_a_category(self) -> None:
        assert categories_of(Industry.objects.get(code="3311"), date(2018, 2, 28)) == []

    def test_a_furniture_maker_is_reminded_of_dust(self) -> None:
        tags = typical_tags_of(Industry.objects.get(code="2110"))
        assert [tag.code for tag in tags] == ["dust"]

    def test_the_page_of_categories_takes_three_queries(
        self, django_assert_num_queries: object
    ) -> None:
        with django_assert_num_queries(3):  # type: ignore[operator]
            shown = [
                (category.article, list(category.tags.all()), list(category.industries.all()))
                for category in category_table(TODAY)
            ]
        assert len(shown) == 19


def test_districts_come_with_their_towns() -> None:
    chancheng = districts_with_towns()[0]

    assert chancheng.short_label == "禅城"
    assert len(chancheng.towns.all()) == 4
    assert list(towns_of(chancheng)) == list(chancheng.towns.all())
