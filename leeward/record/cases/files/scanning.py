"""Virus scan by ClamAV, where a partnership runs it (setting CLAMAV: `unix:/path` or `host:port`)."""

from __future__ import annotations

import io
import warnings
from typing import Any

from django.conf import settings

from leeward.platform.common.errors import Refused

CLEAN, NOT_SCANNED = "clean", "not_scanned"
INFECTED = "A virus was found in this file, so it was not kept. Tell whoever sent it to you."
SCANNER_GONE = (
    "Files are checked for viruses before they are kept, and the checker does not answer just now. "
    "The file was not kept. Try again in a few minutes."
)
SECONDS = 30


def scan(content: bytes) -> str:
    """Whether a file is clean. Raises Refused for an infected one, and where the scanner cannot be asked."""
    where = getattr(settings, "CLAMAV", "")
    if not where:
        return NOT_SCANNED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package asks for its version in a way that setuptools warns of
        import clamd
    scanner: Any
    if where.startswith("unix:"):
        scanner = clamd.ClamdUnixSocket(path=where.removeprefix("unix:"), timeout=SECONDS)  # type: ignore[no-untyped-call]  # the package has no types
    else:
        host, _, port = where.rpartition(":")
        scanner = clamd.ClamdNetworkSocket(host=host, port=int(port), timeout=SECONDS)  # type: ignore[no-untyped-call]  # as above
    try:
        verdict, _ = scanner.instream(io.BytesIO(content))["stream"]
    except (clamd.ClamdError, OSError, KeyError, ValueError, TypeError):
        raise Refused(SCANNER_GONE) from None
    if verdict == "FOUND":
        raise Refused(INFECTED)
    if verdict != "OK":
        raise Refused(SCANNER_GONE)
    return CLEAN
