"""A paper as the bytes of a PDF file: builds, changes nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

from apps.documents.models import Paper
from apps.documents.papers.kinds import KINDS
from apps.documents.papers.values import thawed

if TYPE_CHECKING:
    from apps.documents.papers.press import Press

FONTS = Path(settings.BASE_DIR) / "static" / "fonts" / "fonts.conf"


def printed(paper: Paper) -> bytes:
    """The PDF of an issued paper, from what was frozen with it and nothing else."""
    template, style = form_of(paper.kind, paper.template_version)
    facts = {
        "paper": paper,
        "data": thawed(KINDS[paper.kind].values, paper.data),
        "issued_at": timezone.localtime(paper.issued_at),
        "address": paper.verification_url,
        "qr": qr_code(paper.verification_url),
        "site": settings.SITE_URL,
    }
    with translation.override(settings.LANGUAGE_CODE):
        page = template.render(facts)
    return press().pdf(page, style, identifier=paper.token)


def form_of(kind: str, version: int) -> tuple[Any, Path]:
    """The template of a kind of paper in a version, and the style sheet beside it."""
    template: Any = get_template(f"papers/{kind}/{version}.html")
    return template, Path(template.origin.name).with_suffix(".css")


def qr_code(text: str) -> str:
    """A drawing, not a picture: sharp at every size, a few hundred bytes."""
    return segno.make(text, error="m").svg_data_uri(border=0, omitsize=True)


@cache
def press() -> "Press":
    """The library takes half a second and 60 MB: only processes that print load it."""
    with _own_fonts():
        loaded: Press = import_module("apps.documents.papers.press").Press()
    return loaded


def warm() -> None:
    """Read once what each paper needs, before a worker splits: it takes as long as five papers."""
    reverse("documents:verify")
    press().warm()
    for kind in KINDS.values():
        _template, style = form_of(kind.code, kind.version)
        press().style(style)


@contextmanager
def _own_fonts() -> Iterator[None]:
    """Read while the library loads; a program started later finds its own fonts again."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS)
    try:
        yield
    finally:
        os.environ.pop("FONTCONFIG_FILE")
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before
