"""Brings the sample product and tariff shipped in `data/` into the database, as often as one likes.

A version once published is frozen, here too: a file that changed afterwards is reported and left.
"""

import tomllib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.catalogue.actors import SHIPPED
from apps.catalogue.hooks import PROOFS
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.services.drafting import Document, draft_product, draft_tariff
from apps.catalogue.services.versions import Trial, check_tariff, put_active, put_approved
from apps.core import context
from apps.reference.models import LoadedFile

DATA = Path(__file__).resolve().parent.parent / "data"
LOAD_LOCK = 7_301_301  # any constant; two loads at once would both find the file new
PRODUCTS = ("foshan-sli-product-1.toml", "foshan-sli-product-2.toml")
TARIFFS = ("foshan-sli-tariff-1.toml", "foshan-sli-tariff-2.toml")


def load_catalogue(*, trial: Trial) -> list[str]:
    """Load and publish what is new; returns one line per file that was, or could not be."""
    with context.entering(SHIPPED.context), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        known = dict(LoadedFile.objects.values_list("name", "digest"))
        changed = [name for name in (*PRODUCTS, *TARIFFS) if known.get(name) != _digest(name)]
        loaders = dict.fromkeys(PRODUCTS, _load_product) | dict.fromkeys(
            TARIFFS, lambda document: _load_tariff(document, trial)
        )
        return [_load(name, loaders[name]) for name in changed]


def _digest(name: str) -> str:
    return sha256((DATA / name).read_bytes()).hexdigest()


def _load(name: str, load: Callable[[Document], Any]) -> str:
    document = tomllib.loads((DATA / name).read_text(encoding="utf-8"))
    version = load(document)
    if version is None:
        text = _("%(file)s：第 %(number)s 版已发布，文件中的改动未载入；请另立新版。")
        return text % {"file": name, "number": document["number"]}
    LoadedFile.objects.update_or_create(
        name=name, defaults={"digest": _digest(name), "loaded_at": timezone.now()}
    )
    return f"{name}: {version}"


def _load_product(document: Document) -> ProductVersion | None:
    product, _created = Product.objects.get_or_create(
        code=document["product"]["code"], defaults=document["product"]
    )
    if product.product_versions.filter(number=document["number"]).exists():
        return None
    version = draft_product(document, product=product, by=SHIPPED)
    published: ProductVersion = _publish(version)
    return published


def _load_tariff(document: Document, trial: Trial) -> TariffVersion | None:
    product = Product.objects.get(code=document["product"])
    if TariffVersion.objects.filter(product=product, number=document["number"]).exists():
        return None
    version = draft_tariff(document, product=product, by=SHIPPED)
    checked = check_tariff(version=version, trial=trial, by=SHIPPED)
    for prove in PROOFS:
        prove(checked, SHIPPED)
    published: TariffVersion = _publish(checked)
    return published


def _publish(version: Any) -> Any:
    """Without a second person and for days past: the release itself was reviewed."""
    approved = put_approved(version, by=SHIPPED, reason=version.source)
    return put_active(approved, by=SHIPPED)
