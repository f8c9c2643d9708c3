"""The arithmetic of a share round for anyone who doubts it: no database, JSON in, JSON out."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.errors import DomainError
from apps.pools.documents import NotJson, parsed, read
from apps.pools.rules import next_shares
from apps.pools.words import sentence

REFUSED, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Next shares from a document on standard input: `members` (code, share in basis points or"
        " null for an entrant, business in yuan, score, probation) and `terms` (damping,"
        " business_weight, score_slope, score_norm, floor, cap, step, entry; the last four in"
        " basis points). Answers with `shares` by code and `notes`."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            members, terms = read(parsed(sys.stdin.buffer.read()))
        except DomainError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(UNREADABLE if isinstance(refusal, NotJson) else REFUSED)
        result = next_shares(members, terms)
        answer = {
            "shares": {code: result.shares[code] for code in sorted(result.shares)},
            "notes": [sentence(note) for note in result.notes],
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
