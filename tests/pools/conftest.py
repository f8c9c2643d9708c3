"""A pool of three in Nanhai, its agreement, and the people who make and answer its rounds."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core.dates import SHANGHAI
from apps.core.sheets.reading import Row
from apps.pools import services
from apps.pools.models import Agreement, Pool, ShareRound
from apps.pools.rounds import Figures
from apps.reference.models import District
from tests.factories import UserFactory, organisation, person

SINCE = date(2025, 1, 1)
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
SHARES = (5000, 3000, 2000)
WINDOW = (date(2025, 10, 1), date(2026, 1, 1))


@pytest.fixture
def broker() -> User:
    return person(Kind.BROKER, "broker_evaluator")


@pytest.fixture
def insurers() -> list[Organisation]:
    return [
        organisation(Kind.INSURER, name=f"第{sign}财产保险佛山分公司", short_name=f"第{sign}")
        for sign in "甲乙丙"
    ]


@pytest.fixture
def voices(insurers) -> list[User]:
    """Each member's authorised person."""
    return [UserFactory(organisation=one, role="insurer_admin") for one in insurers]


@pytest.fixture
def shared_pool(broker, insurers, voices) -> Pool:
    district = District.objects.get(short_name="南海")
    founder = person(Kind.DISTRICT_BUREAU, "district_officer")
    pool = services.found_pool(district=district, name="南海区共保体", by=founder)
    for insurer in insurers:
        services.join_pool(pool=pool, insurer=insurer, valid_from=SINCE, source="协议", by=broker)
    shares = dict(zip(insurers, SHARES, strict=True))
    services.set_shares(pool=pool, shares=shares, valid_from=SINCE, source="协议", by=broker)
    return pool


def drawn_up(pool: Pool, **terms) -> Agreement:
    facts = {
        "number": "南海共保〔2025〕1号",
        "valid_from": SINCE,
        "valid_to": date(2027, 1, 1),
        "source": "共保体成员会议纪要",
    }
    return Agreement(pool=pool, **facts | terms)


@pytest.fixture
def agreement(shared_pool, broker) -> Agreement:
    return services.conclude_agreement(agreement=drawn_up(shared_pool), by=broker)


def sheet(*lines: tuple[str, str, str]) -> list[Row]:
    heading = Row(1, ["承保机构", "评分", "备注"])
    return [heading, *(Row(n, list(line)) for n, line in enumerate(lines, start=2))]


@pytest.fixture
def scores(shared_pool, broker) -> None:
    services.import_scores(
        pool=shared_pool,
        valid_from=WINDOW[0],
        valid_to=WINDOW[1],
        rows=sheet(("第甲", "72", ""), ("第乙", "88", ""), ("第丙", "93.5", "")),
        file_name="四季度评分.xlsx",
        file_hash="0" * 64,
        by=broker,
    )


def figures(insurers, *yuan) -> dict[int, Figures]:
    return {
        one.pk: Figures(business=Decimal(amount))
        for one, amount in zip(insurers, yuan, strict=True)
    }


@pytest.fixture
def gathering(agreement, scores, shared_pool, broker, acting: Callable) -> ShareRound:
    with acting(broker):
        return services.open_round(pool=shared_pool, today=TODAY, by=broker)


@pytest.fixture
def computed(gathering, insurers, broker, acting: Callable) -> ShareRound:
    with acting(broker):
        return services.compute_round(
            share_round=gathering,
            figures=figures(insurers, "260000.00", "310000.00", "430000.00"),
            today=TODAY,
            now=NOW,
            by=broker,
        )


@pytest.fixture
def asked(computed, broker, acting: Callable) -> ShareRound:
    with acting(broker):
        return services.ask_members(share_round=computed, today=TODAY, by=broker)


@pytest.fixture
def agreed(asked, voices, acting: Callable) -> ShareRound:
    for voice in voices:
        with acting(voice):
            services.approve_round(
                share_round=asked, seen_hash=asked.inputs_hash, now=NOW, by=voice
            )
    asked.refresh_from_db()
    return asked
