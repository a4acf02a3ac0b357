"""Walks through the public pages as a browser without scripts would: what a page offers is what can be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from leeward.response.front_door.questions import question_set


class Reading(HTMLParser):
    """What a page says and offers: words, links, fields of its form with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.title = ""
        self.fields: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}
        self._in: list[str] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self._in.append(tag)
        if tag == "a":
            self.links.append(has.get("href", ""))
        name = has.get("name", "")
        if tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        if tag == "input" and name:
            if has.get("type") in ("radio", "checkbox"):
                self.offered.setdefault(name, []).append(has["value"])
                if "checked" in has:
                    self.fields.setdefault(name, []).append(has["value"])
            else:
                self.fields[name] = [has.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            while self._in.pop() != tag:
                pass
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data
        if "title" in self._in:
            self.title += data
        elif not {"script", "style"} & set(self._in):
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return re.sub(r"\s+", " ", "".join(self.words))


def read(response: HttpResponse) -> Reading:
    """A page as somebody reads it."""
    reading = Reading()
    reading.feed(response.content.decode())
    return reading


@dataclass
class Visitor:
    """Somebody at the public pages."""

    client: Client = field(default_factory=Client)
    prefix: str = ""

    def get(self, address: str) -> HttpResponse:
        """Open a page."""
        return self.client.get(self.prefix + address)

    def post(self, address: str, **data: Any) -> HttpResponse:
        """Send a form."""
        return self.client.post(self.prefix + address, data)

    def step(self, journey: str, key: str) -> str:
        """The address of a question's page, by the step's key."""
        steps = question_set({"ask": "ask_for_help", "refer": "refer"}[journey]).steps
        return f"/{journey}/{[step.key for step in steps].index(key) + 1}"

    def answer(self, journey: str, key: str, **data: Any) -> HttpResponse:
        """Send the answers of a step."""
        return self.post(self.step(journey, key), do="next", **data)

    def ask(self, *answers: tuple[str, dict[str, Any]], journey: str = "ask") -> None:
        """Answer steps in order; each must be taken."""
        for key, data in answers:
            response = self.answer(journey, key, **data)
            assert response.status_code == 302, f"{key}: {read(response).text}"

    def skip_until(self, journey: str, key: str) -> None:
        """Skip pages until the one of a step."""
        end = self.step(journey, key)
        for number in range(1, 60):
            address = f"/{journey}/{number}"
            if address == end:
                return
            self.post(address, do="skip")

    def send(self, journey: str = "ask") -> HttpResponse:
        """Send what there is; answers the confirmation."""
        sent = self.post(f"/{journey}/check")
        assert sent.status_code == 302, read(sent).text
        assert sent["Location"] == f"{self.prefix}/{journey}/done"
        return self.get(f"/{journey}/done")


# The least that a professional must say, up to the page on agreement.
REFER_LEAST: tuple[tuple[str, dict[str, Any]], ...] = (
    ("danger", {"danger": "no"}),
    ("you", {"agency_kind": "gp", "agency": "Quay Surgery", "your_name": "Nadia Shah", "your_phone": "01632 960108"}),
    ("person", {"given": "Maya", "family": "Lindqvist", "birth-day": "4", "birth-month": "3", "birth-year": "1990"}),
    ("about", {"about": "someone"}),
)
