"""What people may ask the published facts."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

MOST_WORKING_DAYS = 250  # about a year; longer periods are not counted in working days


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "chars-12"}, format="%Y-%m-%d")


class ParameterDayForm(forms.Form):
    """Which day's values to show: today's, when nothing or nonsense is asked."""

    day = forms.DateField(label=_("查看哪一天的取值"), required=False, widget=day_input())

    def chosen(self, today: date) -> date:
        return (self.is_valid() and self.cleaned_data["day"]) or today


class WorkingDaysForm(forms.Form):
    start = forms.DateField(
        label=_("起算日"),
        help_text=_("当日不计入"),
        widget=day_input(),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
        error_messages={"required": _("请填写起算日。")},
    )
    count = forms.IntegerField(
        label=_("工作日数"),
        min_value=1,
        max_value=MOST_WORKING_DAYS,
        widget=forms.NumberInput(attrs={"class": "chars-4", "inputmode": "numeric"}),
        error_messages={"required": _("请填写工作日数。")},
    )


class IndustrySearchForm(forms.Form):
    q = forms.CharField(
        label=_("行业代码、名称或俗称"),
        required=False,
        max_length=60,
        help_text=_("例如：3311、金属门窗、五金、陶瓷"),
    )
