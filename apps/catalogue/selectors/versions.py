"""Which version holds on a business day, and how a version stands to a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.errors import VersionMissing
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.models.versions import PUBLISHED


@dataclass(frozen=True)
class Terms:
    """What a cover that begins on a day is sold on."""

    version: ProductVersion
    tariff: TariffVersion


def unified_product() -> Product:
    """The one product of the programme (A2.1)."""
    return Product.objects.get(kind=Product.Kind.UNIFIED)


def terms_on(product: Product, day: date) -> Terms:
    """Product and tariff by the day the cover begins; without both there is nothing to sell."""
    version = ProductVersion.objects.on(day).filter(product=product)
    found = version.select_related("product", "disability_table").first()
    if found is None:
        raise VersionMissing.of_product(product.label, day)
    tariff = TariffVersion.objects.on(day).filter(product=product).select_related("product").first()
    if tariff is None:
        raise VersionMissing.of_tariff(product.label, day)
    return Terms(found, tariff)


def standing(version: Any, day: date) -> dict[str, Any]:
    """For components/status.html: what the version is on that day, which no job has to write."""
    if version.state not in PUBLISHED:
        tones = {"draft": "draft", "simulated": "waiting", "approved": "waiting"}
        return {"tone": tones[version.state], "label": version.get_state_display()}
    if day < version.valid_from:
        return {"tone": "waiting", "label": _("待生效"), "due": version.valid_from}
    if version.valid_to and day >= version.valid_to:
        return {"tone": "ended", "label": _("已停用"), "since": version.valid_to}
    return {"tone": "done", "label": _("生效中"), "since": version.valid_from}
