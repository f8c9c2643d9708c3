"""What may be changed about a cover: the terms, and one change of them with what it asks for.

People are counted by difference and all else by its new value, so that a change keeps its meaning
when another one is put in before it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True)
class Terms:
    heads: int
    limit: Decimal
    deductible: Decimal
    industry: str  # "3311 金属结构制造"
    address: str

    def document(self) -> dict[str, Any]:
        return {name: str(value) for name, value in asdict(self).items()} | {"heads": self.heads}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            heads=int(document["heads"]),
            limit=Decimal(document["limit"]),
            deductible=Decimal(document["deductible"]),
            industry=document["industry"],
            address=document["address"],
        )


@dataclass(frozen=True)
class Amendment:
    """None leaves a term as it is; `until` is the new end of an extension."""

    heads_by: int = 0
    limit: Decimal | None = None
    deductible: Decimal | None = None
    industry: str | None = None
    address: str | None = None
    until: date | None = None

    def document(self) -> dict[str, Any]:
        """As JSON keeps it: only what is asked for."""
        told = {name: value for name, value in asdict(self).items() if value}
        return {name: value if name == "heads_by" else str(value) for name, value in told.items()}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        given: dict[str, Any] = {
            f.name: document[f.name] for f in fields(cls) if f.name in document
        }
        for name in ("limit", "deductible"):
            if name in given:
                given[name] = Decimal(given[name])
        if "until" in given:
            given["until"] = date.fromisoformat(given["until"])
        return cls(**given)

    def applied(self, terms: Terms) -> Terms:
        told = {
            name: value
            for name in ("limit", "deductible", "industry", "address")
            if (value := getattr(self, name)) is not None
        }
        return replace(terms, heads=terms.heads + self.heads_by, **told)

    def alters(self, terms: Terms) -> bool:
        return self.until is not None or self.applied(terms) != terms
