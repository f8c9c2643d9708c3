"""What pages show of the people on a policy."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.dates import DAY
from apps.enterprises.models import Headcount
from apps.policies.models import Policy, PolicyState
from apps.policies.roster.completeness import AgencyProof, Completeness, completeness
from apps.policies.roster.models import InsuredPerson, RosterImport, RosterTerms
from apps.policies.roster.table import LABELS
from apps.policies.roster.words import Employment
from apps.policies.selectors.stack import stack_of


@dataclass(frozen=True)
class Standing:
    """How whole the roster is: against the premium's number and against what was declared."""

    insured: int
    named: int
    by_kind: list[tuple[str, int, int]]
    whole: Completeness | None
    is_named: bool

    @property
    def room(self) -> int:
        return max(self.insured - self.named, 0)

    @property
    def percent(self) -> int:
        return min(100, self.named * 100 // self.insured)


def sees_people(policy: Policy, user: User) -> bool:
    """No co-insurer, and no kind of organisation that has no business with single people."""
    if not can(user, Permission.VIEW_ROSTER):
        return False
    return user.organisation.kind != Kind.INSURER or policy.insurer_id == user.organisation_id


def may_edit(policy: Policy, user: User) -> bool:
    own = user.organisation_id in {policy.enterprise_id, policy.insurer_id}
    return own and can(user, Permission.EDIT_ROSTER)


def people_of(policy: Policy, user: User) -> QuerySet[InsuredPerson]:
    return InsuredPerson.objects.visible_to(user).filter(policy=policy)


def day_shown(policy: Policy, today: date) -> date:
    """Today, or the first day of a cover that has not begun, or the last of one that is over."""
    start = policy.cover_from or policy.wanted_from
    end = policy.cancelled_from or policy.cover_to
    return min(max(today, start), end - DAY) if end and end > start else max(today, start)


def standing_of(policy: Policy, user: User, today: date) -> Standing:
    day = day_shown(policy, today)
    kinds = people_of(policy, user).live_on(day).values_list("employment", flat=True)  # type: ignore[attr-defined]
    named = Counter(Employment(kind) for kind in kinds.order_by())
    terms = RosterTerms.objects.visible_to(user).filter(policy=policy).first()
    declared = declared_of(policy, day)
    whole = None
    if declared:
        whole = completeness(
            basis=policy.product_version.coverage_basis,
            declared=declared,
            named=named,
            start=day,
            end=policy.cover_to or day + DAY,
            proof=proof_of(terms),
        )
    wanted = whole.needed if whole else dict.fromkeys(named, 0)
    shown = [kind for kind in Employment if wanted.get(kind) or named.get(kind)]
    return Standing(
        insured=insured_on(policy, day),
        named=sum(named.values()),
        by_kind=[(str(kind.label), named.get(kind, 0), wanted.get(kind, 0)) for kind in shown],
        whole=whole,
        is_named=terms.is_named if terms else True,
    )


def insured_on(policy: Policy, day: date) -> int:
    stack = stack_of(policy)
    part = stack.on(day, stack.last_moment)
    return part.terms.heads if part else policy.insured_count


def proposal_of(policy: Policy, standing: Standing, user: User, today: date) -> dict[str, str]:
    """An endorsement that the roster asks for: premium follows the people, up and down."""
    needed = standing.whole.needed_total if standing.whole else 0
    if policy.state_on(today) != PolicyState.IN_FORCE or not may_edit(policy, user):
        return {}
    is_own = user.organisation.kind == Kind.ENTERPRISE
    route = "policies:ask_change" if is_own else "policies:endorse"
    if not can(user, Permission.APPLY_FOR_COVER if is_own else Permission.UNDERWRITE):
        return {}
    facts = {"insured": standing.insured, "named": standing.named, "needed": needed}
    if needed > standing.insured:
        heads, text = needed, _("申报应保%(needed)s人，保单只承保%(insured)s人：请增加人数。")
    elif standing.named and max(standing.named, needed) < standing.insured:
        heads = max(standing.named, needed)
        text = _("保单承保%(insured)s人，名单只有%(named)s人：可以减少人数，按日退还保险费。")
    else:
        return {}
    url = reverse(route, args=[policy.public_id])
    return {"text": text % facts, "url": f"{url}?heads={heads}"}


def declared_of(policy: Policy, day: date) -> dict[Employment, int]:
    """As the register has it; an insurer that does not serve the site yet sees no count."""
    row = Headcount.objects.filter(site=policy.site_id).on(day).first()
    return {kind: getattr(row, kind) for kind in Employment} if row else {}


def proof_of(terms: RosterTerms | None) -> AgencyProof | None:
    if not (terms and terms.proof_id and terms.proof_from and terms.proof_to):
        return None
    return AgencyProof(str(terms.proof_id), terms.proof_people, terms.proof_from, terms.proof_to)


def in_words(fault: list[str]) -> str:
    field, text = fault
    label = LABELS.get(field)
    return _("%(label)s：%(text)s") % {"label": label, "text": text} if label else text


def open_imports(policy: Policy, user: User) -> list[RosterImport]:
    rows = RosterImport.objects.visible_to(user).filter(
        policy=policy, state=RosterImport.State.STAGED
    )
    return list(rows[:5])


def line_of(row: InsuredPerson, user: User, today: date) -> dict[str, Any]:
    """Names in the clear for the enterprise and its insurer; numbers masked for everybody."""
    is_own = user.organisation_id in {row.enterprise_id, row.insurer_id}
    return {
        "row": row,
        "name": row.name if is_own else row.masked_name,
        "number": row.masked_number,
        "may_reveal": can(user, Permission.REVEAL_PERSONAL_DATA),
        "is_live": row.is_live_on(today),
        "has_left": row.covered_to <= today or row.covered_to <= row.covered_from,
        "last_day": row.covered_to - DAY,
    }
