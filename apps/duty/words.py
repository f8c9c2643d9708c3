"""The ledger in words: how a state looks, and what is next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.dates import DAY
from apps.duty.models import DutyState, Letter, SiteDuty

RENEW_WITHIN = 30  # days

TONES: Mapping[str, str] = {
    DutyState.UNINSURED: "problem",
    DutyState.LAPSED: "problem",
    DutyState.SHORT_OF_PEOPLE: "waiting",
    DutyState.LOW_LIMIT: "waiting",
    DutyState.INSURED: "done",
    DutyState.EXTERNAL: "active",
    DutyState.EXEMPT: "ended",
    DutyState.OUTSIDE: "ended",
}


def label_of(state: str) -> str:
    return str(DutyState(state).label)


def status_of(duty: SiteDuty, letter: Letter | None, today: date) -> dict[str, Any]:
    """For components/status.html."""
    return {
        "tone": TONES[duty.state],
        "label": label_of(duty.state) + also_of(duty),
        "since": duty.since,
        "next": next_of(duty, letter, today),
    }


def also_of(duty: SiteDuty) -> str:
    """A violation that the state itself does not name."""
    if duty.state == DutyState.SHORT_OF_PEOPLE and duty.is_low:
        return _("，且未足额")
    return ""


def next_of(duty: SiteDuty, letter: Letter | None, today: date) -> str:
    """Who has to do what now, or "" when nobody has."""
    match duty.state:
        case DutyState.UNINSURED | DutyState.LAPSED:
            return _urged(letter, today) or (
                _("企业续保") if duty.state == DutyState.LAPSED else _("企业投保")
            )
        case DutyState.SHORT_OF_PEOPLE:
            return _("企业加保 %(count)s 人") % {"count": duty.needed - duty.insured}
        case DutyState.LOW_LIMIT:
            return _("企业提高责任限额")
        case DutyState.INSURED | DutyState.EXTERNAL if duty.cover_to:
            return _of_cover(duty, duty.cover_to, today)
    return ""


def _urged(letter: Letter | None, today: date) -> str:
    if letter is None or letter.state != Letter.State.SENT:
        return ""
    facts = {"letter": letter.get_kind_display(), "day": letter.due_on.isoformat()}
    if letter.due_on >= today:
        return _("企业在 %(day)s 前投保（%(letter)s）") % facts
    if letter.kind == Letter.Kind.URGING:
        return _("督促函已于 %(day)s 到期，主管部门责令限期改正") % facts
    return _("改正期限 %(day)s 已过，主管部门依法处理") % facts


def _of_cover(duty: SiteDuty, cover_to: date, today: date) -> str:
    last = (cover_to - DAY).isoformat()
    if duty.state == DutyState.EXTERNAL:
        return _("%(day)s 到期后转投安责险") % {"day": last}
    left = (cover_to - today).days
    return _("企业续保，%(day)s 到期") % {"day": last} if left <= RENEW_WITHIN else ""
