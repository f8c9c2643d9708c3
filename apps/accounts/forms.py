"""What people type about accounts: parsed and shaped, nothing decided."""

from datetime import date, timedelta
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.passwords import refuse_weak
from apps.accounts.roles import ROLES
from apps.core.codes import normalise_code
from apps.core.identity import normalise_phone, refusal_to_accept_phone

PASSWORD_ADVICE = _("至少10个字符，不要用手机号码、姓名或常见的词。")


class PlainWords:
    """allauth's forms with our labels, and with examples under the label, not in the box."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in self.words.items():
            field: forms.Field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = label, help_text
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainWords, allauth.LoginForm):  # type: ignore[misc]
    words = {
        "login": (_("手机号码或邮箱"), _("例如 13800138000。可以带空格粘贴。")),
        "password": (_("密码"), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        link = reverse("account_reset_password")
        self.fields["password"].help_text = format_html(
            '<a href="{}">{}</a>', link, _("忘记密码？")
        )

    def clean_login(self) -> str:
        """What looks like a number is put into one form, so that pasted ones are found."""
        typed: str = super().clean_login()
        return typed if "@" in typed else normalise_code(typed)


class ChangePasswordForm(PlainWords, allauth.ChangePasswordForm):  # type: ignore[misc]
    words = {
        "oldpassword": (_("现在的密码"), ""),
        "password1": (_("新密码"), PASSWORD_ADVICE),
        "password2": (_("再输一次新密码"), ""),
    }


class SetPasswordForm(PlainWords, allauth.SetPasswordForm):  # type: ignore[misc]
    words = {
        "password1": (_("密码"), PASSWORD_ADVICE),
        "password2": (_("再输一次密码"), ""),
    }


class ResetPasswordForm(PlainWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": (_("电子邮箱"), _("例如 name@example.com。"))}


class ResetPasswordKeyForm(PlainWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    words = {
        "password1": (_("新密码"), PASSWORD_ADVICE),
        "password2": (_("再输一次新密码"), ""),
    }


class ReauthenticateForm(PlainWords, allauth.ReauthenticateForm):  # type: ignore[misc]
    words = {"password": (_("密码"), "")}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("例如：本人于3月1日离职。会记入操作记录。"),
        max_length=200,
        error_messages={"required": _("请写明理由。")},
    )


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("用途"),
        help_text=_("例如：财务系统每晚取保单清单。"),
        max_length=60,
        error_messages={"required": _("请写明用途，以后好认出它。")},
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        initial=90,
        choices=[(30, _("30天")), (90, _("90天")), (365, _("365天"))],
        widget=forms.RadioSelect,
    )
    may_write = forms.BooleanField(
        label=_("允许写入"),
        help_text=_("不选就只能读取。允许写入的密钥能做您能做的一切操作。"),
        required=False,
    )

    def asked(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "name": asked["name"],
            "lasts": timedelta(days=asked["days"]),
            "reads_only": not asked["may_write"],
        }


class DaysForm(forms.Form):
    """From one day to another, both inside."""

    since = forms.DateField(label=_("从"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("到"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    MOST_DAYS = 31

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not timedelta() <= until - since < timedelta(days=self.MOST_DAYS):
            words = _("结束日不早于开始日，一次最多%(days)s天。") % {"days": self.MOST_DAYS}
            self.add_error("until", words)
        return cleaned

    def days(self) -> list[date]:
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return [since + timedelta(days=step) for step in range((until - since).days + 1)]


class PeriodForm(DaysForm):
    """Up to ten years; what is not given is this month so far."""

    MOST_DAYS = 3_660

    def asked(self, today: date) -> tuple[date, date]:
        """The first day and the day after the last."""
        if not self.is_bound or not self.is_valid():
            return today.replace(day=1), today + timedelta(days=1)
        return self.cleaned_data["since"], self.cleaned_data["until"] + timedelta(days=1)


def role_choices(kind: str) -> list[tuple[str, SafeString]]:
    """Each role with the sentence that says what it may do."""
    return [
        (
            name,
            format_html(
                '<strong>{}</strong> <span class="text-muted">{}</span>', spec.title, spec.sentence
            ),
        )
        for name, spec in ROLES.items()
        if kind in spec.kinds
    ]


class RoleField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        required = {"required": _("请选择一个角色。")}
        super().__init__(
            label=_("角色"), widget=forms.RadioSelect, error_messages=required, **options
        )


class RoleForm(forms.Form):
    role = RoleField()
    reason = ReasonForm.base_fields["reason"]

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = role_choices(kind)  # type: ignore[attr-defined]


class InvitationForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "chars-12", "autocomplete": "off"}),
        error_messages={"required": _("请填写姓名。")},
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        help_text=_("邀请发到这里，以后也用它登录和重设密码。例如 name@example.com。"),
        widget=forms.EmailInput(attrs={"class": "chars-30", "autocomplete": "off"}),
        error_messages={"required": _("请填写电子邮箱。")},
    )
    role = RoleField()

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = role_choices(kind)  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "chars-12", "autocomplete": "name"}),
        error_messages={"required": _("请填写姓名。")},
    )
    phone = forms.CharField(
        label=_("手机号码"),
        help_text=_("以后可以用它登录。例如 138 0013 8000。"),
        widget=forms.TextInput(
            attrs={"class": "chars-20", "inputmode": "tel", "autocomplete": "tel"}
        ),
        error_messages={"required": _("请填写手机号码。")},
    )
    password = forms.CharField(
        label=_("密码"),
        help_text=PASSWORD_ADVICE,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "chars-30", "autocomplete": "new-password"}),
        error_messages={"required": _("请设置密码。")},
    )
    again = forms.CharField(
        label=_("再输一次密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "chars-30", "autocomplete": "new-password"}),
        error_messages={"required": _("请再输一次密码。")},
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_phone(self) -> str:
        phone = normalise_phone(self.cleaned_data["phone"])
        if refusal := refusal_to_accept_phone(phone):
            raise ValidationError(refusal)
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.pop("again", None)
        if password and again and password != again:
            self.add_error("again", _("两次输入的密码不一样，请重新输入。"))
        if password:
            facts = {"name": cleaned.get("name", ""), "phone": cleaned.get("phone", "")}
            try:
                refuse_weak(password, User(email=self.email, **facts))
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return cleaned
