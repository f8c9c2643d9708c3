"""The Chromium that the browser journeys drive: Debian's own, never a download."""

import os
import shutil

from ops import debian
from ops.refusal import Refusal

NAMES = ("chromium", "chromium-browser", "google-chrome")


def provide() -> str:
    if not found() and debian.can_install():
        debian.install(["chromium"])
    browser = found()
    if not browser:
        way_out = debian.command(["chromium"]) or "install Chromium"
        raise Refusal(f"Browser tests need Chromium: `{way_out}`, or name one with CHROMIUM=/path.")
    return browser


def found() -> str | None:
    named = os.environ.get("CHROMIUM")
    candidates = (named,) if named else NAMES
    return next((path for name in candidates if (path := shutil.which(name))), None)
