"""Who is told of a version: those who decide once it was sent, later all who sell or watch."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission
from apps.catalogue.models import ProductVersion, TariffVersion
from apps.core import context
from apps.core.context import Actor
from apps.messaging.services import notify

Version = ProductVersion | TariffVersion
Text = str | Promise
# Enterprises read it on the page of their next quote; they are too many for a letter each.
CONCERNED = (
    Kind.INSURER,
    Kind.BROKER,
    Kind.ASSOCIATION,
    Kind.CITY_BUREAU,
    Kind.DISTRICT_BUREAU,
)


def holding(permission: Permission) -> Q:
    return Q(role__in=[name for name, spec in ROLES.items() if permission in spec.permissions])


def tell(who: Q, version: Version, what: str, *, title: Promise, text: Text, by: Actor) -> None:
    with context.entering(MESSENGER.context):
        people = User.objects.filter(who, is_active=True, organisation__is_active=True)
        receivers = [key for key in people.values_list("pk", flat=True) if key != _key(by)]
    if receivers:
        once = f"{version._meta.model_name}:{version.pk}:{what}"
        url = version.get_absolute_url()
        notify(receivers=receivers, title=title, text=text, url=url, once=once, by=by)


def _key(by: Actor) -> int | None:
    return by.pk if isinstance(by, User) else None


def tell_of_sending(version: Version, *, by: User) -> None:
    tell(
        holding(Permission.DECIDE_RULES),
        version,
        f"sent:{version.revision}:{version.sent_at}",
        title=_("版本待批准"),
        text=format_lazy(_("{version}，由{name}送批。"), version=str(version), name=by.actor_name),
        by=by,
    )


def tell_of_return(version: Version, *, reason: str, by: Actor) -> None:
    makers = [key.removeprefix("user:") for key in {version.made_by, *version.editors}]
    tell(
        Q(pk__in=[int(key) for key in makers if key.isdigit()]),
        version,
        f"returned:{version.revision}:{by.actor_key}",
        title=_("版本被退回"),
        text=format_lazy(_("{version}：{reason}"), version=str(version), reason=reason),
        by=by,
    )


def tell_of_publication(version: Version, *, by: Actor) -> None:
    tell(
        Q(organisation__kind__in=CONCERNED) & holding(Permission.VIEW_RULES),
        version,
        "published",
        title=_("新版本已发布"),
        text=format_lazy(
            _("{version}，自 {day} 起保的保险适用；此前已卖出的不受影响。"),
            version=str(version),
            day=version.valid_from.isoformat(),
        ),
        by=by,
    )


def tell_of_end(version: Version, *, by: Actor) -> None:
    tell(
        Q(organisation__kind__in=CONCERNED) & holding(Permission.VIEW_RULES),
        version,
        "ended",
        title=_("版本已定终止日"),
        text=format_lazy(
            _("{version}，自 {day} 起不再销售。"), version=str(version), day=version.valid_to
        ),
        by=by,
    )
