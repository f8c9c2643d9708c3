"""What a file is by its first bytes, what it may be called, and whether somebody knows a name."""

import re
from enum import StrEnum
from unicodedata import category, normalize


class FileKind(StrEnum):
    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    XLSX = "xlsx"


MAGIC = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"PK\x03\x04", FileKind.XLSX),  # any archive; that it is a workbook shows when it is opened
)
HEAD = 8  # bytes that tell the kind
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PHOTOS = frozenset({FileKind.JPEG, FileKind.PNG})
MEGABYTE = 1024 * 1024
MOST_BYTES = dict.fromkeys(FileKind, 50 * MEGABYTE) | dict.fromkeys(PHOTOS, 10 * MEGABYTE)

MOST_SIGNS = 100
FORBIDDEN = re.compile(r'[/\\:*?"<>|\ufffd]+')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
NAMELESS = "file"

# Names of enterprises begin with where they are: whoever types this much knows nothing yet.
PLACES = re.compile(r"^(广东省?|佛山市?|禅城区?|南海区?|顺德区?|三水区?|高明区?)+")
NOT_IN_NAMES = re.compile(r"[\s\W_]+")
LEAST_SIGNS = 2


def kind_of(head: bytes) -> FileKind | None:
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), None)


def safe_name(name: str, kind: FileKind) -> str:
    """A name that is harmless on every system, with the ending of what the file really is."""
    text = normalize("NFKC", name)
    text = "".join(sign for sign in text if category(sign)[0] != "C" or sign == "\ufffd")
    text = FORBIDDEN.sub("_", text.replace("\\", "/").rpartition("/")[2])
    stem = ENDING.sub("", text).strip(" ._")[:MOST_SIGNS].rstrip(" .")
    return f"{stem or NAMELESS}.{kind}"


def knows_holder(given: str, holder: str, holder_code: str) -> bool:
    """Whether what a visitor typed begins the holder's name, or is the holder's code.

    Two signs must come after the names of places, in which nearly all names agree.
    """
    asked = _folded(given)
    if holder_code and asked == holder_code.lower():
        return True
    rest = PLACES.sub("", asked)
    if len(rest) < LEAST_SIGNS:
        return False
    name = _folded(holder)
    return name.startswith(asked) or PLACES.sub("", name).startswith(rest)


def _folded(text: str) -> str:
    return NOT_IN_NAMES.sub("", normalize("NFKC", text)).lower()
