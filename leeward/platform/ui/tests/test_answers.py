"""Headers, error pages and the way out, without a database."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from leeward.platform.ui import gallery, views
from leeward.platform.ui.middleware import HEADERS


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("example", [example.name for example in gallery.EXAMPLES])
def test_every_example_is_drawn(visitor: Client, example: str) -> None:
    answer = visitor.get(f"/gallery/{example}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.search(r"<html lang=\"en-GB\"", page)
    assert " style=" not in page, "the content security policy lets no inline style through"
    assert not re.search(r"<script(?![^>]*src=)", page), "nor any inline script"
    assert not re.search(r"(src|href)=\"(https?:)?//", page), "nothing comes from elsewhere"
    assert len(re.findall("<h1", page)) == 1
    assert ("Error:" in re.findall("<title>(.*?)</title>", page)[0]) == (
        example.endswith("-errors") or example == "form-rtl"
    )


def test_the_gallery_is_not_there_in_production(visitor: Client, settings: Settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert visitor.get("/gallery").status_code == 404
    assert visitor.get("/gallery/case").status_code == 404


@pytest.mark.parametrize("address", ["/today", "/nothing", "/gone", "/broken", "/refuse", "/leave", "/today?a=%00"])
def test_every_answer_carries_the_safety_headers(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/to%00day", "/today?q=a%00b", "/today?q=%00"])
def test_nul_bytes_in_an_address_are_refused_kindly(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert "We could not read that" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/refuse", 403, "Only a manager can do this."),
        ("/nothing", 404, "There is nothing here that we can show you"),
        ("/gone", 503, "We cannot reach our records just now"),
        ("/broken", 500, "Something went wrong on our side"),
    ],
)
@pytest.mark.parametrize("who", ["", "?visitor"])
def test_what_went_wrong_is_a_page(visitor: Client, address: str, status: int, words: str, who: str) -> None:
    answer = visitor.get(address + who)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "Maya" not in page
    assert "Elm Road" not in page
    assert ("Exit this page" in page) == bool(who), "visitors keep their way out"


def test_hidden_and_missing_look_the_same(visitor: Client) -> None:
    hidden, missing = visitor.get("/nothing"), visitor.get("/never-was")
    assert hidden.content == missing.content
    assert hidden.status_code == missing.status_code == 404


def test_a_lost_database_says_when_to_come_back(visitor: Client) -> None:
    answer = visitor.post("/gone")
    assert answer.headers["Retry-After"] == "30"
    assert "may not have been saved" in answer.content.decode()


def test_a_stale_form_says_how_to_go_on() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/today", {"a": "b"})
    assert answer.status_code == 403
    assert "Nothing was sent: the page had been open too long" in answer.content.decode()


def test_an_error_page_that_fails_is_still_a_page(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(views, "render", fail)
    answer = visitor.get("/nothing")
    assert answer.status_code == 404
    assert "Something went wrong" in answer.content.decode()


def test_leaving_ends_everything_and_goes_somewhere_dull(visitor: Client, settings: Settings) -> None:
    session = visitor.session
    session["kept"] = "an answer"
    session.save()
    visitor.cookies["session"] = session.session_key
    for answer in (visitor.get("/leave"), visitor.post("/leave")):
        assert answer.status_code == 303
        assert answer.headers["Location"] == "https://www.bbc.co.uk/weather"
        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.cookies["session"].value == ""
    settings.EXIT_ADDRESS = "https://example.org/dull"
    assert visitor.get("/leave").headers["Location"] == "https://example.org/dull"


def test_leaving_works_without_a_database(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.backends.signed_cookies import SessionStore
    from django.db.utils import OperationalError

    def gone(*_args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(SessionStore, "flush", gone)
    assert visitor.get("/leave").status_code == 303
    monkeypatch.setattr(views, "leave", gone)
    request = type("Request", (), {"path": "/leave", "method": "GET"})()
    assert views.database_gone(request).status_code == 303


def test_a_session_that_the_lost_database_could_not_keep_is_no_bad_request(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.base import UpdateError
    from django.contrib.sessions.backends.signed_cookies import SessionStore
    from django.db.utils import OperationalError

    def save(*_args: object, **_more: object) -> None:
        """As Django's own store in the database does: whatever the database says becomes this."""
        try:
            raise OperationalError("the connection was lost")
        except OperationalError:
            raise UpdateError  # noqa: B904

    monkeypatch.setattr(SessionStore, "save", save)
    monkeypatch.setattr(SessionStore, "is_empty", lambda _self: False)
    monkeypatch.setattr(SessionStore, "modified", True, raising=False)
    answer = visitor.get("/today")
    assert answer.status_code == 503
    assert "We cannot reach our records just now" in answer.content.decode()


def test_a_language_is_chosen_by_form_and_sends_nobody_elsewhere(visitor: Client) -> None:
    answer = visitor.post("/language", {"language": "pl", "next": "/gallery/public"})
    assert answer.headers["Location"] == "/gallery/public"
    assert answer.cookies["django_language"].value == "pl"
    assert answer.cookies["django_language"]["max-age"] == ""
    away = visitor.post("/language", {"language": "xx", "next": "https://example.org/"})
    assert away.headers["Location"] == "/"
    assert "django_language" not in away.cookies


def test_messages_offer_to_undo(visitor: Client) -> None:
    page = visitor.get("/today").content.decode()
    assert "The task is done." in page
    assert re.search(r'<form method="post" action="/today">.*?Undo', page, re.DOTALL)
