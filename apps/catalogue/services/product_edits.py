"""Changes of a draft product: its terms, and each of its lists as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.errors import VersionRefused
from apps.catalogue.models import (
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    LimitChoice,
    ProductVersion,
    RefusalReason,
)
from apps.catalogue.services.editing import changed, draft_for, mark_edited

Line = Mapping[str, Any]
# Each list by its name on the version; those that are ordered are numbered as they come.
LISTS: Mapping[str, tuple[type[Any], bool]] = {
    "heads": (CoverageHead, True),
    "limits": (LimitChoice, False),
    "deductibles": (DeductibleChoice, False),
    "refusal_reasons": (RefusalReason, True),
    "cancellation_grounds": (CancellationGround, True),
    "clauses": (Clause, True),
}


@transaction.atomic
def save_terms(*, version: ProductVersion, values: Line, revision: int, by: User) -> ProductVersion:
    """Who must be covered, by which disability table, and how long an offer holds."""
    row = draft_for(version, revision=revision, by=by)
    moved = {name: [str(value) for value in pair] for name, pair in changed(row, values).items()}
    return mark_edited(row, by=by, action="product.edited", changes=moved, fields=tuple(values))


@transaction.atomic
def save_list(
    *, version: ProductVersion, name: str, lines: Sequence[Line], revision: int, by: User
) -> ProductVersion:
    """One list of the product, whole; what is not among the lines is gone."""
    row = draft_for(version, revision=revision, by=by)
    model, is_ordered = LISTS[name]
    parts: Any = getattr(row, name)
    before = [str(part) for part in parts.all()]
    parts.all().delete()
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(
                model(version=row, **({"order": order} if is_ordered else {}), **line)
                for order, line in enumerate(lines, 1)
            )
    except IntegrityError as broken:
        raise VersionRefused(_of_constraint(str(broken))) from None
    changes = {name: [before, [str(part) for part in parts.all()]]}
    return mark_edited(row, by=by, action="product.edited", changes=changes)


def _of_constraint(broken: str) -> str:
    """The rules of a list are the database's; here they get their sentence."""
    sentences = {
        "_once": _("同一项出现了两次，请删去重复的。"),
        "head_limit": _(
            "每个保障项目的限额要么是主险限额的一个比例（0 至 100%），要么是一个金额。"
        ),
        "limit_in_order": _("每次事故限额不能低于每人限额，累计限额不能低于每次事故限额。"),
        "limit_positive": _("每人限额须大于零。"),
        "deductible": _("免赔额不能是负数。"),
    }
    return next(
        (text for name, text in sentences.items() if name in broken),
        _("内容前后不一致，不能保存。"),
    )
