"""The insurers of the programme, as lists name them on each row; everybody may know them."""

from collections.abc import Mapping

from django.db import connection

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.core.remembering import RememberedFor

# Nobody at all is what a reader without a context gets, and not for the next one to be told.
_INSURERS = RememberedFor[Mapping[int, Organisation]](worth=bool)


def insurers() -> Mapping[int, Organisation]:
    """By key and in the order of their names, as they were at most a minute ago."""
    return _INSURERS(connection.settings_dict["NAME"], _fetched)


def _fetched() -> Mapping[int, Organisation]:
    rows = Organisation.objects.filter(kind=Kind.INSURER).order_by("name")
    return {insurer.pk: insurer for insurer in rows}


def insurer(key: int) -> Organisation:
    """One of them; who joined within the minute is looked up."""
    return insurers().get(key) or Organisation.objects.get(pk=key)
