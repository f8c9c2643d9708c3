"""What the commands for actuaries take as a tariff: a file, or a version in the database.

A file (.json, .toml, .xlsx) is read by itself; nothing is asked of the database. CODE@NUMBER is a
version, CODE alone the version in force on the day.
"""

from datetime import date
from pathlib import Path

from django.core.management.base import CommandError
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from apps.catalogue.actors import SHIPPED
from apps.catalogue.file_words import lines_of
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import DocumentFault
from apps.catalogue.rules.files import SUFFIXES, read_tariff_file
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.rules.workbook import WorkbookRefused
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core import context

UNREADABLE = 2  # the exit code when there is nothing to work with


def tariff_from_file(path: Path) -> Tariff:
    try:
        return read_tariff_file(path)
    except OSError as cause:
        raise unreadable(path, cause) from cause
    except (DocumentFault, WorkbookRefused) as refused:
        raise CommandError("\n".join(lines_of(refused)), returncode=UNREADABLE) from refused


def tariff_named(name: str, *, on: date) -> Tariff:
    if Path(name).suffix.lower() in SUFFIXES:
        return tariff_from_file(Path(name))
    code, _at, number = name.partition("@")
    try:
        with context.entering(SHIPPED.context), transaction.atomic():
            version = _version(code, number, on)
            if version:
                return tariff_of(version)
    except OperationalError as cause:
        text = _("数据库连不上，不能读取“%(name)s”。")
        raise CommandError(text % {"name": name}, returncode=UNREADABLE) from cause
    text = _(
        "没有费率“%(name)s”。可以写：CODE@NUMBER、CODE（当日生效的一版），"
        "或 .json、.toml、.xlsx 文件。"
    )
    raise CommandError(text % {"name": name}, returncode=UNREADABLE)


def unreadable(path: Path, cause: OSError) -> CommandError:
    text = _("%(path)s：打不开（%(reason)s）。")
    return CommandError(text % {"path": path, "reason": cause.strerror}, returncode=UNREADABLE)


def _version(code: str, number: str, on: date) -> TariffVersion | None:
    rows = TariffVersion.objects if number else TariffVersion.objects.on(on)
    rows = rows.select_related("product").filter(product__code=code)
    if number:
        rows = rows.filter(number=int(number) if number.isdecimal() else 0)
    found: TariffVersion | None = rows.first()
    return found
