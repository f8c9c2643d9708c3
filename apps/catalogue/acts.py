"""The acts on a version, each once: its words, its right, its form, why not, and what it does.

Pages, buttons and the API all read this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue import services
from apps.catalogue.forms import NoForm, OpinionForm, RetireForm, ReturnForm
from apps.catalogue.hooks import tried
from apps.catalogue.models import ProductVersion, TariffVersion

Version = ProductVersion | TariffVersion
Text = str | Promise


@dataclass(frozen=True)
class Moment:
    by: User
    today: date


@dataclass(frozen=True)
class Act:
    code: str
    label: Text
    lead: Text
    done: Text
    permission: Permission
    states: frozenset[str]  # in which its button is shown
    refusal: Callable[[Any, Moment], str]
    run: Callable[[Any, Mapping[str, Any], Moment], Any]
    form: type[forms.Form] = NoForm
    is_main: bool = False

    def is_offered(self, version: Version, user: User) -> bool:
        return version.state in self.states and can(user, self.permission)


def _check_refusal(version: TariffVersion, _at: Moment) -> str:
    return version.transitions.refusal_to_move(version.state, "simulated")


def _approve_refusal(version: Any, at: Moment) -> str:
    move: str = version.transitions.refusal_to_move(version.state, "approved")
    return move or services.refusal_to_approve(version, by=at.by)


def _activate_refusal(version: Any, at: Moment) -> str:
    move: str = version.transitions.refusal_to_move(version.state, "active")
    return move or services.refusal_to_activate(version, today=at.today)


def _retire_refusal(version: Any, _at: Moment) -> str:
    refusal: str = version.transitions.refusal_to_move(version.state, "retired")
    return refusal


CHECK = Act(
    "check",
    gettext_lazy("检验"),
    gettext_lazy("逐表核对是否完整、衔接，并试算全部算例。通过后内容冻结，要改须先退回。"),
    gettext_lazy("检验通过，内容已冻结。请再做逐格检验（见“检验报告”），然后送批。"),
    Permission.DECIDE_RULES,
    frozenset({"draft"}),
    _check_refusal,
    lambda version, _given, at: services.check_tariff(version=version, trial=tried, by=at.by),
)
SEND = Act(
    "send",
    gettext_lazy("送批"),
    gettext_lazy("市应急管理局有权批准的人员会收到通知。起草和修改过的人不能批准。"),
    gettext_lazy("已送批。"),
    Permission.DRAFT_RULES,
    frozenset({"draft", "simulated"}),
    lambda version, at: services.refusal_to_send(version, by=at.by),
    lambda version, _given, at: services.send_version(version=version, by=at.by),
)
APPROVE = Act(
    "approve",
    gettext_lazy("批准"),
    gettext_lazy("批准后还不生效，发布以后从生效日起适用。"),
    gettext_lazy("已批准，可以发布。"),
    Permission.DECIDE_RULES,
    frozenset({"draft", "simulated"}),
    _approve_refusal,
    lambda version, given, at: services.approve_version(version=version, by=at.by, **given),
    OpinionForm,
    is_main=True,
)
RETURN = Act(
    "return",
    gettext_lazy("退回修改"),
    gettext_lazy("退回后成为草案，修改后须重新检验和批准。"),
    gettext_lazy("已退回，起草人会收到通知。"),
    Permission.DECIDE_RULES,
    frozenset({"draft", "simulated", "approved"}),
    lambda version, _at: services.refusal_to_return(version),
    lambda version, given, at: services.return_version(version=version, by=at.by, **given),
    ReturnForm,
)
ACTIVATE = Act(
    "activate",
    gettext_lazy("发布"),
    gettext_lazy(
        "发布后不能再改。生效日起保的保险适用这一版，前一版到那天为止；已卖出的保险不受影响。"
    ),
    gettext_lazy("已发布，承保机构、顾问机构和监管部门会收到通知。"),
    Permission.DECIDE_RULES,
    frozenset({"approved"}),
    _activate_refusal,
    lambda version, _given, at: services.activate_version(
        version=version, today=at.today, by=at.by
    ),
    is_main=True,
)
RETIRE = Act(
    "retire",
    gettext_lazy("终止"),
    gettext_lazy("从终止日起不再销售；没有新版接替时，这一天起不能报价。"),
    gettext_lazy("已定下终止日。"),
    Permission.DECIDE_RULES,
    frozenset({"active"}),
    _retire_refusal,
    lambda version, given, at: services.retire_version(
        version=version, today=at.today, by=at.by, **given
    ),
    RetireForm,
)
DELETE = Act(
    "delete",
    gettext_lazy("删除草案"),
    gettext_lazy("草案和其中的全部内容会被删除，操作记录保留。"),
    gettext_lazy("草案已删除。"),
    Permission.DRAFT_RULES,
    frozenset({"draft"}),
    lambda version, at: services.refusal_to_edit(version, by=at.by),
    lambda version, _given, at: services.delete_draft(
        version=version, revision=version.revision, by=at.by
    ),
)

TARIFF_ACTS = (CHECK, SEND, APPROVE, ACTIVATE, RETURN, RETIRE, DELETE)
PRODUCT_ACTS = (SEND, APPROVE, ACTIVATE, RETURN, RETIRE, DELETE)


def buttons(version: Version, user: User, at: Moment) -> list[dict[str, Any]]:
    """The acts that this person may do now; those that would be refused are left out."""
    acts = TARIFF_ACTS if isinstance(version, TariffVersion) else PRODUCT_ACTS
    return [
        {"label": act.label, "url": f"{version.get_absolute_url()}{act.code}/", "main": act.is_main}
        for act in acts
        if act.is_offered(version, user) and not act.refusal(version, at)
    ]


def editing(version: Version, user: User) -> bool:
    """Whether this person may change what is in the version now."""
    may = can(user, Permission.DRAFT_RULES)
    return may and not services.refusal_to_edit(version, by=user)
