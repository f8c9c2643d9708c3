from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.codes import normalise_code
from apps.core.identity import (
    is_of_age,
    normalise_phone,
    refusal_to_accept_id_number,
    refusal_to_accept_phone,
)

pytestmark = pytest.mark.no_database

TODAY = date(2026, 3, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _with_check_digit(first: str) -> str:
    """GB 11643 as the standard writes it."""
    total = sum(int(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


@st.composite
def id_numbers(draw):
    region = draw(st.sampled_from(["440604", "440681", "110101", "830000"]))
    birth = draw(st.dates(date(1930, 1, 1), date(2010, 3, 1)))
    order = draw(st.text("0123456789", min_size=3, max_size=3))
    return _with_check_digit(f"{region}{birth:%Y%m%d}{order}")


@pytest.mark.parametrize(
    "number", ["44060419850101001X", "440606200002290021", "440607196812310036"]
)
def test_known_numbers_are_accepted(number):
    assert refusal_to_accept_id_number(number, today=TODAY) == ""


@given(id_numbers())
def test_every_well_formed_number_is_accepted(number):
    assert refusal_to_accept_id_number(number, today=TODAY) == ""


@given(id_numbers(), st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_noticed(number, place, digit):
    changed = number[:place] + digit + number[place + 1 :]
    assert (refusal_to_accept_id_number(changed, today=TODAY) == "") == (changed == number)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        ("4406041985010100", "身份证号为18位，现有16位，少2位。"),
        ("44060419850101001XX", "身份证号为18位，现有19位，多1位。"),
        ("4406O419850101001X", "第5位是“O”，应为数字。"),
        ("44060419850101001A", "末位是“A”，应为数字或X。"),
        ("440605199002290011", "第7至14位的出生日期不存在，请核对。"),
        (_with_check_digit("44060420260302001"), "第7至14位的出生日期还没有到，请核对。"),
        (_with_check_digit("44060420100302001"), "按出生日期，未满16周岁。"),
        ("440604198501010011", "按前17位算，末位应为X，现为1；请逐位核对。"),
        (
            "440604198501010000",
            "末三位是000：号码可能被Excel当作数字改写了。请把单元格设为文本后重新填写。",
        ),
    ],
)
def test_a_refusal_says_what_to_mend(number, refusal):
    assert refusal_to_accept_id_number(number, today=TODAY) == refusal


def test_a_sixteenth_birthday_today_is_enough():
    number = _with_check_digit("44060420100301001")
    assert refusal_to_accept_id_number(number, today=TODAY) == ""


def test_who_was_born_on_29_february_comes_of_age_on_1_march():
    birth = date(2008, 2, 29)
    assert not is_of_age(birth, date(2026, 2, 28), 18)
    assert is_of_age(birth, date(2026, 3, 1), 18)
    assert is_of_age(birth, date(2024, 2, 29), 16)


def test_a_small_x_and_full_width_digits_are_brought_into_form():
    assert normalise_code("４４０６０４ 19850101 001x") == "44060419850101001X"


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "+8613800138000",
        "+86 138 0013 8000",
        "0086-13800138000",
        "8613800138000",
        "（+86）13800138000",
        "１３８００１３８０００",
        "\u202d13800138000\u202c",
    ],
)
def test_phone_numbers_as_people_type_them(typed):
    phone = normalise_phone(typed)
    assert phone == "13800138000"
    assert refusal_to_accept_phone(phone) == ""


@pytest.mark.parametrize(
    ("phone", "refusal"),
    [
        ("", "手机号为11位，现有0位，少11位。"),
        ("1380013800", "手机号为11位，现有10位，少1位。"),
        ("138001380001", "手机号为11位，现有12位，多1位。"),
        ("12800138000", "手机号以13至19开头，请核对前两位。"),
        ("1380013800O", "手机号只能是数字。"),
        ("١٣٨٠٠١٣٨٠٠٠", "手机号只能是数字。"),
    ],
)
def test_a_phone_refusal_says_what_to_mend(phone, refusal):
    assert refusal_to_accept_phone(phone) == refusal


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_accepted_with_and_without_country_code(phone):
    assert normalise_phone(f"+86{phone}") == normalise_phone(phone) == phone
    assert refusal_to_accept_phone(phone) == ""


@given(st.text(), st.dates())
def test_any_text_is_answered(text, today):
    assert isinstance(refusal_to_accept_phone(normalise_phone(text)), str)
    assert isinstance(refusal_to_accept_id_number(normalise_code(text), today=today), str)
