"""Encryption in the application: documents, sealed addresses, immigration status, code words, drafts.

AES-256-GCM, the key newest first in `VAULT_KEYS` (`name:base64`), the table and row as associated data, so that a
sealed value copied to another row does not open. Keys never reach SQL, where they would reach logs
(see docs/decisions/0006-vault.md).
"""

from __future__ import annotations

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_FORMAT = b"\x01"


class SealBroken(Exception):
    """A sealed value does not open: another row's, damaged, or its key is gone."""


def new_key(name: str) -> str:
    """A new key in the form that VAULT_KEYS holds."""
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@lru_cache(maxsize=8)
def _keys(ring: tuple[str, ...]) -> dict[str, AESGCM]:
    keys = {}
    for entry in ring:
        name, _, value = entry.partition(":")
        keys[name] = AESGCM(base64.b64decode(value))
    return keys


def _ring() -> dict[str, AESGCM]:
    return _keys(tuple(settings.VAULT_KEYS))


def seal(value: bytes, *, table: str, row: int) -> bytes:
    """Encrypt bytes for one row of one table, under the newest key."""
    name, key = next(iter(_ring().items()))
    label = name.encode()
    nonce = os.urandom(12)
    return _FORMAT + bytes([len(label)]) + label + nonce + key.encrypt(nonce, value, _place(table, row))


def unseal(sealed: bytes | memoryview, *, table: str, row: int) -> bytes:
    """Decrypt what `seal` made for the same table and row. Raises SealBroken."""
    data = bytes(sealed)
    size = data[1]
    name, nonce, body = data[2 : 2 + size].decode(), data[2 + size : 14 + size], data[14 + size :]
    key = _ring().get(name)
    if data[:1] != _FORMAT or key is None:
        raise SealBroken(f"No key named {name!r} in the ring.")
    try:
        return key.decrypt(nonce, body, _place(table, row))
    except InvalidTag:
        raise SealBroken("The value was sealed for another place, or is damaged.") from None


def seal_text(value: str, *, table: str, row: int) -> bytes:
    """Encrypt text; the empty text stays empty bytes."""
    return seal(value.encode(), table=table, row=row) if value else b""


def unseal_text(sealed: bytes | memoryview | None, *, table: str, row: int) -> str:
    """Decrypt text that `seal_text` made."""
    return unseal(sealed, table=table, row=row).decode() if sealed else ""


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether a value is under the newest key (else rotation has still to seal it anew)."""
    data = bytes(sealed)
    return data[2 : 2 + data[1]].decode() == next(iter(_ring()))


def _place(table: str, row: int) -> bytes:
    return f"{table}:{row}".encode()
