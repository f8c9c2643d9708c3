"""Whether a password may be used, in our words: Django's lack a Chinese for some."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User


def refuse_weak(password: str, person: User | None) -> None:
    """Raise ValidationError with every reason against this password for this person."""
    reasons = []
    if person is not None and person.phone and person.phone in password:
        reasons.append(_("密码里有您的手机号码，容易被猜到。"))
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        reasons += [_in_words(error) for error in refusal.error_list]
    if reasons:
        raise ValidationError(reasons)


def _in_words(error: ValidationError) -> str:
    match error.code:
        case "password_too_short":
            return _("密码至少%(min_length)s个字符。") % (error.params or {})
        case "password_too_common":
            return _("这个密码太常见，容易被猜到。")
        case "password_too_similar":
            return _("密码与姓名或邮箱太像，容易被猜到。")
    return str(error.messages[0])
