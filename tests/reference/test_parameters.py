from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from apps.core.context import SystemActor
from apps.core.models import AuditEvent
from apps.reference.codes import CoverageBasis, ParameterCode
from apps.reference.errors import ParameterMissing, ParameterRefused
from apps.reference.models import Certainty, LegalLevel, Parameter, ParameterKey
from apps.reference.rules import typed
from apps.reference.selectors import (
    boolean_on,
    death_limit_rules,
    decimal_on,
    integer_on,
    minimum_death_limit,
    parameter_on,
    parameter_table,
    text_on,
)
from apps.reference.services import set_parameter

ADMIN = SystemActor("dispatch", "系统管理员")
LAST_DAY_BEFORE = date(2025, 3, 28)
FIRST_DAY = date(2025, 3, 29)


def set_floor(**changed: Any) -> Parameter:
    values: dict[str, Any] = {
        "code": ParameterCode.PREVENTION_FLOOR_RATE,
        "value": "0.18",
        "valid_from": date(2026, 7, 1),
        "source": "佛应急〔2026〕9号",
        "level": LegalLevel.CITY,
        "certainty": Certainty.VERIFIED,
        "by": ADMIN,
        "reason": "市局发文",
    }
    return set_parameter(**values | changed)


class TestTheBusinessDatePicksTheValue:
    def test_the_ceiling_of_prevention_money_begins_on_29_march_2025(self) -> None:
        with pytest.raises(ParameterMissing) as refused:
            decimal_on(ParameterCode.PREVENTION_CEILING_RATE, LAST_DAY_BEFORE)

        assert "“事故预防费用上限（占实收保费）”在 2025-03-28 没有有效取值" in str(refused.value)
        assert decimal_on(ParameterCode.PREVENTION_CEILING_RATE, FIRST_DAY) == Decimal("0.21")

    def test_the_national_death_limit_rises_on_that_day(self) -> None:
        code = ParameterCode.LIMIT_DEATH_NATION
        assert decimal_on(code, LAST_DAY_BEFORE) == 300_000
        assert decimal_on(code, FIRST_DAY) == 400_000

    def test_production_posts_become_all_employees_on_that_day(self) -> None:
        code = ParameterCode.COVERAGE_BASIS
        assert text_on(code, LAST_DAY_BEFORE) == CoverageBasis.PRODUCTION_POSTS
        assert text_on(code, FIRST_DAY) == CoverageBasis.ALL_EMPLOYEES

    def test_departments_stop_setting_shares_on_that_day(self) -> None:
        code = ParameterCode.POOL_DEPARTMENTS_SET_SHARES
        assert boolean_on(code, LAST_DAY_BEFORE) is True
        assert boolean_on(code, FIRST_DAY) is False

    def test_what_the_lapsed_document_said_goes_on_as_a_sample(self) -> None:
        code = ParameterCode.PREVENTION_FLOOR_RATE
        during, after = parameter_on(code, date(2021, 2, 28)), parameter_on(code, date(2021, 3, 1))

        assert (during.value, during.certainty) == (Decimal("0.15"), Certainty.VERIFIED)
        assert (after.value, after.certainty) == (Decimal("0.15"), Certainty.SAMPLE)
        assert after.is_sample

    def test_the_document_itself_ends_with_its_three_years(self) -> None:
        assert text_on(ParameterCode.PROGRAMME_DOCUMENT, date(2021, 2, 28)) == "佛府办〔2018〕2号"
        with pytest.raises(ParameterMissing):
            text_on(ParameterCode.PROGRAMME_DOCUMENT, date(2021, 3, 1))

    def test_before_the_programme_there_is_nothing(self) -> None:
        with pytest.raises(ParameterMissing):
            integer_on(ParameterCode.SCOPE_FATAL_ACCIDENT_YEARS, date(2018, 2, 28))

    def test_asking_for_the_wrong_type_is_a_mistake_in_the_code(self) -> None:
        with pytest.raises(TypeError):
            integer_on(ParameterCode.COVERAGE_BASIS, FIRST_DAY)


class TestTheDeathLimitIsTheStrictestRule:
    @pytest.mark.parametrize(
        ("day", "amounts"),
        [
            (date(2018, 3, 1), [300_000]),
            (date(2021, 4, 22), [300_000]),
            (date(2021, 4, 23), [300_000, 20 * 54_234]),
            (FIRST_DAY, [400_000, 20 * 65_921]),
        ],
    )
    def test_all_rules_in_force_on_the_inception_date_count(
        self, day: date, amounts: list[int]
    ) -> None:
        assert [rule.amount for rule in death_limit_rules(day)] == amounts
        assert minimum_death_limit(day).amount == max(amounts)

    def test_the_example_with_the_assumed_income_gives_936_980(self) -> None:
        Parameter.objects.filter(key__code="limit.death_income_multiple").update(
            valid_from=date(2018, 1, 1)
        )

        limit = minimum_death_limit(date(2018, 3, 1))

        assert limit.amount == 936_980
        assert limit.is_sample

    def test_without_last_years_income_nothing_is_quoted(self) -> None:
        with pytest.raises(ParameterMissing) as refused:
            minimum_death_limit(date(2028, 1, 1))

        assert "“佛山市上年城镇居民人均可支配收入”在 2028-01-01 没有有效取值" in str(refused.value)

    def test_without_any_rule_nothing_is_quoted(self) -> None:
        with pytest.raises(ParameterMissing):
            minimum_death_limit(date(2017, 12, 31))


class TestTheDatabaseRefuses:
    def create(self, valid_from: date, valid_to: date | None, **changed: Any) -> Parameter:
        key = ParameterKey.objects.get(code="commission.ceiling_rate")
        values: dict[str, Any] = {
            "value": "0.04",
            "source": "文件",
            "level": "nation",
            "certainty": "sample",
            "entered_by": "张三",
            "entered_at": timezone.now(),
        }
        return Parameter.objects.create(
            key=key, valid_from=valid_from, valid_to=valid_to, **values | changed
        )

    @pytest.mark.parametrize(
        ("valid_from", "valid_to"),
        [
            (date(2025, 3, 30), None),
            (date(2020, 1, 1), date(2025, 3, 30)),
            (date(2020, 1, 1), None),
            (date(2026, 1, 1), date(2026, 1, 2)),
        ],
    )
    def test_two_values_of_one_key_at_the_same_time(
        self, valid_from: date, valid_to: date | None
    ) -> None:
        with pytest.raises(IntegrityError, match="parameter_no_overlap"), transaction.atomic():
            self.create(valid_from, valid_to)

    def test_but_not_a_period_that_ends_where_the_next_begins(self) -> None:
        assert self.create(date(2020, 1, 1), FIRST_DAY).pk

    def test_a_period_that_ends_before_it_begins(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            self.create(date(2020, 1, 1), date(2020, 1, 1))

    def test_a_value_without_a_source(self) -> None:
        with pytest.raises(IntegrityError, match="parameter_has_source"), transaction.atomic():
            self.create(date(2020, 1, 1), date(2020, 2, 1), source="")


class TestSetting:
    def test_a_new_value_ends_the_one_before_and_is_written_down(self) -> None:
        row = set_floor()

        assert decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, date(2026, 6, 30)) == Decimal("0.15")
        assert decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, date(2026, 7, 1)) == Decimal("0.18")
        assert row.entered_by == "系统管理员"
        event = AuditEvent.objects.get(action="parameter.set")
        assert event.changes["prevention.floor_rate"] == ["0.15", "0.18"]
        assert event.reason == "市局发文"

    def test_a_gap_may_be_filled_without_a_predecessor(self) -> None:
        set_floor(
            code=ParameterCode.INCOME_URBAN_DISPOSABLE,
            value="72000",
            valid_from=date(2028, 1, 1),
        )

        assert minimum_death_limit(date(2028, 1, 1)).amount == 1_440_000

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"value": "十五"}, "“十五”不是有效的比例。"),
            ({"value": "NaN"}, "“NaN”不是有效的比例。"),
            ({"value": "-0.1"}, "“-0.1”不是有效的比例。"),
            ({"source": " "}, "请填写依据文件。"),
            (
                {"valid_from": date(2021, 3, 1)},
                "“事故预防费用下限（占实收保费）”自 2021-03-01 起已有取值，新的取值须晚于该日。",
            ),
            (
                {"valid_from": date(2019, 1, 1)},
                "“事故预防费用下限（占实收保费）”自 2021-03-01 起已有取值，新的取值须晚于该日。",
            ),
        ],
    )
    def test_refusal_leaves_nothing_behind(self, changed: dict[str, Any], sentence: str) -> None:
        before = Parameter.objects.count()

        with pytest.raises(ParameterRefused) as refused:
            set_floor(**changed)

        assert str(refused.value) == sentence
        assert Parameter.objects.count() == before
        assert not AuditEvent.objects.filter(action="parameter.set").exists()


class TestThePage:
    def test_each_key_shows_what_holds_and_all_it_ever_was(self) -> None:
        topics = parameter_table(date(2026, 3, 2))
        rows = {row.key.code: row for topic in topics for row in topic.rows}

        assert len(topics) == 9
        assert len(rows) == len(ParameterCode)
        assert [value.text for value in rows["limit.death_nation"].values] == [
            "400,000 元",
            "300,000 元",
        ]
        assert rows["programme.document"].current is None

    def test_it_takes_two_queries(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(2):
            parameter_table(date(2026, 3, 2))

    @pytest.mark.parametrize(
        ("code", "text"),
        [
            (ParameterCode.PREVENTION_CEILING_RATE, "21 %"),
            (ParameterCode.INSURER_SOLVENCY_COMPREHENSIVE, "120 %"),
            (ParameterCode.FINE_UNINSURED_MAXIMUM, "100,000 元"),
            (ParameterCode.COMPLAINT_ANSWER_WORKING_DAYS, "10 工作日"),
            (ParameterCode.COVERAGE_SAME_SUM, "是"),
            (ParameterCode.COVERAGE_BASIS, "全部从业人员"),
        ],
    )
    def test_a_value_reads_like_a_value(self, code: ParameterCode, text: str) -> None:
        assert parameter_on(code, date(2026, 3, 2)).text == text

    def test_a_name_follows_the_language_of_the_page(self) -> None:
        key = ParameterKey.objects.get(code="prevention.floor_rate")

        with translation.override("en"):
            assert key.label == "Prevention fund floor (share of premium received)"


@pytest.mark.no_database
class TestTypes:
    @pytest.mark.parametrize(
        ("kind", "text", "value"),
        [
            ("integer", "30", 30),
            ("decimal", "315295.92", Decimal("315295.92")),
            ("rate", "0.15", Decimal("0.15")),
            ("boolean", "true", True),
            ("boolean", "false", False),
            ("text", "production_posts", "production_posts"),
        ],
    )
    def test_a_text_becomes_its_value(self, kind: str, text: str, value: object) -> None:
        assert typed(kind, text) == value

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("integer", "1.5"),
            ("decimal", "Infinity"),
            ("rate", ""),
            ("boolean", "是"),
            ("text", " "),
        ],
    )
    def test_anything_else_is_refused(self, kind: str, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - which text it was says enough
            typed(kind, text)
