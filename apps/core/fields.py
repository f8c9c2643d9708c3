"""Columns that mean something in every app: money, public ids, sealed text and its blind index."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.core import checks
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute
from django.utils.module_loading import import_string

from apps.core import sealing

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # 32 signs; no i, l, o, u to misread
CODE_LENGTH = 22  # 110 random bits

Deconstructed = tuple[str, str, Sequence[Any], dict[str, Any]]


class MoneyField(models.DecimalField[Decimal, Decimal]):
    """Yuan with two places; see money.py for the arithmetic."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"max_digits": 14, "decimal_places": 2})

    def deconstruct(self) -> Deconstructed:
        name, path, args, options = super().deconstruct()
        return name, path, args, _without(options, "max_digits", "decimal_places")


class PublicIdField(models.CharField[str, str]):
    """An opaque name for a row, such as `pol_7mk…`, known before the row is stored."""

    def __init__(self, verbose_name: Any = None, *, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        fixed = {
            "max_length": len(prefix) + 1 + CODE_LENGTH,
            "editable": False,
            "default": partial(new_public_id, prefix),
        }
        super().__init__(verbose_name, **{"unique": True} | options | fixed)

    def deconstruct(self) -> Deconstructed:
        name, path, args, options = super().deconstruct()
        options = _without(options, "max_length", "editable", "default", "unique")
        if not self.unique:  # in a history table, where a row has many events
            options["unique"] = False
        return name, path, args, options | {"prefix": self.prefix}


def new_public_id(prefix: str) -> str:
    bits = secrets.randbits(5 * CODE_LENGTH)
    code = "".join([ALPHABET[bits >> shift & 31] for shift in range(0, 5 * CODE_LENGTH, 5)])
    return f"{prefix}_{code}"


@dataclass(slots=True)
class Sealed:
    """A value as the database holds it, and what it says once somebody has asked."""

    envelope: str
    opened: str | None = field(default=None, repr=False)


class SealedAttribute(DeferredAttribute):
    """Unseals at the first look, so that a list which does not show the value never does."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        return self.field.open(instance, held) if isinstance(held, Sealed) else held

    def __set__(self, instance: Any, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        # Setting what is there already keeps the envelope: history shows no change without one.
        if not (isinstance(held, Sealed) and held.opened is not None and held.opened == value):
            instance.__dict__[self.field.attname] = value


class _KnowsHistory(models.Field[Any, Any]):
    """History tables copy columns by trigger; there the stored text is shown as it is."""

    is_history = False

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        self.is_history = hasattr(cls, "pgh_tracked_model")
        super().contribute_to_class(cls, name, private_only)


class EncryptedTextField(_KnowsHistory, models.TextField[str, str]):
    """Text sealed to its table, column and row. The model must have a `public_id`.

    Written by save() and bulk_create() only, and never searched: see BlindIndexField. When saving
    with update_fields, name the blind index too.
    """

    descriptor_class = SealedAttribute

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        if hasattr(cls, "pgh_tracked_model"):
            self.descriptor_class = DeferredAttribute  # type: ignore[assignment]
        super().contribute_to_class(cls, name, private_only)

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        return [*super().check(**options), *self._check_public_id()]

    def _check_public_id(self) -> list[checks.CheckMessage]:
        if self.is_history or any(f.name == "public_id" for f in self.model._meta.fields):
            return []
        message = "An encrypted field is bound to its row by a public_id; the model has none."
        return [checks.Error(message, obj=self, id="core.E001")]

    def db_check(self, connection: Any) -> str:
        """The database itself refuses plain text, however it arrives."""
        column = connection.ops.quote_name(self.column)
        return f"{column} = '' OR {column} ~ '^[0-9]+:[^:]+:[A-Za-z0-9+/=]+$'"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value and not self.is_history else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if self.is_history:
            return super().pre_save(model_instance, add)
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, Sealed):
            if add:
                self.open(model_instance, held)  # refuses an envelope copied from another row
            return held
        if not held:
            return held
        place = self.place_in(model_instance)
        sealed = Sealed(sealing.seal(held.encode(), place=place), opened=held)
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.envelope
        if not value or self.is_history:
            return value
        message = f"{self} is encrypted: write it with save() or bulk_create(), not update()."
        raise TypeError(message)

    def get_lookup(self, lookup_name: str) -> Any:
        # "df" is how a trigger asks whether the stored envelope is another one than before.
        if lookup_name in ("isnull", "df"):
            return super().get_lookup(lookup_name)
        message = f"{self} is encrypted and cannot be compared; filter by its blind index."
        raise TypeError(message)

    def open(self, instance: models.Model, sealed: Sealed) -> str:
        if sealed.opened is None:
            place = self.place_in(instance)
            sealed.opened = sealing.unseal(sealed.envelope, place=place).decode()
        return sealed.opened

    def reseal(self, instance: models.Model) -> None:
        """Make the next save seal the value anew, with the key in use now."""
        instance.__dict__[self.attname] = getattr(instance, self.attname)

    def place_in(self, instance: models.Model) -> str:
        row: str = instance.public_id  # type: ignore[attr-defined]
        return f"{_place(self)}:{row}"


class BlindIndexField(_KnowsHistory, models.CharField[str, str]):
    """The keyed digest of an encrypted field: `filter(phone_index__of="138 0013 8000")`."""

    def __init__(
        self, verbose_name: Any = None, *, of: str, normalise: str | None = None, **options: Any
    ) -> None:
        self.of, self.normalise = of, normalise
        fixed = {"max_length": 64, "editable": False, "null": True}
        super().__init__(verbose_name, **options | fixed)

    def deconstruct(self) -> Deconstructed:
        name, path, args, options = super().deconstruct()
        options = _without(options, "max_length", "editable", "null") | {"of": self.of}
        if self.normalise:
            options["normalise"] = self.normalise
        return name, path, args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.of)
        if self.is_history or (isinstance(held, Sealed) and held.opened is None and not add):
            return super().pre_save(model_instance, add)
        if self.of not in model_instance.__dict__:
            return super().pre_save(model_instance, add)
        value = getattr(model_instance, self.of)
        digest = self.digest(value) if value else None
        setattr(model_instance, self.attname, digest)
        return digest

    def digest(self, value: str) -> str:
        normalise: Callable[[str], str] = import_string(self.normalise) if self.normalise else str
        sealed = self.model._meta.get_field(self.of)
        return sealing.blind(normalise(value), place=_place(sealed))


@BlindIndexField.register_lookup
class Of(Exact[Any]):
    """Compares the digest of what was asked for; the value itself stays out of the query."""

    lookup_name = "of"

    def get_prep_lookup(self) -> Any:
        return self.lhs.output_field.digest(self.rhs)

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= {rhs}"


def _place(field: Any) -> str:
    return f"{field.model._meta.db_table}.{field.column}"


def _without(options: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in names}
