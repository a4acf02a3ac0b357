"""What 50 workers and 200 visitors do for a minute (locust). Loopback only."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

from locust import HttpUser, between, task

WORKERS = ("access-point", "access-point-2", "adviser", "manager", "children", "refuge", "housing", "social-worker")
CASE = re.compile(r'href="(/cases/\d+)"')
CONTACT = re.compile(r'href="(/contacts/\d+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


class Worker(HttpUser):
    """Somebody at work: today, lists, a case, a search, again and again."""

    weight = 1
    wait_time = between(3, 9)  # somebody reads, types and talks in between

    def on_start(self) -> None:
        """Sign in as one of the personas."""
        self.who = random.choice(WORKERS)
        self.client.get(f"/demo/as/{self.who}", name="sign in")
        self.seen: list[str] = []

    def _get(self, path: str, name: str) -> str:
        with self.client.get(path, name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            return str(answer.text or "")

    @task(3)
    def today(self) -> None:
        """The first page."""
        self._get("/today", "today")

    @task(4)
    def work(self) -> None:
        """The queue and a contact, or the caseload and a case."""
        if self.who.startswith("access-point"):
            found = CONTACT.findall(self._get("/triage", "triage"))
            if found:
                self._get(random.choice(found), "contact")
            return
        found = CASE.findall(self._get("/cases", "caseload"))
        if found:
            self._get(random.choice(found), "case")

    @task(1)
    def note(self) -> None:
        """Write down what happened in one of the cases of the list."""
        found = [] if self.who.startswith("access-point") else CASE.findall(self._get("/cases", "caseload"))
        if not found:
            return
        path = f"{random.choice(found)}/notes/new"
        form = dict(HIDDEN.findall(self._get(path, "note form")))
        day = date.today() - timedelta(days=1)
        form |= {
            "kind": "spoke", "happened_on-day": day.day, "happened_on-month": day.month, "happened_on-year": day.year,
            "text": "Spoke for a quarter of an hour. She is calmer and will ring on Thursday.",
        }  # fmt: skip
        with self.client.post(path, form, name="note", allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 303:
                answer.failure(f"{answer.status_code}: the note was not taken")

    @task(1)
    def search(self) -> None:
        """Find somebody."""
        token = dict(HIDDEN.findall(self._get("/search", "search form")))
        words = random.choice(("Maya", "Smith", "Amelia Patel", "Olivia Jones"))
        with self.client.post("/search", {**token, "q": words}, name="search", catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")


class Visitor(HttpUser):
    """Somebody who reads, and sometimes begins to ask."""

    weight = 4
    wait_time = between(4, 12)

    @task(3)
    def read(self) -> None:
        """The first page and another."""
        self.client.get("/", name="home")
        self.wait()
        self.client.get(random.choice(("/pages/options", "/pages/law", "/pages/housing", "/pl/")), name="page")

    @task(1)
    def begin(self) -> None:
        """The page before the first question, and the first question."""
        self.client.get("/ask", name="ask")

    @task(1)
    def ask(self) -> None:
        """Ask for help with the least that is needed, as somebody new, up to the reference."""
        self.client.cookies.clear()
        token = dict(HIDDEN.findall(self.client.get("/ask/1", name="question").text))
        self.client.post("/ask/1", {**token, "about": "me", "do": "next"}, name="question")
        token = dict(HIDDEN.findall(self.client.get("/ask/check", name="check").text))
        with self.client.post("/ask/check", token, name="send", catch_response=True) as answer:
            if "lw-reference" not in answer.text:
                answer.failure(f"{answer.status_code}: no reference was given")


class Empty(HttpUser):
    """The empty page of the same server, as fast as it goes: what the machine can do at all."""

    wait_time = between(0, 0)
    weight = 1

    def on_start(self) -> None:
        """Sign in."""
        self.client.get("/demo/as/adviser", name="sign in")

    @task
    def empty(self) -> None:
        """Nothing."""
        self.client.get("/bench/empty", name="empty")
