"""Chinese search without an extension: texts are kept as sets of two-character pieces.

Spaces, letter case and the width of brackets do not count: 佛山（南海）五金 finds
佛山(南海)五金.
"""

import re
from unicodedata import normalize

IGNORED = re.compile(r"[\s\W_]+")


def folded(text: str) -> str:
    return IGNORED.sub("", normalize("NFKC", text)).lower()


def bigrams(*texts: str) -> list[str]:
    """The two-character pieces of the texts, sorted; a text of one character gives none."""
    pieces = (folded(text) for text in texts)
    return sorted({piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1)})
