"""Public pages in another language hold no English: every sentence is translated, compiled, and its blanks kept."""

from __future__ import annotations

import re
from typing import Any

import pytest

from leeward.response.front_door.tests.site import Visitor, read
from leeward.response.front_door.tests.test_asking import WHOLE
from tests import translations
from tests.worlds import World

LANGUAGES = sorted(folder.name for folder in translations.LOCALE.iterdir() if folder.is_dir())
BLANK = re.compile(r"%\(\w+\)\w|%\{\w+\}|\{[\w:,]+\}")


def sentences() -> list[str | tuple[str, str]]:
    return sorted({words for _, words in translations.gathered()}, key=str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    catalog = translations.read(language)
    for words in sentences():
        message = catalog.get(words)
        assert message, f"not in {translations.po(language)}: {words!r} (run python -m tests.translations)"
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), f"not translated: {words!r}"
        for one in said:
            wanted = words if isinstance(words, str) else words[1]
            assert sorted(BLANK.findall(one)) == sorted(BLANK.findall(wanted)), f"blanks differ: {words!r}"
        assert not message.fuzzy, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    catalog = translations.read(language)
    file = translations.po(language).with_suffix(".mo")
    assert file.read_bytes() == translations.compiled(catalog), "run python -m tests.translations"


def english() -> list[str]:
    """Sentences long enough to be known again in a page."""
    plain = [words for words in sentences() if isinstance(words, str) and len(words.split()) > 2]
    return [re.split(BLANK, words)[0].strip() for words in plain if len(re.split(BLANK, words)[0].split()) > 2]


def test_a_journey_in_polish_meets_no_english(world: World) -> None:
    visitor = Visitor(prefix="/pl")
    pages: list[Any] = [visitor.get("/"), visitor.get("/ask"), visitor.get("/ask/1"), visitor.get("/receipt")]
    pages.append(visitor.post("/ask/1", do="next"))
    pages.append(visitor.post("/receipt", code="AAAA-AAAA-AAAA"))
    for key, data in WHOLE:
        pages.append(visitor.get(visitor.step("ask", key)))
        visitor.ask((key, data))
    pages.append(visitor.answer("ask", "danger", danger="both"))
    pages.append(visitor.get(visitor.step("ask", "danger") + "/now"))
    pages += [visitor.get("/ask/check"), visitor.send(), visitor.get("/ask/more/1"), visitor.get("/ask/9")]
    pages += [Visitor(prefix="/pl").get("/ask/9"), visitor.get("/refer/2"), visitor.get("/nothing")]
    for response in pages:
        text = read(response).text
        for words in english():
            assert words not in text, (
                f"{response.request['PATH_INFO'] if hasattr(response, 'request') else ''}: {words}"
            )
