"""Data and money are there: the cover begins, and the certificate says so."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import User
from apps.core import audit, context
from apps.core.dates import Period, year_of_cover
from apps.documents.models import Scope
from apps.documents.papers.kinds import POLICY_CERTIFICATE
from apps.documents.services.papers import make_paper
from apps.enterprises.models import Site
from apps.policies.certificate import certificate_data
from apps.policies.errors import PolicyRefused
from apps.policies.models import Policy
from apps.policies.reports import tell_of_cover
from apps.policies.services.people import settle_days


def period_of_cover(wanted_from: date, money_on: date) -> Period:
    """A whole year from the wanted day, or from 00:00 of the day after the money if that is later.

    Late money shifts the term and costs the enterprise no days of it.
    """
    return year_of_cover(max(wanted_from, money_on + timedelta(days=1)))


@transaction.atomic
def start_cover(*, policy: Policy, money_on: date, by: User) -> None:
    """Set the term once the premium is whole; hands the site to its insurer and prints the proof.

    The caller holds the policy's row. Premium that an endorsement asked for moves no dates.
    """
    if policy.cover_from:
        return
    period = period_of_cover(policy.wanted_from, money_on)
    policy.cover_from, policy.cover_to = period.start, period.end
    try:
        with transaction.atomic():
            policy.save(update_fields=["cover_from", "cover_to"])
            settle_days(policy)
    except IntegrityError as overlapping:
        text = _("到账后的保险期间与该场所的另一张保单重叠，不能起保；请先联系保险顾问机构处理。")
        raise PolicyRefused(text) from overlapping
    with context.entering(ENROLMENT.context):
        Site.objects.filter(pk=policy.site_id).update(insurer=policy.insurer_id)
    facts = {"cover_from": period.start, "cover_to": period.end, "gap_days": policy.gap_days}
    audit.record("policy.cover_started", by=by, on=policy, changes=facts)
    make_paper(
        POLICY_CERTIFICATE,
        number=policy.number,
        data=certificate_data(policy),
        subject=audit.target_of(policy),
        holder=policy.insured_name,
        holder_code=policy.insured_uscc,
        scope=scope_of(policy),
        by=by,
    )
    tell_of_cover(policy, money_on=money_on, by=by)


def scope_of(policy: Policy) -> Scope:
    """Whose papers of this policy are."""
    return Scope(
        owner=policy.insurer_id,
        enterprise=policy.enterprise_id,
        insurer=policy.insurer_id,
        district=policy.district_id,
        town=policy.town_id,
        sector=policy.sector_id,
    )
