"""What a template may ask beyond if and for: money, dates, masks, icons, controls, page numbers."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core import masks
from apps.core.money import to_fen

register = template.Library()
register.filter("mask_name", masks.mask_name)
register.filter("mask_phone", masks.mask_phone)
register.filter("mask_id", masks.mask_id_number)
register.filter("mask_account", masks.mask_account)

FILTERS_IN_SIGHT = 3
LARGE_UNITS_CHINESE = ((Decimal(10**8), "%(number)s 亿元"), (Decimal(10**4), "%(number)s 万元"))
CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of static/icons/sprite.svg. Silent for screen readers unless it has a label."""
    if not label:
        return _silent_icon(name, extra)
    href = f"{static('icons/sprite.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>',
        extra,
        label,
        href,
    )


@cache
def _silent_icon(name: str, extra: str) -> SafeString:
    href = f"{static('icons/sprite.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', extra, href
    )


@register.filter
def money(value: Decimal | int | None) -> str:
    """1234.5 → 1,234.50. Nothing for no amount, so that "no figure" never looks like zero."""
    return "" if value is None else f"{to_fen(Decimal(value)):,}"


@register.filter
def yuan(value: Decimal | int | None) -> str:
    return "" if value is None else _("%(number)s 元") % {"number": money(value)}


@register.filter
def wan(value: Decimal | int | None) -> str:
    """A dashboard figure in 万元 or 亿元; other languages count in millions and billions."""
    if value is None:
        return ""
    amount = Decimal(value)
    for unit, wording in large_units():
        if abs(amount) >= unit:
            return wording % {"number": money(amount / unit)}
    return yuan(amount)


def large_units() -> tuple[tuple[Decimal, str], ...]:
    if (get_language() or "zh").startswith("zh"):
        return LARGE_UNITS_CHINESE
    return (
        (Decimal(10**9), _("%(number)s 十亿元")),
        (Decimal(10**6), _("%(number)s 百万元")),
    )


@register.simple_tag
def amount(value: Decimal | int | None) -> SafeString:
    """The short figure, with the full one for the pointer and for screen readers."""
    return format_html(
        '<span class="amount" title="{0}">{1}<span class="visually-hidden"> {0}</span></span>',
        yuan(value),
        wan(value),
    )


@register.filter
def count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


@register.filter
def percent(value: Decimal | float | None) -> str:
    """0.913 → 91.3%."""
    return "" if value is None else f"{Decimal(str(value)) * 100:,.1f}%"


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return "" if value is None else value.isoformat()


@register.filter
def moment(value: dt.datetime | None) -> str:
    return "" if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


@register.filter
def last_day(value: dt.date | None) -> str:
    """The last covered day of a half-open period, as papers print it."""
    return "" if value is None else (value - dt.timedelta(days=1)).isoformat()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with the class that styles its kind and shows that it was refused."""
    widget = field.field.widget
    kind = next((name for kinds, name in CONTROL_CLASSES if isinstance(widget, kinds)), "")
    classes = [kind or "form-control", widget.attrs.get("class", "")]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.filter
def unit(field: BoundField) -> str:
    """What is counted, printed behind the box: a widget's data-unit."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def anchor(field: BoundField) -> str:
    """Where a link must lead so that the keyboard lands in the control."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def is_tick(field: BoundField) -> bool:
    """A single tick box stands before its label."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def first_filters(form: BaseForm) -> list[BoundField]:
    return list(islice(form.visible_fields(), FILTERS_IN_SIGHT))


@register.filter
def more_filters(form: BaseForm) -> list[BoundField]:
    return form.visible_fields()[FILTERS_IN_SIGHT:]


@register.filter
def any_filled(fields: Iterable[BoundField]) -> bool:
    return any(field.value() not in (None, "", []) for field in fields)


def hidden_inputs(pairs: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def keep(context: RequestContext, *names: str, form: BaseForm | None = None) -> SafeString:
    """The named parameters of this address as hidden inputs, but for those the form asks for."""
    query = context.request.GET
    asked = form.fields if form else {}
    return hidden_inputs(
        (name, value) for name in names if name not in asked for value in query.getlist(name)
    )


@register.simple_tag(takes_context=True)
def keep_except(context: RequestContext, *names: str) -> SafeString:
    query = context.request.GET
    return hidden_inputs(
        (name, value) for name in query if name not in names for value in query.getlist(name)
    )


@register.simple_tag
def page_numbers(page: Page[Any]) -> Iterator[str | int]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
