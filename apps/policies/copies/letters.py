"""The letter that goes with a copied report: that there is one, and where to read it.

Names stay inside the platform; one letter to an organisation, its people in blind copy.
"""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.actors import MESSENGER
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import context
from apps.core.context import Actor
from apps.core.outbox import effect
from apps.policies.copies.models import CopiedReport
from apps.policies.reports import holding


@effect("policies.mail_copies")
def mail_copies(*, by: Actor, once: str) -> None:
    """A letter that was sent just before the worker died may be sent again; a copy is not."""
    with context.entering(MESSENGER.context), transaction.atomic():
        rows = list(CopiedReport.objects.filter(once=once, mailed_at=None).order_by("pk"))
        with translation.override(settings.LANGUAGE_CODE):
            letters = [letter for row in rows if (letter := _letter(row))]
        get_connection().send_messages(letters)
        CopiedReport.objects.filter(pk__in=[row.pk for row in rows]).update(
            mailed_at=timezone.now()
        )


def _letter(row: CopiedReport) -> EmailMessage | None:
    reading = User.objects.filter(
        holding(Permission.RECEIVE_COPIES),
        organisation=row.receiver_id,
        organisation__is_active=True,
        is_active=True,
        email__isnull=False,
    )
    addresses = list(reading.order_by("pk").values_list("email", flat=True))
    if not addresses:
        return None
    facts = {
        "event": row.get_event_display(),
        "url": f"{settings.SITE_URL}{reverse('policies:copies')}",
        "by": timezone.localtime(row.answer_by).strftime("%Y-%m-%d %H:%M"),
    }
    return EmailMessage(
        subject=_("抄报：%(event)s") % facts,
        body=_("有一份新的抄报（%(event)s）。请登录平台查看，并在 %(by)s 前签收：\n%(url)s\n")
        % facts,
        bcc=addresses,
    )
