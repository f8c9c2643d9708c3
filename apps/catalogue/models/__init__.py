"""Products and tariffs: versioned texts that everybody reads and nobody edits once they hold."""

from apps.catalogue.models.products import (
    CancellationGround,
    Clause,
    CoverageHead,
    DeductibleChoice,
    LimitChoice,
    Product,
    ProductVersion,
    RefusalReason,
)
from apps.catalogue.models.tariffs import (
    AxisPoint,
    FactorGroup,
    GoldenCase,
    RatingTable,
    TableAxis,
    TableCell,
    TariffFact,
    TariffVersion,
)

__all__ = [
    "AxisPoint",
    "CancellationGround",
    "Clause",
    "CoverageHead",
    "DeductibleChoice",
    "FactorGroup",
    "GoldenCase",
    "LimitChoice",
    "Product",
    "ProductVersion",
    "RatingTable",
    "RefusalReason",
    "TableAxis",
    "TableCell",
    "TariffFact",
    "TariffVersion",
]
