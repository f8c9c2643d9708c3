"""Legal units: entered, verified, put right, closed and restored."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, OrganisationName, User
from apps.core import audit, context
from apps.core import uscc as credit_codes
from apps.core.codes import normalise_code
from apps.core.identity import normalise_phone
from apps.core.masks import mask_name, mask_phone
from apps.core.search import search_pieces
from apps.enterprises.errors import ALLOWED, ChangedMeanwhile, EnterpriseRefused, Refusal, refuse
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.authority import (
    bureau_of,
    city_bureau,
    keeps_register,
    whom_to_ask,
)
from apps.enterprises.selectors.versions import ENTERPRISE, refusal_to_overwrite, version_of
from apps.enterprises.services.contacts import refusal_to_call
from apps.enterprises.services.notices import tell_people_of
from apps.enterprises.services.sites import ENTRY_CHANGED, NewSite, add_site, refusal_to_place


def refusal_to_use_uscc(uscc: str, *, by: User, besides: Enterprise | None = None) -> Refusal:
    """A code must be sound and free. Whoever may not see its holder learns whom to ask only."""
    if refusal := credit_codes.refusal_to_accept(uscc):
        return Refusal(refusal, "uscc")
    own = Enterprise.objects.visible_to(by).filter(uscc=uscc).first()
    if own and own != besides:
        facts = {"name": own.name}
        return Refusal(
            _("此代码已登记为“%(name)s”，不用再登记；请到企业名录中查看。") % facts, "uscc"
        )
    with context.entering(MESSENGER.context):
        taken = Organisation.objects.filter(uscc=uscc).exists()
    if taken and not own:
        return Refusal(_taken_elsewhere(), "uscc")
    return ALLOWED


def _taken_elsewhere() -> str:
    text = _(
        "此代码已在平台登记，但没有您辖区内的场所。如该企业在您的辖区有场所，请联系%(bureau)s增设。"
    )
    return text % {"bureau": whom_to_ask(city_bureau())}


def refusal_to_register(uscc: str, site: NewSite, *, by: User) -> Refusal:
    refusal = refusal_to_use_uscc(uscc, by=by)
    return refusal if refusal.text else refusal_to_place(site.town, by=by)


@transaction.atomic
def register_enterprise(
    *,
    uscc: str,
    name: str,
    site: NewSite,
    by: User,
    ownership: str = Enterprise.Ownership.PRIVATE,
    parent_name: str = "",
    contact_name: str = "",
    contact_phone: str = "",
) -> Enterprise:
    """Enter a legal unit with its first place of production, in one go or not at all."""
    uscc, contact_phone = normalise_code(uscc), normalise_phone(contact_phone)
    refuse(EnterpriseRefused, refusal_to_register(uscc, site, by=by))
    refuse(EnterpriseRefused, Refusal(refusal_to_call(contact_phone), "contact_phone"))
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=Kind.ENTERPRISE,
                name=name,
                uscc=uscc,
                district_id=site.town.district_id,
                town=site.town,
            )
    except IntegrityError as taken:
        raise EnterpriseRefused(_taken_elsewhere(), field="uscc") from taken
    return enter_enterprise(
        organisation=organisation,
        site=site,
        by=by,
        ownership=ownership,
        parent_name=parent_name,
        contact_name=contact_name,
        contact_phone=contact_phone,
    )


@transaction.atomic
def enter_enterprise(
    *, organisation: Organisation, site: NewSite, by: User, **facts: str
) -> Enterprise:
    """Put an organisation that is there already into the register, whoever opened it."""
    name, uscc = organisation.name, organisation.uscc or ""
    OrganisationName.objects.create(
        organisation=organisation,
        name=name,
        valid_from=site.opened_on or timezone.localdate(),
        source=_("登记"),
    )
    enterprise = Enterprise.objects.create(
        organisation=organisation,
        uscc=uscc,
        name=name,
        search=search_pieces(name, codes=(uscc,)),
        **facts,
    )
    add_site(enterprise=enterprise, new=site, by=by)
    audit.record(
        "enterprise.registered", by=by, on=enterprise, changes={"uscc": uscc, "name": name}
    )
    return enterprise


def locked(enterprise: Enterprise, *, by: User) -> Enterprise:
    """The row as it is now, kept from others until the transaction ends."""
    return Enterprise.objects.visible_to(by).select_for_update(of=("self",)).get(pk=enterprise.pk)


def refusal_to_correct_enterprise(
    enterprise: Enterprise, *, uscc: str, name: str, renamed_on: date | None, today: date, by: User
) -> Refusal:
    is_identity_changed = (uscc, name) != (enterprise.uscc, enterprise.name)
    if not is_identity_changed:
        return ALLOWED
    if not keeps_register(by):
        text = _("名称和统一社会信用代码按营业执照由登记机关更正，请联系%(bureau)s。")
        district = enterprise.organisation.district
        bureau = bureau_of(district) if district else city_bureau()
        return Refusal(text % {"bureau": whom_to_ask(bureau)}, "name")
    if renamed_on and renamed_on > today:
        return Refusal(_("变更日期不能晚于今天。"), "renamed_on")
    if uscc != enterprise.uscc:
        return refusal_to_use_uscc(uscc, by=by, besides=enterprise)
    return ALLOWED


def refusal_to_keep(enterprise: Enterprise, *, by: User) -> Refusal:
    """Of an enterprise with plants in several districts, one bureau keeps the entry itself."""
    if enterprise.state == Enterprise.State.CLOSED:
        return Refusal(_("企业已注销，资料不能再改；如属误注销，请先恢复。"))
    if Organisation.objects.visible_to(by).filter(pk=enterprise.pk).exists():
        return ALLOWED
    text = _("您的辖区只有该企业的部分场所，企业本身的资料请联系%(bureau)s更正。")
    return Refusal(text % {"bureau": whom_to_ask(city_bureau())})


@transaction.atomic
def correct_enterprise(
    *,
    enterprise: Enterprise,
    uscc: str,
    name: str,
    ownership: str,
    parent_name: str,
    contact_name: str | None,
    contact_phone: str | None,
    reason: str,
    by: User,
    renamed_on: date | None = None,
    version: str | None = None,
) -> Enterprise:
    """Put the entry right. With `renamed_on` the old name becomes a former one, else it was wrong.

    A contact of None stays as it is.
    """
    row, today = locked(enterprise, by=by), timezone.localdate()
    _refuse_to_overwrite(row, version, by=by)
    uscc = normalise_code(uscc)
    refuse(EnterpriseRefused, refusal_to_keep(row, by=by))
    refuse(
        EnterpriseRefused,
        refusal_to_correct_enterprise(
            row, uscc=uscc, name=name, renamed_on=renamed_on, today=today, by=by
        ),
    )
    changes = _changes(row, uscc=uscc, name=name, ownership=ownership, parent_name=parent_name)
    changes |= _set_contact(row, contact_name, contact_phone)
    if not changes:
        return row
    if name != row.name:
        _rename(row, name, on=renamed_on, source=reason)
    row.uscc, row.name, row.ownership, row.parent_name = uscc, name, ownership, parent_name
    row.search = search_pieces(*_names_of(row), codes=(uscc,))
    _save_identity(row)
    audit.record("enterprise.corrected", by=by, on=row, reason=reason, changes=changes)
    text = gettext_lazy("企业登记资料已更正：{reason}")
    tell_people_of(row, title=ENTRY_CHANGED, text=text, by=by, reason=reason)
    return row


def _refuse_to_overwrite(row: Enterprise, version: str | None, *, by: User) -> None:
    now_at = version_of(row, ENTERPRISE)
    refusal = refusal_to_overwrite(row, now_at=now_at, seen=version, by=by)
    refuse(ChangedMeanwhile, Refusal(refusal))


def _changes(row: Enterprise, **values: str) -> dict[str, list[str]]:
    pairs = {key: [getattr(row, key), value] for key, value in values.items()}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _set_contact(row: Enterprise, name: str | None, phone: str | None) -> dict[str, list[str]]:
    """Set what is given; the record keeps both values masked."""
    changes = {}
    if name is not None and name != row.contact_name:
        changes["contact_name"] = [mask_name(row.contact_name), mask_name(name)]
        row.contact_name = name
    phone = None if phone is None else normalise_phone(phone)
    refuse(EnterpriseRefused, Refusal(refusal_to_call(phone or ""), "contact_phone"))
    if phone is not None and phone != row.contact_phone:
        changes["contact_phone"] = [mask_phone(row.contact_phone), mask_phone(phone)]
        row.contact_phone = phone
    return changes


def _rename(row: Enterprise, name: str, *, on: date | None, source: str) -> None:
    names = row.organisation.names
    last = names.order_by("-valid_from").first()
    if last and on and on < last.valid_from:
        facts = {"day": last.valid_from.isoformat(), "name": last.name}
        text = _("名称“%(name)s”自 %(day)s 起启用，变更日期须在其后。")
        raise EnterpriseRefused(text % facts, field="renamed_on")
    since = on or (last.valid_from if last else timezone.localdate())
    names.update_or_create(valid_from=since, defaults={"name": name, "source": source[:200]})


def _names_of(row: Enterprise) -> list[str]:
    return [row.name, *row.organisation.names.values_list("name", flat=True)]


def _save_identity(row: Enterprise) -> None:
    own = row.organisation
    own.name, own.uscc = row.name, row.uscc
    try:
        with transaction.atomic():
            own.save(update_fields=["name", "uscc"])
            row.save()
    except IntegrityError as taken:
        raise EnterpriseRefused(_taken_elsewhere(), field="uscc") from taken


def refusal_to_verify(enterprise: Enterprise) -> Refusal:
    """What is still missing before the entry can be called verified."""
    sites = list(enterprise.sites.all())
    if not sites:
        return Refusal(_("还没有登记场所，不能核实。请先增设场所。"))
    uncounted = [s.name for s in sites if s.state == Site.State.OPERATING and not s.headcount]
    if uncounted:
        facts = {"sites": _("、").join(uncounted)}
        return Refusal(_("以下场所还没有从业人数，不能核实：%(sites)s。") % facts)
    return ALLOWED


def refusal_to_close_enterprise(enterprise: Enterprise) -> Refusal:
    open_sites = enterprise.sites.exclude(state=Site.State.CLOSED)
    names = list(open_sites.values_list("name", flat=True)[:5])
    if names:
        facts = {"sites": _("、").join(names)}
        return Refusal(_("还有场所没有关闭，不能注销：%(sites)s。请先关闭场所。") % facts)
    return ALLOWED


@transaction.atomic
def verify_enterprise(*, enterprise: Enterprise, reason: str, by: User) -> Enterprise:
    """Confirm on the spot or by documents that the entry is right."""
    row = locked(enterprise, by=by)
    Enterprise.transitions.check(row.state, Enterprise.State.VERIFIED)
    refuse(EnterpriseRefused, refusal_to_keep(row, by=by))
    refuse(EnterpriseRefused, refusal_to_verify(row))
    return _moved(row, Enterprise.State.VERIFIED, "enterprise.verified", reason=reason, by=by)


@transaction.atomic
def close_enterprise(*, enterprise: Enterprise, reason: str, by: User) -> Enterprise:
    row = locked(enterprise, by=by)
    Enterprise.transitions.check(row.state, Enterprise.State.CLOSED)
    refuse(EnterpriseRefused, refusal_to_keep(row, by=by))
    refuse(EnterpriseRefused, refusal_to_close_enterprise(row))
    return _moved(row, Enterprise.State.CLOSED, "enterprise.closed", reason=reason, by=by)


@transaction.atomic
def restore_enterprise(*, enterprise: Enterprise, reason: str, by: User) -> Enterprise:
    """Undo a closing that was wrong; the entry has to be verified anew."""
    row = locked(enterprise, by=by)
    Enterprise.transitions.check(row.state, Enterprise.State.REGISTERED)
    return _moved(row, Enterprise.State.REGISTERED, "enterprise.restored", reason=reason, by=by)


def _moved(row: Enterprise, state: str, action: str, *, reason: str, by: User) -> Enterprise:
    row.state = state
    row.save(update_fields=["state"])
    audit.record(action, by=by, on=row, reason=reason)
    title, text = gettext_lazy("企业状态有变更"), gettext_lazy("企业状态变为“{state}”。")
    label = Enterprise.State(state).label
    tell_people_of(row, title=title, text=text, by=by, state=label)
    return row
