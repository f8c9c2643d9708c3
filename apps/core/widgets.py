"""Draws the plain form controls itself, to the letter as Django's templates do.

A page with a filter has a dozen of them, and a template for each, with one more for its
attributes, takes longer than all the rest of the form. Every other widget keeps its template.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Drawing = Mapping[str, Any]
INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time")


def attributes(attrs: Mapping[str, Any]) -> str:
    given = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"'
        for name, value in given
    )


def input_of(widget: Drawing) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{conditional_escape(str(value))}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{given}{attributes(widget["attrs"])}>'


def select_of(widget: Drawing) -> str:
    inside = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    name = conditional_escape(widget["name"])
    return f'<select name="{name}"{attributes(widget["attrs"])}>{inside}\n</select>'


def _group(name: Any, options: Iterable[Drawing]) -> str:
    inside = "".join(f"\n  {_option(one)}" for one in options)
    label = conditional_escape(name) if name else ""
    return f'\n  <optgroup label="{label}">{inside}\n  </optgroup>' if name else inside


def _option(option: Drawing) -> str:
    value, label = conditional_escape(str(option["value"])), conditional_escape(option["label"])
    return f'<option value="{value}"{attributes(option["attrs"])}>{label}</option>\n'


DRAWN: Mapping[str, Callable[[Drawing], str]] = {
    **{f"django/forms/widgets/{kind}.html": input_of for kind in INPUTS},
    "django/forms/widgets/select.html": select_of,
}


class Renderer(TemplatesSetting):
    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        if draw := DRAWN.get(template_name):
            return mark_safe(draw(context["widget"]))  # noqa: S308  escaped where it is drawn
        return mark_safe(super().render(template_name, context, request))  # noqa: S308
