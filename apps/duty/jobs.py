"""Long work on the ledger."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.running import Progress, job
from apps.core.sheets.writing import Column, write_xlsx
from apps.documents import storage
from apps.documents.models import Paper
from apps.documents.services.papers import print_paper
from apps.duty.columns import COLUMNS
from apps.duty.filters import DutyFilter
from apps.duty.ledger.drawing import freshen
from apps.duty.models import Letter, RegistryImport, SiteDuty
from apps.duty.selectors.ledger import rows_of
from apps.duty.services import registry
from apps.duty.services.exports import EXPORT
from apps.duty.services.letters import SEND, send_letter
from apps.enterprises.models import Site

BATCH = 500


@job(EXPORT)
def export(progress: Progress, actor: User) -> dict[str, Any]:
    """The conditions in force, every column; with the eyes of whoever asked."""
    file = Path("jobs") / f"{progress.job.public_id}.xlsx"
    target = Path(settings.MEDIA_ROOT) / file
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = [Column(_("企业"), width=36)]
    columns += [Column(str(one.label), one.kind, one.width) for one in COLUMNS]  # type: ignore[arg-type]
    with target.open("wb") as opened:
        write_xlsx(opened, columns, lines_of(progress, actor), title=_("应保台账"))
    progress.keep(str(file))
    return {"rows": progress.job.done}


def lines_of(progress: Progress, actor: User) -> Iterator[list[Any]]:
    """Read once: segments drawn anew meanwhile would have other keys."""
    data = QueryDict(mutable=True)
    for name, values in progress.terms["filter"].items():
        data.setlist(name, values)
    with transaction.atomic():
        found = DutyFilter(data, SiteDuty.objects.none(), user=actor)
        duties = list(found.filter_queryset(SiteDuty.objects.none()).order_by("since", "pk"))
        day = found.day
    for start in range(0, len(duties), BATCH):
        with transaction.atomic():
            rows = rows_of(duties[start : start + BATCH], actor)
        for row in rows:
            yield [row.enterprise.name, *(column.value(row, day) for column in COLUMNS)]
        progress.tell(min(start + BATCH, len(duties)), len(duties))


@job(SEND)
def send(progress: Progress, actor: User) -> dict[str, Any]:
    """A letter for each site that still needs one; then all of them as one archive."""
    terms, key = progress.terms, progress.job.public_id
    due_on, today = (date.fromisoformat(terms[name]) for name in ("due_on", "today"))
    sites = terms["sites"]
    for done, pk in enumerate(sites, start=1):
        with transaction.atomic():
            sent = Letter.objects.visible_to(actor).filter(job=key, site=pk).exists()
            site = Site.objects.visible_to(actor).filter(pk=pk).first()
            if site is not None and not sent:  # taken up again after a crash
                send_letter(
                    site=site, kind=terms["letter"], due_on=due_on, today=today, by=actor, job=key
                )
        progress.tell(done, len(sites) * 2)
    count = gather(progress, actor)
    return {"rows": count, "letters": count, "skipped": len(sites) - count}


def gather(progress: Progress, actor: User) -> int:
    """Print what is not printed yet, and put the papers into one archive."""
    with transaction.atomic():
        rows = Letter.objects.visible_to(actor).filter(job=progress.job.public_id)
        papers = list(rows.order_by("number").values_list("paper", "number"))
    file = Path("jobs") / f"{progress.job.public_id}.zip"
    target = Path(settings.MEDIA_ROOT) / file
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as archive:
        for done, (pk, number) in enumerate(papers, start=1):
            print_paper(pk)
            with transaction.atomic():
                path = Paper.objects.visible_to(actor).values_list("path", flat=True).get(pk=pk)
            with storage.opened(path) as content:
                archive.writestr(f"{number}.pdf", content.read())
            progress.tell(len(papers) + done, len(papers) * 2)
    progress.keep(str(file))
    return len(papers)


def batch_of(progress: Progress, actor: User) -> RegistryImport:
    with transaction.atomic():
        rows = RegistryImport.objects.visible_to(actor).select_related("file")
        return rows.get(public_id=progress.terms["batch"])


@job(registry.STAGE)
def stage_registry(progress: Progress, actor: User) -> dict[str, Any]:
    batch = batch_of(progress, actor)
    if batch.state == RegistryImport.State.STAGED:
        try:
            registry.stage(batch=batch, file=None, by=actor, tell=progress.tell)
        except DomainError:
            with transaction.atomic():  # a file that cannot be read waits for nobody
                registry.discard(batch=batch, by=actor)
            raise
    return {"url": reverse("duty:registry_review", args=[batch.public_id])}


@job(registry.COMMIT)
def commit_registry(progress: Progress, actor: User) -> dict[str, Any]:
    """Once: a job taken up again goes on where it stopped."""
    batch, overwrite = batch_of(progress, actor), bool(progress.terms["overwrite"])
    if batch.state == RegistryImport.State.STAGED:
        batch = registry.commit(batch=batch, overwrite=overwrite, by=actor, tell=progress.tell)
    freshen()
    return {"url": reverse("duty:list"), "added": batch.added, "changed": batch.changed}
