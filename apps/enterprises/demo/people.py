"""Accounts for every role: one in the city, one in each district where offices are by district."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import ROLES
from apps.core.fields import ALPHABET
from apps.enterprises.demo import names
from apps.enterprises.demo.draws import public_id, stream
from apps.enterprises.demo.institutions import Institutions

DOMAIN = "demo.example"  # .example belongs to nobody: no letter ever arrives
CITY = (
    ("city_officer", "city"),
    ("city_leader", "city"),
    ("finance_officer", "city-finance"),
    ("broker_evaluator", "broker"),
    ("broker_complaints", "broker"),
    ("broker_subsidies", "broker"),
    ("broker_admin", "broker"),
    ("association_officer", "association"),
    ("department_officer", "city-housing"),
    ("department_officer", "city-transport"),
    ("department_officer", "city-agriculture"),
    ("department_officer", "city-commerce"),
    ("agency_manager", "lingshang"),
    ("agency_engineer", "lingshang"),
    ("agency_manager", "zhizhi"),
    ("agency_engineer", "zhizhi"),
    ("agency_engineer", "queqiao"),
    ("expert", "expert"),
    ("expert", "expert"),
    ("expert", "expert"),
    ("system_admin", "platform"),
    ("security_admin", "platform"),
    ("audit_admin", "platform"),
)
# Nobody approves what they made: where there are two pairs of eyes, there are two people. They come
# last, so that everybody else keeps name and number.
COLLEAGUES = (("city_officer", "city"),)
DISTRICTS = (
    ("chancheng", "nanzhuang", "chancheng-commerce"),
    ("nanhai", "shishan", "nanhai-transport"),
    ("shunde", "longjiang", "shunde-agriculture"),
    ("sanshui", "leping", "sanshui-housing"),
    ("gaoming", "hecheng", "gaoming-housing"),
)
INSURER = ("underwriter", "service_officer", "claims_officer", "insurer_finance", "insurer_admin")
ENTERPRISE = ("enterprise_owner", "enterprise_safety_officer", "enterprise_clerk")


@dataclass(frozen=True)
class Account:
    """What a visitor of the demo needs to come in as somebody."""

    role: str
    role_title: str
    organisation: str
    login: str
    phone: str
    password: str


def password_for(seed: int) -> str:
    """Known to whoever holds this installation's key, and to nobody who reads the source."""
    digest = salted_hmac("demo city", str(seed), algorithm="sha256").digest()
    signs = "".join(ALPHABET[byte & 31] for byte in digest[:8])
    return f"fs-{signs[:4]}-{signs[4:]}"


def posts(found: Institutions) -> Iterator[tuple[str, str]]:
    yield from CITY
    for district, town, department in DISTRICTS:
        yield "district_officer", district
        yield "district_leader", district
        yield "town_officer", town
        yield "department_officer", department
        yield "finance_officer", f"{district}-finance"
    insurers = [slug for slug, one in found.by_slug.items() if one.kind == Kind.INSURER]
    for role in INSURER:
        yield role, insurers[0]
    for slug in insurers[1:]:
        yield "underwriter", slug
        yield "insurer_finance", slug


def employ(found: Institutions, enterprises: list[Organisation], seed: int) -> list[User]:
    """Unsaved accounts, in the order of the roles; phone numbers follow that order."""
    wanted = [(role, slug, found.by_slug[slug]) for role, slug in posts(found)]
    for number, organisation in enumerate(enterprises, start=1):
        wanted += [(role, f"{number}", organisation) for role in ENTERPRISE]
    wanted.sort(key=lambda post: list(ROLES).index(post[0]))
    wanted += [(role, slug, found.by_slug[slug]) for role, slug in COLLEAGUES]
    # One hash for all: they share the password anyway, and each would cost 30 ms.
    hashed = make_password(password_for(seed))
    held = Counter(role for role, _, _ in wanted)
    taken: Counter[str] = Counter()
    return [
        _person(role, _login(role, slug, held, taken), organisation, hashed, number, seed)
        for number, (role, slug, organisation) in enumerate(wanted, start=1)
    ]


def _person(
    role: str, login: str, organisation: Organisation, hashed: str, number: int, seed: int
) -> User:
    rng = stream(seed, "person", number)
    return User(
        public_id=public_id("usr", rng),
        name=names.person(rng),
        email=login,
        phone=f"1380000{number:04d}",
        organisation=organisation,
        role=role,
        password=hashed,
        created_at=organisation.created_at,
    )


def _login(role: str, slug: str, held: Counter[str], taken: Counter[str]) -> str:
    """city-officer@…, district-officer.nanhai@…, expert@…, expert.2@…"""
    words = role.split("_")
    place = [] if held[role] == 1 else [word for word in slug.split("-") if word not in words]
    own = ".".join(["-".join(words), *(["-".join(place)] if place else [])])
    taken[own] += 1
    return f"{own}{f'.{taken[own]}' if taken[own] > 1 else ''}@{DOMAIN}"


def accounts_of(people: list[User], seed: int) -> list[Account]:
    password = password_for(seed)
    return [
        Account(
            role=person.role,
            role_title=str(ROLES[person.role].title),
            organisation=person.organisation.name,
            login=person.email or "",
            phone=person.phone,
            password=password,
        )
        for person in people
    ]
