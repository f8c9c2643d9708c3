"""Giving out a paper: frozen in the act it documents, printed after the commit, exactly once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core import audit, context, outbox
from apps.core.context import Actor
from apps.core.errors import DomainError
from apps.documents import storage
from apps.documents.actors import ARCHIVE
from apps.documents.models import Paper, Scope
from apps.documents.outputs import printed
from apps.documents.papers.kinds import PaperKind
from apps.documents.papers.values import digest_of, frozen


class PaperRefused(DomainError):
    code = "paper_refused"


def drafted(
    kind: PaperKind,
    *,
    number: str,
    data: Any,
    subject: str,
    holder: str,
    scope: Scope,
    by: Actor,
    holder_code: str = "",
    supersedes: Paper | None = None,
    now: datetime | None = None,
) -> Paper:
    """The paper, not stored yet; for loads of many, which are printed when somebody asks."""
    content = frozen(data)
    with translation.override(settings.LANGUAGE_CODE):
        title = str(kind.title)
    whole = {"kind": kind.code, "version": kind.version, "number": number, "data": content}
    return Paper(
        kind=kind.code,
        template_version=kind.version,
        number=number,
        title=title,
        holder=holder,
        holder_code=holder_code,
        data=content,
        content_digest=digest_of(whole),
        subject=subject,
        supersedes=supersedes,
        issued_at=now or timezone.now(),
        issued_by=by.actor_key,
        **scope.columns,
    )


@transaction.atomic
def make_paper(kind: PaperKind, *, by: Actor, **facts: Any) -> Paper:
    """Issue a paper; takes what `drafted` takes. A paper is replaced once, a number given once."""
    paper = drafted(kind, by=by, **facts)
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError as taken:
        raise PaperRefused(_("该编号的文书已经签发，或已被新的文书代替。")) from taken
    changes = {"number": paper.number, "digest": paper.content_digest}
    if paper.supersedes:
        changes["supersedes"] = paper.supersedes.public_id
    audit.record("paper.issued", by=by, on=paper, changes=changes)
    ask_to_print(paper)
    return paper


def ask_to_print(paper: Paper) -> None:
    """Asking again does no harm: a paper that is printed stays as it is."""
    outbox.leave("documents.print", by=ARCHIVE, paper_id=paper.pk)


@transaction.atomic
def print_paper(paper_id: int) -> None:
    """Print one issued paper and note its hash; nothing happens when that was done."""
    with context.entering(ARCHIVE.context):
        waiting = Paper.objects.select_for_update().filter(pk=paper_id, sha256="")
        paper = waiting.first()
        if paper is None:
            return
        kept = storage.keep([printed(paper)])
        paper.sha256, paper.size, paper.path = kept.sha256, kept.size, kept.path
        paper.printed_at = timezone.now()
        paper.save(update_fields=["sha256", "size", "path", "printed_at"])
