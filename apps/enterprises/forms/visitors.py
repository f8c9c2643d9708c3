"""What a visitor is asked: who must insure, and the steps of registering an enterprise."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import PASSWORD_ADVICE
from apps.accounts.models import User
from apps.accounts.passwords import refuse_weak
from apps.core.identity import normalise_phone, refusal_to_accept_phone
from apps.documents.screening.reading import FileRefused
from apps.documents.services.uploads import hold
from apps.enterprises.fields import DayField, IndustryField, TagsField
from apps.enterprises.forms.counts import CountsForm
from apps.enterprises.forms.registration import EnterpriseFields, SiteFields
from apps.enterprises.obligation.rules import Death
from apps.enterprises.papers import AUTHORITY
from apps.enterprises.services.sites import refusal_to_open_on, refusal_to_work_in
from apps.enterprises.services.visitors import refusal_to_found

YES = "yes"


class AccidentFields(forms.Form):
    """Whether somebody died at work there. A date without a yes counts for nothing."""

    had_death = forms.ChoiceField(
        label=_("近3年发生过有人死亡的生产安全事故吗"),
        choices=[("no", _("没有发生过")), (YES, _("发生过"))],
        widget=forms.RadioSelect,
        help_text=_("有的，再填下面三项；没有就不用填"),
        error_messages={"required": _("请选择发生过或没有发生过。")},
    )
    accident_on = DayField(label=_("事故日期"), required=False)
    died_on = DayField(
        label=_("死亡日期"),
        required=False,
        help_text=_("事故当天死亡的不用填；有多人先后死亡的，填最后一人"),
    )
    is_road_or_fire = forms.BooleanField(
        label=_("是道路交通事故或火灾"),
        required=False,
        help_text=_("这两类事故7天内死亡的计入，其他事故30天内死亡的计入"),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("had_death") == YES and not {"accident_on", "died_on"} & set(self.errors):
            self._judge(data, timezone.localdate())
        return data

    def _judge(self, data: dict[str, Any], today: date) -> None:
        happened, died = data.get("accident_on"), data.get("died_on")
        if happened is None:
            self.add_error("accident_on", gettext("请填写事故日期。"))
        elif happened > today:
            self.add_error("accident_on", gettext("事故日期不能晚于今天。"))
        elif died and died < happened:
            self.add_error("died_on", gettext("死亡日期不能早于事故日期。"))
        elif died and died > today:
            self.add_error("died_on", gettext("死亡日期不能晚于今天。"))

    @property
    def death(self) -> Death | None:
        data = self.cleaned_data
        if data["had_death"] != YES:
            return None
        died = data["died_on"] or data["accident_on"]
        return Death(data["accident_on"], died, data["is_road_or_fire"])


class DutyForm(AccidentFields):
    """The questions of "must I insure?"; nothing of the answers is kept."""

    industry = IndustryField(error_messages={"required": _("请填写行业。")})
    tags = TagsField()

    field_order = ["industry", "tags", "had_death", "accident_on", "died_on", "is_road_or_fire"]

    def clean_industry(self) -> Any:
        industry = self.cleaned_data["industry"]
        if refusal := refusal_to_work_in(industry).text:
            raise ValidationError(refusal)
        return industry


class EnterpriseStep(EnterpriseFields):
    def clean_uscc(self) -> str:
        code: str = self.cleaned_data["uscc"]
        if refusal := refusal_to_found(code).text:
            raise ValidationError(refusal)
        return code


class SiteStep(SiteFields):
    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        refusals = [refusal_to_open_on(data.get("opened_on"), today=timezone.localdate())]
        if industry := data.get("industry"):
            refusals.append(refusal_to_work_in(industry))
        for refusal in refusals:
            if refusal.text:
                self.add_error(refusal.field, refusal.text)
        return data


class PeopleStep(CountsForm):
    """People by kind of employment; here somebody of the enterprise answers, who knows."""


class RiskStep(AccidentFields):
    tags = TagsField()

    field_order = ["tags", "had_death", "accident_on", "died_on", "is_road_or_fire"]

    def hint_at(self, names: list[str]) -> None:
        if names:
            facts = {"names": gettext("、").join(names)}
            self.fields["tags"].help_text = gettext("同行业常见：%(names)s。请核对。") % facts


class AccountStep(forms.Form):
    """The first account, and the paper that shows the right to open it.

    `kept` holds what no form gives back: the hash of the password and the file put aside. With them
    neither has to be given again.
    """

    name = forms.CharField(
        label=_("您的姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "chars-12", "autocomplete": "name"}),
        error_messages={"required": _("请填写姓名。")},
    )
    phone = forms.CharField(
        label=_("手机号码"),
        help_text=_("以后用它登录。例如 138 0013 8000。"),
        widget=forms.TextInput(
            attrs={"class": "chars-20", "inputmode": "tel", "autocomplete": "tel"}
        ),
        error_messages={"required": _("请填写手机号码。")},
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        help_text=_("忘记密码时用来重设。例如 name@example.com。"),
        widget=forms.EmailInput(attrs={"class": "chars-30", "autocomplete": "email"}),
        error_messages={"invalid": _("邮箱不完整，例如 name@example.com。")},
    )
    password = forms.CharField(
        label=_("密码"),
        help_text=PASSWORD_ADVICE,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"class": "chars-30", "autocomplete": "new-password"}),
        error_messages={"required": _("请设置密码。")},
    )
    again = forms.CharField(
        label=_("再输一次密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"class": "chars-30", "autocomplete": "new-password"}),
        error_messages={"required": _("请再输一次密码。")},
    )
    file = forms.FileField(
        label=_("营业执照或授权书"),
        help_text=_("营业执照照片，或加盖公章的授权书；PDF、JPG或PNG"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": _("请上传营业执照或授权书。"),
            "empty": _("文件是空的。请检查后重新选择。"),
        },
    )
    consent = forms.BooleanField(
        label=_("我受本企业委托办理登记，已阅读个人信息说明并同意处理上述信息"),
        error_messages={"required": _("请确认后再继续。")},
    )

    def __init__(self, *args: Any, kept: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = dict(kept)
        if "password_hash" in kept:
            for name in ("password", "again"):
                self.fields[name].required = False
            self.fields["password"].help_text = gettext("已设置。不改就留空。")
        if "path" in kept:
            self.fields["file"].required = False
            facts = {"name": kept["name"]}
            self.fields["file"].help_text = gettext("已上传：%(name)s。不换就留空。") % facts

    def clean_phone(self) -> str:
        phone = normalise_phone(self.cleaned_data["phone"])
        if refusal := refusal_to_accept_phone(phone):
            raise ValidationError(refusal)
        return phone

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                held = hold(file, purpose=AUTHORITY)
            except FileRefused as refused:
                raise ValidationError(str(refused)) from refused
            self.kept |= {"path": held.path, "name": held.name}
            self["file"].help_text = gettext("已上传：%(name)s。不换就留空。") % self.kept
        return file

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and password != again and "again" not in self.errors:
            self.add_error("again", gettext("两次输入的密码不一样，请重新输入。"))
        if password:
            self._judge(password, data)
        return data

    def _judge(self, password: str, data: dict[str, Any]) -> None:
        facts = {key: data.get(key) or "" for key in ("name", "phone", "email")}
        try:
            refuse_weak(password, User(**facts))
        except ValidationError as refusal:
            self.add_error("password", refusal)
        if not {"password", "again"} & set(self.errors):
            self.kept["password_hash"] = make_password(password)
            self["password"].help_text = gettext("已设置。不改就留空。")


STEPS: dict[str, type[forms.Form]] = {
    "enterprise": EnterpriseStep,
    "site": SiteStep,
    "people": PeopleStep,
    "risks": RiskStep,
    "account": AccountStep,
}
TITLES = {
    "enterprise": _("企业信息"),
    "site": _("生产场所"),
    "people": _("从业人数"),
    "risks": _("危险情形"),
    "account": _("账号和证照"),
}
