"""The public words: whole in each language, neutral where a stranger may look, plain, and closed to everything else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.response.front_door.content import (
    FACTS,
    Page,
    draw,
    load_pages,
    page,
    pages_of,
    problems_of_folder,
    problems_of_own,
)
from leeward.response.front_door.models import Target
from tests.worlds import World

FACTS_GIVEN = {name: "01632 960 001" if name.endswith("_number") else f"the {name}" for name in FACTS}
PAGES = load_pages()
ENGLISH = sorted(slug for language, slug in PAGES if language == "en")

# What must not stand where a person looking over a shoulder, or at the history, would read it.
TELLING = re.compile(
    r"abus|violen|domestic|survivor|victim|perpetrat|rape|danger|help|hurt|"
    r"przemoc|ofiar|gwałt|krzywd|zagroż|ucie",
    re.IGNORECASE,
)
# Every number that a page may name. A number that is not here was made up or mistyped.
NUMBERS = {
    "999", "101", "111", "55", "116 123", "0808 2000 247", "0808 801 0327", "0808 802 4040", "0800 1111",
    "0800 999 5428",
}  # fmt: skip


def address(kind: str, name: str) -> str:
    return f"/{kind}/{name}"


def drawn(item: Page) -> str:
    return str(draw(item.body, facts=FACTS_GIVEN, address=address))


def test_nothing_is_wrong_with_the_files() -> None:
    assert problems_of_folder() == []


def test_every_page_is_there_in_every_language() -> None:
    for language in {language for language, _ in PAGES}:
        assert sorted(slug for found, slug in PAGES if found == language) == ENGLISH


@pytest.mark.parametrize("slug", ENGLISH)
def test_translation_has_the_same_parts(slug: str) -> None:
    """A paragraph, link, list item, heading or number that one language lacks was forgotten."""
    for language in {language for language, _ in PAGES} - {"en"}:
        here, there = PAGES["en", slug], PAGES[language, slug]
        for part in (r"<h2", r"<h3", r"<li", r"<tr", r"<p ", r"<strong"):
            assert len(re.findall(part, drawn(here))) == len(re.findall(part, drawn(there))), (slug, language, part)
        for targets in (r'href="([^"]+)"', r"\{\{\w+\}\}"):
            assert sorted(re.findall(targets, drawn(here))) == sorted(re.findall(targets, drawn(there)))
        assert sorted(re.findall(r"\{\{\w+\}\}", here.body)) == sorted(re.findall(r"\{\{\w+\}\}", there.body))
        assert (here.order, here.group) == (there.order, there.group)
        assert [door.to for door in here.doors] == [door.to for door in there.doors]


def test_names_of_pages_say_nothing_in_the_tab_or_the_address() -> None:
    listed = {"quiet-call": "Phone help", "danger": "Phone help", "child-danger": "Phone help", "urgent-referral": ""}
    for (_, slug), item in PAGES.items():
        words = item.tab.replace("Phone help", "").replace("Pomoc przez telefon", "")
        assert not TELLING.search(words), (slug, item.tab)
        if slug not in listed:
            assert not TELLING.search(slug), slug


def test_each_tab_is_short_and_differs_within_a_group() -> None:
    for language in ("en", "pl"):
        for group in ("now", "understand", "options", "you", "us"):
            tabs = [item.tab for item in pages_of(group, language)]
            assert len(set(tabs)) == len(tabs)
            assert all(len(tab) <= 40 for tab in tabs)


@pytest.mark.parametrize("key", sorted(PAGES))
def test_first_use_of_domestic_abuse_says_what_it_is(key: tuple[str, str]) -> None:
    language, _ = key
    term, explained = {
        "en": ("domestic abuse", ("not only violence", "ex-partner", "family")),
        "pl": ("przemoc domowa", ("nie tylko bicie", "były partner", "rodzin")),
    }[language]
    words = PAGES[key].body
    # Names of laws, orders and lines are names, and explain nothing.
    plain = re.sub(r"Domestic abuse protection \w+|National Domestic Abuse Helpline", "", words)
    paragraphs = [part for part in plain.split("\n\n") if term in part.lower() and not part.startswith("#")]
    if paragraphs:
        # The paragraph itself or what directly follows says that it is more than violence, and by whom.
        start = plain.index(paragraphs[0])
        said = plain[start : start + 400].lower()
        assert all(word in said for word in explained), key


def test_only_known_telephone_numbers_are_named() -> None:
    for key, item in PAGES.items():
        everything = " ".join([item.title, item.description, item.body])
        for found in re.findall(r"(?<![\w:])(?:0\d[\d ]{7,}\d|0800 1111|116 123|999|101|111)(?![\w])", everything):
            assert found.strip() in NUMBERS, (key, found)


@pytest.mark.parametrize("slug", ENGLISH)
def test_english_can_be_read_by_a_child_of_eleven(slug: str) -> None:
    """The Flesch-Kincaid grade, counted over sentences and list items: grade 6 is age 11 to 12."""
    assert grade(PAGES["en", slug].body) <= 6.0, grade(PAGES["en", slug].body)


def test_a_page_without_its_telephone_number_does_not_go_out() -> None:
    facts = {name: value for name, value in FACTS_GIVEN.items() if name != "local_number"}
    with pytest.raises(KeyError, match="local_number"):
        draw(PAGES["en", "home"].body, facts=facts, address=address)


def test_facts_are_text_and_numbers_can_be_tapped() -> None:
    html = str(
        draw(
            "{{partnership}} on {{local_number}}",
            facts={"partnership": "<script>A & B</script>", "local_number": "01632 960 001"},
            address=address,
        )
    )
    assert "&lt;script&gt;A &amp; B&lt;/script&gt;" in html
    assert '<a href="tel:01632960001" class="govuk-link">01632 960 001</a>' in html or (
        'href="tel:01632960001"' in html and "01632 960 001</a>" in html
    )


def test_html_in_a_file_is_shown_and_never_run() -> None:
    html = str(draw("<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))", facts={}, address=address))
    assert "<img" not in html
    assert "<a" not in html


def test_a_page_that_a_language_lacks_is_shown_in_english() -> None:
    found = page("home", "cy")
    assert found is not None
    assert found.language == "en"
    assert page("no-such-page", "en") is None


GOOD = """---
title: Words
tab: Words
description: Words.
order: 1
group: us
reviewed: 2026-11-22
checked_by: Nobody
check: []
---

Text.
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No front matter.", "three dashes"),
        (GOOD.replace("tab: Words\n", ""), "tab is missing"),
        (GOOD.replace("group: us", "group: them"), "group must be one of"),
        (GOOD.replace("2026-11-22", "soon"), "reviewed must be a date"),
        (GOOD.replace("Words.\n", "Words: many\n", 1), "need quotes"),
        (GOOD.replace("Text.", "Call {{numbr}}."), "{{numbr}} is not known"),
        (GOOD.replace("Text.", "# Big"), "begin headings"),
        (GOOD.replace("Text.", "[a](http://example.org)"), "must begin with"),
        (GOOD.replace("Text.", "[a](page:nowhere)"), "a page that is not there"),
        (GOOD.replace("Text.", "[a](go:away)"), "must be one of ask"),
        (GOOD + "", ""),
    ],
)
def test_mistakes_in_a_file_are_said_in_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "words.md").write_text(text)
    problems = problems_of_folder(tmp_path)
    assert (not problems) if not said else any(said in problem for problem in problems), problems


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Path:
    """A folder of the partnership's own pages, read as when the program starts."""
    folder = tmp_path / "content"
    (folder / "en").mkdir(parents=True)
    settings.CONTENT = str(folder)
    return folder


def written(folder: Path, name: str, text: str, language: str = "en") -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / f"{name}.md").write_text(text, encoding="utf-8")


def test_a_page_of_the_partnership_stands_in_the_place_of_ours(own: Path, world: World) -> None:
    written(own, "housing", GOOD.replace("Text.", "Ring Harbour Homes. [Ask](go:ask) [More](page:local-groups)"))
    written(own, "local-groups", GOOD.replace("Text.", "Mondays at the library."))
    written(
        own,
        "local-groups",
        GOOD.replace("Text.", "W poniedziałki.").replace("title:", "translation: Ours\ntitle:"),
        "pl",
    )
    assert problems_of_own(own) == []
    found = page("housing", "en")
    assert found is not None
    assert "Harbour Homes" in found.body
    assert page("money", "en") == PAGES["en", "money"], "what it does not have is ours"
    assert (page("local-groups", "pl") or PAGES["en", "money"]).body == "W poniedziałki."
    assert "Harbour Homes" in Client().get(reverse("public_page", args=["housing"])).content.decode()
    assert "Mondays at the library" in Client().get(reverse("public_page", args=["local-groups"])).content.decode()


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (GOOD.replace("tab: Words\n", ""), "en", "en/housing.md: tab is missing"),
        (GOOD.replace("Text.", "[a](page:nowhere)"), "en", "en/housing.md: the link page:nowhere leads to a page"),
        ("No front matter.", "en", "en/housing.md: it must begin with a line of three dashes"),
        (
            GOOD.replace("title:", "translation: Ours\ntitle:"),
            "cy",
            "cy/housing.md: this installation has no pages in “cy”",
        ),
    ],
)
def test_a_page_with_a_mistake_is_left_out_and_said(own: Path, text: str, language: str, said: str) -> None:
    written(own, "housing", text, language)
    (problem,) = problems_of_own(own)
    assert said in problem
    assert page("housing", "en") == PAGES["en", "housing"], "ours stands there meanwhile"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("check: []", "check: []\ndoors:"), "doors must be a list"),
        (GOOD.replace("check: []", "check: []\ndoors: 5"), "doors must be a list"),
        (GOOD.replace("check: []", "check: []\ndoors:\n- {to: 5, title: A, text: B}"), "needs to, title and text"),
        (GOOD.replace("check: []", "check: []\ndoors:\n- {to: 'tel:9', title: A, text: B}"), "page: or go:"),
        (GOOD.replace("2026-11-22", "20261122"), "reviewed must be a date"),
        (GOOD.replace("2026-11-22", "'20261122'"), "reviewed must be a date"),
        (GOOD.replace("group: us", "group: {}"), "group must be one of"),
        (GOOD.replace("check: []", "check: [{}]"), "check must be a list"),
        (GOOD.replace("title: Words", "title: 5"), "title must be words"),
        (GOOD.replace("title: Words", "title:"), "title must be words"),
        (GOOD.replace("check: []", "check: []\n? [a]\n: b"), "it cannot be read"),
        (GOOD.replace("check: []", "check: " + "[" * 3000), "it cannot be read"),
        (GOOD.replace("Text.", "[x][1]\n\n[1]: page:Foo%20bar"), "leads to a page that is not there"),
        (GOOD.replace("Text.", "[x][1]\n\n[1]: http://example.org"), "must begin with page:"),
        (GOOD.replace("Text.", "<http://example.org>"), "must begin with page:"),
        (GOOD.replace("Text.", "![a](https://example.org/a.png)"), "would not be shown"),
        (GOOD.replace("Text.", "Ring {&#123;numbr}}"), "{{numbr}} is not known"),
        (GOOD.replace("Text.", "Big\n==="), "begin headings"),
    ],
)
def test_nothing_in_a_file_takes_the_public_pages_down(own: Path, world: World, text: str, said: str) -> None:
    written(own, "housing", text)
    (problem,) = problems_of_own(own)
    assert problem.startswith("en/housing.md: ")
    assert said in problem
    assert Client().get("/").status_code == 200
    assert page("housing", "en") == PAGES["en", "housing"], "ours stands there meanwhile"


def test_files_that_cannot_be_pages_are_said(own: Path, world: World) -> None:
    written(own, "Housing help", GOOD)
    (own / "en" / "money.md").mkdir()
    (own / "en" / "health.md").symlink_to(own / "nowhere")
    words = problems_of_own(own)
    assert len(words) == 3, words
    for name, said in (("Housing help", "letters from a to z"), ("money", "cannot be read"), ("health", "cannot be")):
        assert any(one.startswith(f"en/{name}.md: ") and said in one for one in words), name
    assert Client().get(reverse("public_page", args=["money"])).status_code == 200


def test_a_file_from_windows_is_read(own: Path) -> None:
    (own / "en" / "housing.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert problems_of_own(own) == []
    assert (page("housing", "en") or PAGES["en", "money"]).body == "Text."


def test_a_folder_that_is_not_there_and_pages_beside_it(own: Path, tmp_path: Path) -> None:
    assert "there is no folder" in problems_of_own(tmp_path / "nowhere")[0]
    (own / "housing.md").write_text(GOOD)
    assert "like en/housing.md" in problems_of_own(own)[0]
    (own / "en" / "money.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    assert any("save it as UTF-8" in problem for problem in problems_of_own(own))


@pytest.mark.parametrize(("language", "high", "other"), [
    ("en", "within 2 working hours", "within 36 hours"), ("pl", "w ciągu 2 godzin pracy", "w ciągu 36 godzin"),
])  # fmt: skip
def test_promised_hours_follow_the_targets(world: World, language: str, high: str, other: str) -> None:
    for risk, hours, working in (("high", 2, True), ("medium", 12, False), ("unknown", 36, False)):
        Target(
            partnership=world.partnership, risk=risk, hours=hours, is_working_time=working, weekdays=[0, 1, 2, 3, 4]
        ).save(force_insert=True)
    where = reverse("public_page", args=["what-happens"])
    words = Client().get(where if language == "en" else f"/{language}{where}").content.decode()
    assert high in words
    assert other in words, "the longest of the others: nobody waits longer than was promised"


def grade(body: str) -> float:
    """Flesch-Kincaid grade of a page: tables, links' targets and placeholders taken out, list items as sentences."""
    text = re.sub(r"\{\{\w+\}\}", "number", body)
    text = re.sub(r"\]\([^)]*\)", "", text).replace("[", "").replace("*", "")
    text = re.sub(r"^\|[ -|]*\|$", "", text, flags=re.MULTILINE).replace("|", ". ")
    text = re.sub(r"^#+ (.*)$", r"\1.", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:- |\d+\. )(.*?)([.?!]?)$", r"\1.", text, flags=re.MULTILINE)
    sentences = [part for part in re.split(r"[.?!:;]+(?:\s|$)|\n\n", text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Syllables of an English word, near enough."""
    word = re.sub(r"[^a-z]", "", word.lower())
    word = re.sub(r"(?:es|ed|e)$", "", word) if not word.endswith(("le", "ted", "ded")) else word
    return max(1, len(re.findall(r"[aeiouy]+", word)))
