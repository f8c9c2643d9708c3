"""Who sees a quote: whoever sees its site, and the insurer only once it is chosen."""

import pytest

from apps.accounts.kinds import Kind
from apps.rating.models import Quote
from tests.access.test_scope import ALL, OF_A_SITE, OWN, insider, outsider
from tests.factories import organisation


@pytest.fixture
def quote(quotes, site):
    """Of a site that an insurer serves, and chosen to be insured by that insurer again."""
    site.insurer = organisation(Kind.INSURER)
    site.save(update_fields=["insurer"])
    Quote.objects.filter(pk=quotes[0].pk).update(insurer=site.insurer)
    return Quote.objects.select_related("site").get(pk=quotes[0].pk)


def expected(kind):
    return {OWN: [True, False], ALL: [True, True]}.get(OF_A_SITE[kind], [False, False])


@pytest.mark.parametrize("kind", Kind)
def test_the_filter_alone(kind, quote):
    people = insider(kind, quote.site), outsider(kind, quote.site)
    seen = [Quote.objects.visible_to(person).filter(pk=quote.pk).exists() for person in people]
    assert seen == expected(kind)


@pytest.mark.parametrize("kind", Kind)
def test_row_level_security_alone(kind, quote, acting):
    seen = []
    for person in (insider(kind, quote.site), outsider(kind, quote.site)):
        with acting(person):
            seen.append(Quote.objects.filter(pk=quote.pk).exists())
    assert seen == expected(kind)


def test_serving_a_site_does_not_open_the_quotes_it_has_elsewhere(quotes, site, acting):
    """The insurer of today must not see that the enterprise is asking for prices."""
    site.insurer = organisation(Kind.INSURER)
    site.save(update_fields=["insurer"])
    server = insider(Kind.INSURER, site)
    assert not Quote.objects.visible_to(server).exists()
    with acting(server):
        assert not Quote.objects.exists()


def test_without_a_context_there_are_none(quotes, acting):
    with acting(None):
        assert not Quote.objects.exists()


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ENTERPRISE, Kind.CITY_BUREAU}))
def test_others_cannot_take_a_quote_for_an_enterprise_they_do_not_keep(kind, quote, acting):
    with acting(outsider(kind, quote.site)):
        assert Quote.objects.filter(pk=quote.pk).update(state="accepted") == 0
