"""Codes as people type, paste and dictate them, brought into one form before they are judged."""

import re
import unicodedata

from django.utils.translation import gettext as _

# White space, hyphens and dashes of every width, and the invisible marks that come with pasting.
BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


def normalise_code(text: str) -> str:
    """Half-width capitals without anything in between."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()


def refusal_of_length(name: str, code: str, length: int) -> str:
    """Say how many signs are missing or too many."""
    difference = len(code) - length
    if not difference:
        return ""
    facts = {"name": name, "length": length, "found": len(code), "count": abs(difference)}
    if difference < 0:
        return _("%(name)s为%(length)s位，现有%(found)s位，少%(count)s位。") % facts
    return _("%(name)s为%(length)s位，现有%(found)s位，多%(count)s位。") % facts
