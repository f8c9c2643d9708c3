from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.models import Product, ProductVersion, TariffVersion
from apps.catalogue.rules.documents import write
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import load_catalogue
from apps.catalogue.services.drafting import draft_product, draft_tariff
from apps.rating.selectors.trial import golden_faults
from tests.factories import UserFactory, organisation

NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture
def product() -> Product:
    """The product that ships, with both its versions and both its tariffs."""
    load_catalogue(trial=golden_faults)
    return Product.objects.get(code="foshan-sli")


@pytest.fixture
def bureau() -> tuple[User, User]:
    """Two people of the city bureau: one drafts, the other approves."""
    own = organisation(Kind.CITY_BUREAU)
    return UserFactory(organisation=own), UserFactory(organisation=own)


@pytest.fixture
def draft(product: Product, bureau: tuple[User, User], acting: Callable[..., Any]) -> TariffVersion:
    """A third tariff, like the second, for next year."""
    document = write(tariff_of(product.tariffs.get(number=2)))
    return _draft_tariff(document, product, bureau[0], acting)


def _draft_tariff(document: Any, product: Product, by: User, acting: Any) -> TariffVersion:
    words = {"source": "市局文件", "certainty": "sample", "rounding": "到分"}
    with acting(by):
        return draft_tariff(
            {**document, **words, "number": 3, "valid_from": NEXT_YEAR}, product=product, by=by
        )


@pytest.fixture
def product_draft(
    product: Product, bureau: tuple[User, User], acting: Callable[..., Any]
) -> ProductVersion:
    """A third version of the product with one limit, for next year."""
    document = {
        "number": 3,
        "valid_from": NEXT_YEAR,
        "source": "市局文件",
        "certainty": "sample",
        "coverage_basis": "all_employees",
        "disability_table": "B",
        "quote_days": 15,
        "limits": ["1531529.92"],
        "deductibles": ["0"],
        "heads": [{"kind": "injury", "per": "person", "share": "1", "is_inside": True}],
        "refusal_reasons": [],
        "cancellation_grounds": [],
        "clauses": [],
    }
    with acting(bureau[0]):
        return draft_product(document, product=product, by=bureau[0])
