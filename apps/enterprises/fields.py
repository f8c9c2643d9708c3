"""Form controls of the register: places by district, industries by search, codes as typed."""

import re
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from apps.core import uscc
from apps.core.codes import normalise_code
from apps.core.identity import normalise_phone
from apps.enterprises.services.contacts import refusal_to_call
from apps.reference.models import ActivityTag, District, Industry, Sector, Town
from apps.reference.selectors import search_industries

CODE = re.compile(r"^(?:[A-Ta-t]|\d{1,4})$")
LEADING_CODE = re.compile(r"^\s*(\d{2,4})\b")


def over(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A field's own options, where whoever uses it gives no other."""
    return defaults | given


class Select(forms.Select):
    """Django draws each option by a template of its own; a list of towns is worth the short way."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        inside = "".join(self._drawn(key, label, chosen) for key, label in self.choices)
        flat = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        return mark_safe(f"<select{flat}>{inside}</select>")  # noqa: S308  escaped below

    def _drawn(self, key: Any, label: Any, chosen: set[str]) -> str:
        if isinstance(label, list):
            options = "".join(self._drawn(value, text, chosen) for value, text in label)
            return f'<optgroup label="{escape(str(key))}">{options}</optgroup>'
        tick = " selected" if str(key) in chosen else ""
        return f'<option value="{escape(str(key))}"{tick}>{escape(str(label))}</option>'


class TownIterator(forms.models.ModelChoiceIterator):
    """Towns under their districts, so that one control serves for both."""

    def __iter__(self) -> Any:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for town in self.queryset:
            groups.setdefault(town.district.label, []).append(self.choice(town))
        yield from groups.items()


class TownField(forms.ModelChoiceField[Any]):
    """Towns by their code; sequential ids stay in the database."""

    iterator = TownIterator

    def __init__(self, *args: Any, **options: Any) -> None:
        towns = Town.objects.select_related("district").order_by("district__order", "code")
        elsewhere = {"invalid_choice": _("这个镇街不在您可选的范围内，请重新选择。")}
        options["error_messages"] = elsewhere | options.get("error_messages", {})
        options = over(
            {
                "label": _("所在镇街"),
                "queryset": towns,
                "to_field_name": "code",
                "widget": Select,
            },
            options,
        )
        super().__init__(*args, **options)


class UsccField(forms.CharField):
    """Spaces, hyphens, full width and lower case are mended; what is wrong is explained."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options = over(
            {
                "label": _("统一社会信用代码"),
                "help_text": _("营业执照上的18位代码，例如 91440604MA000TA189"),
                "max_length": 60,
            },
            options,
        )
        super().__init__(*args, **options)
        self.widget.attrs |= {"class": "chars-20", "autocomplete": "off", "maxlength": 60}

    def to_python(self, value: Any) -> str:
        return normalise_code(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (refusal := uscc.refusal_to_accept(value)):
            raise ValidationError(refusal)


class PhoneField(forms.CharField):
    """A mobile number, or a land line as it stands on a letterhead."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 40} | options)
        self.widget.attrs |= {"class": "chars-20", "inputmode": "tel", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        return normalise_phone(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if refusal := refusal_to_call(value):
            raise ValidationError(refusal)


class DayField(forms.DateField):
    def __init__(self, *args: Any, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "chars-12"}, format="%Y-%m-%d")
        wrong = {"invalid": _("没有这一天。日期写成 2026-03-02 这样。")}
        options["error_messages"] = wrong | options.get("error_messages", {})
        super().__init__(*args, **{"widget": widget} | options)


class IndustryPrefixField(forms.CharField):
    """The beginning of a code, a section letter, or a name that stands for one."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if not text or CODE.match(text):
            return text.upper()
        found = search_industries(text, limit=1)
        if not found:
            raise ValidationError(_("没有找到这样的行业；可填代码的前几位，或名称中的两个字。"))
        return str(found[0].code)


class CountField(forms.IntegerField):
    """A number of people; nothing typed is nobody."""

    def __init__(self, *args: Any, **options: Any) -> None:
        widget = forms.NumberInput(
            attrs={"class": "chars-8", "inputmode": "numeric", "data-unit": _("人"), "min": 0}
        )
        options = over({"widget": widget, "min_value": 0, "required": False}, options)
        options["error_messages"] = {
            "invalid": _("请填整数。"),
            "min_value": _("人数不能是负数。"),
        }
        super().__init__(*args, **options)


class IndustryPicker(forms.Widget):
    """A text box with the matches under it as radio buttons: no script is needed to choose one.

    With htmx the matches follow the typing; without, they come back with the refused form.
    """

    template_name = "enterprises/industry_picker.html"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.offered: list[Industry] = []

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text, chosen = value if isinstance(value, tuple) else (value or "", "")
        return context | {"text": text, "chosen": chosen, "industries": self.offered}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_choice", "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class IndustryField(forms.Field):
    """An industry by code or name. More than one match is offered to choose from."""

    widget = IndustryPicker

    def __init__(self, **options: Any) -> None:
        options = over(
            {
                "label": _("行业"),
                "help_text": _("代码、名称或俗称都可以，例如 3311、金属门窗、五金"),
            },
            options,
        )
        super().__init__(**options)

    def clean(self, value: Any) -> Industry | None:
        typed, choice = value if isinstance(value, tuple) else (str(value or ""), "")
        text = typed.strip()
        if not text and not choice:
            return super().clean(None)  # type: ignore[no-any-return]
        industry = self._named(choice) or self._named(text)
        if industry is None:
            self.widget.offered = search_industries(text, limit=12)
            if self.widget.offered:
                raise ValidationError(_("请在下面列出的行业中选一个。"))
            raise ValidationError(_("没有这样的行业；请换一个说法，或填国民经济行业代码。"))
        self.widget.offered = [industry]
        return industry

    def _named(self, text: str) -> Industry | None:
        """The industry that a text names beyond doubt: by its code, or by its whole name."""
        choosable = Industry.objects.choosable().with_parents()
        if code := LEADING_CODE.match(text):
            return choosable.filter(code=code[1]).first()
        return choosable.filter(name=text).order_by("-code").first() if text else None


class TagsField(forms.ModelMultipleChoiceField[Any]):
    """Activities and equipment that no industry code tells, to be ticked."""

    def __init__(self, **options: Any) -> None:
        options = over(
            {
                "label": _("有下列情形吗"),
                "queryset": ActivityTag.objects.all(),
                "to_field_name": "code",
                "required": False,
                "widget": forms.CheckboxSelectMultiple,
            },
            options,
        )
        super().__init__(**options)


class SectorField(forms.ModelChoiceField[Any]):
    def __init__(self, *args: Any, **options: Any) -> None:
        options = over(
            {
                "label": _("行业主管领域"),
                "queryset": Sector.objects.all(),
                "to_field_name": "code",
                "widget": Select,
            },
            options,
        )
        super().__init__(*args, **options)


class DistrictField(forms.ModelChoiceField[Any]):
    def __init__(self, *args: Any, **options: Any) -> None:
        options = over(
            {
                "label": _("所在区"),
                "queryset": District.objects.all(),
                "to_field_name": "code",
                "widget": Select,
            },
            options,
        )
        super().__init__(*args, **options)
