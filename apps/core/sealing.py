"""Sealed values: AES-256-GCM, bound to the one place they may be read from.

An envelope is `1:<key id>:<base64 of nonce and ciphertext>`. The leading 1 names the algorithm, so
that another one can stand beside it later; the key id says which of FIELD_KEYS opens it.
"""

import hmac
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

ALGORITHM = "1"
NONCE_BYTES = 12


class SealRefused(DomainError):
    code = "sealed_value_refused"


def seal(content: bytes, *, place: str) -> str:
    key_id = current_key_id()
    nonce = urandom(NONCE_BYTES)
    sealed = _cipher(settings.FIELD_KEYS[key_id]).encrypt(nonce, content, place.encode())
    return f"{ALGORITHM}:{key_id}:{b64encode(nonce + sealed).decode()}"


def unseal(envelope: str, *, place: str) -> bytes:
    algorithm, key_id, text = (*envelope.split(":", 2), "", "")[:3]
    key = settings.FIELD_KEYS.get(key_id)
    if algorithm != ALGORITHM or key is None:
        raise SealRefused(_("这项内容是用现在没有的密钥加密的，无法读取；请联系平台管理员。"))
    try:
        sealed = b64decode(text, validate=True)
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise SealRefused(_("加密内容不属于这条记录，或已被改动，拒绝读取。")) from None


def current_key_id() -> str:
    return next(iter(settings.FIELD_KEYS))


def current_prefix() -> str:
    """How every envelope begins that was sealed with the key in use now."""
    return f"{ALGORITHM}:{current_key_id()}:"


def blind(value: str, *, place: str) -> str:
    """A keyed digest: equal values of one place are found without being readable."""
    return hmac.new(settings.BLIND_INDEX_KEY, f"{place}\0{value}".encode(), sha256).hexdigest()


@lru_cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
