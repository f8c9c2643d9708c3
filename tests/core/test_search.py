"""What a firm is found by: pieces of its names, the initials of their reading, its codes."""

import pytest

from apps.core.search import bigrams, initials, search_pieces

NAME = "佛山市南海区锋利五金制品有限公司"


@pytest.mark.no_database
@pytest.mark.parametrize("asked", ["锋利", "五金制品", "flwj", "FSSNH", "nhqfl", "0605", "9144"])
def test_a_firm_is_found_by_part_of_its_name_its_initials_or_its_code(asked):
    pieces = set(search_pieces(NAME, codes=("91440605MA4UXXXX1Y",)))
    assert set(bigrams(asked)) <= pieces


@pytest.mark.no_database
def test_a_sign_with_several_readings_is_read_as_the_word_asks():
    assert initials("重庆银行") == "cqyh"
