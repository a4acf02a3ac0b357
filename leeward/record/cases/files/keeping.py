"""Files on disk: sealed by the vault, under a name that tells nothing."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from leeward.platform.common import vault
from leeward.platform.common.errors import Refused

_TABLE = "cases_document"


def keep(document_id: int, content: bytes) -> None:
    """Seal a file and put it away."""
    default_storage.save(_name(document_id), ContentFile(vault.seal(content, table=_TABLE, row=document_id)))


def fetch(document_id: int) -> bytes:
    """The content of a file. Raises Refused where it is gone or does not open, so that somebody is told."""
    try:
        with default_storage.open(_name(document_id)) as file:
            sealed = file.read()
        return vault.unseal(sealed, table=_TABLE, row=document_id)
    except (OSError, vault.SealBroken):
        raise Refused(
            "This file cannot be opened. Tell whoever runs this system: it may have to be restored."
        ) from None


def drop(document_id: int) -> None:
    """Take a file away: of a row that was never kept."""
    default_storage.delete(_name(document_id))


def _name(document_id: int) -> str:
    # Two levels of folders by chance bits, so that no folder grows large.
    return f"documents/{document_id % 64:02x}/{document_id:x}"
