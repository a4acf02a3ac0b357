"""How the text of a page is read: one Markdown for checking it and for drawing it, so that both see the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

FACT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
# Its table of characters in addresses is made at the first link, and a second thread would read it half made.
MARKDOWN.render("[a](/é%20)")


@dataclass(frozen=True)
class Seen:
    """What a text holds that is checked before it is shown."""

    links: tuple[str, ...]  # where they lead, however they are written: in place, by reference, in angle brackets
    pictures: tuple[str, ...]
    facts: tuple[str, ...]
    has_title: bool  # a heading of the size of the page's title


@lru_cache(maxsize=512)
def seen_in(body: str) -> Seen:
    """What a text holds, once it is read as it will be drawn."""
    tokens = list(_all(MARKDOWN.parse(body)))
    drawn = [name for token in tokens if token.type == "text" for name in FACT.findall(token.content)]
    return Seen(
        links=tuple(str(token.attrGet("href") or "") for token in tokens if token.type == "link_open"),
        pictures=tuple(str(token.attrGet("src") or "") for token in tokens if token.type == "image"),
        facts=tuple(dict.fromkeys([*FACT.findall(body), *drawn])),
        has_title=any(token.tag == "h1" for token in tokens),
    )


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
