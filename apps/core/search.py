"""Chinese search without an extension: texts are kept as sets of two-character pieces.

Spaces, letter case and the width of brackets do not count: 佛山（南海）五金 finds
佛山(南海)五金. Names are found by the initials of their reading too: fsnhwj.
"""

import re
from functools import lru_cache
from unicodedata import normalize

from pypinyin import Style, lazy_pinyin

IGNORED = re.compile(r"[\s\W_]+")


def folded(text: str) -> str:
    return IGNORED.sub("", normalize("NFKC", text)).lower()


def bigrams(*texts: str) -> list[str]:
    """The two-character pieces of the texts, sorted; a text of one character gives none."""
    pieces = (folded(text) for text in texts)
    return sorted({piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1)})


@lru_cache(32_768)
def initials(text: str) -> str:
    """The first letters of its signs as they are read: 锋利五金 → flwj; Latin letters stay."""
    return "".join(lazy_pinyin(folded(text), style=Style.FIRST_LETTER))


def search_pieces(*names: str, codes: tuple[str, ...] = ()) -> list[str]:
    """By what a row is found: its names, the initials of its names, and its codes."""
    return bigrams(*names, *map(initials, names), *codes)
