"""Taking a file in: what it is, whether it may pass, and who stands behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.kinds import GOVERNMENT, Kind
from apps.accounts.models import User
from apps.core import audit, outbox
from apps.core.context import Actor
from apps.core.dates import local_day
from apps.documents import scanning, storage
from apps.documents.actors import ARCHIVE
from apps.documents.models import Purpose, Scope, StoredFile, Trust
from apps.documents.models.stored import KIND_CHOICES, PURPOSES, Scan
from apps.documents.rules import (
    HEAD,
    MEGABYTE,
    MOST_BYTES,
    PHOTOS,
    FileKind,
    kind_of,
    safe_name,
)
from apps.documents.screening.reading import FileRefused, screened

LABELS = dict(KIND_CHOICES)
VOUCHERS = {Trust.ISSUED: GOVERNMENT, Trust.COMPARED: GOVERNMENT | {Kind.INSURER}}


def refusal_to_keep(file: File[bytes], purpose: Purpose) -> str:
    """Why this file is not taken, from its size and its first bytes; "" when it may be opened."""
    if not file.size:
        return _("文件是空的。请检查后重新选择。")
    kind = kind_of(_head(file))
    if kind is None or kind not in purpose.kinds:
        wanted = _("、").join(str(LABELS[one]) for one in FileKind if one in purpose.kinds)
        return _(
            "文件的内容不是%(wanted)s，改扩展名没有用。请重新选择，或用原来的软件另存为这些格式。"
        ) % {"wanted": wanted}
    most = MOST_BYTES[kind]
    if file.size > most:
        facts = {"size": f"{file.size / MEGABYTE:.1f}", "most": most // MEGABYTE}
        if kind in PHOTOS:
            return _("照片有%(size)sMB，最多%(most)sMB。请缩小后再上传。") % facts
        return _("文件有%(size)sMB，最多%(most)sMB。请压缩或拆成几份后再上传。") % facts
    if not scanning.is_installed() and not settings.ACCEPT_UNSCANNED:
        return _("平台还没有装好查毒服务，暂时不能接收文件。请联系平台运营单位。")
    return ""


def refusal_to_vouch(trust: Trust, by: Actor) -> str:
    kinds = VOUCHERS.get(trust)
    if kinds is None or (isinstance(by, User) and by.organisation.kind in kinds):
        return ""
    return _("“%(trust)s”须由有权核对的单位认定。") % {"trust": trust.label}


@transaction.atomic
def keep_upload(
    file: File[bytes],
    *,
    purpose: str,
    scope: Scope,
    by: Actor,
    trust: Trust = Trust.UPLOADED,
    field: str = "file",
    now: datetime | None = None,
) -> StoredFile:
    """Take in a file for a registered purpose; raises FileRefused with a sentence for `field`."""
    wanted, at = PURPOSES[purpose], now or timezone.now()
    try:
        if refusal := refusal_to_keep(file, wanted) or refusal_to_vouch(trust, by):
            raise FileRefused(refusal)
        kind = kind_of(_head(file)) or FileKind.PDF
        with _quarantined(file) as draft:
            scan = _scanned(draft)
            screened(kind, draft, copy := draft.with_suffix(".new"))
            with (copy if kind in PHOTOS else draft).open("rb") as content:
                kept = storage.keep(storage.chunks(content))
    except FileRefused as refused:
        raise FileRefused(str(refused), field=field) from refused
    stored = StoredFile.objects.create(
        purpose=purpose,
        name=safe_name(file.name or "", kind),
        kind=kind,
        size=kept.size,
        sha256=kept.sha256,
        path=kept.path,
        trust=trust,
        scan=scan,
        uploaded_at=at,
        uploaded_by=by.actor_key,
        uploader_name=by.actor_name,
        keep_until=_keep_until(wanted, local_day(at)),
        **scope.columns,
    )
    facts = {"purpose": str(wanted.label), "sha256": kept.sha256, "size": kept.size}
    audit.record("file.uploaded", by=by, on=stored, changes=facts)
    if scan == Scan.WAITING:
        outbox.leave("documents.scan", by=ARCHIVE, file_id=stored.pk)
    return stored


@dataclass(frozen=True)
class Held:
    """A file looked through and put aside for somebody whose form is not finished yet.

    No row speaks of it, so the sweep takes it away after a day.
    """

    path: str
    name: str


def hold(file: File[bytes], *, purpose: str, field: str = "file") -> Held:
    """Look a file through and put it aside; raises FileRefused as `keep_upload` will."""
    try:
        if refusal := refusal_to_keep(file, PURPOSES[purpose]):
            raise FileRefused(refusal)
        kind = kind_of(_head(file)) or FileKind.PDF
        with _quarantined(file) as draft:
            _scanned(draft)
            screened(kind, draft, draft.with_suffix(".new"))
            with draft.open("rb") as content:
                kept = storage.keep(storage.chunks(content))
    except FileRefused as refused:
        raise FileRefused(str(refused), field=field) from refused
    return Held(kept.path, safe_name(file.name or "", kind))


@contextmanager
def taken_up(held: Held) -> Iterator[File[bytes]]:
    """The file again, to be kept; raises FileRefused when it has lain there too long."""
    try:
        content = storage.opened(held.path)
    except FileNotFoundError as gone:
        raise FileRefused(_("上传的文件已过期，请重新上传。"), field="file") from gone
    with content:
        yield File(content, name=held.name)
    transaction.on_commit(lambda: storage.remove(held.path))


@transaction.atomic
def vouch_for(stored: StoredFile, *, trust: Trust, reason: str, by: User) -> None:
    """Say how far a file may be relied on, after having compared it with what it shows."""
    if refusal := refusal_to_vouch(trust, by):
        raise FileRefused(refusal, field="trust")
    before, stored.trust = stored.trust, trust
    stored.save(update_fields=["trust"])
    changes = {"trust": [before, trust]}
    audit.record("file.vouched_for", by=by, on=stored, reason=reason, changes=changes)


def _head(file: File[bytes]) -> bytes:
    file.seek(0)
    head: bytes = file.read(HEAD)
    file.seek(0)
    return head


@contextmanager
def _quarantined(file: File[bytes]) -> Iterator[Path]:
    """A copy nobody can ask for, gone at the end whatever came of it."""
    folder = Path(settings.MEDIA_ROOT) / storage.FOLDER / storage.INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with TemporaryDirectory(dir=folder) as own:
        draft = Path(own) / "file"
        with draft.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        yield draft


def _scanned(draft: Path) -> Scan:
    if not scanning.is_installed():
        return Scan.UNSCANNED
    try:
        with draft.open("rb") as content:
            virus = scanning.virus_in(storage.chunks(content))
    except scanning.ScannerUnavailable:
        return Scan.WAITING
    if virus:
        raise FileRefused(_("文件里有病毒（%(virus)s），没有保存。") % {"virus": virus})
    return Scan.CLEAN


def _keep_until(purpose: Purpose, day: date) -> date | None:
    if purpose.years is None:
        return None
    return date(day.year + purpose.years, 12, 31)  # the archive counts whole years
