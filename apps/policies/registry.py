"""Where apps above this one add to the page of a policy, which knows none of them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy


@dataclass(frozen=True)
class PolicyTab:
    """A tab with its own template, which is given what `content` answers as `more`."""

    key: str
    label: str | Promise
    template: str
    permission: Permission
    content: Callable[[Policy, User], dict[str, Any]]


@dataclass(frozen=True)
class PolicyAct:
    """A button of the page."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class ListLink:
    """A way from the list of policies to another list."""

    label: str | Promise
    route: str
    icon: str
    permission: Permission


LIST_LINKS: list[ListLink] = [
    ListLink(_("区域共保体"), "pools:list", "users-group", Permission.VIEW_POOLS)
]
MORE_TABS: list[PolicyTab] = []
ACTS: list[Callable[[Policy, User, date], PolicyAct | None]] = []
# Called within the act that moves a premium, with what is charged (or returned, when negative).
MONEY_MOVES: list[Callable[[PolicyTransaction, Decimal, date, User], None]] = []
