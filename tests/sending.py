"""Forms sent as a browser without scripts sends them: what the page shows, changed by what somebody types."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class _Fields(HTMLParser):
    """The boxes of the last large form of a page, with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._in: list[tuple[str, str]] | None = None
        self._area = self._select = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = []
            self.forms.append(self._in)
        if self._in is None or (not at.get("name") and tag != "option"):
            return
        if tag == "input" and (at.get("type") not in ("radio", "checkbox", "submit") or "checked" in at):
            self._in.append((at["name"], at.get("value", "on" if at.get("type") == "checkbox" else "")))
        elif tag == "textarea":
            self._area, self._text = at["name"], []
        elif tag == "select":
            self._select = at["name"]
        elif tag == "option" and self._select and "selected" in at:
            self._in.append((self._select, at.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._in is not None and self._area:
            self._in.append((self._area, "".join(self._text).strip("\n")))
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._in = None


def shown(html: str) -> dict[str, list[str]]:
    """What a browser would send if nothing were typed: of the form with the most boxes."""
    reader = _Fields()
    reader.feed(html)
    found: dict[str, list[str]] = {}
    for name, value in max(reader.forms, key=len, default=[]):
        found.setdefault(name, []).append(value)
    return found


def send(client: Client, address: str, page: HttpResponse | None = None, **typed: Any) -> HttpResponse:
    """Open a form (or take one that is shown), type, send."""
    page = page or client.get(address)  # type: ignore[assignment]  # a test's answer is one
    assert page is not None
    assert page.status_code == 200, (address, page.status_code)
    data: dict[str, Any] = shown(page.content.decode())
    for name, value in typed.items():
        data[name.replace("__", "-")] = value
    return client.post(address, data)  # type: ignore[return-value]  # the same


def send_on(client: Client, address: str, **typed: Any) -> str:
    """The same, where it must lead on; answers where to."""
    answer = send(client, address, **typed)
    assert answer.status_code == 303, answer.content.decode()[:9000]
    return str(answer.headers["Location"])


def on(name: str, day: Any) -> dict[str, str]:
    """A date as its three boxes."""
    return {f"{name}__day": str(day.day), f"{name}__month": str(day.month), f"{name}__year": str(day.year)}
