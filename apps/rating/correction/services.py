"""Importing losses, studying them, and sending a proposal to a draft of the tariff."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.tariff import Golden, Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services.drafting import draft_tariff
from apps.core import audit
from apps.core.models import Job
from apps.core.running import start_job
from apps.core.sheets.reading import read_sheet
from apps.rating.correction.analysis import StudyRefused, Terms, findings
from apps.rating.correction.losses import Loss, read_losses
from apps.rating.correction.models import LossFile, LossLine, RateStudy
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.reference.models.base import Certainty

KIND = "rating.study"
MOST_NOTE = 300
MOST_CAP = Decimal("0.5")
BATCH = 2_000


def tariff_on(day: date) -> TariffVersion:
    """The rates that losses valued on that day are read and judged by."""
    version = TariffVersion.objects.on(day).select_related("product").first()
    if version is None:
        text = _("%(day)s 没有生效的费率，不能对照。") % {"day": day.isoformat()}
        raise StudyRefused(text, field="valued_on")
    return version


def import_losses(
    *, file: IO[bytes], name: str, source: str, valued_on: date, now: datetime, by: User
) -> LossFile:
    """All rows or none; the same file is not taken twice."""
    content = sha256(file.read()).hexdigest()
    file.seek(0)
    if known := LossFile.objects.filter(sha256=content).first():
        text = _("这个文件已经导入过（%(name)s）。") % {"name": known.name}
        raise StudyRefused(text, field="file")
    losses = read_losses(read_sheet(file), tariff_of(tariff_on(valued_on)))
    with transaction.atomic():
        row = LossFile.objects.create(
            name=name[:200],
            sha256=content,
            source=source,
            valued_on=valued_on,
            organisation_id=by.organisation_id,
            lines_count=len(losses),
            premium=sum((each.premium for each in losses), Decimal(0)),
            loss=sum((each.loss for each in losses), Decimal(0)),
            claims=sum(each.claims for each in losses),
            imported_at=now,
            imported_by=by.actor_key,
            imported_by_name=by.actor_name,
        )
        lines = (LossLine(file=row, **vars(each)) for each in losses)
        LossLine.objects.bulk_create(lines, batch_size=BATCH)
        audit.record("losses.imported", by=by, on=row, changes={"lines": len(losses)})
    return row


@transaction.atomic
def ask_study(*, file: LossFile, terms: Terms, by: User) -> Job:
    """The fit takes a while; its page is the job's result."""
    if terms.tolerance >= terms.target:
        raise StudyRefused(_("容差须小于目标赔付率。"), field="tolerance")
    if not 0 < terms.cap <= MOST_CAP:
        raise StudyRefused(_("单次调整上限须大于 0，不超过 50 %。"), field="cap")
    told = {name: str(value) for name, value in vars(terms).items()}
    title = _("费率分析：%(name)s") % {"name": file.name}
    return start_job(KIND, by=by, title=title, file=file.pk, study=told)


def make_study(*, file: LossFile, terms: Terms, now: datetime, by: User) -> RateStudy:
    """What the file says of the tariff that was in force when it was valued."""
    with transaction.atomic():
        version = tariff_on(file.valued_on)
        tariff, losses = tariff_of(version), losses_of(file)
    found = findings(tariff, losses, terms)
    with transaction.atomic():
        study = RateStudy.objects.create(
            file=file,
            tariff=version,
            tariff_digest=digest(write(tariff)),
            organisation_id=by.organisation_id,
            findings=found,
            made_at=now,
            made_by=by.actor_key,
            made_by_name=by.actor_name,
            **vars(terms),
        )
        audit.record("study.made", by=by, on=study, changes={"lines": len(losses)})
    return study


def losses_of(file: LossFile) -> list[Loss]:
    names = ("number", "facts", "years", "premium", "claims", "loss")
    return [Loss(*values) for values in file.lines.values_list(*names)]


def refusal_to_propose(study: RateStudy, table: str, *, valid_from: date, today: date) -> str:
    if study.draft_id is not None:
        return _("这次分析已经提出过草案；要修订别的表，请在新草案生效后再分析。")
    found = proposal_of(study, table)
    if found is None or not found["moves"]:
        return _("这张表没有可以提出的修订。")
    if found["breaks_order"]:
        return _("修订后各档次序与要求相反（等级更好反而更贵），不能提出；请人工调整。")
    if valid_from <= today:
        return _("生效日期须晚于今天。")
    return ""


def proposal_of(study: RateStudy, table: str) -> dict[str, Any] | None:
    proposals = study.findings["proposals"]
    return next((each for each in proposals if each["table"] == table), None)


@transaction.atomic
def propose(
    *, study: RateStudy, table: str, valid_from: date, reason: str, today: date, by: User
) -> TariffVersion:
    """A draft of the tariff with that one table changed. It goes the way of every draft."""
    row = RateStudy.objects.select_for_update(of=("self",)).get(pk=study.pk)
    refusal = refusal_to_propose(row, table, valid_from=valid_from, today=today)
    if refusal:
        raise StudyRefused(refusal)
    version, found = row.tariff, proposal_of(row, table) or {}
    tariff = corrected(tariff_of(version), table, [Decimal(value) for value in found["values"]])
    numbers = TariffVersion.objects.filter(product=version.product).order_by("-number")
    words = _("%(study)s：修订“%(table)s”。%(reason)s") % {
        "study": row.public_id,
        "table": tariff.table[table].name,
        "reason": reason,
    }
    document = {
        **write(tariff),
        "number": numbers.values_list("number", flat=True)[0] + 1,
        "valid_from": valid_from,
        "source": _("费率分析 %(study)s") % {"study": row.public_id},
        "certainty": Certainty.SAMPLE,
        "note": words[:MOST_NOTE],
        "rounding": version.rounding,
        "rounding_en": version.rounding_en,
    }
    row.draft = draft_tariff(document, product=version.product, by=by)
    row.save(update_fields=["draft"])
    facts = {"number": row.draft.number, "table": table}
    audit.record("study.proposed", by=by, on=row, reason=reason, changes=facts)
    return row.draft


def corrected(tariff: Tariff, table: str, values: list[Decimal]) -> Tariff:
    """That table with its new values. Golden cases it touches say what they were before."""
    old = tariff.table[table]
    cells = {
        keys: replace(old.cells[keys], value=value)
        for keys, value in zip(old.keys, values, strict=True)
    }
    tables = tuple(
        replace(each, cells=cells) if each.code == table else each for each in tariff.tables
    )
    changed = replace(tariff, tables=tables)
    return replace(changed, golden=tuple(_again(changed, case) for case in tariff.golden))


def _again(tariff: Tariff, case: Golden) -> Golden:
    try:
        premium = price(tariff, typed(tariff, case.facts)).premium
    except CannotPrice:
        return case
    if premium == case.premium:
        return case
    note = _("由提案重算，待复核；原为 %(premium)s 元") % {"premium": case.premium}
    return replace(case, premium=premium, source=note)
