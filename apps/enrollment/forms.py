"""The answers of an application, step by step, and the words of a decision."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organisation
from apps.catalogue.models import RefusalReason
from apps.enrollment.models import Application
from apps.enrollment.selectors.draft import (
    Terms,
    refusal_of_accident,
    refusal_of_start,
    terms_of,
)
from apps.enterprises.fields import DayField
from apps.rating.models import Quote

YES_OR_NO = [("no", _("没有")), ("yes", _("有"))]
WORDS = {True: "yes", False: "no", None: None}


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons, none of which is chosen beforehand."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {
            "choices": YES_OR_NO,
            "coerce": lambda text: text == "yes",
            "empty_value": None,
            "widget": forms.RadioSelect,
        }
        super().__init__(**usual | options)


class TermsForm(forms.Form):
    wanted_from = DayField(
        label=_("期望起保日"),
        help_text=_("从这一天零时起受保障。最早明天，最晚 90 天内；保费到账后才会起保"),
        error_messages={"required": _("请选择起保日。")},
    )
    had_accident = YesNoField(
        label=_("近三年有无生产安全事故"),
        help_text=_("造成人员伤亡的事故都算，不论责任大小"),
        error_messages={"required": _("请选择有或者没有。")},
    )
    last_accident_on = DayField(
        label=_("最近一次事故日期"), required=False, help_text=_("上一题选“有”的才填")
    )
    is_listed = YesNoField(
        label=_("是否列入安全生产联合惩戒名单"),
        choices=[("no", _("没有列入")), ("yes", _("已列入"))],
        help_text=_("可在“信用中国”网站查到，也称严重失信主体名单"),
        error_messages={"required": _("请选择是否列入。")},
    )

    def __init__(self, *args: Any, application: Application, today: date, **options: Any) -> None:
        self.application, self.today = application, today
        super().__init__(*args, **options)

    def clean_wanted_from(self) -> date:
        day: date = self.cleaned_data["wanted_from"]
        if refusal := refusal_of_start(self.application, day, today=self.today):
            raise forms.ValidationError(refusal)
        return day

    def clean_last_accident_on(self) -> date | None:
        day: date | None = self.cleaned_data["last_accident_on"]
        if refusal := refusal_of_accident(Terms(last_accident_on=day), today=self.today):
            raise forms.ValidationError(refusal)
        return day if self.cleaned_data.get("had_accident") else None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        says_when = given.get("last_accident_on") or "last_accident_on" in self.errors
        if given.get("had_accident") and not says_when:
            self.add_error("last_accident_on", gettext("请填写最近一次事故的日期。"))
        return given

    @property
    def terms(self) -> Terms:
        """All that was said and makes sense; what does not stays as it was kept before."""
        kept = terms_of(self.application)
        said = {
            name: self.cleaned_data.get(name, getattr(kept, name))
            if not self._is_emptied(name)
            else None
            for name in self.fields
        }
        if said["wanted_from"] and refusal_of_start(
            self.application, said["wanted_from"], today=self.today
        ):
            said["wanted_from"] = None
        return Terms(**said)

    def _is_emptied(self, name: str) -> bool:
        return not self.data.get(self.add_prefix(name))


def terms_initial(told: Terms) -> dict[str, Any]:
    return {
        "wanted_from": told.wanted_from,
        "had_accident": WORDS[told.had_accident],
        "last_accident_on": told.last_accident_on,
        "is_listed": WORDS[told.is_listed],
    }


class LimitForm(forms.Form):
    quote = forms.ChoiceField(
        label=_("每人责任限额"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择一档限额。"),
            "invalid_choice": _("这一档不在现在的报价之内，请重新选择。"),
        },
    )

    def __init__(self, *args: Any, quotes: Iterable[Quote], **options: Any) -> None:
        super().__init__(*args, **options)
        self.quotes = {quote.public_id: quote for quote in quotes}
        choices: Any = self.fields["quote"]
        choices.choices = [(key, key) for key in self.quotes]

    @property
    def chosen(self) -> Quote:
        return self.quotes[self.cleaned_data["quote"]]


class DeductibleForm(forms.Form):
    """Which of the product's deductibles the prices are for; the rating knows them."""

    deductible = forms.DecimalField(max_digits=14, decimal_places=2, required=False)


class InsurerForm(forms.Form):
    insurer = forms.ChoiceField(
        label=_("承保机构"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择一家承保机构。"),
            "invalid_choice": _("请在本区共保体的承保机构中选择。"),
        },
    )

    def __init__(self, *args: Any, insurers: Iterable[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.insurers = {insurer.public_id: insurer for insurer in insurers}
        choices: Any = self.fields["insurer"]
        choices.choices = [(key, one.name) for key, one in self.insurers.items()]

    @property
    def chosen(self) -> Organisation:
        return self.insurers[self.cleaned_data["insurer"]]


class PromiseForm(forms.Form):
    promise = forms.BooleanField(
        label=_("本单位承诺：安全生产责任保险的保费由本单位缴纳，不以任何形式摊派给从业人员"),
        error_messages={"required": _("须作出承诺才能投保。")},
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        help_text=_("例如 人数有变，改好后重新申请"),
        error_messages={"required": _("请写明原因。")},
    )


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("不予承保的理由"),
        widget=forms.RadioSelect,
        help_text=_("只能出自产品方案约定的情形；企业和保险顾问机构都会看到"),
        error_messages={"required": _("请选择理由。")},
    )
    note = forms.CharField(
        label=_("事实依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明查到的事实和证明材料，例如 文号、日期、现场情况"),
        error_messages={"required": _("请说明事实依据，企业和保险顾问机构都会看到。")},
    )

    def __init__(self, *args: Any, reasons: Iterable[RefusalReason], **options: Any) -> None:
        super().__init__(*args, **options)
        self.reasons = {reason.code: reason for reason in reasons}
        choices: Any = self.fields["reason"]
        choices.choices = [
            (code, gettext("%(reason)s（证明：%(evidence)s）") % _words(reason))
            for code, reason in self.reasons.items()
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the service is given."""
        given = self.cleaned_data
        return {"reason": self.reasons[given["reason"]], "note": given["note"]}


def _words(reason: RefusalReason) -> dict[str, str]:
    return {"reason": reason.label, "evidence": reason.evidence_label}
