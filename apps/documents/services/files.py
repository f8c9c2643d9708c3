"""A kept file afterwards: opened, scanned late, or removed because no row speaks of it."""

import logging
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction

from apps.accounts.models import User
from apps.core import audit, context
from apps.documents import scanning, storage
from apps.documents.actors import ARCHIVE
from apps.documents.models import Paper, StoredFile
from apps.documents.models.stored import Scan

logger = logging.getLogger(__name__)
YOUNG = timedelta(days=1)  # a transaction may still be under way
BATCH = 500


@transaction.atomic
def open_file(stored: StoredFile, *, by: User) -> IO[bytes]:
    """The bytes; whoever opens a file that names people is written down."""
    content = storage.opened(stored.path)
    if stored.is_sensitive:
        audit.record("file.opened", by=by, on=stored, changes={"purpose": stored.purpose})
    return content


@transaction.atomic
def scan_again(file_id: int) -> None:
    """Judge a file that came while the scanner was away; raises while it still is."""
    with context.entering(ARCHIVE.context):
        waiting = StoredFile.objects.select_for_update().filter(pk=file_id, scan=Scan.WAITING)
        stored = waiting.first()
        if stored is None:
            return
        with storage.opened(stored.path) as content:
            virus = scanning.virus_in(storage.chunks(content))
        stored.scan = Scan.INFECTED if virus else Scan.CLEAN
        stored.save(update_fields=["scan"])
        if virus:
            changes = {"scan": [Scan.WAITING, Scan.INFECTED], "virus": virus}
            audit.record("file.refused", by=ARCHIVE, on=stored, changes=changes)
            transaction.on_commit(lambda: storage.remove(stored.path))


@transaction.atomic
def sweep(now: datetime) -> int:
    """Delete files that no row speaks of: their transaction did not come to its end."""
    removed = 0
    with context.entering(ARCHIVE.context):
        old = list(storage.older_than(now - YOUNG))
        for start in range(0, len(old), BATCH):
            paths = old[start : start + BATCH]
            known = {*_paths_of(StoredFile, paths), *_paths_of(Paper, paths)}
            for path in set(paths) - known:
                storage.remove(path)
                removed += 1
    if removed:
        logger.warning("%s files without a row were removed", removed)
    return removed


def _paths_of(model: type[StoredFile] | type[Paper], paths: list[str]) -> set[str]:
    return set(model.objects.filter(path__in=paths).values_list("path", flat=True))
