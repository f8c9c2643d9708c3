"""What the load balancer is told."""

import pytest

from apps.accounts import health
from tests.conftest import admin_in


@pytest.fixture(autouse=True)
def _asked_anew():
    health.forget()
    yield
    health.forget()


@pytest.mark.no_database
def test_a_process_that_answers_is_alive_without_any_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_a_platform_with_all_its_parts_is_ready(own_database, client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": "ok",
        "redis": "ok",
        "migrations": "ok",
        "row_level_security": "ok",
    }


@pytest.mark.parametrize(
    "change",
    [
        "drop policy scope_insurer on enterprises_site",
        "alter table enterprises_site no force row level security",
    ],
)
def test_a_platform_that_lost_a_lock_is_not_ready(own_database, client, change):
    admin_in(own_database, change)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["row_level_security"] == "wrong"


def test_a_platform_with_a_migration_to_come_is_not_ready(own_database, client):
    admin_in(own_database, "delete from django_migrations where app = 'messaging'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["migrations"] == "wrong"


def test_without_a_database_the_answer_is_503_and_no_error_page(own_database, client):
    admin_in(own_database, "revoke connect on database " + own_database + " from public, app_rw")

    health.CHECKS["database"].__globals__["connection"].close()
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["database"] == "absent"
    assert client.get("/healthz").status_code == 200


def test_the_thorough_answer_is_kept_for_ten_seconds(own_database, client):
    assert client.get("/readyz").status_code == 200
    admin_in(own_database, "drop policy scope_insurer on enterprises_site")

    assert client.get("/readyz").status_code == 200
    health.forget()
    assert client.get("/readyz").status_code == 503
