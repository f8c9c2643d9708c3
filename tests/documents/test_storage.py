"""Bytes on disk: whole or not at all, under names nobody can guess, and swept when orphaned."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils import timezone

from apps.documents import storage
from apps.documents.handlers import MOST_IN_A_FORM, CappedUpload
from apps.documents.jobs import sweep as scheduled
from apps.documents.models import StoredFile
from apps.documents.services.files import sweep


def files():
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def aged(path, hours):
    then = timezone.now().timestamp() - hours * 3600
    os.utime(Path(settings.MEDIA_ROOT) / path, (then, then))
    return path


def row(kept):
    return StoredFile.objects.create(
        purpose="x",
        name="a.pdf",
        kind="pdf",
        size=kept.size,
        sha256=kept.sha256,
        path=kept.path,
        scan="clean",
        uploaded_by="user:1",
        uploader_name="甲",
    )


def test_a_name_says_nothing_and_cannot_be_guessed():
    first, second = storage.keep([b"x"]), storage.keep([b"x"])
    assert re.fullmatch(r"documents/[0-9a-f]{2}/[0-9a-f]{32}", first.path)
    assert first.path != second.path
    assert first.sha256 == second.sha256


def test_a_writing_that_breaks_off_leaves_nothing():
    def broken():
        yield b"half"
        raise OSError("disk is full")

    with pytest.raises(OSError, match="disk is full"):
        storage.keep(broken())
    assert files() == []


def test_the_sweep_takes_only_what_no_row_speaks_of():
    kept, orphan, young = (storage.keep([name]) for name in (b"kept", b"orphan", b"young"))
    row(kept)
    for one in (kept, orphan):
        aged(one.path, hours=30)
    aged(young.path, hours=1)
    draft = Path(settings.MEDIA_ROOT) / "documents" / "incoming" / "left"
    draft.write_bytes(b"left by a killed process")
    aged("documents/incoming/left", hours=30)

    assert sweep(timezone.now()) == 2
    assert files() == sorted(Path(settings.MEDIA_ROOT) / one.path for one in (kept, young))


def test_the_sweep_runs_by_itself():
    aged(storage.keep([b"x"]).path, hours=30)
    scheduled()
    assert files() == []


def test_other_folders_are_left_alone():
    export = Path(settings.MEDIA_ROOT) / "exports" / "ab" / "old.xlsx"
    export.parent.mkdir(parents=True)
    export.write_bytes(b"x")
    os.utime(export, (0, 0))
    sweep(timezone.now() + timedelta(days=30))
    assert export.exists()


def test_a_form_larger_than_any_file_is_not_read():
    with pytest.raises(RequestDataTooBig):
        CappedUpload().handle_raw_input(None, {}, MOST_IN_A_FORM + 1, "")
    assert CappedUpload().handle_raw_input(None, {}, MOST_IN_A_FORM, "") is None
