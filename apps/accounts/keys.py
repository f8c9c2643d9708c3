"""Keys of the API: made once, shown once, kept as a digest, ended by their day or by hand.

A key carries 256 bits from the system's generator, so a plain SHA-256 keeps it; nobody can try them
all. It opens what its owner may do at that moment, reading only unless it says otherwise.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.actors import LOGIN
from apps.accounts.models import ApiKey, User
from apps.core import audit, context
from apps.core.context import Actor
from apps.core.errors import DomainError

MARK = "sli_"  # tells people and secret scanners what a leaked string is
LONGEST = timedelta(days=365)
MOST = 10
NOTED_EVERY = timedelta(seconds=60)  # a note is a write; one a minute is close enough


class KeyRefused(DomainError):
    code = "api_key_refused"


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def keys_of(person: User, *, by: User) -> QuerySet[ApiKey]:
    rows = ApiKey.objects.visible_to(by).filter(user=person)
    return cast("QuerySet[ApiKey]", rows)


@transaction.atomic
def make_key(
    *, name: str, lasts: timedelta, reads_only: bool, now: datetime, by: User
) -> tuple[ApiKey, str]:
    """The new key and its secret, which is not to be had again. Raises KeyRefused."""
    if not timedelta() < lasts <= LONGEST:
        raise KeyRefused(_("密钥的有效期最长365天。"), field="days")
    # The account is the lock: two at once are counted one after the other.
    User.objects.visible_to(by).select_for_update(of=("self",)).get(pk=by.pk)
    if keys_of(by, by=by).filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
        reason = _("每人最多同时有%(most)s个有效密钥；请先停用不再使用的。") % {"most": MOST}
        raise KeyRefused(reason)
    secret = MARK + token_urlsafe(32)
    made = ApiKey.objects.create(
        user=by,
        organisation=by.organisation,
        name=name,
        digest=digest_of(secret),
        ending=secret[-4:],
        reads_only=reads_only,
        created_at=now,
        expires_at=now + lasts,
    )
    told = {"key": made.ending, "until": f"{made.expires_at:%Y-%m-%d}", "reads_only": reads_only}
    audit.record("key.made", by=by, on=made, changes=told)
    return made, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, now: datetime, by: User) -> None:
    """From the next request on the key opens nothing. Again is no error."""
    row = ApiKey.objects.visible_to(by).select_for_update(of=("self",)).get(pk=key.pk)
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        audit.record("key.revoked", by=by, on=row, changes={"key": row.ending})


def revoke_all(person: User, *, now: datetime, by: Actor) -> int:
    """Whoever loses the account loses its keys for good."""
    with context.entering(LOGIN.context):
        ended = ApiKey.objects.filter(user=person, revoked_at=None).update(revoked_at=now)
    if ended:
        audit.record("key.revoked", by=by, on=person, changes={"count": ended})
    return ended


def key_behind(secret: str, *, now: datetime) -> ApiKey | None:
    """The key with its person, looked up anew for each request; None when it opens nothing."""
    if not secret.startswith(MARK):
        return None
    with context.entering(LOGIN.context), transaction.atomic():
        found: ApiKey | None = (
            ApiKey.objects.select_related("user__organisation")
            .filter(
                digest=digest_of(secret),
                user__is_active=True,
                user__organisation__is_active=True,
            )
            .first()
        )
        if found is None or not found.opens(now):
            return None
        if found.used_at is None or now - found.used_at > NOTED_EVERY:
            ApiKey.objects.filter(pk=found.pk).update(used_at=now)
    return found
