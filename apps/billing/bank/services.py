"""A list taken in, laid out and matched; each line recorded, known again, or put aside.

Nothing of a list counts before somebody says so, and every line says what became of it.
"""

from collections.abc import Callable
from datetime import date

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing import selectors
from apps.billing.bank.matching import match
from apps.billing.bank.table import BankRefused, ReadLine, digest_of, read_lines
from apps.billing.models import BankFile, BankLine, LineState, Receipt
from apps.billing.papers import BANK_LIST
from apps.billing.services import record_receipt
from apps.billing.services.receipts import held
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.sheets.reading import read_sheet
from apps.core.templatetags.ui import moment
from apps.documents.models import Scope
from apps.documents.rules import HEAD, MEGABYTE, FileKind, kind_of
from apps.documents.services.uploads import keep_upload
from apps.policies.models import Policy

MOST_TEXT = 5 * MEGABYTE
Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """For callers nobody waits on."""


def pasted(text: str) -> File[bytes]:
    return ContentFile(text.encode(), name="")


def is_workbook(file: File[bytes]) -> bool:
    """Text goes to the reader's own process and is not kept; a workbook through quarantine."""
    file.seek(0)
    kind = kind_of(file.read(HEAD))
    file.seek(0)
    if kind not in {None, FileKind.XLSX}:
        raise BankRefused(_("请上传.xlsx或.csv格式的银行流水。"), field="file")
    if kind is None and (file.size or 0) > MOST_TEXT:
        raise BankRefused(_("流水超过5MB，请按日期拆成几份。"), field="file")
    return kind == FileKind.XLSX


@transaction.atomic
def take_in(*, file: File[bytes], today: date, by: User) -> BankFile:
    """Screen a list, read it in a process of its own, lay it out and match it."""
    kept = None
    if is_workbook(file):
        scope = Scope(owner=by.organisation_id, insurer=by.organisation_id)
        kept = keep_upload(file, purpose=BANK_LIST, scope=scope, by=by)
    file.seek(0)
    lines, left_out = read_lines(read_sheet(file))
    name = (kept.name if kept else file.name or "")[:120] or _("粘贴的流水")
    batch = BankFile(
        insurer=by.organisation,
        file=kept,
        name=name,
        digest=digest_of(lines),
        total=len(lines),
        left_out=left_out,
        created_by=by.actor_key,
        created_by_name=by.actor_name,
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as taken:
        raise BankRefused(_said_before(batch, by), field="file") from taken
    rows = [_laid_out(batch, line) for line in lines]
    match([row for row in rows if not row.problems], today=today, by=by)
    BankLine.objects.bulk_create(rows, batch_size=1_000)
    facts = {"name": name, "rows": len(lines), "sha256": batch.digest}
    audit.record("bank.uploaded", by=by, on=batch, changes=facts)
    return batch


def _said_before(batch: BankFile, by: User) -> str:
    same = BankFile.objects.visible_to(by).get(insurer=by.organisation, digest=batch.digest)
    text = _("这份流水与%(at)s由%(who)s导入的“%(name)s”内容相同，没有再导入；请打开那一份处理。")
    return text % {"at": moment(same.created_at), "who": same.created_by_name, "name": same.name}


def _laid_out(batch: BankFile, line: ReadLine) -> BankLine:
    return BankLine(
        batch=batch,
        number=line.number,
        voucher=line.voucher,
        payer_name=line.payer_name,
        amount=line.amount,  # type: ignore[misc]
        received_on=line.received_on,
        remark=line.remark,
        problems=[["unreadable", fault] for fault in line.faults],
    )


@transaction.atomic
def match_again(*, batch: BankFile, today: date, by: User) -> None:
    """What was issued, paid or closed since may have changed the answer of every open line."""
    open_lines = batch.bank_lines.select_for_update().filter(state=LineState.OPEN)
    rows = [row for row in open_lines if not row.problems or row.problems[0][0] != "unreadable"]
    match(rows, today=today, by=by)
    changed = ["problems", "proposals", "is_sure", "policy", "state"]
    BankLine.objects.bulk_update(rows, changed, batch_size=500)


def record_sure(*, batch: BankFile, today: date, by: User, tell: Tell = silent) -> int:
    """Record every line that is sure, each in a transaction of its own; safe to repeat."""
    with transaction.atomic():
        sure = batch.bank_lines.filter(state=LineState.OPEN, is_sure=True)
        keys = list(sure.values_list("pk", flat=True))
    done = 0
    for place, key in enumerate(keys):
        tell(place, len(keys))
        done += _recorded_if_sure(key, today, by)
    tell(len(keys), len(keys))
    return done


def _recorded_if_sure(key: int, today: date, by: User) -> bool:
    try:
        with transaction.atomic():
            line = _held_line(key, by)
            if line.state != LineState.OPEN or not line.is_sure or line.policy is None:
                return False
            policy = held(line.policy, by)
            if selectors.outstanding(policy) != line.amount:
                raise BankRefused(_("匹配之后欠款有变化，请重新匹配或逐笔处理。"))
            _record(line, policy, today, by)
    except DomainError as refusal:
        with transaction.atomic():
            line = _held_line(key, by)
            line.problems, line.is_sure = [["refused", str(refusal)[:300]]], False
            line.save(update_fields=["problems", "is_sure"])
        return False
    return True


def _held_line(key: int, by: User) -> BankLine:
    rows = BankLine.objects.visible_to(by).select_for_update(of=("self",))
    return rows.select_related("batch", "policy").get(pk=key)


def _record(line: BankLine, policy: Policy, today: date, by: User) -> None:
    if line.amount is None or line.received_on is None:
        raise BankRefused(_("这一行读不全，请照银行回单在保单页登记，再把这一行搁置。"))
    line.receipt = record_receipt(
        policy=policy,
        voucher=line.voucher,
        payer_name=line.payer_name,
        amount=line.amount,
        received_on=line.received_on,
        today=today,
        by=by,
    )
    line.policy, line.state = policy, LineState.RECORDED
    _sign(line, by)
    line.save()


def _sign(line: BankLine, by: User) -> None:
    line.decided_at = timezone.now()
    line.decided_by, line.decided_by_name = by.actor_key, by.actor_name


@transaction.atomic
def record_line(*, line: BankLine, policy: Policy, today: date, by: User) -> BankLine:
    """Record a line for the policy somebody chose; money beyond what is owed is to go back."""
    line = _held_line(line.pk, by)
    if line.state not in {LineState.OPEN, LineState.SET_ASIDE}:
        raise BankRefused(_("这一笔%(state)s。") % {"state": line.get_state_display()})
    same = Receipt.objects.filter(insurer=by.organisation_id, voucher=line.voucher).first()
    if same and same.amount == line.amount and line.state == LineState.OPEN:
        line.state, line.is_sure = LineState.KNOWN, False
        _sign(line, by)
        line.save()
        return line
    _record(line, policy, today, by)
    return line


@transaction.atomic
def put_aside(*, line: BankLine, reason: str, by: User) -> BankLine:
    """No premium, or not now: the line stays, with the reason and who said so."""
    line = _held_line(line.pk, by)
    BankLine.transitions.check(line.state, LineState.SET_ASIDE)
    if not reason.strip():
        raise BankRefused(_("请写明搁置的理由。"), field="reason")
    line.state, line.is_sure, line.reason = LineState.SET_ASIDE, False, reason.strip()
    _sign(line, by)
    line.save()
    facts = {"voucher": line.voucher, "amount": str(line.amount or "")}
    audit.record("bank.set_aside", by=by, on=line.batch, reason=line.reason, changes=facts)
    return line
