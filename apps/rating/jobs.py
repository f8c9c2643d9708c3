"""What happens by the clock, and what takes too long for a page."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.running import Progress, job
from apps.core.sheets.writing import Column, csv_lines, write_xlsx
from apps.rating.correction.analysis import Terms
from apps.rating.correction.models import LossFile
from apps.rating.correction.services import KIND as STUDY
from apps.rating.correction.services import make_study
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.selectors import Rows, behind, rows_of_run
from apps.rating.impact.services import EXPORT, KIND, carry_out
from apps.rating.services import archive_lapsed

CHUNK = 1_000


@shared_task(name="rating.archive_quotes")
def archive_quotes() -> int:
    """Batch by batch, so that no lock is held for long."""
    today, whole = timezone.localdate(), 0
    while done := archive_lapsed(today=today, now=timezone.now()):
        whole += done
    return whole


@job(KIND)
def run_impact(progress: Progress, actor: User) -> dict[str, Any]:
    """Both tariffs over the policies; the bar moves while facts are read that were not kept yet."""
    with transaction.atomic():
        rows = ImpactRun.objects.visible_to(actor).select_related("base", "draft")
        run = rows.select_related("base__product", "draft__product").get(pk=progress.terms["run"])
    progress.tell(0, 1, str(_("读取保单")))

    def tell(done: int, whole: int) -> None:
        progress.tell(done, whole, str(_("读取保单")))

    carry_out(run, by=actor, now=timezone.now(), tell=tell)
    return {"url": run.get_absolute_url()}


@job(EXPORT)
def export_impact(progress: Progress, actor: User) -> dict[str, Any]:
    """The rows behind a mark, for those policies that the actor may see, as .xlsx or .csv."""
    terms = progress.terms
    with transaction.atomic():
        run = ImpactRun.objects.visible_to(actor).get(code=terms["code"])
    rows = behind(rows_of_run(run), terms["asked"])
    file = Path("jobs") / f"{progress.job.public_id}.{terms['form']}"
    target = Path(settings.MEDIA_ROOT) / file
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = _lines(progress, actor, rows)
    if terms["form"] == "csv":
        with target.open("w", encoding="utf-8", newline="") as text:
            text.writelines(csv_lines(columns(), lines))
    else:
        with target.open("wb") as book:
            write_xlsx(book, columns(), lines, title=run.code)
    progress.keep(str(file))
    return {"rows": len(rows)}


def columns() -> list[Column]:
    return [
        Column(_("保单号"), width=22),
        Column(_("被保险人"), width=36),
        Column(_("场所"), width=30),
        Column(_("测算前（元）"), "money"),
        Column(_("测算后（元）"), "money"),
        Column(_("变动（元）"), "money"),
        Column(_("变动幅度"), width=10),
    ]


def _lines(progress: Progress, actor: User, rows: Rows) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        with transaction.atomic():
            lines = rows.lines(actor, start, CHUNK)
        for line in lines:
            told = line.policy
            amounts = [line.before, line.after, line.change, line.percent]
            yield [told.number, told.name, told.site, *amounts]
        progress.tell(min(start + CHUNK, len(rows)), len(rows))


@job(STUDY)
def study_losses(progress: Progress, actor: User) -> dict[str, Any]:
    """Reads a file's lines and fits them; the fit itself cannot tell how far it is."""
    with transaction.atomic():
        file = LossFile.objects.visible_to(actor).get(pk=progress.terms["file"])
    progress.tell(0, 1, str(_("拟合系数")))
    terms = Terms(**{name: Decimal(text) for name, text in progress.terms["study"].items()})
    study = make_study(file=file, terms=terms, now=timezone.now(), by=actor)
    return {"url": study.get_absolute_url()}
