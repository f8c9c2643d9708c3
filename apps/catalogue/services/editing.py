"""What all changes of a draft have in common: the right draft, nobody's words lost, a trace."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.errors import DraftChanged, VersionRefused
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.core import audit

V = TypeVar("V", ProductVersion, TariffVersion)


def refusal_to_edit(version: ProductVersion | TariffVersion, *, by: User) -> str:
    if version.state != "draft":
        facts = {"state": version.get_state_display()}
        return _("这一版已是“%(state)s”，不能修改；请退回，或另起草新版。") % facts
    is_own = version.organisation_id == by.organisation_id
    if by.organisation.kind != Kind.CITY_BUREAU and not is_own:
        return _("只能修改本单位起草的草案。")
    return ""


def draft_for(version: V, *, revision: int, by: User) -> V:
    """The draft held until commit, when it is still what the person saw."""
    if refusal := refusal_to_edit(version, by=by):
        raise VersionRefused(refusal)
    rows: Any = type(version)._default_manager.select_related("product")
    row: V = rows.select_for_update(of=("self",)).get(pk=version.pk)
    if refusal := refusal_to_edit(row, by=by):  # sent on in the meantime
        raise VersionRefused(refusal)
    if row.revision != revision:
        raise DraftChanged(
            _(
                "这份草案在您打开之后已被改过，您的改动没有保存。请在新窗口打开最新的草案核对后再改。"
            )
        )
    return row


def mark_edited(
    row: V, *, by: User, action: str, changes: Mapping[str, Any], fields: tuple[str, ...] = ()
) -> V:
    """Whatever was sent for approval before is not what is there now."""
    row.revision += 1
    row.editors = sorted({*row.editors, by.actor_key})
    row.sent_at, row.sent_by_name = None, ""
    row.save(update_fields=["revision", "editors", "sent_at", "sent_by_name", *fields])
    audit.record(action, by=by, on=row, changes=changes)
    return row


def changed(row: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Put the values on the row; says what was otherwise, for the audit."""
    moved = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            moved[name] = [before, value]
            setattr(row, name, value)
    return moved
