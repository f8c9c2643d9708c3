"""A tariff as a workbook: written for a clerk to read and change, read back whole or not at all."""

from apps.catalogue.rules.workbook.faults import CellFault, WorkbookRefused, Wrong
from apps.catalogue.rules.workbook.reading import Book, read_workbook
from apps.catalogue.rules.workbook.writing import write_workbook

__all__ = [
    "Book",
    "CellFault",
    "WorkbookRefused",
    "Wrong",
    "read_workbook",
    "write_workbook",
]
