#!/usr/bin/env python
"""Django's command line. A refused configuration ends in its sentence, not in a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# Arithmetic for whoever doubts it: opens no database and reads no secret, so it asks for none.
NEEDS_NOTHING = {"share_round"}
NOTHING = {
    "SECRET_KEY": "unused-" * 8,
    "FIELD_KEYS": f"unused:{'A' * 43}=",
    "BLIND_INDEX_KEY": f"{'A' * 43}=",
    "DATABASE_URL": "postgres://unused@unused/unused",
    "REDIS_URL": "redis://unused",
    "SECURE": "0",
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foshan_sli.settings")
    if sys.argv[1:2] and sys.argv[1] in NEEDS_NOTHING:
        os.environ.update(NOTHING)
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
