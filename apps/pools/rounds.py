"""A round's inputs as a document: frozen, hashed, and computed from nothing else.

What is frozen is, word for word, what `manage.py share_round` reads, so that anybody may compute
it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from apps.accounts.models import Organisation
from apps.pools.documents import parsed, read
from apps.pools.models import Agreement, Member, Pool, ScoreSheet, ShareTable, Succession
from apps.pools.rules import Result, Row, next_shares
from apps.pools.words import sentence


@dataclass(frozen=True)
class Figures:
    """What a member's business came to in the window, and what it was made of; in yuan."""

    business: Decimal = Decimal(0)
    carried: Decimal = Decimal(0)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """A member of the coming table: its last share, its score, whether its results count yet."""

    insurer: Organisation
    share: int | None
    score: Decimal | None
    on_probation: bool

    @property
    def counts(self) -> bool:
        return self.share is not None and not self.on_probation


def standings(pool: Pool, start: date, end: date, today: date) -> list[Standing]:
    """The members of today with what is known of them for the window."""
    members = Member.objects.filter(pool=pool).on(today).select_related("insurer")
    table = ShareTable.objects.filter(pool=pool).on(today).first()
    shares = dict(table.lines.values_list("insurer_id", "basis_points")) if table else {}
    scores = scores_of(pool, start, end)
    merged = set(
        Succession.objects.filter(pool=pool, is_merger=True).values_list("successor_id", flat=True)
    )
    return [
        Standing(
            insurer=member.insurer,
            share=shares.get(member.insurer_id),
            score=scores.get(member.insurer_id),
            # Whoever took over a member's business has a whole window behind it.
            on_probation=member.valid_from > start and member.insurer_id not in merged,
        )
        for member in members.order_by("insurer_id")
    ]


def scores_of(pool: Pool, start: date, end: date) -> dict[int, Decimal]:
    """Of the newest sheet for exactly this window."""
    sheets = ScoreSheet.objects.filter(pool=pool, valid_from=start, valid_to=end)
    sheet = sheets.order_by("-pk").first()
    return dict(sheet.lines.values_list("insurer_id", "score")) if sheet else {}


def document_of(
    agreement: Agreement, members: list[Standing], figures: Mapping[int, Figures]
) -> dict[str, Any]:
    """What the arithmetic reads; figures as text, so that no reader rounds them."""
    return {
        "members": [
            {
                "code": one.insurer.public_id,
                "share": one.share,
                "business": str(figures.get(one.insurer.pk, Figures()).business),
                "score": str(one.score or 0),
                "probation": one.on_probation,
            }
            for one in members
        ],
        "terms": {
            "damping": str(agreement.damping),
            "business_weight": str(agreement.business_weight),
            "score_slope": str(agreement.score_slope),
            "score_norm": str(agreement.score_norm),
            "floor": agreement.floor,
            "cap": agreement.cap,
            "step": agreement.step,
            "entry": agreement.entry,
        },
    }


def inputs_of(
    agreement: Agreement,
    members: list[Standing],
    figures: Mapping[int, Figures],
    *,
    window: tuple[date, date],
    frozen_on: date,
) -> dict[str, Any]:
    """The document with where its figures come from."""
    return {
        "document": document_of(agreement, members, figures),
        "window": [day.isoformat() for day in window],
        "frozen_on": frozen_on.isoformat(),
        "members": {
            one.insurer.public_id: {
                "insurer": one.insurer.pk,
                "name": one.insurer.short_name or one.insurer.name,
                "carried": str(figures.get(one.insurer.pk, Figures()).carried),
                **figures.get(one.insurer.pk, Figures()).facts,
            }
            for one in members
        },
    }


def canonical(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: Any) -> str:
    return sha256(canonical(document).encode()).hexdigest()


def computed(inputs: Mapping[str, Any]) -> Result:
    """From the frozen document alone, through the same reader that anybody's copy goes through."""
    return next_shares(*read(parsed(canonical(inputs["document"]).encode())))


def lines_of(result: Result, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = inputs["members"]
    return [_line(row, known[row.code]) for row in result.worksheet]


def notes_of(result: Result, inputs: Mapping[str, Any]) -> list[str]:
    names = {code: facts["name"] for code, facts in inputs["members"].items()}
    return [sentence(note, names) for note in result.notes]


def _line(row: Row, known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row.code,
        "insurer": known["insurer"],
        "name": known["name"],
        "before": row.before,
        "structural": row.structural,
        "business": str(as_decimal(row.business)),
        "business_share": None if row.business_share is None else _exact(row.business_share),
        "score": str(as_decimal(row.score)),
        "factor": _exact(row.factor),
        "weight": _exact(row.weight),
        "performance": row.performance,
        "low": row.low,
        "high": row.high,
        "after": row.after,
        "on_probation": row.is_on_probation,
    }


def _exact(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def as_decimal(value: Fraction, places: int = 2) -> Decimal:
    """For reading; the exact value stands beside it."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), places)
