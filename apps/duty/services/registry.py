"""A register on its way in: taken, laid out, mended, and put in row by row, each whole."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.running import start_job
from apps.core.sheets.reading import read_sheet
from apps.documents import storage
from apps.documents.models import Scope
from apps.documents.rules import HEAD, MEGABYTE, FileKind, kind_of
from apps.documents.services.uploads import keep_upload
from apps.duty.errors import RegistryRefused
from apps.duty.models import RegistryImport, StagedSite
from apps.duty.papers import REGISTRY
from apps.duty.registry.comparing import Judged, judged
from apps.duty.registry.reading import (
    Known,
    ReadSite,
    note_repeats,
    read_registry,
    read_row,
    what_is_known,
)
from apps.duty.services.facts import entered
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.services import (
    NewSite,
    add_site,
    correct_enterprise,
    correct_site,
    record_fact,
    record_headcount,
    register_enterprise,
)

MOST_TEXT = 20 * MEGABYTE
BATCH = 1_000
AT_ONCE = 50  # rows of one transaction
STAGE, COMMIT = "duty.stage_registry", "duty.commit_registry"
BIG_FILE = 300_000  # bytes of a workbook
MANY = 200  # rows
Tell = Callable[[int, int], None]
Effect = StagedSite.Effect


def silent(done: int, total: int) -> None:
    """For callers nobody waits on."""


@transaction.atomic
def take_in(*, file: File[bytes], source: str, by: User) -> RegistryImport:
    """Screen a file and open an import for it; `stage` reads it."""
    kept = None
    if is_workbook(file):
        scope = Scope(
            owner=by.organisation_id,
            district=by.organisation.district_id,
            town=by.organisation.town_id,
        )
        kept = keep_upload(file, purpose=REGISTRY, scope=scope, by=by)
    batch = RegistryImport.objects.create(
        bureau=by.organisation,
        file=kept,
        name=(kept.name if kept else file.name or "")[:120] or _("粘贴的名录"),
        source=source,
        **entered(by),
    )
    audit.record("registry.uploaded", by=by, on=by.organisation, changes={"name": batch.name})
    return batch


def is_workbook(file: File[bytes]) -> bool:
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if kind_of(head) not in {None, FileKind.XLSX}:
        raise RegistryRefused(_("请上传.xlsx或.csv表格；图片和PDF读不出名录。"), field="file")
    if kind_of(head) is None and (file.size or 0) > MOST_TEXT:
        raise RegistryRefused(_("文字表格超过20MB，请拆成几份，或另存为.xlsx。"), field="file")
    return kind_of(head) == FileKind.XLSX


@transaction.atomic
def receive(*, file: File[bytes], source: str, by: User) -> RegistryImport:
    """Take a file in and lay it out at once; a file that is refused leaves nothing behind."""
    batch = take_in(file=file, source=source, by=by)
    return stage(batch=batch, file=file, by=by)


def stage(
    *, batch: RegistryImport, file: File[bytes] | None, by: User, tell: Tell = silent
) -> RegistryImport:
    """Read the file in its own process and lay its rows out, each with what it would do."""
    if file is not None:
        file.seek(0)
        rows = read_sheet(file)
    elif batch.file:
        with storage.opened(batch.file.path) as content:
            rows = read_sheet(content)
    else:
        raise RegistryRefused(_("上传的文件已过期，请重新上传。"))
    read = read_registry(rows)
    tell(0, len(read))
    with transaction.atomic():
        lay_out(batch, read, by=by)
    tell(len(read), len(read))
    return batch


def lay_out(batch: RegistryImport, read: Sequence[ReadSite], *, by: User) -> None:
    batch.staged_rows.all().delete()
    fresh = [staged(batch, one) for one in judged(read, by=by)]
    StagedSite.objects.bulk_create(fresh, batch_size=BATCH)


def staged(batch: RegistryImport, one: Judged) -> StagedSite:
    return StagedSite(
        batch=batch,
        number=one.row.number,
        cells=one.row.cells,
        faults=[list(fault) for fault in one.row.faults],
        effect=one.effect,
        site=one.site,
        changes=one.changes,
    )


def open_batch(batch: RegistryImport, *, by: User) -> RegistryImport:
    """The import, held, while it may still be changed."""
    held = RegistryImport.objects.visible_to(by).select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state != RegistryImport.State.STAGED:
        raise RegistryRefused(
            _("这份名录%(state)s，不能再改。") % {"state": held.get_state_display()}
        )
    return held


@transaction.atomic
def mend_row(*, batch: RegistryImport, number: int, cells: dict[str, str], by: User) -> StagedSite:
    """Correct one row in place; what is still wrong with it is said by its new faults."""
    batch = open_batch(batch, by=by)
    row = batch.staged_rows.get(number=number)
    read = read_row(number, row.cells | cells, what_is_known())
    others = [one for one in read_again(batch, only=read.uscc) if one.number != number]
    note_repeats([*others, read])
    [one] = judged([read], by=by)
    fresh = staged(batch, one)
    for name in ("cells", "faults", "effect", "site", "changes"):
        setattr(row, name, getattr(fresh, name))
    row.save()
    return row


def read_again(batch: RegistryImport, *, only: str = "") -> Iterable[ReadSite]:
    words, rows = what_is_known(), batch.staged_rows.order_by("number")
    if only:
        rows = rows.filter(cells__uscc__contains=only)
    for row in rows.iterator(chunk_size=BATCH):
        yield read_row(row.number, row.cells, words)


@transaction.atomic
def mend_by_file(*, batch: RegistryImport, file: File[bytes], by: User) -> int:
    """Take the bad rows again from a file of them; every other row stays. Says how many came."""
    is_workbook(file)
    batch = open_batch(batch, by=by)
    file.seek(0)
    fresh = read_registry(read_sheet(file), numbered=True)
    bad = set(batch.staged_rows.filter(effect=Effect.FAULTY).values_list("number", flat=True))
    if unknown := [row.number for row in fresh if row.number not in bad]:
        text = _("第%(row)s行不在有问题的行里；请用下载的表改正，不要动“原表行号”一列。")
        raise RegistryRefused(text % {"row": unknown[0]}, field="file")
    replaced = {row.number: row for row in fresh}
    if len(replaced) < len(fresh):
        raise RegistryRefused(_("“原表行号”有重复；每行只改正一次。"), field="file")
    whole = [replaced.get(row.number) or row for row in read_again(batch)]
    note_repeats(whole)
    lay_out(batch, whole, by=by)
    return len(fresh)


@transaction.atomic
def drop_bad_rows(*, batch: RegistryImport, by: User) -> int:
    batch = open_batch(batch, by=by)
    count, _kinds = batch.staged_rows.filter(effect=Effect.FAULTY).delete()
    return count


@transaction.atomic
def discard(*, batch: RegistryImport, by: User) -> None:
    batch = open_batch(batch, by=by)
    batch.staged_rows.all().delete()
    batch.state = RegistryImport.State.DISCARDED
    batch.save(update_fields=["state"])
    audit.record("registry.discarded", by=by, on=by.organisation, changes={"name": batch.name})


def refusal_to_commit(batch: RegistryImport) -> str:
    if bad := batch.staged_rows.filter(effect=Effect.FAULTY).count():
        text = _("还有%(bad)s行有问题：请改正，或把这些行去掉，再入名录。")
        return text % {"bad": bad}
    todo = batch.staged_rows.exclude(effect=Effect.SAME)
    return "" if todo.exists() else _("没有要新增或更改的场所。")


@transaction.atomic
def commit_later(*, batch: RegistryImport, overwrite: bool, by: User) -> Job:
    batch = open_batch(batch, by=by)
    if reason := refusal_to_commit(batch):
        raise RegistryRefused(reason)
    title = (_("企业入名录：%(name)s") % {"name": batch.name})[:200]
    facts = {"batch": batch.public_id, "overwrite": overwrite}
    return start_job(COMMIT, by=by, title=title, **facts)


@transaction.atomic
def stage_later(*, batch: RegistryImport, by: User) -> Job:
    title = (_("读取企业名录：%(name)s") % {"name": batch.name})[:200]
    return start_job(STAGE, by=by, title=title, batch=batch.public_id)


def commit(
    *, batch: RegistryImport, overwrite: bool, by: User, tell: Tell = silent
) -> RegistryImport:
    """Put the rows in, some at a time; what is in stays in if the work is taken up again.

    `overwrite`: also what an enterprise declared itself; each such change was shown before.
    """
    with transaction.atomic():
        held = open_batch(batch, by=by)
        if reason := refusal_to_commit(held):
            raise RegistryRefused(reason)
        todo = held.staged_rows.exclude(effect=Effect.SAME)
        total, done = todo.count(), todo.filter(is_done=True).count()
    words = what_is_known()
    while True:
        with transaction.atomic():
            rows = todo.filter(is_done=False).order_by("number")
            part = list(rows.select_for_update()[:AT_ONCE])
            for row in part:
                put_in(held, row, words, overwrite=overwrite, by=by)
            StagedSite.objects.filter(pk__in=[row.pk for row in part]).update(is_done=True)
        if not part:
            break
        done += len(part)
        tell(done, total)
    return finish(held, by=by)


@transaction.atomic
def finish(batch: RegistryImport, *, by: User) -> RegistryImport:
    rows = batch.staged_rows
    batch.added = rows.filter(effect__in=[Effect.NEW, Effect.MORE]).count()
    batch.changed = rows.filter(effect=Effect.CHANGE).count()
    batch.state = RegistryImport.State.COMMITTED
    batch.save(update_fields=["added", "changed", "state"])
    rows.all().delete()
    facts = {"name": batch.name, "added": batch.added, "changed": batch.changed}
    audit.record("registry.committed", by=by, on=by.organisation, changes=facts)
    return batch


def put_in(
    batch: RegistryImport, row: StagedSite, words: Known, *, overwrite: bool, by: User
) -> None:
    """One row, by the services that the pages use; a refusal names the row."""
    read = read_row(row.number, row.cells, words)
    try:
        if row.effect == Effect.CHANGE:
            _change(batch, row, read, overwrite=overwrite, by=by)
        else:
            _open(batch, read, by=by)
    except DomainError as refusal:
        facts = {"row": row.number, "reason": str(refusal)}
        raise RegistryRefused(_("第%(row)s行：%(reason)s") % facts) from refusal


def _open(batch: RegistryImport, read: ReadSite, *, by: User) -> None:
    if read.town is None or read.industry is None:
        raise RegistryRefused(_("镇街和行业要填写。"))
    new = NewSite(
        name=read.site or _("主厂区"),
        town=read.town,
        address=read.address,
        industry=read.industry,
        counts={"production": read.headcount} if read.headcount else {},
        tags=read.tags,
        source=batch.source,
    )
    known = Enterprise.objects.visible_to(by).filter(uscc=read.uscc).first()
    if known is None:
        register_enterprise(uscc=read.uscc, name=read.name, site=new, by=by)
    else:
        add_site(enterprise=known, new=new, by=by)


def _change(
    batch: RegistryImport, row: StagedSite, read: ReadSite, *, overwrite: bool, by: User
) -> None:
    site = Site.objects.visible_to(by).select_related("town", "industry").get(pk=row.site or 0)
    wanted = {one["field"] for one in row.changes if overwrite or not one["own"]}
    if "name" in wanted:
        _rename(site, read.name, batch.source, by=by)
    if wanted & {"address", "industry"}:
        correct_site(
            site=site,
            name=site.name,
            town=site.town,
            address=read.address if "address" in wanted else site.address,
            industry=(read.industry if "industry" in wanted else None) or site.industry,
            opened_on=site.opened_on,
            reason=batch.source,
            by=by,
        )
    today = timezone.localdate()
    if "headcount" in wanted and read.headcount:
        counts = counts_of(site, read.headcount)
        record_headcount(site=site, valid_from=today, counts=counts, source=batch.source, by=by)
    if "tags" in wanted:
        have = set(site.facts.filter(valid_to=None).values_list("tag", flat=True))
        for tag in read.tags:
            if tag.pk not in have:
                facts: dict[str, Any] = {"quantity": None, "valid_from": today}
                record_fact(site=site, tag=tag, source=batch.source, by=by, **facts)


def counts_of(site: Site, total: int) -> dict[str, int]:
    """The kinds of employment as they are known, with the difference on production posts."""
    last = site.headcounts.filter(valid_to=None).first()
    known = {kind: getattr(last, kind) for kind in Headcount.KINDS} if last else {}
    production = known.get("production", 0) + total - sum(known.values())
    return known | {"production": production} if production >= 0 else {"production": total}


def _rename(site: Site, name: str, source: str, *, by: User) -> None:
    own = site.enterprise
    correct_enterprise(
        enterprise=own,
        uscc=own.uscc,
        name=name,
        ownership=own.ownership,
        parent_name=own.parent_name,
        contact_name=None,
        contact_phone=None,
        reason=source,
        by=by,
    )
