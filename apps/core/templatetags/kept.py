"""`{% kept "part.html" … %}`: an include that is drawn once for the same values and then kept.

What stands around every page hardly differs from one page to the next. The part sees nothing but
the values it is given, and these are what it is kept under: nobody is shown what was drawn from
another's.
"""

from collections.abc import Hashable
from functools import lru_cache
from secrets import token_hex
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

MOST = 500
# Different on every page: the part is drawn with a mark, which then gives way to the value.
FILLED_IN = {name: f"{name}-{token_hex(16)}" for name in ("csrf_token", "next")}
NONE = ("", "NOTPROVIDED")  # the second is Django's word for a page without a form


@register.simple_tag
def kept(template_name: str, **given: Any) -> SafeString:
    marks = {name: mark for name, mark in FILLED_IN.items() if given.get(name, "") not in NONE}
    draw = part.__wrapped__ if settings.DEBUG else part
    text = draw(template_name, get_language(), tuple((given | marks).items()))
    for name, mark in marks.items():
        text = text.replace(mark, conditional_escape(given[name]))
    return mark_safe(text)  # noqa: S308  drawn by a template, and filled in escaped


@lru_cache(MOST)
def part(template_name: str, _language: str | None, given: tuple[tuple[str, Hashable], ...]) -> str:
    return render_to_string(template_name, dict(given))
