"""What the launcher cannot do is said in one sentence that names the way out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn


class Refusal(Exception):
    """Its text is shown as it is, without a traceback."""


def ending(main: Callable[[], int]) -> NoReturn:
    """Leave with main's exit code, or with its refusal on one line."""
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.stdout.flush()
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
