"""How a field looks: label, example, refusal and control belong together for every reader."""

import pytest
from django import forms
from django.template.loader import render_to_string

pytestmark = pytest.mark.no_database

NUMBER = forms.NumberInput(attrs={"class": "chars-4", "data-unit": "人"})


class Registration(forms.Form):
    code = forms.CharField(
        label="代码", help_text="例如 9144", error_messages={"required": "请填写代码。"}
    )
    heads = forms.IntegerField(label="人数", required=False, widget=NUMBER)
    kind = forms.ChoiceField(
        label="用工", choices=[("a", "正式"), ("b", "派遣")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="职工没有承担保费")

    def clean(self):
        raise forms.ValidationError("这家企业已经登记。")


def test_a_refused_field_is_tied_to_its_example_and_its_refusal():
    shown = str(Registration({})["code"].as_field_group())
    assert '<label class="form-label" for="id_code">' in shown
    assert '<div id="id_code_helptext" class="form-hint">例如 9144</div>' in shown
    assert '<div id="id_code_error" class="field-error">' in shown
    assert 'aria-describedby="id_code_helptext id_code_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'class="form-control is-invalid"' in shown


def test_optional_is_said_in_words_and_nothing_is_starred():
    form = Registration()
    assert "选填" in form["heads"].as_field_group()
    assert "选填" not in form["code"].as_field_group()
    assert "*" not in form.render()


def test_a_unit_stands_behind_its_box_and_the_width_hint_survives():
    shown = Registration()["heads"].as_field_group()
    assert '<span class="unit">人</span>' in shown
    assert 'class="form-control chars-4"' in shown


def test_choices_are_a_group_with_a_legend():
    shown = Registration()["kind"].as_field_group()
    assert "<legend" in shown
    assert shown.count('<label class="form-check"') == 2
    assert shown.count('class="form-check-input"') == 2


def test_the_summary_repeats_each_refusal_and_leads_to_its_control():
    form = Registration({})
    shown = " ".join(render_to_string("components/errors.html", {"form": form}).split())
    assert "这家企业已经登记。" in shown
    assert '<a href="#id_code"> 代码：请填写代码。 </a>' in shown
    assert 'href="#id_kind_0"' in shown
    assert 'id="id_kind_0"' in form["kind"].as_field_group()
    assert 'role="alert"' in shown


def test_a_form_without_refusals_has_no_summary():
    assert render_to_string("components/errors.html", {"form": Registration()}).strip() == ""
