"""The books in files that an auditor's own tools read: CSV lines, and plain-text accounts.

Both are streamed: entries are only ever added, so a file is read in pieces, each in a transaction
of its own, up to the newest entry of the moment it was asked for.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.billing.chart import BY_KIND
from apps.billing.models import Entry
from apps.billing.selectors.ledger import EntryShown, LineShown, entries_shown
from apps.core import audit, context

PIECE = 500
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take these for a formula
COMMODITY = "CNY"
NOT_SHOWN = "Equity:Not-Shown"
HEADS = (
    "entry",
    "day",
    "kind",
    "policy",
    "voucher",
    "note",
    "entered_at",
    "line",
    "account",
    "account_name",
    "owner",
    "debit",
    "credit",
)


@dataclass(frozen=True)
class Asked:
    start: date
    end: date
    insurer: Organisation | None = None


def entries_asked(user: User, asked: Asked) -> Iterator[list[EntryShown]]:
    """Pieces of the entries this person may see, oldest first."""
    after = 0
    while True:
        with context.entering(user.context), transaction.atomic():
            rows = Entry.objects.visible_to(user).filter(day__gte=asked.start, day__lt=asked.end)
            if asked.insurer:
                rows = rows.filter(insurer=asked.insurer)
            found = list(rows.filter(pk__gt=after).order_by("pk")[:PIECE])
            shown = entries_shown(found, user)
        if not found:
            return
        yield shown
        after = found[-1].pk


def note_export(user: User, asked: Asked, form: str) -> None:
    whose = asked.insurer or user.organisation
    changes = {"form": form, "start": str(asked.start), "end": str(asked.end)}
    audit.record("books.exported", by=user, on=whose, changes=changes)


def as_csv(user: User, asked: Asked) -> Iterator[str]:
    """One row for each line of an entry; amounts with a point and two places."""
    yield "\ufeff" + _row(HEADS)
    for piece in entries_asked(user, asked):
        yield "".join(_row(row) for shown in piece for row in _rows(shown))


def _rows(shown: EntryShown) -> Iterator[tuple[object, ...]]:
    entry = shown.entry
    for number, line in enumerate(shown.lines, 1):
        yield (
            entry.public_id,
            entry.day.isoformat(),
            entry.kind,
            shown.policy.number if shown.policy else "",
            _harmless(entry.voucher),
            _harmless(entry.note),
            entry.entered_at.isoformat(),
            number,
            BY_KIND[line.kind].number,
            line.account,
            _harmless(line.owner),
            line.debit if line.debit is not None else "",
            line.credit if line.credit is not None else "",
        )


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _row(cells: tuple[object, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def as_beancount(user: User, asked: Asked) -> Iterator[str]:
    """Transactions and, at the end, what each account must come to: a cut file does not load."""
    yield (
        f'option "title" "{_quoted(str(_("佛山安责险备查账")))}"\n'
        f'option "operating_currency" "{COMMODITY}"\n'
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for piece in entries_asked(user, asked):
        text = []
        for shown in piece:
            postings = _postings(shown)
            new = [name for name, _amount in postings if name not in sums]
            text += [f"{asked.start} open {name} {COMMODITY}\n" for name in dict.fromkeys(new)]
            text.append(_transaction(shown, postings))
            for name, amount in postings:
                sums[name] += amount
        yield "".join(text)
    yield "\n" + "".join(
        f"{asked.end} balance {name} {sums[name]:.2f} {COMMODITY}\n" for name in sorted(sums)
    )


def _postings(shown: EntryShown) -> list[tuple[str, Decimal]]:
    """What of an entry its reader may not see stands on one account, so that it still balances."""
    found = [(_account(line), _amount(line)) for line in shown.lines]
    rest = -sum((amount for _name, amount in found), Decimal("0.00"))
    return [*found, (NOT_SHOWN, rest)] if rest else found


def _account(line: LineShown) -> str:
    """Letters, digits and hyphens alone, and no part may begin with a small letter."""
    owner = re.sub(r"[^\w-]|_", "-", line.owner).strip("-")
    root = BY_KIND[line.kind].root
    return f"{root}:{owner[:1].upper()}{owner[1:]}" if owner else root


def _amount(line: LineShown) -> Decimal:
    return (line.debit or Decimal("0.00")) - (line.credit or Decimal("0.00"))


def _transaction(shown: EntryShown, postings: list[tuple[str, Decimal]]) -> str:
    entry = shown.entry
    number = shown.policy.number if shown.policy else ""
    told = f'"{_quoted(number)}" "{_quoted(str(entry.get_kind_display()))}"'
    facts = {"entry": entry.public_id, "voucher": entry.voucher, "note": entry.note}
    lines = [f"\n{entry.day} * {told}"]
    lines += [f'  {name}: "{_quoted(value)}"' for name, value in facts.items() if value]
    lines += [f"  {name}  {amount:.2f} {COMMODITY}" for name, amount in postings]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


Writer = Callable[[User, Asked], Iterator[str]]
FORMS: dict[str, tuple[Writer, str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "beancount": (as_beancount, "text/plain; charset=utf-8"),
}
