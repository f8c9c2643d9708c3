"""Offering a price, taking it, choosing who shall insure. Nobody types a premium anywhere."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.catalogue.models import Product
from apps.catalogue.rules.documents import digest
from apps.core import audit, context
from apps.core.fields import new_public_id
from apps.enterprises.models import Site
from apps.rating.actors import ARCHIVIST
from apps.rating.errors import QuoteRefused
from apps.rating.models import Quote
from apps.rating.rules.worksheet import Worksheet
from apps.rating.selectors.facts import Declared, Facts
from apps.rating.selectors.offers import Option, Preview, grid, preview
from apps.rating.selectors.proof import changed_fact, proven
from apps.rating.selectors.quotes import carried


@transaction.atomic
def offer_quotes(
    *,
    site: Site,
    on: date,
    declared: Declared,
    today: date,
    by: User,
    product: Product | None = None,
    deductible: Decimal | None = None,
) -> list[Quote]:
    """Offer every lawful limit side by side, for cover from `on`, each with its working frozen."""
    if refusal := refusal_to_offer(on=on, today=today):
        raise QuoteRefused(refusal, field="starts_on")
    found = preview(site, on=on, declared=declared, product=product, deductible=deductible)
    return _offered(site, [found], on=on, today=today, by=by)


@transaction.atomic
def offer_grid(
    *,
    site: Site,
    on: date,
    declared: Declared,
    today: date,
    by: User,
    product: Product | None = None,
    settled: Facts | None = None,
) -> list[Quote]:
    """Offer every lawful limit with every deductible of the product, side by side."""
    if refusal := refusal_to_offer(on=on, today=today):
        raise QuoteRefused(refusal, field="starts_on")
    found = grid(site, on=on, declared=declared, product=product, settled=settled)
    return _offered(site, found, on=on, today=today, by=by)


@transaction.atomic
def copy_quote(*, quote: Quote, on: date, today: date, by: User) -> list[Quote]:
    """Ask again with the versions of today: the register's facts anew, the rest as stated then."""
    if refusal := refusal_to_offer(on=on, today=today):
        raise QuoteRefused(refusal, field="starts_on")
    site = (
        Site.objects.visible_to(by).select_related("industry", "enterprise").get(pk=quote.site_id)
    )
    nothing, product = Declared(source="", on=today), quote.product_version.product
    stated = carried(quote, site, on=on)
    found = grid(site, on=on, declared=nothing, product=product, settled=stated)
    return _offered(site, found, on=on, today=today, by=by, copied_from=quote)


def _offered(
    site: Site,
    found: list[Preview],
    *,
    on: date,
    today: date,
    by: User,
    copied_from: Quote | None = None,
) -> list[Quote]:
    if not any(each.lawful for each in found):
        raise QuoteRefused(found[0].options[-1].refusal, field="limit")
    offer = new_public_id("off")
    drafts = [
        drafted(site, on=on, today=today, found=each, option=option, offer=offer, by=by)
        for each in found
        for option in each.lawful
    ]
    for draft in drafts:
        draft.copied_from = copied_from
    quotes = Quote.objects.bulk_create(drafts)
    facts = {"offer": offer, "starts_on": on, "premiums": _premiums(quotes)}
    if copied_from:
        facts["copied_from"] = copied_from.public_id
    audit.record("quote.offered", by=by, on=site, changes=facts)
    return quotes


def _premiums(quotes: list[Quote]) -> dict[str, str]:
    """By limit; where there are several deductibles, by both."""
    several = len({quote.deductible for quote in quotes}) > 1
    return {
        f"{quote.limit_choice.per_person}/{quote.deductible}"
        if several
        else str(quote.limit_choice.per_person): str(quote.premium)
        for quote in quotes
    }


def refusal_to_offer(*, on: date, today: date) -> str:
    if on <= today:
        return _("起保日期最早为次日零时，不能倒签。")
    return ""


def drafted(
    site: Site, *, on: date, today: date, found: Preview, option: Option, offer: str, by: User
) -> Quote:
    """The quote of one limit, not stored yet; also for bulk loads."""
    worksheet = _worksheet(option)
    document = worksheet.document(found.evidence)
    return Quote(
        offer=offer,
        site=site,
        enterprise_id=site.enterprise_id,
        district_id=site.district_id,
        town_id=site.town_id,
        sector_id=site.sector_id,
        insured_name=site.enterprise.name,
        site_name=site.name,
        product_version=found.terms.version,
        tariff_version=found.terms.tariff,
        limit_choice=option.choice,
        deductible=found.deductible,
        starts_on=on,
        insured_count=found.facts["heads"].value,
        premium=worksheet.premium,
        worksheet=document,
        worksheet_hash=digest(document),
        offered_at=timezone.now(),
        offered_by=by.actor_key,
        offered_by_name=by.actor_name,
        valid_until=today + timedelta(days=found.terms.version.quote_days),
    )


def _worksheet(option: Option) -> Worksheet:
    if option.worksheet is None:
        raise QuoteRefused(option.refusal, field="limit")
    return option.worksheet


def refusal_to_accept(quote: Quote, *, today: date) -> str:
    """Say why this quote can no longer be taken, or "" when it can."""
    if quote.state == Quote.State.ACCEPTED:
        return _("该报价已被接受。")
    if quote.has_lapsed(today):
        return _("报价已于 %(day)s 失效，请重新报价。") % {"day": quote.valid_until.isoformat()}
    if quote.starts_on <= today:
        return _("起保日期最早为次日零时，请重新报价。")
    if name := changed_fact(quote):
        return _("报价以后，“%(fact)s”已有变更，请重新报价。") % {"fact": name}
    return ""


@transaction.atomic
def accept_quote(*, quote: Quote, today: date, by: User) -> Quote:
    """The enterprise takes one of the prices; its working is proved once more before it counts."""
    row = _locked(quote)
    if refusal := refusal_to_accept(row, today=today):
        raise QuoteRefused(refusal)
    proven(row)
    row.state, row.accepted_at = Quote.State.ACCEPTED, timezone.now()
    row.accepted_by, row.accepted_by_name = by.actor_key, by.actor_name
    row.save(update_fields=["state", "accepted_at", "accepted_by", "accepted_by_name"])
    audit.record("quote.accepted", by=by, on=row, changes={"premium": row.premium})
    return row


@transaction.atomic
def name_insurer(*, quote: Quote, insurer: Organisation, by: User) -> Quote:
    """From now on this insurer sees the quote. After a refusal the enterprise names another."""
    row = _locked(quote)
    if insurer.kind != Kind.INSURER:
        raise QuoteRefused(_("只能选择承保机构。"), field="insurer")
    before = row.insurer
    row.insurer = insurer
    row.save(update_fields=["insurer"])
    names = [before.name if before else None, insurer.name]
    audit.record("quote.insurer_named", by=by, on=row, changes={"insurer": names})
    return row


def _locked(quote: Quote) -> Quote:
    """The row as it is now, held until commit: of two clicks the second finds it taken."""
    rows = Quote.objects.select_related("site__industry", "product_version", "insurer")
    return rows.select_for_update(of=("self",)).get(pk=quote.pk)


def archive_lapsed(*, today: date, now: datetime, most: int = 500) -> int:
    """Put away what nobody took in time; says how much. Done twice, it finds nothing more.

    A quote has lapsed by its date alone: this only clears the lists and says so in the audit.
    """
    with context.entering(ARCHIVIST.context), transaction.atomic():
        rows = Quote.objects.to_archive(today).select_for_update(skip_locked=True)
        old = list(rows.order_by("pk")[:most])
        for quote in old:
            quote.state, quote.archived_at = Quote.State.ARCHIVED, now
            quote.save(update_fields=["state", "archived_at"])
            facts = {"valid_until": quote.valid_until}
            audit.record("quote.archived", by=ARCHIVIST, on=quote, changes=facts)
    return len(old)
