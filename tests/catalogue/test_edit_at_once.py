"""Two clerks save the same table in the same moment: one is saved, the other is told."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from apps.accounts.kinds import Kind
from apps.catalogue.errors import DraftChanged
from apps.catalogue.models import Product
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import load_catalogue, save_cells, start_tariff
from apps.core import context
from apps.rating.selectors.trial import golden_faults
from tests.conftest import ARRANGER
from tests.factories import UserFactory, organisation

TODAY, NEXT = date(2026, 3, 2), date(2027, 1, 1)


@pytest.mark.usefixtures("own_database")
def test_of_two_at_once_exactly_one_is_saved():
    load_catalogue(trial=golden_faults)
    with context.entering(ARRANGER), transaction.atomic():
        own = organisation(Kind.CITY_BUREAU)
        people = [UserFactory(organisation=own) for _each in range(2)]
    with context.entering(people[0].context), transaction.atomic():
        product = Product.objects.get(code="foshan-sli")
        words = {"valid_from": NEXT, "source": "市局文件", "today": TODAY, "by": people[0]}
        draft = start_tariff(product=product, like=product.tariffs.get(number=2), **words)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def save(person, value) -> None:
        barrier.wait()
        try:
            with context.entering(person.context):
                cells = {("I",): value}
                save_cells(version=draft, table="base", cells=cells, revision=1, by=person)
                outcomes.append(value)
        except DraftChanged:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=save, args=pair) for pair in zip(people, ["61", "62"], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (kept,) = [outcome for outcome in outcomes if outcome != "told"]
    assert sorted(outcomes, key=len) == [kept, "told"]
    with context.entering(people[0].context), transaction.atomic():
        again = product.tariffs.select_related("product").get(number=3)
        assert (f"{tariff_of(again).table['base'].cells['I',].value:f}", again.revision) == (
            f"{kept}.000000",
            2,
        )
