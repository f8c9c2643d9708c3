"""What the broker and the members enter about a pool."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.pools.models import Agreement, Origin, Pool

AREA = {"rows": 4}
FAULTS = (
    "invalid",
    "min_value",
    "max_value",
    "max_digits",
    "max_decimal_places",
    "max_whole_digits",
)


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "chars-12"})
        errors = {"required": _("请填写日期。"), "invalid": _("请填写有效日期，例如 2026-04-01。")}
        super().__init__(widget=widget, error_messages=errors, **options)


class InsurerField(forms.ModelChoiceField[Organisation]):
    """Insurers by their public id; sequential ids stay in the database."""

    def __init__(self, **options: Any) -> None:
        rows = Organisation.objects.filter(kind=Kind.INSURER, is_active=True).order_by("name")
        errors = {"required": _("请选择承保机构。"), "invalid_choice": _("请在列表中选择。")}
        super().__init__(queryset=rows, to_field_name="public_id", error_messages=errors, **options)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": _("请写明理由。")},
    )


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("对哪个数字有异议，依据是什么"),
        max_length=1_000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": _("请写明对哪个数字有异议，依据是什么。")},
    )


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("0", _("不成立，结果不变")), ("1", _("成立，重新归集数据并计算"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结论。")},
    )
    answer = forms.CharField(
        label=_("答复"),
        help_text=_("全体成员都会看到"),
        max_length=1_000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": _("请写明答复。")},
    )


class PublishForm(forms.Form):
    effective_from = Day(
        label=_("新份额自哪天起"),
        help_text=_("最早为明天；这一天起出具的保单用新份额，以前的保单不变"),
    )


class ScoresForm(forms.Form):
    valid_from = Day(label=_("评分期起"))
    valid_to = Day(label=_("评分期止（不含）"))
    file = forms.FileField(
        label=_("评分表"),
        help_text=_("Excel 或 CSV；列：承保机构、评分（0 到 100）、备注"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("请选择评分表。"), "empty": _("文件是空的。")},
    )


class AgreementForm(forms.ModelForm[Agreement]):
    valid_from = Day(label=_("合约起"), help_text=_("某月1日"))
    valid_to = Day(label=_("合约止（不含）"), help_text=_("某月1日"))

    class Meta:
        model = Agreement
        fields = [
            "number",
            "valid_from",
            "valid_to",
            "choice",
            "collection",
            "report_hours",
            "settle_days",
            "rounds_on",
            "period_months",
            "freeze_days",
            "objection_days",
            "damping",
            "business_weight",
            "score_slope",
            "score_norm",
            "floor",
            "cap",
            "step",
            "entry",
            "source",
        ]


class AdmissionForm(forms.Form):
    insurer = InsurerField(label=_("承保机构"))
    valid_from = Day(label=_("加入日期"), help_text=_("最早为明天"))
    origin = forms.ChoiceField(label=_("资本性质"), choices=Origin)
    licence = forms.CharField(label=_("经营保险业务许可证号"), max_length=60)
    licence_to = Day(label=_("许可证有效期至"), required=False, help_text=_("长期有效的不填"))
    solvency_on = Day(label=_("偿付能力报告期末"))
    solvency_comprehensive = forms.DecimalField(
        label=_("综合偿付能力充足率（%）"), max_digits=7, decimal_places=2
    )
    solvency_core = forms.DecimalField(
        label=_("核心偿付能力充足率（%）"), max_digits=7, decimal_places=2
    )
    violation_on = Day(label=_("最近一次重大违法违规"), required=False, help_text=_("没有的不填"))
    outlet = forms.CharField(label=_("本地机构名称和地址"), max_length=200)
    service_team = forms.IntegerField(label=_("预防服务人员数"), min_value=0)
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("例如成员会议决议"))

    def clean_origin(self) -> str:
        return str(self.cleaned_data["origin"])


class ExitForm(forms.Form):
    """Leaving, or merging into another; either way somebody answers for what was sold."""

    def __init__(self, pool: Pool, today: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = pool.members.on(today).values("insurer")
        insurer = self.fields["insurer"]
        insurer.queryset = Organisation.objects.filter(pk__in=members)  # type: ignore[attr-defined]

    insurer = InsurerField(label=_("退出的成员"))
    is_merger = forms.TypedChoiceField(
        label=_("方式"),
        choices=[
            ("0", _("退出：份额由其余成员按比例承接")),
            ("1", _("合并：份额和业绩归承接机构")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择方式。")},
    )
    successor = InsurerField(label=_("承接机构"), help_text=_("承接存量保单的理赔和预防服务"))
    valid_from = Day(label=_("自哪天起"), help_text=_("最早为明天"))
    source = forms.CharField(label=_("依据"), max_length=200)


class WhatIfForm(forms.Form):
    """A score and a figure of business for each member; what is left empty stays as it is."""

    def __init__(self, lines: list[Mapping[str, Any]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            names = {"name": line["name"]}
            self.fields[f"score_{line['insurer']}"] = forms.DecimalField(
                label=_("评分"),
                required=False,
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=5,
                decimal_places=2,
                initial=line["score"],
                widget=forms.TextInput(attrs={"class": "chars-6", "inputmode": "decimal"}),
                error_messages=dict.fromkeys(
                    FAULTS, _("%(name)s 的评分应是 0 到 100，最多两位小数。") % names
                ),
            )
            self.fields[f"business_{line['insurer']}"] = forms.DecimalField(
                label=_("业务（元）"),
                required=False,
                min_value=Decimal(0),
                max_digits=14,
                decimal_places=2,
                initial=line["business"],
                widget=forms.TextInput(attrs={"class": "chars-12", "inputmode": "decimal"}),
                error_messages=dict.fromkeys(
                    FAULTS, _("%(name)s 的业务应是不小于零的金额，最多两位小数。") % names
                ),
            )

    def by_member(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (line["name"], [self[f"{what}_{line['insurer']}"] for what in ("score", "business")])
            for line in self.lines
        ]
