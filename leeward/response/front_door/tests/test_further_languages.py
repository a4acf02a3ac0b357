"""Languages that an installation adds: which are possible is said in words, and pages are drawn in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from leeward.config import env
from tests.worlds import World


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> list[tuple[str, str]]:
    monkeypatch.setenv("LEEWARD_LANGUAGES", value)
    return env.languages("LEEWARD_LANGUAGES")


def test_the_setting_names_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch, "CY:Cymraeg, ur:اردو") == [("cy", "Cymraeg"), ("ur", "اردو")]
    assert given(monkeypatch, "") == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("so:Soomaali", "has “so”, which is not possible. Possible are af, ar, "),
        ("no:Norsk", "has “no”, which is not possible"),
        ("en:English", "has “en”, which is there already"),
        ("pl:Polski", "has “pl”, which is there already"),
        ("cy:Cymraeg,cy:Welsh", "has “cy”, which is there already"),
        ("cy", "is a list like “cy:Cymraeg,ro:Română”"),
    ],
)
def test_one_that_cannot_be_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        given(monkeypatch, value)


def test_pages_are_drawn_in_a_further_language(world: World, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ur", "اردو")]
    client = Client()
    answer = client.get("/ur/")
    assert answer.status_code == 200
    assert 'lang="ur" dir="rtl"' in answer.content.decode()
    assert "اردو" in client.get("/").content.decode(), "it can be chosen"
    chosen = client.post("/language", {"language": "ur", "next": "/ur/"})
    assert chosen.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ur"


def test_a_language_that_django_does_not_know_takes_no_page_down(world: World, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("so", "Soomaali")]
    assert Client().get("/").status_code == 200
