"""From the page of a tariff version to the report of the gate."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.hooks import Link
from apps.catalogue.models import TariffVersion


def gate_links(version: TariffVersion, _user: User) -> list[Link]:
    url = reverse("rating:gate", args=[version.product.code, version.number])
    return [Link(_("检验报告"), url)]
