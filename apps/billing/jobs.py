"""Long work about money."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.earned.computing import gather_and_compute
from apps.core.errors import DomainError
from apps.core.running import Progress, job
from apps.pools.models import ShareRound


@job("billing.compute_round")
def compute_round(progress: Progress, actor: User) -> dict[str, Any]:
    """Safe to repeat: a round that is computed already is left as it is."""
    progress.tell(0, 2, _("归集业务数据"))
    with transaction.atomic():
        rows = ShareRound.objects.visible_to(actor).select_related("pool__district", "agreement")
        found = rows.filter(public_id=progress.terms["share_round"]).first()
        if found is None:
            raise DomainError(_("没有找到这一轮份额调整。"))
        if found.state == ShareRound.State.GATHERING:
            gather_and_compute(
                share_round=found, today=timezone.localdate(), now=timezone.now(), by=actor
            )
    progress.tell(2, 2)
    return {"url": found.get_absolute_url()}
