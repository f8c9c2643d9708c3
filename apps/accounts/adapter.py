"""How allauth finds an account by phone, what it counts and writes down, and what it may not do."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.account.internal.userkit import filter_users_by_email
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts import sessions
from apps.accounts.actors import LOGIN
from apps.accounts.models import User
from apps.accounts.passwords import refuse_weak
from apps.accounts.services import end_sessions
from apps.core import audit, outbox
from apps.core.identity import normalise_phone, refusal_to_accept_phone

MISMATCH = _("账号或密码不正确。请核对手机号码或邮箱，再输一次密码。")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    # One sentence for every failed login: it does not tell whether the account exists.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": MISMATCH,
        "phone_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "incorrect_password": _("密码不正确。"),
        "too_many_login_attempts": _("尝试次数过多，请15分钟后再试；也可以现在用邮箱重设密码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation or with the registration of an enterprise."""
        return False

    def phone_form_field(self, **options: Any) -> PhoneField:
        """Without allauth's own check, which asks for +86 in front."""
        return PhoneField(validators=[], **options)

    def clean_phone(self, phone: str) -> str:
        normalised = normalise_phone(phone)
        if refusal := refusal_to_accept_phone(normalised):
            raise ValidationError(refusal)
        return normalised

    def clean_password(self, password: str, user: User | None = None) -> str:
        refuse_weak(password, user)
        return password

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        people = User.objects.select_related("organisation").filter(phone_index__of=phone)
        found: User | None = people.first()
        return found

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone", "phone_index"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """A phone is confirmed by the invitation that names it."""

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **options: Any) -> None:
        raise ValidationError(_("短信验证尚未开通，请用密码登录。"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted per account, whichever of its names was typed.

        allauth knows no phone here: all phone logins of the site would share one count.
        """
        account = self.account_of(credentials)
        return account.public_id if account else _typed(credentials)

    def account_of(self, credentials: dict[str, Any]) -> User | None:
        if phone := credentials.get("phone"):
            return self.get_user_by_phone(phone)
        found = filter_users_by_email(_typed(credentials), for_login=True)
        return found[0] if len(found) == 1 else None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A failure on a known account is written down; what was typed is not."""
        if account := self.account_of(credentials):
            audit.record("session.refused", by=LOGIN, on=account, changes=self._from_where(request))

    def reauthenticate(self, user: User, password: str) -> bool:
        """allauth looks for the e-mail in a table of its own, where ours need not be."""
        known = {"phone": user.phone} if user.phone else {"email": user.email}
        found = self.authenticate(self.request, password=password, **known)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Whoever knew the password of a closed account is told so, and nobody else."""
        if not user.organisation.is_active:
            closed: HttpResponse = self.respond_user_inactive(request, user)
            return closed
        answer: HttpResponse | None = super().pre_login(request, user, **options)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request.session, timezone.now())
        audit.record("session.opened", by=user, on=user, changes=self._from_where(request))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            audit.record("session.closed", by=request.user, on=request.user)
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session but the one that set it."""
        super().set_password(user, password)
        end_sessions(user, except_key=self.request.session.session_key or "")
        audit.record("password.changed", by=user, on=user)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The link is made when the letter is written, so that no secret waits in the outbox."""
        if user.organisation.is_active:
            outbox.leave("accounts.reset", by=LOGIN, user_id=user.pk, language=get_language())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Strangers get no letter, whatever address is typed; ours leave by the outbox."""

    def _from_where(self, request: HttpRequest) -> dict[str, str]:
        return {"ip": self.get_client_ip(request)}


def _typed(credentials: dict[str, Any]) -> str:
    typed = credentials.get("email") or credentials.get("username") or credentials.get("phone", "")
    return str(typed).lower()
