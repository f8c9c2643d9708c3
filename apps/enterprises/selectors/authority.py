"""Who answers for a place, and whom to ask about it."""

from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.reference.models import District, Town


def city_bureau() -> Organisation | None:
    return Organisation.objects.filter(kind=Kind.CITY_BUREAU, is_active=True).first()


def bureau_of(district: District) -> Organisation | None:
    """The bureau of a district; the city's where the district has none."""
    bureaus = Organisation.objects.filter(kind=Kind.DISTRICT_BUREAU, is_active=True)
    return bureaus.filter(district=district).first() or city_bureau()


def is_in_area(user: User, town: Town) -> bool:
    """Whether a place lies where this person's organisation keeps the register."""
    own = user.organisation
    match own.kind:
        case Kind.CITY_BUREAU:
            return True
        case Kind.DISTRICT_BUREAU:
            return own.district_id == town.district_id
        case Kind.TOWN_OFFICE:
            return own.town_id == town.pk
        case _:
            return False


def keeps_register(user: User) -> bool:
    """Bureaus and town offices keep the register; an enterprise speaks for itself only."""
    kinds = {Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU, Kind.TOWN_OFFICE}
    return user.organisation.kind in kinds


def whom_to_ask(bureau: Organisation | None) -> str:
    """A name with a number, to be put into a refusal."""
    if bureau is None:
        return _("市应急管理局")
    if not bureau.hotline:
        return bureau.name
    return _("%(name)s（%(phone)s）") % {"name": bureau.name, "phone": bureau.hotline}
