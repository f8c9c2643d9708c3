"""A draft begins as a copy, is told its day and its source, is sent on, or is thrown away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.errors import VersionRefused
from apps.catalogue.hooks import unmet
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.reports import tell_of_sending
from apps.catalogue.rules.documents import write
from apps.catalogue.rules.workbook import Book
from apps.catalogue.selectors.documents import document_of_product
from apps.catalogue.selectors.tariffs import read_rows
from apps.catalogue.services.drafting import draft_product, draft_tariff
from apps.catalogue.services.editing import V, changed, draft_for, mark_edited
from apps.catalogue.services.versions import product_lines
from apps.core import audit
from apps.reference.models.base import Certainty

TAKEN = ("source", "certainty", "note")


def refusal_to_date(valid_from: date, *, today: date) -> str:
    if valid_from <= today:
        return _("生效日期须晚于今天：今天卖出的保险已按现行版本承诺。")
    return ""


def _must_be_ahead(valid_from: date, today: date) -> None:
    if refusal := refusal_to_date(valid_from, today=today):
        raise VersionRefused(refusal, field="valid_from")


@transaction.atomic
def start_tariff(
    *, product: Product, like: TariffVersion, valid_from: date, source: str, today: date, by: User
) -> TariffVersion:
    """A draft that begins as a copy of another version."""
    _must_be_ahead(valid_from, today)
    words = {"rounding": like.rounding, "rounding_en": like.rounding_en}
    document = {**write(read_rows(like)), **words, "certainty": like.certainty}
    return _tariff(document, product, valid_from, source, by)


@transaction.atomic
def start_tariff_from_book(
    *, product: Product, book: Book, valid_from: date, source: str, today: date, by: User
) -> TariffVersion:
    """The first tariff of a product, or one made elsewhere."""
    _must_be_ahead(valid_from, today)
    meta = {name: book.meta.get(name) or "" for name in ("certainty", "note", "rounding")}
    meta["certainty"] = meta["certainty"] or Certainty.SAMPLE
    document = {**write(book.tariff), **meta, "rounding_en": book.meta.get("rounding_en") or ""}
    return _tariff(document, product, valid_from, source, by)


def _tariff(
    document: Mapping[str, Any], product: Product, valid_from: date, source: str, by: User
) -> TariffVersion:
    number = next_number(TariffVersion, product)
    own = {"number": number, "valid_from": valid_from, "source": source}
    return draft_tariff({**document, **own}, product=product, by=by)


@transaction.atomic
def start_product(
    *, product: Product, like: ProductVersion, valid_from: date, source: str, today: date, by: User
) -> ProductVersion:
    _must_be_ahead(valid_from, today)
    number = next_number(ProductVersion, product)
    own = {"number": number, "valid_from": valid_from, "source": source}
    return draft_product({**document_of_product(like), **own}, product=product, by=by)


@transaction.atomic
def create_product(*, code: str, name: str, name_en: str, by: User) -> Product:
    """An individualised product beside the unified one (A2.2)."""
    if Product.objects.filter(code=code).exists():
        raise VersionRefused(_("已有代码为“%(code)s”的产品。") % {"code": code}, field="code")
    row = Product.objects.create(
        code=code, name=name, name_en=name_en, kind=Product.Kind.ADDITIONAL
    )
    audit.record("product.created", by=by, on=row, changes={"code": code, "name": name})
    return row


def next_number(model: type[V], product: Product) -> int:
    """One at a time: two drafts begun at once get two numbers."""
    with connection.cursor() as cursor:
        place = f"{model._meta.db_table}:{product.pk}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [place])
    rows: Any = model._default_manager
    found = rows.filter(product=product).aggregate(last=Max("number"))["last"]
    return int(found or 0) + 1


@transaction.atomic
def edit_meta(*, version: V, values: Mapping[str, Any], revision: int, today: date, by: User) -> V:
    """From which day, on what grounds, and what else is to be said about it."""
    _must_be_ahead(values["valid_from"], today)
    row = draft_for(version, revision=revision, by=by)
    moved = changed(row, values)
    return mark_edited(
        row, by=by, action=f"{noun(row)}.edited", changes=moved, fields=tuple(values)
    )


@transaction.atomic
def delete_draft(*, version: V, revision: int, by: User) -> None:
    row = draft_for(version, revision=revision, by=by)
    audit.record(f"{noun(row)}.deleted", by=by, on=row, changes={"number": row.number})
    row.delete()


def refusal_to_send(version: ProductVersion | TariffVersion, *, by: User) -> str:
    """A tariff is sent once it was checked; a broker, who may not check, sends the draft."""
    if version.sent_at:
        return _("已经送批，正在等待批准。")
    if isinstance(version, ProductVersion):
        return "" if version.state == "draft" else _("只有草案可以送批。")
    if by.organisation.kind == Kind.CITY_BUREAU:
        if version.state != "simulated":
            return _("费率须先检验，再送批。")
        return unmet(version)
    return "" if version.state == "draft" else _("只有草案可以送市应急管理局。")


@transaction.atomic
def send_version(*, version: V, by: User) -> V:
    """Ask those who decide to look at it; what falls below a legal minimum is not sent."""
    rows: Any = type(version)._default_manager.select_related("product")
    row: V = rows.select_for_update(of=("self",)).get(pk=version.pk)
    refusal = refusal_to_send(row, by=by)
    if not refusal and isinstance(row, ProductVersion):
        refusal = "\n".join(product_lines(row))
    if refusal:
        raise VersionRefused(refusal)
    row.sent_at, row.sent_by_name = timezone.now(), by.actor_name
    row.save(update_fields=["sent_at", "sent_by_name"])
    audit.record(f"{noun(row)}.sent", by=by, on=row)
    tell_of_sending(row, by=by)
    return row


def noun(row: ProductVersion | TariffVersion) -> str:
    return "product" if isinstance(row, ProductVersion) else "tariff"
