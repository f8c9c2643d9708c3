"""How allauth finds a phone in our accounts, and what it may not do."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.identity import normalise_phone


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation or with the registration of an enterprise."""
        return False

    def clean_phone(self, phone: str) -> str:
        try:
            return normalise_phone(phone)
        except ValueError as refusal:
            raise ValidationError(_("请填写11位手机号码。")) from refusal

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.select_related("organisation").filter(phone_index__of=phone).first()

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone", "phone_index"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """A phone is confirmed by the invitation that names it."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        raise ValidationError(_("短信验证尚未开通，请用密码登录。"))
