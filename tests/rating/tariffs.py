"""Tariffs of other shapes than ours, small enough to reckon by hand."""

import tomllib
from pathlib import Path
from typing import Any

from apps.catalogue.rules.documents import read
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.services import shipped

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "tariffs"


def zhongshan() -> Tariff:
    return read(tomllib.loads((EXAMPLES / "zhongshan.toml").read_text(encoding="utf-8")))


def foshan(number: int = 2) -> Tariff:
    text = (shipped.DATA / f"foshan-sli-tariff-{number}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return read({**document, "code": document["product"]})


def risk(**changed: Any) -> dict[str, Any]:
    """A metal workshop of 46 people with nothing against it and little for it."""
    return {
        "industry": "3311",
        "heads": 46,
        "limit": 500_000,
        "deductible": 0,
        "standardisation": "3",
        "accidents": "none_2",
        "tags": frozenset({"special_equipment"}),
        "credit": "B",
        "listed": "no",
    } | changed


def small(**parts: Any) -> Tariff:
    """One base of 100 yuan a head, and whatever a test is about."""
    tables = parts.pop("tables", [])
    facts = [{"code": "heads", "kind": "number", "name": "人数", "unit": "人"}]
    facts += [
        {"code": code, "kind": kind, "name": code} for code, kind in parts.pop("facts", {}).items()
    ]
    base = {"code": "base", "kind": "base", "name": "基础", "exposure": "heads", "cells": [["100"]]}
    whole = {"code": "small", "number": 1, "facts": facts, "tables": [base, *tables]}
    return read({**whole, **parts})


def factor(code: str, values: dict[str, str], group: str = "all", **more: Any) -> dict[str, Any]:
    axis = {"fact": code, "kind": "exact", "points": [[key] for key in values]}
    cells = [[key, value] for key, value in values.items()]
    own = {"code": code, "kind": "factor", "name": code, "group": group}
    return {**own, "axes": [axis], "cells": cells, **more}
