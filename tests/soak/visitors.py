"""Somebody at the pages over real HTTP: no scripts, one cookie, and as many tries as it takes."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from leeward.response.front_door.questions import question_set
from leeward.response.front_door.tests.site import REFER_LEAST

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
REFERENCE = re.compile(r'lw-reference">([A-Z]+-\d+)<')


@dataclass
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


@dataclass
class Caller:
    """One browser without scripts."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def call(self, path: str, data: dict[str, Any] | None = None, *, timeout: float = 30) -> Answer:
        """One request on a connection of its own; redirects are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            body = None
            if data is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                body = urlencode({"csrfmiddlewaretoken": self.token, **data}, doseq=True)
            connection.request("GET" if data is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            found = TOKEN.search(text)
            if found:
                self.token = found.group(1)
            return Answer(response.status, response.getheader("Location") or "", text)
        finally:
            connection.close()


@dataclass
class Asker(Caller):
    """Somebody who answers questions up to the page on which they are checked, and then sends them."""

    journey: str = "ask"
    as_persona: str = ""

    def prepare(self) -> None:
        """Everything but the sending."""
        if self.as_persona:
            assert self.call(f"/demo/as/{self.as_persona}").status == 302
        assert self.call(f"/{self.journey}/1").status == 200
        for step, answers in self._answers():
            answer = self.call(f"/{self.journey}/{step}", answers)
            assert answer.status == 302, (self.journey, step, answer.status)
        assert self.call(f"/{self.journey}/check").status == 200

    def _answers(self) -> list[tuple[int, dict[str, Any]]]:
        if self.journey == "ask":
            return [(1, {"about": "me", "do": "next"})]
        keys = [step.key for step in question_set("refer").steps]
        said: list[tuple[str, dict[str, Any]]] = [(key, {**data, "do": "next"}) for key, data in REFER_LEAST]
        said += [(key, {"do": "skip"}) for key in ("contact", "language")]
        said += [("agreed", {"agreed": "told_agreed", "do": "next"})]
        return [(keys.index(key) + 1, data) for key, data in said]

    def send(self) -> str:
        """Press the button once; the reference that was shown. Raises whatever a lost connection raises."""
        sent = self.call(f"/{self.journey}/check", {})
        if sent.status == 503:
            raise ConnectionError("they say that they cannot reach their records")
        assert sent.status == 302, sent.status
        assert sent.location == f"/{self.journey}/done", sent.location
        shown = self.call(sent.location)
        if shown.status == 503:
            raise ConnectionError("they say that they cannot reach their records")
        found = REFERENCE.search(shown.text)
        assert found, shown.status
        return found.group(1)
