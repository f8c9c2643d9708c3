import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as reference

from apps.core.codes import normalise_code
from apps.core.uscc import ALPHABET, refusal_to_accept

pytestmark = pytest.mark.no_database

VALID = [
    "91431381748373560G",
    "91440604MA000TA189",
    "91440605MA000TB22U",
    "91440606MA000TC37G",
    "91440607MA000TD413",
    "91440608MA000TE56P",
    "91440600MA000TF608",
]


def _organisation_check_digit(eight: str) -> str:
    """GB 11714 as the standard writes it."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    digit = (
        11 - sum(int(sign, 36) * weight for sign, weight in zip(eight, weights, strict=True)) % 11
    )
    return {10: "X", 11: "0"}.get(digit, str(digit))


@st.composite
def codes(draw):
    head = draw(st.sampled_from("123456789ANY")) + draw(st.sampled_from("1239"))
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    organisation = draw(st.text(ALPHABET, min_size=8, max_size=8))
    first = head + region + organisation + _organisation_check_digit(organisation)
    return first + reference.calc_check_digit(first)


@pytest.mark.parametrize("code", VALID)
def test_known_codes_are_accepted(code):
    assert refusal_to_accept(code) == ""


@given(codes())
def test_every_well_formed_code_is_accepted(code):
    assert refusal_to_accept(code) == ""


@given(codes(), st.integers(2, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_sign_is_noticed(code, place, sign):
    changed = code[:place] + sign + code[place + 1 :]
    assert (refusal_to_accept(changed) == "") == (changed == code)


@given(codes(), st.integers(8, 15))
def test_two_neighbours_that_changed_places_are_noticed(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (refusal_to_accept(swapped) == "") == (swapped == code)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("", "统一社会信用代码为18位，现有0位，少18位。"),
        ("91440604MA000TA18", "统一社会信用代码为18位，现有17位，少1位。"),
        ("91440604MA000TA1899", "统一社会信用代码为18位，现有19位，多1位。"),
        (
            "MA000TA18",
            "统一社会信用代码为18位，现有9位，少9位。"
            "这像是旧的组织机构代码或注册号，请填营业执照上的18位代码。",
        ),
        ("9144O604MA000TA189", "第5位是字母O，应为数字0吗？"),
        ("9I440604MAO00TA189", "第2位是字母I，应为数字1吗？第11位是字母O，应为数字0吗？"),
        ("91440604MA000TA1S9", "第17位是字母S，应为数字5吗？"),
        ("91440604MA000TZ189", "第15位是字母Z，应为数字2吗？"),
        ("91440605MA000TB22V", "第18位是字母V，应为字母U吗？"),
        ("91440605MA000TB22粤", "第18位是“粤”，代码里只有数字和大写字母。"),
        ("B1440604MA000TA189", "第1位是登记管理部门，应为1至9、A、N或Y，现为B。"),
        ("91C40604MA000TA189", "第3至8位是登记机关所在地，应全是数字。"),
        ("91440604MA000TA188", "按前17位算，末位应为9，现为8；请核对末位和第1至8位。"),
        (
            "91440604MA000TA179",
            "第9至17位是组织机构代码，按前8位算，第17位应为8，现为7；请核对这9位。",
        ),
    ],
)
def test_a_refusal_says_what_to_mend(code, refusal):
    assert refusal_to_accept(code) == refusal


@pytest.mark.parametrize(
    "typed",
    [
        " 91440604ma000ta189 ",
        "91 440604 MA000TA18 9",
        "91-440604-MA000TA18-9",
        "９１４４０６０４ＭＡ０００ＴＡ１８９",
        "\ufeff91440604\u200bMA000TA189\u202c",
        "9144 0604—MA000TA189\t",
    ],
)
def test_what_people_type_and_paste_is_brought_into_form(typed):
    assert normalise_code(typed) == "91440604MA000TA189"


@given(st.text())
def test_any_text_is_answered(text):
    assert isinstance(refusal_to_accept(normalise_code(text)), str)
