"""A quote that was taken becomes a policy, on exactly its terms and with the shares of the day."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import Organisation, User
from apps.core import audit, context
from apps.core.dates import year_of_cover
from apps.core.numbering import next_number
from apps.enterprises.models import Site
from apps.policies.errors import PolicyRefused
from apps.policies.models import Policy, PolicyShare
from apps.policies.reports import tell_of_issue
from apps.policies.rules.stack import Act
from apps.policies.selectors.stack import issue_row
from apps.pools.models import Pool
from apps.pools.selectors import share_vector
from apps.rating.models import Quote
from apps.rating.selectors.proof import proven


def refusal_to_issue(quote: Quote, *, insurer: Organisation, today: date) -> str:
    """Say why this quote cannot become a policy of this insurer, or "" when it can."""
    if Policy.objects.filter(quote=quote).exists():
        return _("该报价已出单。")
    if quote.state != Quote.State.ACCEPTED:
        return _("企业尚未接受该报价，不能出单。")
    if quote.insurer_id != insurer.pk:
        return _("企业选定的不是本机构，不能出单。")
    if quote.starts_on <= today:
        return _("约定的起保日 %(day)s 已到，不能倒签；请企业撤回后另选起保日。") % {
            "day": quote.starts_on.isoformat()
        }
    if other := _other_cover(quote):
        return _("该场所在此期间已有保单 %(number)s，不能重复承保。") % {"number": other.number}
    return ""


def _other_cover(quote: Quote) -> Policy | None:
    """Looked for with the eyes of the enrolment desk: another insurer's policy counts too."""
    with context.entering(ENROLMENT.context):
        rows = Policy.objects.filter(site=quote.site_id, product=quote.product_version.product_id)
        return rows.meeting(year_of_cover(quote.starts_on)).first()


def beginning_of(policy: Policy) -> Act:
    """A renewal begins on the very day on which another cover of the site ends."""
    with context.entering(ENROLMENT.context):
        rows = Policy.objects.filter(site=policy.site_id, product=policy.product_id)
        ends = rows.filter(cover_to=policy.wanted_from, cancelled_from=None)
        return Act.RENEW if ends.exists() else Act.ISSUE


@transaction.atomic
def issue_policy(
    *, quote: Quote, pool: Pool, insurer: Organisation, today: date, by: User
) -> Policy:
    """Issue on exactly the terms quoted; the shares of this day hold for the policy's life (A4.2).

    Refuses with PolicyRefused when the quote cannot become a policy, with QuoteRefused when its
    working no longer proves.
    """
    if reason := refusal_to_issue(quote, insurer=insurer, today=today):
        raise PolicyRefused(reason)
    proven(quote)
    policy = drafted(quote, site=_site_of(quote), pool=pool, insurer=insurer, by=by)
    policy.number = next_number("AZ", on=today, district=pool.district.abbreviation)
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError as taken:
        raise PolicyRefused(_("该场所已有待缴费的保单，或该报价已出单。")) from taken
    PolicyShare.objects.bulk_create(shares_of(policy, share_vector(pool, today)))
    issue_row(policy, beginning_of(policy)).save(force_insert=True)
    facts = {"premium": policy.premium, "insurer": insurer.name, "wanted_from": policy.wanted_from}
    audit.record("policy.issued", by=by, on=policy, changes=facts)
    tell_of_issue(policy, by=by)
    return policy


def _site_of(quote: Quote) -> Site:
    """The insurer does not see the register before it serves; the enrolment desk looks for it."""
    with context.entering(ENROLMENT.context):
        along = ("enterprise", "district", "town", "industry")
        return Site.objects.select_related(*along).get(pk=quote.site_id)


def drafted(quote: Quote, *, site: Site, pool: Pool, insurer: Organisation, by: User) -> Policy:
    """The policy that this quote makes, neither numbered nor stored yet; also for bulk loads."""
    return Policy(
        quote=quote,
        enterprise_id=site.enterprise_id,
        site_id=site.pk,
        district_id=site.district_id,
        town_id=site.town_id,
        sector_id=site.sector_id,
        pool=pool,
        insurer=insurer,
        insured_name=site.enterprise.name,
        insured_uscc=site.enterprise.uscc,
        site_name=site.name,
        site_address=site.place,
        industry_name=f"{site.industry.code} {site.industry.name}",
        product_id=quote.product_version.product_id,
        product_version=quote.product_version,
        tariff_version=quote.tariff_version,
        limit_choice=quote.limit_choice,
        deductible=quote.deductible,
        insured_count=quote.insured_count,
        premium=quote.premium,
        worksheet=quote.worksheet,
        worksheet_hash=quote.worksheet_hash,
        wanted_from=quote.starts_on,
        issued_by=by.actor_key,
        issued_by_name=by.actor_name,
    )


def shares_of(policy: Policy, vector: dict[int, int]) -> list[PolicyShare]:
    return [
        PolicyShare(
            policy=policy,
            insurer_id=insurer,
            seller_id=policy.insurer_id,
            enterprise_id=policy.enterprise_id,
            district_id=policy.district_id,
            town_id=policy.town_id,
            sector_id=policy.sector_id,
            basis_points=points,
        )
        for insurer, points in vector.items()
    ]
