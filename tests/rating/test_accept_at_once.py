"""Two people of an enterprise take the same quote in the same moment: one does, one is told."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from apps.catalogue.services import load_catalogue
from apps.core import context
from apps.core.models import AuditEvent
from apps.rating.errors import QuoteRefused
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.trial import golden_faults
from apps.rating.services import accept_quote, offer_quotes
from tests.conftest import ARRANGER
from tests.factories import HeadcountFactory, UserFactory
from tests.rating.conftest import START, TODAY


@pytest.mark.usefixtures("own_database")
def test_of_two_at_once_exactly_one_takes_it():
    load_catalogue(trial=golden_faults)
    with context.entering(ARRANGER), transaction.atomic():
        site = HeadcountFactory(valid_from=date(2026, 1, 1)).site
        people = [UserFactory(organisation=site.enterprise.organisation) for _ in range(2)]
    declared = Declared(source="投保申请", on=TODAY, had_accident=False, is_listed=False)
    with context.entering(people[0].context), transaction.atomic():
        quote = offer_quotes(site=site, on=START, declared=declared, today=TODAY, by=people[0])[0]
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def take(person) -> None:
        barrier.wait()
        try:
            with context.entering(person.context):
                accept_quote(quote=quote, today=TODAY, by=person)
                outcomes.append("taken")
        except QuoteRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["taken", "该报价已被接受。"]
    with context.entering(ARRANGER), transaction.atomic():
        assert Quote.objects.accepted().count() == 1
        assert AuditEvent.objects.filter(action="quote.accepted").count() == 1
