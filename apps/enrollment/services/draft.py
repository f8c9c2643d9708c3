"""A draft that saves itself: each step is an act of its own, in any order that makes sense."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts.models import Organisation, User
from apps.core import audit
from apps.enrollment.errors import ApplicationRefused
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.draft import (
    Terms,
    insurers_on_offer,
    refusal_of_accident,
    refusal_of_start,
    refusal_to_start,
    terms_of,
)
from apps.enterprises.models import Site
from apps.pools.selectors import pool_of
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared
from apps.rating.services import offer_quotes

SOURCE = gettext_noop("投保申请中申报")


@transaction.atomic
def start_application(*, site: Site, by: User) -> Application:
    """Open the draft of a site, or take up the one that is open."""
    if refusal := refusal_to_start(site):
        raise ApplicationRefused(refusal)
    # Held until commit: of two clicks the second finds the draft of the first.
    site = Site.objects.visible_to(by).select_for_update(of=("self",)).get(pk=site.pk)
    found = Application.objects.visible_to(by).open().filter(site=site).first()
    if found is not None:
        return found
    application = Application.objects.create(
        enterprise_id=site.enterprise_id,
        site=site,
        district_id=site.district_id,
        town_id=site.town_id,
        sector_id=site.sector_id,
        pool=pool_of(site.district),
    )
    audit.record("application.started", by=by, on=application)
    return application


def held_draft(application: Application, by: User) -> Application:
    """The row, locked, if it may still be changed."""
    rows = Application.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("site__district", "site__enterprise", "pool").get(pk=application.pk)
    if row.state != ApplicationState.DRAFT:
        raise ApplicationRefused(
            _("申请已是“%(state)s”，不能再修改。") % {"state": row.get_state_display()}
        )
    return row


def saved(row: Application, *fields: str) -> Application:
    row.saved_at = timezone.now()
    row.save(update_fields=[*fields, "saved_at"])
    return row


@transaction.atomic
def save_terms(*, application: Application, terms: Terms, today: date, by: User) -> Application:
    """Keep what is said so far; a price on other terms is void."""
    row = held_draft(application, by)
    if terms.wanted_from and (refusal := refusal_of_start(row, terms.wanted_from, today=today)):
        raise ApplicationRefused(refusal, field="wanted_from")
    if refusal := refusal_of_accident(terms, today=today):
        raise ApplicationRefused(refusal, field="last_accident_on")
    if terms == terms_of(row):
        return row
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    row.offer, row.quote = "", None
    return saved(row, *asdict(terms), "offer", "quote")


@transaction.atomic
def offer_limits(
    *, application: Application, today: date, by: User, deductible: Decimal | None = None
) -> list[Quote]:
    """Price every lawful limit on the terms that were said; an earlier price is left behind.

    Without a `deductible` (yuan per accident) at the product's first, under which all is paid.
    """
    row = held_draft(application, by)
    terms = terms_of(row)
    if terms.wanted_from is None:
        raise ApplicationRefused(_("请先选择起保日。"), field="wanted_from")
    declared = Declared(
        source=SOURCE,
        on=today,
        had_accident=terms.had_accident,
        last_accident_on=terms.last_accident_on,
        is_listed=terms.is_listed,
    )
    quotes = offer_quotes(
        site=row.site,
        on=terms.wanted_from,
        declared=declared,
        today=today,
        by=by,
        deductible=deductible,
    )
    row.offer, row.quote = quotes[0].offer, None
    saved(row, "offer", "quote")
    return quotes


@transaction.atomic
def choose_quote(*, application: Application, quote: Quote, today: date, by: User) -> Application:
    """Take one of the limits on offer; what was shown is what will be sold."""
    row = held_draft(application, by)
    if not row.offer or quote.offer != row.offer:
        raise ApplicationRefused(_("这份报价已被新的报价代替，请重新选择。"), field="quote")
    if quote.has_lapsed(today):
        raise ApplicationRefused(_("报价已过有效期，请重新报价。"), field="quote")
    row.quote = quote
    return saved(row, "quote")


@transaction.atomic
def choose_insurer(
    *, application: Application, insurer: Organisation, today: date, now: datetime, by: User
) -> Application:
    """The enterprise picks; the order it was shown and the moment are kept (A2.3, A4.1)."""
    row = held_draft(application, by)
    shown = insurers_on_offer(row, today)
    if insurer not in shown:
        raise ApplicationRefused(_("请在本区共保体的承保机构中选择。"), field="insurer")
    row.chosen_insurer, row.chosen_at = insurer, now
    row.shown_order = [choice.name for choice in shown]
    facts = {"insurer": insurer.name, "shown_order": row.shown_order}
    audit.record("application.insurer_chosen", by=by, on=row, changes=facts)
    return saved(row, "chosen_insurer", "chosen_at", "shown_order")


@transaction.atomic
def attest(*, application: Application, now: datetime, by: User) -> Application:
    """Promise that the unit pays and that no worker does (A1.3)."""
    row = held_draft(application, by)
    row.attested_at, row.attested_by, row.attested_by_name = now, by.actor_key, by.actor_name
    audit.record("application.attested", by=by, on=row)
    return saved(row, "attested_at", "attested_by", "attested_by_name")
