"""A document becomes the rows of a draft: files that ship today, imports from elsewhere later."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.catalogue.models import (
    AxisPoint,
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    FactorGroup,
    GoldenCase,
    LimitChoice,
    Product,
    ProductVersion,
    RatingTable,
    RefusalReason,
    TableAxis,
    TableCell,
    TariffFact,
    TariffVersion,
)
from apps.catalogue.rules.documents import read
from apps.catalogue.rules.tariff import Axis, Table, Tariff
from apps.core import audit
from apps.core.context import Actor
from apps.reference.models import DisabilityTable

Document = Mapping[str, Any]


def draft_product(document: Document, *, product: Product, by: Actor) -> ProductVersion:
    version = ProductVersion.objects.create(
        product=product,
        coverage_basis=document["coverage_basis"],
        disability_table=DisabilityTable.objects.get(code=document["disability_table"]),
        quote_days=document["quote_days"],
        short_rates=document.get("short_rates") or None,
        **_common(document, by),
    )
    CoverageHead.objects.bulk_create(
        CoverageHead(version=version, order=order, **_head(line))
        for order, line in enumerate(document["heads"], 1)
    )
    LimitChoice.objects.bulk_create(
        LimitChoice(version=version, **_limit(line)) for line in document["limits"]
    )
    DeductibleChoice.objects.bulk_create(
        DeductibleChoice(version=version, amount=Decimal(amount))
        for amount in document["deductibles"]
    )
    for model, name in (
        (RefusalReason, "refusal_reasons"),
        (CancellationGround, "cancellation_grounds"),
        (Clause, "clauses"),
    ):
        rows: Any = model._default_manager
        rows.bulk_create(
            model(version=version, order=order, **line)
            for order, line in enumerate(document[name], 1)
        )
    audit.record("product.drafted", by=by, on=version, changes={"number": version.number})
    return version


def draft_tariff(document: Document, *, product: Product, by: Actor) -> TariffVersion:
    tariff = read({**document, "code": product.code})
    version = TariffVersion.objects.create(
        product=product,
        lowest=tariff.lowest,
        highest=tariff.highest,
        minimum=tariff.minimum,
        maximum=tariff.maximum,
        rounding=document["rounding"],
        rounding_en=document.get("rounding_en", ""),
        **_common(document, by),
    )
    write_parts(version, tariff)
    audit.record("tariff.drafted", by=by, on=version, changes={"number": version.number})
    return version


def write_parts(version: TariffVersion, tariff: Tariff) -> None:
    TariffFact.objects.bulk_create(
        TariffFact(
            version=version,
            order=order,
            code=fact.code,
            name=fact.name,
            name_en=fact.name_en,
            kind=fact.kind,
            unit=fact.unit,
            places=fact.places,
        )
        for order, fact in enumerate(tariff.facts, 1)
    )
    FactorGroup.objects.bulk_create(
        FactorGroup(
            version=version,
            order=order,
            code=group.code,
            name=group.name,
            name_en=group.name_en,
            strategy=group.strategy,
            lowest=group.lowest,
            highest=group.highest,
            is_float=group.is_float,
        )
        for order, group in enumerate(tariff.groups, 1)
    )
    for order, table in enumerate(tariff.tables, 1):
        _write_table(version, order, table)
    GoldenCase.objects.bulk_create(
        GoldenCase(
            version=version,
            order=order,
            name=case.name,
            facts=dict(case.facts),
            premium=case.premium,
            source=case.source,
        )
        for order, case in enumerate(tariff.golden, 1)
    )


def _write_table(version: TariffVersion, order: int, table: Table) -> None:
    row = RatingTable.objects.create(
        version=version,
        order=order,
        code=table.code,
        name=table.name,
        name_en=table.name_en,
        kind=table.kind,
        group=table.group,
        gives=table.gives,
        exposure=table.exposure,
        per=table.per,
        several=table.several,
        share_of=table.share_of,
        is_adjusted=table.is_adjusted,
        requires=table.requires,
    )
    for place, axis in enumerate(table.axes, 1):
        _write_axis(row, place, axis)
    TableCell.objects.bulk_create(
        TableCell(
            version=version,
            table=row,
            keys=list(keys),
            value=cell.value,
            highest=cell.highest,
            gives=cell.gives,
        )
        for keys, cell in table.cells.items()
    )


def _write_axis(table: RatingTable, order: int, axis: Axis) -> None:
    row = TableAxis.objects.create(
        version=table.version,
        table=table,
        order=order,
        fact=axis.fact,
        kind=axis.kind,
        trend=axis.trend,
    )
    AxisPoint.objects.bulk_create(
        AxisPoint(
            version=table.version,
            axis=row,
            order=place,
            key=point.key,
            label=point.label,
            label_en=point.label_en,
            upper=point.upper,
        )
        for place, point in enumerate(axis.points, 1)
    )


def _common(document: Document, by: Actor) -> dict[str, Any]:
    valid_to: date | None = document.get("valid_to")
    return {
        "number": document["number"],
        "valid_from": document["valid_from"],
        "valid_to": valid_to,
        "source": document["source"],
        "certainty": document["certainty"],
        "note": document.get("note", ""),
        "organisation_id": by.organisation_id,
        "made_by": by.actor_key,
        "made_by_name": by.actor_name,
        "made_at": timezone.now(),
    }


def _limit(line: Document | str) -> dict[str, Decimal]:
    """A sum per person, or one with sums per accident and for the whole term."""
    sums = {"per_person": line} if isinstance(line, str) else line
    return {name: Decimal(amount) for name, amount in sums.items()}


def _head(line: Document) -> dict[str, Any]:
    sums = {name: Decimal(line[name]) for name in ("share", "amount", "deductible") if name in line}
    return {**line, **sums}
