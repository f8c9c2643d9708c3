"""What people fill in about duties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.duty.models import Contact, Dispute, Exemption, ExternalCover, Letter, ListEntry
from apps.duty.registry.reading import LABELS
from apps.duty.services.external import heads_wanted
from apps.enterprises.fields import CountField, DayField
from apps.reference.models import ActivityTag

NEEDED = {"required": _("请填写。")}


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=_("方式"), choices=Contact.Kind.choices)
    on = DayField(label=_("日期"), error_messages=NEEDED)
    outcome = forms.ChoiceField(label=_("结果"), choices=Contact.Outcome.choices)
    note = forms.CharField(
        label=_("记录"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class LetterForm(forms.Form):
    kind = forms.ChoiceField(label=_("文书"), choices=Letter.Kind.choices)
    due_on = DayField(label=_("办理期限"), error_messages=NEEDED)


class CloseForm(forms.Form):
    state = forms.ChoiceField(
        label=_("处理"),
        choices=[(state, state.label) for state in (Letter.State.SETTLED, Letter.State.WITHDRAWN)],
    )
    reason = forms.CharField(label=_("说明"), max_length=300, error_messages=NEEDED)


class ExemptForm(forms.Form):
    ground = forms.ChoiceField(label=_("事由"), choices=Exemption.Ground.choices)
    valid_from = DayField(label=_("自"), error_messages=NEEDED)
    valid_to = DayField(
        label=_("至（不含当日，选填）"), required=False, help_text=_("还不知道何时复产的不填")
    )
    source = forms.CharField(label=_("依据"), max_length=200, error_messages=NEEDED)
    proof = forms.FileField(
        label=_("证明材料"),
        help_text=_("停产公告、注销受理书等；PDF、JPG或PNG"),
        error_messages={"required": _("请上传停产、关闭等情况的证明。")},
    )


class EndForm(forms.Form):
    on = DayField(label=_("结束日期"), error_messages=NEEDED)
    reason = forms.CharField(label=_("原因或依据"), max_length=200, error_messages=NEEDED)


class EnlistForm(forms.Form):
    kind = forms.ChoiceField(label=_("名录"), choices=ListEntry.Kind.choices)
    valid_from = DayField(label=_("自"), error_messages=NEEDED)
    valid_to = DayField(label=_("至（不含当日，选填）"), required=False)
    source = forms.CharField(
        label=_("依据文件"),
        max_length=200,
        help_text=_("文件名称和文号，会作为认定依据显示"),
        error_messages=NEEDED,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("止日须晚于起日。"))
        return data


class AccidentForm(forms.Form):
    happened_on = DayField(label=_("事故日期"), error_messages=NEEDED)
    died_on = DayField(
        label=_("最后一名死者的死亡日期"),
        help_text=_("事故后30天内死亡的（道路交通、火灾7天内）都算；更晚的死亡再登记一次"),
        error_messages=NEEDED,
    )
    is_road_or_fire = forms.BooleanField(label=_("道路交通或火灾事故"), required=False)
    source = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("事故快报、调查报告等"),
        error_messages=NEEDED,
    )


class DisputeForm(forms.Form):
    ground = forms.ChoiceField(label=_("理由"), choices=Dispute.Ground.choices)
    text = forms.CharField(
        label=_("情况说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=NEEDED,
    )
    evidence = forms.FileField(
        label=_("证明材料"),
        help_text=_("营业执照、停产公告、其他保单等；PDF、JPG或PNG"),
        error_messages={"required": _("请上传证明材料。")},
    )


class DecisionForm(forms.Form):
    state = forms.ChoiceField(label=_("答复"))
    decision = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=NEEDED,
    )

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["state"]
        choice.choices = states


class AdjustForm(forms.Form):
    way = forms.ChoiceField(label=_("调整"), choices=[("add", _("调入")), ("remove", _("调出"))])
    tag = forms.ModelChoiceField(
        label=_("情形"),
        queryset=ActivityTag.objects.all(),
        to_field_name="code",
        error_messages=NEEDED,
    )
    valid_from = DayField(label=_("自"), error_messages=NEEDED)
    source = forms.CharField(
        label=_("依据文件"),
        max_length=200,
        help_text=_("文件名称和文号，会作为认定依据显示"),
        error_messages=NEEDED,
    )


class RegistryFileForm(forms.Form):
    source = forms.CharField(
        label=_("名录来源"),
        max_length=200,
        help_text=_("如“南海区应急管理局2026年高危行业名录”，会作为依据显示"),
        error_messages=NEEDED,
    )
    file = forms.FileField(
        label=_("Excel或CSV文件"),
        help_text=_(".xlsx或.csv，第一张表，有表头；最多10万行"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("请选择文件。"),
            "empty": _("文件是空的。请检查后重新选择。"),
        },
    )


class RegistryAgainForm(forms.Form):
    file = forms.FileField(
        label=_("改正后的表"),
        help_text=_("用下载的“有问题的行”改正，保留“原表行号”一列"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": _("请选择改正后的表。"),
            "empty": _("文件是空的。请检查后重新选择。"),
        },
    )


class RegistryRowForm(forms.Form):
    """A row of the file, cell by cell as it stands there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in LABELS.items():
            self.fields[name] = forms.CharField(label=label, required=False, max_length=300)


class ExternalForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=ExternalCover.Kind.choices)
    insurer_name = forms.CharField(label=_("承保机构"), max_length=120, error_messages=NEEDED)
    policy_number = forms.CharField(label=_("保单号"), max_length=60, error_messages=NEEDED)
    valid_from = DayField(label=_("保险期间自"), error_messages=NEEDED)
    valid_to = DayField(
        label=_("终保次日"),
        help_text=_("保到某日二十四时的，填它的次日"),
        error_messages=NEEDED,
    )
    people = CountField(label=_("承保人数"))
    per_person = forms.DecimalField(
        label=_("每人责任限额（元）"), min_value=1, max_digits=14, decimal_places=2
    )
    heads = forms.MultipleChoiceField(
        label=_("凭证上写明的保障项目"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    certificate = forms.FileField(
        label=_("保险凭证"),
        help_text=_("保单或上级公司的统一投保证明；PDF、JPG或PNG"),
        error_messages={"required": _("请上传保险凭证。")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["heads"]
        choice.choices = heads_wanted()
