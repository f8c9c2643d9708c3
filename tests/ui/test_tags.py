"""How figures, dates, masks and icons are printed."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

pytestmark = pytest.mark.no_database


def printed(source, **values):
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234.5"), "1,234.50"),
        (Decimal("0.005"), "0.01"),
        (Decimal("-1234567.8"), "-1,234,567.80"),
        (0, "0.00"),
        (None, ""),
    ],
)
def test_money_has_thousands_separators_and_two_places(amount, text):
    assert printed("{{ amount|money }}", amount=amount) == text


def test_yuan_names_the_unit_in_the_readers_language():
    assert printed("{{ amount|yuan }}", amount=Decimal("186")) == "186.00 元"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("9999.99"), "9,999.99 元"),
        (Decimal("10000"), "1.00 万元"),
        (Decimal("1234567"), "123.46 万元"),
        (Decimal("100000000"), "1.00 亿元"),
        (Decimal("-25000"), "-2.50 万元"),
        (None, ""),
    ],
)
def test_dashboards_count_in_ten_thousands_and_hundred_millions(amount, text):
    assert printed("{{ amount|wan }}", amount=amount) == text


def test_other_languages_never_print_a_figure_with_the_wrong_power():
    with override("en"):
        assert printed("{{ amount|wan }}", amount=Decimal("25000")).startswith(("25,000.00", "CNY"))
        assert "2.50" in printed("{{ amount|wan }}", amount=Decimal("2500000"))


def test_a_short_figure_carries_the_full_one():
    shown = printed("{% amount value %}", value=Decimal("1234567.89"))
    assert 'title="1,234,567.89 元"' in shown
    assert "123.46 万元" in shown


def test_counts_and_shares():
    assert printed("{{ n|count }}", n=12480) == "12,480"
    assert printed("{{ n|count }}", n=None) == ""
    assert printed("{{ share|percent }}", share=Decimal("0.913")) == "91.3%"


def test_days_and_moments_are_those_of_foshan():
    at = dt.datetime(2026, 11, 23, 16, 3, tzinfo=dt.UTC)
    assert printed("{{ at|day }} {{ at|moment }}", at=at) == "2026-11-24 2026-11-24 00:03"
    assert printed("{{ on|day }}", on=dt.date(2026, 11, 23)) == "2026-11-23"
    assert printed("{{ on|day }}{{ on|moment }}{{ on|last_day }}", on=None) == ""


def test_a_half_open_period_prints_its_last_covered_day():
    assert printed("{{ ends|last_day }}", ends=dt.date(2027, 1, 1)) == "2026-12-31"


def test_personal_data_is_masked():
    shown = printed(
        "{{ name|mask_name }} {{ phone|mask_phone }} {{ number|mask_id }}",
        name="张三",
        phone="13800138000",
        number="44060119900101002X",
    )
    assert shown == "张* 138****8000 440***********002X"


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in printed('{% icon "bell" %}')
    labelled = printed('{% icon "bell" label=words %}', words="<消息>")
    assert 'role="img" aria-label="&lt;消息&gt;"' in labelled


def test_a_form_keeps_the_other_parameters_of_the_address():
    request = RequestFactory().get("/list/", {"sort": "-name", "col": ["a", "b"], "page": "3"})
    context = Context({})
    context.request = request
    kept = Template('{% keep "sort" "col" %}|{% keep_except "col" %}').render(context)
    assert kept == (
        '<input type="hidden" name="sort" value="-name">'
        '<input type="hidden" name="col" value="a"><input type="hidden" name="col" value="b">|'
        '<input type="hidden" name="sort" value="-name">'
        '<input type="hidden" name="page" value="3">'
    )


def test_a_parameter_the_form_asks_for_itself_is_not_kept_twice():
    class Conditions(forms.Form):
        view = forms.CharField(widget=forms.HiddenInput)

    context = Context({"form": Conditions()})
    context.request = RequestFactory().get("/list/", {"sort": "name", "view": "mine"})
    kept = Template('{% keep "sort" "view" form=form %}').render(context)
    assert kept == '<input type="hidden" name="sort" value="name">'
