import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.masks import mask_account, mask_id_number, mask_name, mask_phone

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_name, "张三", "张*"),
        (mask_name, "欧阳娜娜", "欧***"),
        (mask_name, "张", "*"),
        (mask_name, "", ""),
        (mask_phone, "13800138000", "138****8000"),
        (mask_phone, "83381234", "********"),
        (mask_id_number, "44060419850101002X", "440***********002X"),
        (mask_id_number, "E12345678", "E******78"),
        (mask_id_number, "E123", "****"),
        (mask_account, "6222021234567890123", "***************0123"),
        (mask_account, "1234", "****"),
    ],
)
def test_masks(mask, value, shown):
    assert mask(value) == shown


@given(st.sampled_from([mask_phone, mask_id_number, mask_account]), st.text("0123456789X"))
def test_a_mask_keeps_the_length_and_hides_at_least_four_signs(mask, value):
    shown = mask(value)
    assert len(shown) == len(value)
    assert shown.count("*") >= min(4, len(value))
