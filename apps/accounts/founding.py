"""An enterprise that comes by itself: its organisation, and the account of the first person."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import REGISTRAR
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.services import AccountRefused
from apps.core import context
from apps.core.masks import mask_name
from apps.reference.models import District, Town

FIRST_ROLE = "enterprise_owner"


class CodeTaken(AccountRefused):
    code = "code_taken"


@dataclass(frozen=True)
class Founder:
    """Who opens the account. The password has been judged and hashed where it was typed."""

    name: str
    phone: str
    password_hash: str
    email: str = ""


@dataclass(frozen=True)
class Holder:
    """As much of a registered enterprise as a stranger is told: whom to turn to."""

    owner: str
    district: District | None


def holder_of(uscc: str) -> Holder | None:
    """Whether a code is registered: the masked name of its first administrator, its district."""
    with context.entering(REGISTRAR.context), transaction.atomic():
        rows = Organisation.objects.filter(kind=Kind.ENTERPRISE, uscc=uscc)
        found = rows.select_related("district").first()
        if found is None:
            return None
        owners = User.objects.filter(organisation=found, role=FIRST_ROLE, is_active=True)
        owner = owners.order_by("pk").first()
        return Holder(mask_name(owner.name) if owner else "", found.district)


@transaction.atomic
def found_enterprise(*, uscc: str, name: str, town: Town, founder: Founder) -> User:
    """Open an organisation and its owner's account; the owner enters everything else."""
    with context.entering(REGISTRAR.context):
        try:
            with transaction.atomic():
                organisation = Organisation.objects.create(
                    kind=Kind.ENTERPRISE,
                    name=name,
                    uscc=uscc,
                    district_id=town.district_id,
                    town=town,
                )
        except IntegrityError as taken:
            raise CodeTaken(_("此代码已在平台登记。"), field="uscc") from taken
        person = User(
            organisation=organisation,
            role=FIRST_ROLE,
            name=founder.name,
            phone=founder.phone,
            email=founder.email.lower() or None,
            password=founder.password_hash,
        )
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as taken:
            raise _known_already(taken) from taken
    return person


def _known_already(taken: IntegrityError) -> AccountRefused:
    constraint = taken.__cause__.diag.constraint_name or ""  # type: ignore[union-attr]
    if "email" in constraint:
        return AccountRefused(_("此邮箱已有账号；一人一号，请直接登录。"), field="email")
    return AccountRefused(_("此手机号码已有账号；一人一号，请直接登录。"), field="phone")
