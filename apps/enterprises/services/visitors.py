"""An enterprise that registers itself: opened for a visitor, entered by its first person."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import REGISTRAR
from apps.accounts.founding import CodeTaken, Founder, Holder, found_enterprise, holder_of
from apps.accounts.models import User
from apps.core import audit, context
from apps.core import uscc as credit_codes
from apps.core.codes import normalise_code
from apps.documents.models import Scope
from apps.documents.services.uploads import Held, keep_upload, taken_up
from apps.enterprises.errors import ALLOWED, EnterpriseRefused, HeadcountRefused, Refusal, refuse
from apps.enterprises.models import Enterprise, FatalAccident
from apps.enterprises.obligation.rules import Death
from apps.enterprises.papers import AUTHORITY
from apps.enterprises.selectors.authority import bureau_of, city_bureau, whom_to_ask
from apps.enterprises.services.counting import refusal_of_counts
from apps.enterprises.services.enterprises import enter_enterprise
from apps.enterprises.services.sites import NewSite


def refusal_to_found(uscc: str) -> Refusal:
    """A code must be sound and free; a stranger learns of its holder only whom to turn to."""
    if refusal := credit_codes.refusal_to_accept(uscc):
        return Refusal(refusal, "uscc")
    holder = holder_of(uscc)
    return Refusal(_taken(holder), "uscc") if holder else ALLOWED


def _taken(holder: Holder) -> str:
    with context.entering(REGISTRAR.context), transaction.atomic():
        bureau = bureau_of(holder.district) if holder.district else city_bureau()
        facts = {"owner": holder.owner, "bureau": whom_to_ask(bureau)}
    if holder.owner:
        text = _("此代码已登记。请本企业的平台管理员%(owner)s邀请您；联系不上的，找%(bureau)s。")
    else:
        text = _("此代码已由登记机关登记，还没有开通账号。请联系%(bureau)s开通。")
    return text % facts


@transaction.atomic
def register_own_enterprise(
    *,
    uscc: str,
    name: str,
    ownership: str,
    parent_name: str,
    site: NewSite,
    death: Death | None,
    founder: Founder,
    authority: Held,
) -> User:
    """Open the enterprise, its site, facts, paper and first account: all of it or nothing.

    There is no `by`: nobody is known yet. The one who becomes known by it is returned, and is the
    actor of all that follows.
    """
    code = normalise_code(uscc)
    refuse(EnterpriseRefused, refusal_to_found(code))
    refuse(HeadcountRefused, refusal_of_counts(site.counts))
    try:
        person = found_enterprise(uscc=code, name=name, town=site.town, founder=founder)
    except CodeTaken as taken:  # by somebody who sent the same form a moment earlier
        raise EnterpriseRefused(refusal_to_found(code).text, field="uscc") from taken
    with context.entering(person.context):
        audit.record("person.joined", by=person, on=person, changes={"role": person.role})
        enterprise = enter_enterprise(
            organisation=person.organisation,
            site=site,
            by=person,
            ownership=ownership,
            parent_name=parent_name,
            contact_name=person.name,
            contact_phone=person.phone,
        )
        if death:
            _note_death(enterprise, death, by=person)
        _keep_authority(enterprise, authority, by=person)
    return person


def _note_death(enterprise: Enterprise, death: Death, *, by: User) -> None:
    place = enterprise.sites.get()
    FatalAccident.objects.create(
        site=place,
        happened_on=death.happened_on,
        died_on=death.died_on,
        is_road_or_fire=death.is_road_or_fire,
        source=_("登记时自行申报"),
    )
    changes = {"happened_on": death.happened_on, "died_on": death.died_on}
    audit.record("accident.declared", by=by, on=place, changes=changes)


def _keep_authority(enterprise: Enterprise, held: Held, *, by: User) -> None:
    place = enterprise.sites.get()
    scope = Scope(
        owner=enterprise.pk,
        enterprise=enterprise.pk,
        district=place.district_id,
        town=place.town_id,
        sector=place.sector_id,
    )
    with taken_up(held) as file:
        keep_upload(file, purpose=AUTHORITY, scope=scope, by=by, now=timezone.now())
