"""Words that go to others hold no place and no number: what looks like a postcode or a telephone is asked about."""

from __future__ import annotations

import re

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
PHONE = re.compile(r"(?<!\d)(?:\+44|0)[\s-]?(?:\d[\s-]?){9,10}(?!\d)")


def tells_place(text: str) -> str:
    """What in a text looks like a place or a number, in a sentence; nothing where nothing does."""
    if POSTCODE.search(text):
        return "This looks like a postcode. Take it out: where somebody is goes to nobody from here"
    if PHONE.search(text):
        return "This looks like a telephone number. Take it out: how they are reached is not sent"
    return ""
