"""Asking for a run, carrying it out, and keeping its rows; the same question is the same run."""

import io
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.tariff import TableKind, Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.running import start_job
from apps.rating.impact.models import ImpactRun
from apps.rating.impact.portfolio import portfolio
from apps.rating.impact.reckoning import DIMENSIONS, Change, Compared, changed, compare, result_of
from apps.rating.impact.snapshot import Filter, narrowed, take
from apps.rating.impact.store import Told, put

FORMAT = 1
KIND = "rating.impact"
EXPORT = "rating.export_impact"
FORMATS = ("xlsx", "csv")
LEAST, MOST = Decimal("0.5"), Decimal("2")


class ImpactRefused(DomainError):
    code = "impact_refused"


def refusal_to_run(
    *, base: TariffVersion, draft: TariffVersion, change: Change | None, as_of: date, today: date
) -> str:
    if as_of > today:
        return _("保单截至日期不能晚于今天。")
    if base.product_id != draft.product_id:
        return _("两个费率版本须属于同一产品。")
    if change is None:
        return _("请选择另一个费率版本，或者改动一张表。") if base.pk == draft.pk else ""
    if draft.pk != base.pk:
        return _("改动一张表时，以现行版本为准，不能同时另选版本。")
    return refusal_to_change(tariff_of(base), change)


def refusal_to_change(tariff: Tariff, change: Change) -> str:
    table = tariff.table.get(change.table)
    if table is None or table.kind == TableKind.CLASS:
        return _("没有这张可以调整的费率表。")
    if change.keys is not None and change.keys not in table.cells:
        return _("费率表中没有这一格。")
    if not LEAST <= change.times <= MOST:
        return _("调整倍数须在 %(least)s 至 %(most)s 之间。") % {"least": LEAST, "most": MOST}
    return ""


@transaction.atomic
def ask_run(
    *,
    base: TariffVersion,
    draft: TariffVersion,
    as_of: date,
    today: date,
    now: datetime,
    by: User,
    chosen: Filter | None = None,
    change: Change | None = None,
) -> tuple[ImpactRun, Job | None]:
    """The run of these inputs: the one that is there already, or a new one with its job."""
    refusal = refusal_to_run(base=base, draft=draft, change=change, as_of=as_of, today=today)
    if refusal:
        raise ImpactRefused(refusal)
    terms = _terms(base, draft, as_of, chosen or Filter(), change, by)
    run, is_new = _placed(terms, base=base, draft=draft, as_of=as_of, now=now, by=by)
    if run.state == ImpactRun.State.DONE:
        return run, None
    if is_new:
        audit.record("impact.asked", by=by, on=run, changes={"code": run.code, "as_of": as_of})
    title = _("影响测算 %(code)s") % {"code": run.code}
    return run, start_job(KIND, by=by, title=title, run=run.pk)


def _terms(
    base: TariffVersion,
    draft: TariffVersion,
    as_of: date,
    narrow: Filter,
    change: Change | None,
    by: User,
) -> dict[str, Any]:
    """Everything that the result follows from; its hash is the name of the run."""
    present = tariff_of(base)
    tariff = changed(present, change) if change else tariff_of(draft)
    return {
        "format": FORMAT,
        "base": digest(write(present)),
        "draft": digest(write(tariff)),
        "change": change.terms if change else None,
        "filter": narrow.terms,
        "as_of": as_of.isoformat(),
        "scope": _scope(by),
        "policies": sha256(portfolio().live(by, as_of).tobytes()).hexdigest(),
    }


def _placed(
    terms: dict[str, Any], *, by: User, now: datetime, **inputs: Any
) -> tuple[ImpactRun, bool]:
    name, district = digest(terms), _district(by)
    is_part = terms["filter"] or terms["change"] or district is not None
    return ImpactRun.objects.get_or_create(
        digest=name,
        defaults={
            **inputs,
            "code": f"imp-{name[:12]}",
            "terms": terms,
            "organisation_id": by.organisation_id,
            "district_id": district,
            "draft_digest": terms["draft"],
            "is_whole": not is_part,
            "asked_at": now,
            "asked_by": by.actor_key,
            "asked_by_name": by.actor_name,
        },
    )


def _district(user: User) -> int | None:
    """Whose runs are about one district; the city's are about all."""
    own = user.organisation
    return own.district_id if own.kind == Kind.DISTRICT_BUREAU else None


def _scope(user: User) -> str:
    """Bureau and broker see the same policies, so that their runs are the same."""
    district = _district(user)
    return "city" if district is None else f"district:{district}"


def carry_out(run: ImpactRun, *, by: User, now: datetime, tell: Told | None = None) -> ImpactRun:
    """Reckon a run that waits; one that is done stays as it is."""
    compared, tariff = reckoned(run, by=by, tell=tell)
    content = rows_of(compared)
    place = Path("impact") / "runs" / f"{run.digest}.npz"
    put(Path(settings.MEDIA_ROOT) / place, content)
    with transaction.atomic():
        row = ImpactRun.objects.select_for_update().get(pk=run.pk)
        if row.state == ImpactRun.State.DONE:
            return row
        row.result, row.finished_at = result_of(compared, tariff), now
        row.rows_file, row.rows_digest = str(place), sha256(content).hexdigest()
        row.state = ImpactRun.State.DONE
        row.save(update_fields=["result", "finished_at", "rows_file", "rows_digest", "state"])
    return row


def reckoned(run: ImpactRun, *, by: User, tell: Told | None = None) -> tuple[Compared, Tariff]:
    """Both tariffs over the policies of the run; refused if either is no longer what it was."""
    with transaction.atomic():
        base, draft = tariff_of(run.base), tariff_of(run.draft)
    if terms := run.terms["change"]:
        draft = changed(draft, change_of(terms))
    if digest(write(draft)) != run.draft_digest or digest(write(base)) != run.terms["base"]:
        raise ImpactRefused(_("费率草案在测算之后又改过，请重新测算。"))
    whole = take(by, run.as_of, tell=tell)
    if whole.digest != run.terms["policies"]:
        raise ImpactRefused(_("提交以后，这一天的有效保单有了变化，请重新测算。"))
    snapshot = narrowed(whole, Filter(**run.terms["filter"]))
    return compare(snapshot, base, draft), draft


def change_of(terms: dict[str, Any]) -> Change:
    keys = terms["keys"]
    return Change(terms["table"], Decimal(terms["times"]), None if keys is None else tuple(keys))


def rows_of(compared: Compared) -> bytes:
    """Key, before, after and the dimensions of every row, for the lists behind the marks."""
    written = io.BytesIO()
    parts: dict[str, Any] = {
        "keys": compared.keys,
        "before": compared.before,
        "after": compared.after,
    }
    for name in DIMENSIONS:
        labels, index = compared.dimension(name)
        parts[name] = np.array(labels)[index]
    np.savez(written, **parts)
    return written.getvalue()


@transaction.atomic
def export_rows(*, run: ImpactRun, asked: dict[str, str], kind: str, by: User) -> Job:
    """A file of the rows behind a mark; written in the background, and the asking is audited."""
    if kind not in FORMATS:
        raise ImpactRefused(_("只能导出为 .xlsx 或 .csv。"))
    audit.record("impact.exported", by=by, on=run, changes={"code": run.code, **asked})
    title = _("影响测算明细 %(code)s") % {"code": run.code}
    return start_job(EXPORT, by=by, title=title, code=run.code, asked=asked, form=kind)
