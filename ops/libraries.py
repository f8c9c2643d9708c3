"""The libraries that the PDF writer loads from the system; pip cannot bring them."""

import ctypes
import ctypes.util
from dataclasses import dataclass

from ops import debian
from ops.refusal import Refusal


@dataclass(frozen=True)
class Library:
    name: str
    soname: str
    package: str

    def loads(self) -> bool:
        """Really loaded: a file of that name may be there and broken."""
        for candidate in (self.soname, ctypes.util.find_library(self.name)):
            if candidate is None:
                continue
            try:
                ctypes.CDLL(candidate)
            except OSError:
                continue
            return True
        return False


PDF = (
    Library("pango-1.0", "libpango-1.0.so.0", "libpango-1.0-0"),
    Library("pangoft2-1.0", "libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    # Without this one a Chinese page takes ten seconds, because whole fonts are embedded.
    Library("harfbuzz-subset", "libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)


def provide(libraries: tuple[Library, ...] = PDF) -> None:
    missing = [library for library in libraries if not library.loads()]
    if missing and debian.can_install():
        debian.install([library.package for library in missing])
        missing = [library for library in missing if not library.loads()]
    if not missing:
        return
    names = " ".join(library.name for library in missing)
    way_out = debian.command([library.package for library in missing])
    if way_out:
        raise Refusal(f"PDF pages need {names}, which cannot be loaded: type `{way_out}`.")
    raise Refusal(
        f"PDF pages need {names}, which cannot be loaded: install them with this system's"
        " package manager (Fedora: pango harfbuzz; Arch: pango harfbuzz; Alpine: pango"
        " harfbuzz-subset), then start again."
    )
