"""Markdown to HTML with the classes of our pages. No HTML of a file's own gets through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from markdown_it.token import Token
from markupsafe import Markup

from leeward.response.front_door.content.markdown import FACT, MARKDOWN

CLASSES = {
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "blockquote": "govuk-inset-text",
}
# A fact whose name ends like this is a telephone number, and can be tapped.
NUMBER = "_number"


def draw(body: str, *, facts: Mapping[str, str], address: Callable[[str, str], str]) -> Markup:
    """A page's text as HTML.

    `facts` are put in place of {{names}} as plain text. `address(kind, name)` answers where page:name and go:name are.
    Raises KeyError for a fact that is not given: a page without its telephone number must not go out.
    """
    tokens = MARKDOWN.parse(body)
    _label_cells(tokens)
    for token in tokens:
        _dress(token, address)
        if token.children:
            token.children = _with_facts(token.children, facts)
            for child in token.children:
                _dress(child, address)
    # The renderer escapes text and attributes; HTML in files is switched off above.
    return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))  # noqa: S704


def _label_cells(tokens: Sequence[Token]) -> None:
    """Each cell says its column's heading, for screens so narrow that a row becomes a card."""
    headings: list[str] = []
    place = 0
    for token, inner in pairwise(tokens):
        if token.type == "table_open":
            headings = []
        elif token.type == "tr_open":
            place = 0
        elif token.type == "th_open":
            headings.append(inner.content)
        elif token.type == "td_open":
            if place < len(headings):
                token.attrSet("data-label", headings[place])
            place += 1


def _dress(token: Token, address: Callable[[str, str], str]) -> None:
    if token.nesting == 1 and token.tag in CLASSES:
        token.attrSet("class", CLASSES[token.tag])
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if token.type == "link_open":
        target = str(token.attrGet("href") or "")
        kind, _, name = target.partition(":")
        if kind in ("page", "go"):
            token.attrSet("href", address(kind, name))
        elif kind == "https":
            token.attrSet("rel", "noreferrer nofollow")


def _with_facts(children: Sequence[Token], facts: Mapping[str, str]) -> list[Token]:
    found: list[Token] = []
    for child in children:
        if child.type != "text" or "{{" not in child.content:
            found.append(child)
            continue
        place = 0
        for match in FACT.finditer(child.content):
            found += _text(child.content[place : match.start()])
            found += _fact(match[1], facts[match[1]])
            place = match.end()
        found += _text(child.content[place:])
    return found


def _text(words: str) -> list[Token]:
    if not words:
        return []
    token = Token("text", "", 0)
    token.content = words
    return [token]


def _fact(name: str, value: str) -> list[Token]:
    digits = re.sub(r"[^0-9+]", "", value)
    if not name.endswith(NUMBER) or len(digits) < 3:
        return _text(value)
    opening, closing = Token("link_open", "a", 1), Token("link_close", "a", -1)
    opening.attrSet("href", f"tel:{digits}")
    return [opening, *_text(value), closing]
