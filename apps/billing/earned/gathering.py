"""Gathers what a pool's members sold and were paid, for the measure in rules.py.

Read with the eyes of whoever computes the round: the broker, or the system on a period's end.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from apps.billing.earned.rules import Sold, Totals, Window, business, over_the_limit, settled
from apps.billing.models import Receipt
from apps.core.dates import local_day
from apps.core.money import FEN
from apps.policies.models import Policy
from apps.pools.models import RoundState, ShareRound, Succession
from apps.pools.rounds import Figures
from apps.pools.services.rounds import freezes_on

REACH = timedelta(days=2 * 365)  # windows further back have no policy that can still change
COUNTED = (RoundState.COMPUTED, RoundState.OBJECTION, RoundState.APPROVED, RoundState.PUBLISHED)
COLUMNS = ("pk", "site_id", "insurer_id", "enterprise_id", "cover_from", "cover_to")


@dataclass(frozen=True)
class Gathered:
    """The figures of each insurer, and what should be said about them."""

    figures: dict[int, Figures]
    remarks: list[str]


def gathered_for(row: ShareRound) -> Gathered:
    """The business of each insurer for this round; facts known before the freeze alone count."""
    window, known_by = (row.valid_from, row.valid_to), freezes_on(row)
    before = list(_counted_before(row))
    earlier = [(one.valid_from, one.valid_to) for one in before]
    oldest = min([window[0], *(start for start, _end in earlier)])
    sold = list(rows_of(row.pool_id, oldest, window[1]))
    counted_by = max((freezes_on(one) for one in before), default=None)
    now, corrections = business(sold, window, known_by, earlier=earlier, counted_by=counted_by)
    total = {
        insurer: now.get(insurer, Fraction(0)) + corrections.get(insurer, Fraction(0))
        for insurer in {*now, *corrections}
    }
    result = settled(total, _carried(before))
    policies = _policies(sold, window)
    figures = {
        insurer: Figures(
            business=FEN * fen,
            carried=FEN * waiting,
            facts={
                "policies": str(policies.get(insurer, 0)),
                "earned": str(_yuan(now, insurer)),
                "corrections": str(_yuan(corrections, insurer)),
            },
        )
        for insurer, (fen, waiting) in result.items()
    }
    remarks = _remarks(over_the_limit(sold, window, known_by), corrections, figures)
    return Gathered(figures, remarks)


def _remarks(over: int, corrections: Totals, figures: dict[int, Figures]) -> list[str]:
    remarks = []
    if over:
        text = _("%(count)s 家企业的业务超过全体的 2%%，各按 2%% 计入。")
        remarks.append(text % {"count": over})
    if corrections:
        remarks.append(_("冻结后才知道的到账和解除，已在本期更正以前各期的业务。"))
    if any(one.carried for one in figures.values()):
        remarks.append(_("追回的业务超过本期业务的，余额结转下一期。"))
    return remarks


def _counted_before(row: ShareRound) -> Iterator[ShareRound]:
    rounds = ShareRound.objects.filter(
        pool=row.pool_id,
        state__in=COUNTED,
        valid_to__lte=row.valid_from,
        valid_to__gt=row.valid_from - REACH,
    )
    yield from rounds.select_related("agreement").order_by("valid_from")


def _carried(before: list[ShareRound]) -> dict[int, int]:
    """Clawbacks that the last round could not take whole."""
    if not before:
        return {}
    members = before[-1].inputs["members"].values()
    waiting = {one["insurer"]: int(Decimal(one["carried"]) / FEN) for one in members}
    return {insurer: fen for insurer, fen in waiting.items() if fen}


def rows_of(pool_id: int, start: date, end: date) -> Iterator[Sold]:
    """Every policy of the pool with a day of cover in between, and what came in for it."""
    heirs = dict(
        Succession.objects.filter(pool=pool_id).values_list("predecessor_id", "successor_id")
    )
    covered = Policy.objects.filter(pool=pool_id, cover_from__lt=end).order_by("cover_from", "pk")
    policies = list(
        covered.filter(cover_to__gt=start - REACH).values(
            *COLUMNS, "cancelled_from", closed_on=F("site__closed_on")
        )
    )
    received = _received(pool_id, start, end)
    last_at_site: dict[int, int] = {}
    for policy in policies:
        insurer = _heir(policy["insurer_id"], heirs)
        before = last_at_site.get(policy["site_id"], insurer)
        last_at_site[policy["site_id"]] = insurer
        if policy["cover_to"] > start:
            yield Sold(
                insurer=insurer,
                enterprise=policy["enterprise_id"],
                start=policy["cover_from"],
                end=policy["cover_to"],
                received=tuple(received.get(policy["pk"], ())),
                cancelled_from=policy["cancelled_from"],
                by_closure=_is_closure(policy),
                transferred_on=policy["cover_from"] if before != insurer else None,
            )


def _heir(insurer: int, heirs: dict[int, int]) -> int:
    """Whoever answers for it now; a chain of mergers leads on."""
    seen = {insurer}
    while (following := heirs.get(insurer)) is not None and following not in seen:
        insurer = following
        seen.add(insurer)
    return insurer


def _is_closure(policy: dict[str, Any]) -> bool:
    """Cancelled because the place closed or stopped, not because somebody wanted out."""
    closed, cancelled = policy["closed_on"], policy["cancelled_from"]
    return closed is not None and cancelled is not None and closed <= cancelled


def _received(pool_id: int, start: date, end: date) -> dict[int, list[tuple[date, int]]]:
    rows = Receipt.objects.filter(
        policy__pool=pool_id, policy__cover_from__lt=end, policy__cover_to__gt=start
    )
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for policy, recorded_at, amount in rows.order_by("pk").values_list(
        "policy_id", "recorded_at", "amount"
    ):
        found[policy].append((local_day(recorded_at), int(amount / FEN)))
    return found


def _policies(sold: list[Sold], window: Window) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for one in sold:
        if one.start < window[1] and one.end > window[0]:
            counts[one.insurer] += 1
    return counts


def _yuan(totals: Totals, insurer: int) -> Decimal:
    fen, waiting = settled({insurer: totals.get(insurer, Fraction(0))}, {})[insurer]
    return FEN * (fen + waiting)
