"""Service scores from a sheet that somebody imports: who, which file, which line is at fault."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.core.sheets.reading import Row
from apps.pools.errors import PoolRefused
from apps.pools.models import Member, Pool, ScoreLine, ScoreSheet

NEEDED = {"承保机构": "name", "评分": "score"}
HEADINGS = {**NEEDED, "备注": "remark"}
FULL = Decimal(100)
MOST_FAULTS = 20


class SheetFaulty(PoolRefused):
    """Carries every fault with its row and column, so that the file can be put right at once."""

    code = "score_sheet_faulty"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults[:MOST_FAULTS]), field="file")
        self.faults = list(faults)


@dataclass(frozen=True)
class Scored:
    insurer: Organisation
    score: Decimal
    remark: str


@transaction.atomic
def import_scores(
    *,
    pool: Pool,
    valid_from: date,
    valid_to: date,
    rows: Iterable[Row],
    file_name: str,
    file_hash: str,
    by: User,
) -> ScoreSheet:
    """Keep the scores of a window; a later sheet for the same window replaces this one's effect."""
    members = Member.objects.filter(pool=pool, valid_from__lt=valid_to).select_related("insurer")
    scored = read_scores(list(rows), [member.insurer for member in members])
    sheet = ScoreSheet.objects.create(
        pool=pool,
        district=pool.district,
        valid_from=valid_from,
        valid_to=valid_to,
        file_name=file_name[:200],
        file_hash=file_hash,
        entered_by=by.actor_key,
        entered_by_name=by.actor_name,
    )
    ScoreLine.objects.bulk_create(
        ScoreLine(sheet=sheet, insurer=one.insurer, score=one.score, remark=one.remark)
        for one in scored
    )
    facts = {one.insurer.name: str(one.score) for one in scored}
    audit.record("pool.scores_imported", by=by, on=pool, changes=facts, reason=file_name[:500])
    return sheet


def read_scores(rows: Sequence[Row], insurers: Iterable[Organisation]) -> list[Scored]:
    """One line for each member; every fault is told with its row and column."""
    if not rows:
        raise SheetFaulty([_("表格里没有内容。")])
    columns = {HEADINGS.get(_plain(cell), ""): place for place, cell in enumerate(rows[0].cells)}
    if missing := [title for title, key in NEEDED.items() if key not in columns]:
        facts = {"row": rows[0].number, "names": "、".join(missing)}
        raise SheetFaulty([_("第%(row)s行缺少列：%(names)s。") % facts])
    known = _by_name(insurers)
    scored: dict[int, Scored] = {}
    faults: list[str] = []
    for row in rows[1:]:
        found = _scored(row, columns, known, faults)
        if found and found.insurer.pk in scored:
            facts = {"row": row.number, "name": found.insurer.name}
            faults.append(_("第%(row)s行：%(name)s 重复。") % facts)
        elif found:
            scored[found.insurer.pk] = found
    if not scored and not faults:
        faults.append(_("表格里没有评分。"))
    if faults:
        raise SheetFaulty(faults)
    return list(scored.values())


def _scored(
    row: Row, columns: dict[str, int], known: dict[str, Organisation], faults: list[str]
) -> Scored | None:
    name, figure = _cell(row, columns["name"]), _cell(row, columns["score"])
    insurer = known.get(name)
    if insurer is None:
        facts = {"row": row.number, "column": _letter(columns["name"]), "name": name or _("空")}
        text = _("第%(row)s行%(column)s列：“%(name)s”不是本共保体的成员。")
        faults.append(text % facts)
    try:
        score = Decimal(figure)
        if not 0 <= score <= FULL or score != round(score, 2):
            raise InvalidOperation
    except InvalidOperation:
        facts = {"row": row.number, "column": _letter(columns["score"]), "value": figure or _("空")}
        text = _("第%(row)s行%(column)s列：“%(value)s”应是 0 到 100 的分数，最多两位小数。")
        faults.append(text % facts)
        return None
    remark = _cell(row, columns["remark"])[:200] if "remark" in columns else ""
    return Scored(insurer, score, remark) if insurer else None


def _by_name(insurers: Iterable[Organisation]) -> dict[str, Organisation]:
    """By full name, short name, credit code or public id."""
    known: dict[str, Organisation] = {}
    for insurer in insurers:
        for name in (insurer.short_name, insurer.name, insurer.uscc, insurer.public_id):
            if name:
                known[_plain(name)] = insurer
    return known


def _cell(row: Row, place: int) -> str:
    return _plain(row.cells[place]) if place < len(row.cells) else ""


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


def _letter(place: int) -> str:
    return chr(ord("A") + place)
