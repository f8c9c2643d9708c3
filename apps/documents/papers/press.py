"""Prints PDF files. Fonts and style sheets are loaded once per process; see outputs.press."""

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # seven lines for each paper

FORMAT = "pdf/a-3b"  # for archives: fonts and colours are inside, nothing is left outside


class ReachesOutside(Exception):
    """A template names something that is not in the page itself."""


class OnlyWithin(URLFetcher):  # type: ignore[misc]
    """A paper holds all it shows: anything else stops the printing."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith("data:"):
            raise FatalURLFetchingError(url[:100])
        return super().fetch(url, headers)


class Press:
    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.within = OnlyWithin(allowed_protocols={"data"}, allow_redirects=False)
        self.style = cache(self._style)

    def _style(self, path: Path) -> Any:
        return CSS(filename=path, font_config=self.fonts, url_fetcher=self.within)

    def pdf(self, page: str, style: Path | None, *, identifier: str) -> bytes:
        """The same page and identifier give the same bytes; the page itself carries its date."""
        document = HTML(string=page, url_fetcher=self.within)
        # The library leaves its colour profile open until the collector comes.
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            try:
                content: bytes = document.write_pdf(
                    stylesheets=[self.style(style)] if style else [],
                    font_config=self.fonts,
                    pdf_variant=FORMAT,
                    pdf_identifier=identifier.encode(),
                )
            except FatalURLFetchingError as outside:  # no Exception: nobody else would catch it
                raise ReachesOutside(str(outside)) from outside
        return content

    def warm(self) -> None:
        """The first page of a process reads both faces."""
        self.pdf("<p>&#23433;<b>&#20840;</b></p>", None, identifier="warm")
