"""What pages read about papers and files."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import context
from apps.documents.actors import VERIFIER
from apps.documents.models import Paper, StoredFile
from apps.documents.models.stored import PURPOSES, Scan
from apps.documents.rules import knows_holder
from apps.documents.verification import VERIFIERS, Tone, VerifiedState

SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Verified:
    """A paper as a visitor may see it, and what it is worth today."""

    paper: Paper
    state: VerifiedState
    successor: Paper | None


def verified_by_token(token: str, day: date) -> Verified | None:
    return _verified(day, token=token)


def verified_by_hash(digest: str, day: date) -> Verified | None:
    return _verified(day, sha256=digest.lower())


def verified_by_number(number: str, holder: str, day: date) -> Verified | None:
    """Only for somebody who knows whose it is; who does not gets no other answer than a miss."""
    with context.entering(VERIFIER.context), transaction.atomic():
        asked = SPACES.sub("", normalize("NFKC", number)).upper()
        paper = Paper.objects.current().filter(number=asked).first()
        if paper is None or not knows_holder(holder, paper.holder, paper.holder_code):
            return None
        return _judged(paper, day)


def _verified(day: date, **wanted: str) -> Verified | None:
    with context.entering(VERIFIER.context), transaction.atomic():
        paper = Paper.objects.filter(**wanted).first()
        return _judged(paper, day) if paper else None


def _judged(paper: Paper, day: date) -> Verified:
    verify = VERIFIERS.get(paper.subject_kind)
    state = verify(paper.subject_key, day) if verify else None
    successor = Paper.objects.filter(supersedes=paper).first()
    if successor is not None:
        lines = state.lines if state else ()
        state = VerifiedState(Tone.OVER, _("已被新的文书代替"), lines)
    if state is None:
        note = _("文书确由本平台签发，但它所依据的业务现在查不到。请联系承保机构核实。")
        state = VerifiedState(Tone.WRONG, _("今日状态无法核实"), note=note)
    return Verified(paper, state, successor)


def may_open(stored: StoredFile, user: User) -> bool:
    """Files that name people are for those who may see personal data, and for who brought them."""
    if not stored.is_sensitive or stored.owner_id == user.organisation_id:
        return True
    return can(user, Permission.REVEAL_PERSONAL_DATA)


def listed_files(files: Iterable[StoredFile], user: User) -> list[dict[str, Any]]:
    """For components/files.html. A name may name somebody: without the right the purpose stands."""
    return [
        {
            "name": stored.name if may_open(stored, user) else purpose_of(stored),
            "url": stored.get_absolute_url(),
            "size": stored.size,
            "kind": " · ".join(filter(None, [stored.get_kind_display(), _mark(stored)])),
            "trust": stored.trust,
            "at": stored.uploaded_at,
            "by": stored.uploader_name,
        }
        for stored in files
    ]


def listed_papers(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """For components/files.html; a paper that is not printed yet shows its page all the same."""
    return [
        {
            "name": paper.file_name,
            "url": paper.get_absolute_url(),
            "size": paper.size,
            "kind": paper.title,
            "at": paper.issued_at,
        }
        for paper in papers
    ]


def purpose_of(stored: StoredFile) -> str:
    purpose = PURPOSES.get(stored.purpose)
    return str(purpose.label) if purpose else stored.purpose


def _mark(stored: StoredFile) -> str:
    return "" if stored.scan == Scan.CLEAN else stored.get_scan_display()
