"""What 50 workers and 200 visitors do for a minute (locust). Loopback only."""

from __future__ import annotations

import random
import re

from locust import HttpUser, between, task

WORKERS = ("access-point", "access-point-2", "adviser", "manager", "children", "refuge", "housing", "social-worker")
CASE = re.compile(r'href="(/cases/\d+)"')
CONTACT = re.compile(r'href="(/contacts/\d+)"')


class Worker(HttpUser):
    """Somebody at work: today, lists, a case, a search, again and again."""

    weight = 1
    wait_time = between(1, 3)

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
    def search(self) -> None:
        """Find somebody."""
        self._get(f"/search?q={random.choice(('Maya', 'Smith', 'Amelia+Patel', 'Olivia+Jones'))}", "search")


class Visitor(HttpUser):
    """Somebody who reads, and sometimes begins to ask."""

    weight = 4
    wait_time = between(2, 6)

    @task(3)
    def read(self) -> None:
        """The first page and another."""
        self.client.get("/", name="home")
        self.client.get(random.choice(("/pages/what-is-abuse", "/pages/browsing", "/pl/")), name="page")

    @task(1)
    def begin(self) -> None:
        """The page before the first question, and the first question."""
        self.client.get("/ask", name="ask")


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
