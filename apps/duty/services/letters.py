"""Letters that urge and orders to put right: numbered, verifiable, one for each site."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import audit
from apps.core.models import Job
from apps.core.numbering import next_number
from apps.core.running import start_job
from apps.documents.papers.kinds import CORRECTION_ORDER, URGING_LETTER
from apps.documents.papers.letter import LegalBasis, LetterData
from apps.documents.services.papers import make_paper
from apps.duty.errors import DutyRefused
from apps.duty.models import Letter, SiteDuty
from apps.duty.rules import DEFAULTING
from apps.duty.selectors.ledger import duties_on
from apps.duty.services.facts import entered, scope_of
from apps.duty.services.telling import tell_enterprise
from apps.duty.words import also_of, label_of
from apps.enterprises.models import Site
from apps.enterprises.obligation.selectors import duty_of
from apps.enterprises.obligation.words import duty_words

SEND = "duty.send_letters"
MOST_LETTERS = 500
LETTERS = 7305  # of advisory locks
SERIES = {Letter.Kind.URGING: "DC", Letter.Kind.ORDER: "ZG"}
PAPERS = {Letter.Kind.URGING: URGING_LETTER, Letter.Kind.ORDER: CORRECTION_ORDER}
SENT = {
    Letter.Kind.URGING: gettext_lazy("收到投保督促函"),
    Letter.Kind.ORDER: gettext_lazy("收到责令限期投保通知书"),
}


@dataclass(frozen=True)
class Sorted:
    """Who would get a letter, and who would not, with the reason."""

    fit: list[SiteDuty]
    unfit: list[tuple[SiteDuty, str]]


def refusal_to_send(duty: SiteDuty, letters: Iterable[Letter], *, kind: str, today: date) -> str:
    if duty.state not in DEFAULTING:
        return _("现在是“%(state)s”，不用督促") % {"state": label_of(duty.state)}
    for letter in letters:
        is_open = letter.state == Letter.State.SENT and letter.due_on >= today
        if is_open and letter.kind == kind:
            facts = {"number": letter.number, "day": letter.due_on.isoformat()}
            return _("已发%(number)s，期限到 %(day)s") % facts
    return ""


def sorted_out(sites: Sequence[int], *, kind: str, today: date, by: User) -> Sorted:
    """In two queries for any number of sites."""
    duties = list(duties_on(by, today).filter(site__in=sites).select_related("enterprise", "site"))
    letters: dict[int, list[Letter]] = {}
    for letter in Letter.objects.visible_to(by).filter(site__in=sites, state=Letter.State.SENT):
        letters.setdefault(letter.site_id, []).append(letter)
    found = Sorted([], [])
    for duty in duties:
        own = letters.get(duty.site_id, [])
        if reason := refusal_to_send(duty, own, kind=kind, today=today):
            found.unfit.append((duty, reason))
        else:
            found.fit.append(duty)
    return found


@transaction.atomic
def send_letters(*, sites: Sequence[Site], kind: str, due_on: date, today: date, by: User) -> Job:
    """Queue letters to these sites; what the job sends it gives back as one archive."""
    if reason := refusal_of_day(due_on, today=today):
        raise DutyRefused(reason, field="due_on")
    if not sites:
        raise DutyRefused(_("没有选中任何场所。"))
    if len(sites) > MOST_LETTERS:
        facts = {"count": len(sites), "most": MOST_LETTERS}
        raise DutyRefused(_("一次最多发%(most)s份，现在选了%(count)s份；请缩小范围。") % facts)
    job = start_job(
        SEND,
        by=by,
        title=_("发%(kind)s（%(count)s份）")
        % {"kind": Letter.Kind(kind).label, "count": len(sites)},
        sites=[site.pk for site in sites],
        letter=str(kind),
        due_on=due_on.isoformat(),
        today=today.isoformat(),
    )
    changes = {"job": job.public_id, "letters": len(sites)}
    audit.record("duty.letters_asked", by=by, on=by.organisation, changes=changes)
    return job


def refusal_of_day(due_on: date, *, today: date) -> str:
    return "" if due_on > today else _("期限须晚于今天。")


def hold(site: Site) -> None:
    """Two who send at once do not send two; departments may not lock the site's own row."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LETTERS, site.pk])


@transaction.atomic
def send_letter(
    *, site: Site, kind: str, due_on: date, today: date, by: User, job: str = ""
) -> Letter | None:
    """One letter, with its paper and its notice; None where it is no longer called for."""
    if reason := refusal_of_day(due_on, today=today):
        raise DutyRefused(reason, field="due_on")
    hold(site)
    place = Site.objects.visible_to(by).select_related("enterprise").get(pk=site.pk)
    duty = duties_on(by, today).filter(site=place.pk).first()
    letters = Letter.objects.visible_to(by).filter(site=place.pk)
    if duty is None or refusal_to_send(duty, letters, kind=kind, today=today):
        return None
    letter = _written(place, duty, kind=Letter.Kind(kind), due_on=due_on, today=today, by=by)
    letter.job = job
    letter.save()
    facts = {"number": letter.number, "due_on": due_on}
    audit.record("duty.letter_sent", by=by, on=place, changes=facts)
    tell_enterprise(
        place,
        title=SENT[Letter.Kind(kind)],
        text=gettext_lazy("“{site}”：请在 {day} 前办理，编号 {number}。"),
        url=letter.get_absolute_url(),
        once=f"letter:{letter.public_id}",
        by=by,
        site=place.name,
        day=due_on.isoformat(),
        number=letter.number,
    )
    return letter


def _written(
    site: Site, duty: SiteDuty, *, kind: Letter.Kind, due_on: date, today: date, by: User
) -> Letter:
    number = next_number(SERIES[kind], district=site.district.abbreviation, on=today)
    letter = Letter(
        site=site,
        kind=kind,
        number=number,
        duty_state=duty.state,
        sent_on=today,
        due_on=due_on,
        **entered(by),
    )
    letter.paper = make_paper(
        PAPERS[kind],
        by=by,
        number=number,
        data=letter_data(site, duty, letter, by=by),
        subject=audit.target_of(site),
        holder=site.enterprise.name,
        holder_code=site.enterprise.uscc,
        scope=scope_of(site, by),
    )
    return letter


def letter_data(site: Site, duty: SiteDuty, letter: Letter, *, by: User) -> LetterData:
    """In the language of papers."""
    with translation.override(settings.LANGUAGE_CODE):
        return LetterData(
            number=letter.number,
            authority=by.organisation.name,
            phone=by.organisation.hotline,
            enterprise=site.enterprise.name,
            uscc=site.enterprise.uscc,
            site=site.name,
            address=site.place,
            industry=str(site.industry),
            state=label_of(duty.state) + also_of(duty),
            since=duty.since,
            sent_on=letter.sent_on,
            due_on=letter.due_on,
            is_order=letter.kind == Letter.Kind.ORDER,
            bases=tuple(bases_of(site, letter.sent_on)),
        )


def bases_of(site: Site, day: date) -> Iterable[LegalBasis]:
    """Why this site must insure, with the words of every text that says so."""
    for cause in duty_words(duty_of(site, day)).causes[:3]:
        for basis in cause.bases[:2]:
            yield LegalBasis(
                cause=cause.text,
                source=str(basis["source"]),
                clause=str(basis["clause"]),
                quote=str(basis["quote"]),
            )


@transaction.atomic
def close_letter(*, letter: Letter, state: str, on: date, reason: str, by: User) -> Letter:
    """Settle a letter that has done its work, or withdraw one that was wrong."""
    rows = Letter.objects.visible_to(by).select_for_update(of=("self",)).select_related("site")
    row = rows.get(pk=letter.pk)
    Letter.transitions.check(row.state, state)
    row.state, row.closed_on, row.closed_reason = state, on, reason
    row.save(update_fields=["state", "closed_on", "closed_reason"])
    action = "duty.letter_settled" if state == Letter.State.SETTLED else "duty.letter_withdrawn"
    audit.record(action, by=by, on=row.site, reason=reason, changes={"number": row.number})
    return row


@transaction.atomic
def note_seen(*, letter: Letter, now: datetime, by: User) -> None:
    """The first time somebody of the enterprise opens it."""
    if letter.seen_at is None and by.organisation_id == letter.site.enterprise_id:
        Letter.objects.visible_to(by).filter(pk=letter.pk, seen_at=None).update(seen_at=now)
