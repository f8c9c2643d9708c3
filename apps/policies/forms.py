"""People as they are typed, pasted and sent."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.enterprises.fields import CountField, DayField
from apps.policies.roster.persons import FIELDS, Person, read_person
from apps.policies.roster.words import DocumentKind, Employment

MOST_PASTED = 2_000_000


def text(
    label: Any, help_text: Any = "", chars: str = "chars-20", missing: Any = ""
) -> forms.CharField:
    """Judged by the rules of a row, so that a page and a file say the same."""
    return forms.CharField(
        label=label,
        required=bool(missing),
        max_length=100,
        help_text=help_text,
        error_messages={"required": missing} if missing else None,
        widget=forms.TextInput(attrs={"class": chars, "autocomplete": "off"}),
    )


class PersonForm(forms.Form):
    name = text(gettext_lazy("姓名"), missing=gettext_lazy("请填写姓名。"))
    document_kind = forms.ChoiceField(label=gettext_lazy("证件类型"), choices=DocumentKind.choices)
    document_number = text(
        gettext_lazy("证件号码"), chars="chars-30", missing=gettext_lazy("请填写证件号码。")
    )
    employment = forms.ChoiceField(
        label=gettext_lazy("用工类型"),
        choices=[("", "—"), *Employment.choices],
        error_messages={"required": gettext_lazy("请选择用工类型。")},
    )
    post = text(gettext_lazy("岗位"))
    joined_on = text(
        gettext_lazy("加入日期"), gettext_lazy("不填即从保障第一天起；已起保的从今天起")
    )
    left_on = text(gettext_lazy("退出日期"), gettext_lazy("当日零时起不再承保"))

    def __init__(self, *args: Any, today: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.person: Person | None = None

    @property
    def cells(self) -> dict[str, str]:
        told = {name: str(self.cleaned_data.get(name) or "") for name in FIELDS}
        if kind := told["employment"]:
            told["employment"] = str(Employment(kind).label) if kind in Employment else kind
        return told

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self.person, faults = read_person(self.cells, today=self.today)
            for fault in faults:
                self.add_error(fault.field, fault.text)
        return cleaned


class MendForm(PersonForm):
    """A row of a file. Its number is shown only where it is at fault; left empty it stays."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        number = self.fields["document_number"]
        number.required = False
        number.help_text = _("不填即保留原来的号码")

    def clean(self) -> dict[str, Any] | None:
        return forms.Form.clean(self)


class RosterFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Excel或CSV文件"),
        required=False,
        help_text=gettext_lazy(".xlsx或.csv，第一张表，有表头；最多10万人"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"empty": gettext_lazy("文件是空的。请检查后重新选择。")},
    )
    pasted = forms.CharField(
        label=gettext_lazy("或从Excel复制后粘贴"),
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        help_text=gettext_lazy("连表头一起复制"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(given.get("file")) == bool((given.get("pasted") or "").strip()):
            self.add_error("file", _("请选择一个文件，或粘贴名单；两样只用一样。"))
        return given


class MendedFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("改正后的表"),
        help_text=gettext_lazy("用下载的“有问题的行”改正，保留“原表行号”一列"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("请选择改正后的表。"),
            "empty": gettext_lazy("文件是空的。请检查后重新选择。"),
        },
    )


class TermsForm(forms.Form):
    is_named = forms.TypedChoiceField(
        label=gettext_lazy("名单方式"),
        choices=[
            ("1", gettext_lazy("记名：逐人登记，名单上的人受保障")),
            ("0", gettext_lazy("不记名：按人数承保，出险时核实身份")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一种方式。")},
    )


class AgencyForm(forms.Form):
    """The field errors of the rule itself come from the service."""

    file = forms.FileField(
        label=gettext_lazy("派遣单位的保险凭证"),
        help_text=gettext_lazy("PDF或照片"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": gettext_lazy("请选择凭证文件。"),
            "empty": gettext_lazy("文件是空的。请检查后重新选择。"),
        },
    )
    people = CountField(
        label=gettext_lazy("凭证承保的派遣人数"),
        min_value=1,
        required=True,
        error_messages={"required": gettext_lazy("请填写人数。")},
    )
    valid_from = DayField(
        label=gettext_lazy("凭证保险期间自"),
        error_messages={"required": gettext_lazy("请填写日期。")},
    )
    valid_to = DayField(
        label=gettext_lazy("凭证保险期间至"),
        help_text=gettext_lazy("这一天零时止，不含这一天"),
        error_messages={"required": gettext_lazy("请填写日期。")},
    )


class LeaveForm(forms.Form):
    left_on = DayField(
        label=gettext_lazy("退出日期"),
        help_text=gettext_lazy("当日零时起不再承保；不能早于今天"),
        error_messages={"required": gettext_lazy("请填写退出日期。")},
    )
