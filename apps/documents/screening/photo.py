"""A photo is drawn anew: what was hidden behind or beside the picture is not copied."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps

from apps.core.sheets.screen import Refused

MOST_PIXELS = 24_000_000
QUALITY = 90
FORMATS = ("JPEG", "PNG")
MODES = {"JPEG": ("L", "RGB"), "PNG": ("L", "LA", "RGB", "RGBA")}


def redraw(source: Path, target: Path) -> None:
    """Turned the way it was held; place, time and camera of the shot are left behind."""
    Image.MAX_IMAGE_PIXELS = None  # the limit below comes before anything is unpacked
    warnings.simplefilter("ignore")
    try:
        # Pillow is told which readers it may use: never one that was not asked for.
        with Image.open(source, formats=FORMATS) as photo:
            kind = "PNG" if photo.format == "PNG" else "JPEG"  # two-eyed photos are MPO
            if photo.width * photo.height > MOST_PIXELS:
                raise Refused("pixels", width=photo.width, height=photo.height)
            upright = ImageOps.exif_transpose(photo)
            modes = MODES[kind]
            plain = upright if upright.mode in modes else upright.convert(modes[-1])
            plain.info = {}
            plain.save(target, kind, quality=QUALITY, optimize=kind == "JPEG")
    except (OSError, SyntaxError, ValueError, KeyError, EOFError):
        raise Refused("damaged") from None
