"""A file of people: taken in, read apart, laid out row by row, mended, and put on the roster whole.

Nothing of a file counts before it is committed, and then all of it does.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.codes import normalise_code
from apps.core.masks import mask_id_number
from apps.core.sheets.reading import Row, read_sheet
from apps.documents import storage
from apps.documents.models import Scope
from apps.documents.rules import HEAD, MEGABYTE, FileKind, kind_of
from apps.documents.services.uploads import keep_upload
from apps.policies.models import Policy
from apps.policies.papers import ROSTER
from apps.policies.roster.models import RosterImport, StagedPerson, columns_of
from apps.policies.roster.persons import Fault, Person, plain, read_person
from apps.policies.roster.table import ReadRow, RosterRefused, note_repeats, read_roster, read_row
from apps.policies.services.people import (
    BATCH,
    add_people,
    digest_of,
    hold_roster,
    on_other_covers,
    refusal_of_days,
    refusal_to_change,
    term_of,
)

MOST_TEXT = 20 * MEGABYTE
Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """For callers nobody waits on."""


def take_in(*, policy: Policy, file: File[bytes], today: date, by: User) -> RosterImport:
    """Screen a file and open an import for it; `stage` reads it. Raises a DomainError."""
    if reason := refusal_to_change(policy, by=by, today=today):
        raise RosterRefused(reason)
    with transaction.atomic():
        kept = None
        if is_workbook(file):
            kept = keep_upload(file, purpose=ROSTER, scope=scope_of(policy, by), by=by)
        batch = RosterImport.objects.create(
            policy=policy,
            **columns_of(policy),
            file=kept,
            name=(kept.name if kept else file.name or "")[:120] or _("粘贴的名单"),
            created_by=by.actor_key,
            created_by_name=by.actor_name,
        )
        audit.record("roster.uploaded", by=by, on=policy, changes={"batch": batch.public_id})
    return batch


def receive(*, policy: Policy, file: File[bytes], today: date, by: User) -> RosterImport:
    """Take a file in and lay it out at once; a file that is refused leaves nothing behind."""
    with transaction.atomic():
        batch = take_in(policy=policy, file=file, today=today, by=by)
        return stage(batch=batch, file=file, today=today)


def give_up(batch: RosterImport) -> None:
    """A file that could not be read after all holds nobody and waits for nobody."""
    with transaction.atomic():
        rows = RosterImport.objects.filter(pk=batch.pk, state=RosterImport.State.STAGED)
        rows.update(state=RosterImport.State.DISCARDED)


def is_workbook(file: File[bytes]) -> bool:
    """Text goes to the reader's own process and is not kept; a workbook through quarantine."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if kind_of(head) not in {None, FileKind.XLSX}:
        raise RosterRefused(_("请上传.xlsx或.csv表格；图片和PDF读不出名单。"), field="file")
    if kind_of(head) is None and (file.size or 0) > MOST_TEXT:
        raise RosterRefused(_("文字表格超过20MB，请拆成几份，或另存为.xlsx。"), field="file")
    return kind_of(head) == FileKind.XLSX


def pasted(text: str) -> File[bytes]:
    """Cells copied from a spreadsheet come with tabs between them."""
    return ContentFile(text.encode(), name="")


def scope_of(policy: Policy, by: User) -> Scope:
    """The file is for the enterprise, the seller and the bureaus, as the roster itself."""
    return Scope(
        owner=by.organisation_id,
        enterprise=policy.enterprise_id,
        insurer=policy.insurer_id,
        district=policy.district_id,
        town=policy.town_id,
    )


def stage(
    *, batch: RosterImport, file: File[bytes] | None, today: date, tell: Tell = silent
) -> RosterImport:
    """Read the file in its own process and lay its rows out, each judged."""
    if file is not None:
        rows = rows_of(file)
    elif batch.file:
        with storage.opened(batch.file.path) as content:
            rows = read_sheet(content)
    else:
        raise RosterRefused(_("上传的文件已过期，请重新上传。"))
    limit = batch.policy.limit_choice.per_person
    read = read_roster(rows, today=today, limit=limit)
    tell(0, len(read))
    with transaction.atomic():
        lay_out(batch, read, today=today, tell=tell)
    return batch


def rows_of(file: File[bytes]) -> list[Row]:
    file.seek(0)  # it was looked at before
    return read_sheet(file)


def lay_out(batch: RosterImport, read: list[ReadRow], *, today: date, tell: Tell = silent) -> None:
    """Replace what the import holds by these rows."""
    judge_days(batch.policy, read, today=today)
    judge_elsewhere(batch.policy, read)
    batch.staged_rows.all().delete()
    for start in range(0, len(read), BATCH):
        part = read[start : start + BATCH]
        StagedPerson.objects.bulk_create([staged(batch, row) for row in part])
    tell(len(read), len(read))


def judge_days(policy: Policy, read: Iterable[ReadRow], *, today: date) -> None:
    period = term_of(policy)
    for row in read:
        if row.person and (reason := refusal_of_days(row.person, period=period, today=today)):
            row.person, row.faults = None, [Fault("joined_on", reason)]


def judge_elsewhere(policy: Policy, read: Iterable[ReadRow]) -> None:
    """One person stands on one live roster of an enterprise only."""
    by_digest = {digest_of(row.person.document): row for row in read if row.person}
    digests, period = list(by_digest), term_of(policy)
    for start in range(0, len(digests), BATCH * 5):
        part = digests[start : start + BATCH * 5]
        for digest in on_other_covers(policy, part, period=period):
            row = by_digest[digest]
            text = _("这个人已在本企业的有效保单名单上；如已调动，请先在那张保单上办理退出。")
            row.person, row.faults = None, [Fault("document_number", text)]


def staged(batch: RosterImport, row: ReadRow) -> StagedPerson:
    cells = json.dumps(row.cells, ensure_ascii=False)
    return StagedPerson(
        batch=batch,
        number=row.number,
        cells=cells,
        person_key=digest_of(row.person.document) if row.person else "",
        faults=[[fault.field, fault.text] for fault in row.faults],
        has_faults=bool(row.faults),
    )


def read_back(batch: RosterImport) -> Iterator[ReadRow]:
    """The rows as they lie there, unsealed."""
    for row in batch.staged_rows.order_by("number").iterator(chunk_size=BATCH):
        faults = [Fault(*fault) for fault in row.faults]
        yield ReadRow(row.number, json.loads(row.cells), None, faults)


@transaction.atomic
def mend_row(
    *, batch: RosterImport, number: int, cells: dict[str, str], today: date, by: User
) -> StagedPerson:
    """Correct one row in place; what is still wrong with it is said by its new faults."""
    batch = open_batch(batch, by=by, today=today)
    row = batch.staged_rows.get(number=number)
    mended = json.loads(row.cells) | {
        field: text for field, text in cells.items() if text or field != "document_number"
    }
    mended.pop("limit", None)  # whoever saves the row takes the limit of the policy
    read = read_row(number, mended, today=today, limit=limit_of(batch))
    judge_days(batch.policy, [read], today=today)
    judge_elsewhere(batch.policy, [read])
    if read.person:
        key = digest_of(read.person.document)
        twin = batch.staged_rows.filter(person_key=key, has_faults=False).exclude(number=number)
        if other := twin.first():
            text = _("与第%(row)s行是同一个证件号码；一个人只填一行。") % {"row": other.number}
            read.person, read.faults = None, [Fault("document_number", text)]
    fresh = staged(batch, read)
    row.cells, row.person_key = fresh.cells, fresh.person_key
    row.faults, row.has_faults = fresh.faults, fresh.has_faults
    row.save()
    return row


@transaction.atomic
def drop_row(*, batch: RosterImport, number: int, today: date, by: User) -> None:
    """Leave a row out of the import."""
    batch = open_batch(batch, by=by, today=today)
    batch.staged_rows.filter(number=number).delete()


@transaction.atomic
def mend_by_file(*, batch: RosterImport, file: File[bytes], today: date, by: User) -> int:
    """Take the bad rows again from a file of them; every other row stays. Says how many came."""
    is_workbook(file)
    batch = open_batch(batch, by=by, today=today)
    rows = rows_of(file)
    fresh = read_roster(rows, today=today, limit=limit_of(batch), numbered=True)
    bad = set(batch.staged_rows.filter(has_faults=True).values_list("number", flat=True))
    if unknown := [row.number for row in fresh if row.number not in bad]:
        text = _("第%(row)s行不在有问题的行里；请用下载的表改正，不要动“原表行号”一列。")
        raise RosterRefused(text % {"row": unknown[0]}, field="file")
    replaced = {row.number: row for row in fresh}
    if len(replaced) < len(fresh):
        raise RosterRefused(_("“原表行号”有重复；每行只改正一次。"), field="file")
    whole = [replaced.get(row.number) or again(row, batch, today) for row in read_back(batch)]
    note_repeats(whole)
    lay_out(batch, whole, today=today)
    return len(fresh)


def again(row: ReadRow, batch: RosterImport, today: date) -> ReadRow:
    return read_row(row.number, row.cells, today=today, limit=limit_of(batch))


def limit_of(batch: RosterImport) -> Any:
    return batch.policy.limit_choice.per_person


def open_batch(batch: RosterImport, *, by: User, today: date) -> RosterImport:
    """The import, held, while it may still be changed."""
    rows = RosterImport.objects.visible_to(by).select_for_update(of=("self",))
    held = rows.select_related("policy__limit_choice").get(pk=batch.pk)
    if reason := refusal_to_change(held.policy, by=by, today=today):
        raise RosterRefused(reason)
    if held.state != RosterImport.State.STAGED:
        raise RosterRefused(
            _("这份名单%(state)s，不能再改。") % {"state": held.get_state_display()}
        )
    return held


def refusal_to_commit(batch: RosterImport) -> str:
    if bad := batch.staged_rows.filter(has_faults=True).count():
        text = _("还有%(bad)s行有问题：请改正，或把这些行去掉，再入名单。")
        return text % {"bad": bad}
    return "" if batch.staged_rows.exists() else _("没有可以入名单的人。")


def commit(*, batch: RosterImport, today: date, by: User, tell: Tell = silent) -> int:
    """Put everybody of the import on the roster in one piece; says how many."""
    with transaction.atomic():
        batch = open_batch(batch, by=by, today=today)
        hold_roster(batch.policy)
        if reason := refusal_to_commit(batch):
            raise RosterRefused(reason)
        people = people_of(batch, today=today)
        add_people(policy=batch.policy, people=people, today=today, by=by, batch=batch)
        batch.state, batch.added = RosterImport.State.COMMITTED, len(people)
        batch.save(update_fields=["state", "added"])
        batch.staged_rows.all().delete()
    tell(len(people), len(people))
    return len(people)


def people_of(batch: RosterImport, *, today: date) -> list[Person]:
    people = []
    for row in read_back(batch):
        person, faults = read_person(row.cells, today=today)
        if person is None:  # grown too young, or the rules changed since: told as at the first look
            facts = {"row": row.number, "reason": faults[0].text}
            raise RosterRefused(_("第%(row)s行：%(reason)s") % facts)
        people.append(person)
    return people


@transaction.atomic
def drop_bad_rows(*, batch: RosterImport, today: date, by: User) -> int:
    """Leave out every row with a fault; says how many."""
    batch = open_batch(batch, by=by, today=today)
    count, _kinds = batch.staged_rows.filter(has_faults=True).delete()
    return count


@transaction.atomic
def discard(*, batch: RosterImport, today: date, by: User) -> None:
    batch = open_batch(batch, by=by, today=today)
    batch.staged_rows.all().delete()
    batch.state = RosterImport.State.DISCARDED
    batch.save(update_fields=["state"])
    audit.record("roster.discarded", by=by, on=batch.policy, changes={"batch": batch.public_id})


def told_of(row: StagedPerson) -> dict[str, Any]:
    """What a row says, its number masked; for pages."""
    cells = json.loads(row.cells)
    number = normalise_code(cells.get("document_number", ""))
    return {
        "cells": cells,
        "name": plain(cells.get("name", "")),
        "masked": mask_id_number(number),
        "employment": plain(cells.get("employment", "")),
    }
