"""Compiles the message catalogues; with an option, keeps them complete."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import to_locale

from apps.core import catalogues


class Command(BaseCommand):
    help = "Compile the message catalogues that the running platform reads (.po to .mo)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--update", action="store_true", help="bring the .po files up to the source first"
        )
        choice.add_argument(
            "--check",
            action="store_true",
            help="change nothing; fail when a language is incomplete",
        )

    def handle(self, *args: Any, update: bool, check: bool, **options: Any) -> None:
        strings = catalogues.strings_in(settings.BASE_DIR) if update or check else []
        complaints = []
        for locale, path in catalogue_paths():
            catalogue = catalogues.read(path, locale)
            if update:
                catalogue = catalogues.updated(catalogue, strings)
                catalogues.write(path, catalogue)
            if check:
                complaints += catalogues.complaints(catalogue, strings)
            else:
                catalogues.compile_to(path.with_suffix(".mo"), catalogue)
        if complaints:
            self.stderr.write("\n".join(complaints))
            message = (
                f"{len(complaints)} to mend: `manage.py compile_catalogues --update`, "
                "then translate in locale/."
            )
            raise CommandError(message)


def catalogue_paths() -> list[tuple[str, Path]]:
    """The source language needs no catalogue."""
    locales = [
        to_locale(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
    ]
    folder = Path(settings.LOCALE_PATHS[0])
    return [(locale, folder / locale / "LC_MESSAGES" / "django.po") for locale in locales]
