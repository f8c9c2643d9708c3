"""Reads the process environment for settings.py; what is missing or unsafe ends in one sentence."""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
HINT = "`make run` makes one for you; docs/operations.md lists every setting."


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if not value and default is None:
        raise ImproperlyConfigured(f"Set {name} in the environment before starting. {HINT}")
    return value or ""


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 0 (off) or 1 (on).")
    return value == "1"


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value)


def words(name: str, default: str | None = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    value = text(name)
    if len(value) < 50:
        raise ImproperlyConfigured(
            f"{name} has {len(value)} characters; use at least 50 random ones."
        )
    return value


def key(name: str, value: str) -> bytes:
    try:
        decoded = b64decode(value, validate=True)
    except NotBase64:
        decoded = b""
    if len(decoded) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"{name} must be {KEY_BYTES} random bytes in base64:"
            " `openssl rand -base64 32` makes one."
        )
    return decoded


def field_keys(name: str) -> dict[str, bytes]:
    """`id:base64,id:base64`; the first encrypts, all decrypt."""
    pairs = [entry.partition(":") for entry in words(name, None)]
    return {key_id: key(name, value) for key_id, _, value in pairs}


def database(name: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name`; a socket folder is written %2Flike%2Fthis."""
    url = urlsplit(text(name))
    userinfo, _, address = url.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    host, _, port = address.partition(":")
    if url.scheme not in {"postgres", "postgresql"} or not user or not url.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host:5432/name."
        )
    return {
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": unquote(host),
        "PORT": port,
    }


def mail(name: str) -> dict[str, Any]:
    """`smtp://user:password@host:port` (`smtps` with TLS), or `console://` to print the letters."""
    url = urlsplit(text(name, "console://"))
    if url.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtps://user:password@host:465.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or 465,
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
    }
