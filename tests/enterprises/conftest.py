from datetime import date

import pytest
from django.urls import reverse

from apps.core.idempotency import new_act
from apps.enterprises.services import NewSite, register_enterprise
from apps.reference.models import District, Industry, Town
from tests.accounts.conftest import as_, deliver  # noqa: F401
from tests.codes import uscc
from tests.factories import UserFactory, person

TODAY = date(2026, 3, 2)


@pytest.fixture
def officer():
    """Keeps the register of Nanhai."""
    return person("district_bureau", name="佛山市南海区应急管理局", hotline="0757-86230000")


@pytest.fixture
def city():
    return person("city_bureau", name="佛山市应急管理局", hotline="0757-83320000")


@pytest.fixture
def registered(officer, acting):
    """An enterprise in Guicheng, Nanhai, entered by its bureau."""
    with acting(officer):
        return register_enterprise(
            uscc=uscc(900_001),
            name="佛山市南海锋利五金制品有限公司",
            contact_name="梁伟明",
            contact_phone="13800138000",
            site=new_site(),
            by=officer,
        )


@pytest.fixture
def site(registered):
    return registered.sites.get()


def new_site(**facts):
    given = {
        "name": "主厂区",
        "town": Town.objects.select_related("district").get(name="桂城街道"),
        "address": "夏南路8号",
        "industry": Industry.objects.get(code="3311"),
        "counts": {"production": 40, "quality": 2},
    }
    return NewSite(**given | facts)


def town(name):
    return Town.objects.select_related("district").get(name=name)


def district(name):
    return District.objects.get(name=name)


def industry(code):
    return Industry.objects.get(code=code)


def url(name, *args):
    return reverse(f"enterprises:{name}", args=args)


def post(client, where, **data):
    return client.post(where, {"act": new_act(), **data})


def errors(response):
    found = response.context["form"].errors
    return {name: [str(one) for one in sentences] for name, sentences in found.items()}


@pytest.fixture
def client_of(officer, as_):  # noqa: F811
    return as_(officer)


@pytest.fixture
def owner(registered):
    return UserFactory(organisation=registered.organisation, role="enterprise_owner")
