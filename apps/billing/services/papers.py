"""The papers of a premium: it is asked for by a notice, and each sum that comes has a receipt."""

from django.conf import settings
from django.utils import translation

from apps.accounts.models import User
from apps.billing import selectors
from apps.billing.dunning.rules import due_on
from apps.billing.models import Receipt
from apps.core import audit
from apps.core.dates import local_day
from apps.core.masks import mask_name
from apps.documents.models import Paper
from apps.documents.papers.kinds import PREMIUM_NOTICE, PREMIUM_RECEIPT, PaperKind
from apps.documents.papers.premium import PremiumNoticeData, PremiumReceiptData
from apps.documents.services.papers import make_paper
from apps.policies.models import Policy
from apps.policies.services.cover import scope_of


def issue_notice(policy: Policy, *, by: User) -> Paper:
    number = f"JF-{policy.number}"
    with translation.override(settings.LANGUAGE_CODE):
        data = PremiumNoticeData(
            number=number,
            policy=policy.number,
            insurer=policy.insurer.name,
            insurer_phone=policy.insurer.hotline,
            insured=policy.insured_name,
            uscc=policy.insured_uscc,
            site=policy.site_name,
            product=str(policy.product_version),
            amount=policy.premium,
            due=due_on(local_day(policy.issued_at), policy.wanted_from),
            wanted_from=policy.wanted_from,
            is_sample=policy.product_version.is_sample,
        )
    return _made(PREMIUM_NOTICE, number, data, policy, by)


def issue_receipt(receipt: Receipt, policy: Policy, *, by: User) -> Paper:
    """Numbered within its policy, whose row the caller holds."""
    number = f"SJ-{policy.number}-{policy.receipts.count()}"
    personal = receipt.payer_check == Receipt.PayerCheck.PERSONAL
    data = PremiumReceiptData(
        number=number,
        policy=policy.number,
        insurer=policy.insurer.name,
        insured=policy.insured_name,
        uscc=policy.insured_uscc,
        payer=mask_name(receipt.payer_name) if personal else receipt.payer_name,
        voucher=receipt.voucher,
        amount=receipt.amount,
        received_on=receipt.received_on,
        premium=policy.premium,
        owed=max(selectors.outstanding(policy), selectors.NOTHING),
        overpaid=selectors.overpaid(policy),
        is_sample=policy.product_version.is_sample,
    )
    return _made(PREMIUM_RECEIPT, number, data, policy, by)


def _made(kind: PaperKind, number: str, data: object, policy: Policy, by: User) -> Paper:
    return make_paper(
        kind,
        number=number,
        data=data,
        subject=audit.target_of(policy),
        holder=policy.insured_name,
        holder_code=policy.insured_uscc,
        scope=scope_of(policy),
        by=by,
    )
