"""Filling in an application as a browser does."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.enrollment.models import Application

ANSWERS = {"wanted_from": "2026-03-09", "had_accident": "no", "is_listed": "no"}
ACT = iter(range(10**6))


def page(step: str, row: Application) -> str:
    return reverse(f"enrollment:{step}", args=[row.public_id])


def send(client: Client, url: str, **answers: Any):
    return client.post(url, {**answers, "act": f"act{next(ACT)}"})


def text_of(answer) -> str:
    return answer.content.decode()


def priced(client: Client, row: Application) -> Application:
    """The first two steps."""
    send(client, page("terms", row), **ANSWERS)
    shown = client.get(page("limits", row)).context["options"]
    send(client, page("limits", row), quote=shown[0]["value"])
    row.refresh_from_db()
    return row


def completed(client: Client, row: Application, insurer) -> Application:
    priced(client, row)
    send(client, page("insurer", row), insurer=insurer.public_id)
    send(client, page("promise", row), promise="on")
    row.refresh_from_db()
    return row
