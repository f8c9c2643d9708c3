"""A control drawn without a template is the one that Django's template would have drawn."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from apps.core.widgets import DRAWN, Renderer

pytestmark = pytest.mark.no_database

AWKWARD = "\"<b>&'"
CHOICES = [("", "全部"), ("a&b", AWKWARD), (AWKWARD, [(1, "一"), (2, "<二>")])]
ATTRS = {"class": AWKWARD, "required": True, "disabled": False, "maxlength": 10}
CASES = [
    (forms.TextInput(ATTRS), AWKWARD),
    (forms.TextInput(), None),
    (forms.NumberInput(ATTRS), 12345),
    (forms.HiddenInput(), "x"),
    (forms.DateInput({"type": "date"}), "2026-03-02"),
    (forms.PasswordInput(), "secret"),
    (forms.Select(ATTRS, CHOICES), "2"),
    (forms.Select(choices=CHOICES), "a&b"),
]


@pytest.mark.parametrize(("widget", "value"), CASES)
def test_a_control_is_drawn_to_the_letter(widget: forms.Widget, value: object) -> None:
    assert widget.template_name in DRAWN

    by_template = widget.render("name", value, {"id": "id_name"}, TemplatesSetting())

    assert widget.render("name", value, {"id": "id_name"}, Renderer()) == by_template
