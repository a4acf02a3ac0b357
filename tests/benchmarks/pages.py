"""The most used pages through the whole stack, in this process: middleware, policies, audit, templates.

Run with the settings tests.benchmarks.settings on a loaded demonstration; prints FIGURE lines.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from leeward.demo.partnerships import PERSONAS  # noqa: E402
from leeward.platform.access import acting  # noqa: E402
from leeward.platform.access.models import User  # noqa: E402
from leeward.record.cases.models import Case, CaseSight, ChronologyEntry  # noqa: E402
from leeward.response.front_door.models import Contact  # noqa: E402
from tests.benchmarks.figures import Figure, percentile  # noqa: E402
from tests.benchmarks.turns import my_turn  # noqa: E402

REQUESTS, WARM_UP, TURNS = 240, 24, 6
# The most used: what is asked of the twelve is asked of these.
TWELVE = (
    "home", "get_help_step", "triage", "contact", "index_check", "case", "chronology", "today", "caseload", "person",
    "family", "tasks",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page as the benchmark asks for it: by whom, which addresses in turn, and what is sent to each in turn."""

    name: str
    who: str  # a persona's key, empty for a visitor
    paths: Callable[[], list[str]]
    sent: tuple[dict[str, str], ...] = ()


def _ids(who: str, query: Callable[[], list[int]]) -> list[int]:
    """What a persona may see, asked as that persona."""
    name = next(persona[2] for persona in PERSONAS if persona[0] == who)
    user = (
        User.objects.filter(name=name, memberships__organisation__partnership__is_demo=True)
        .order_by("memberships__organisation__partnership_id")
        .first()
    )
    with transaction.atomic():
        acting.begin(user.id, None)
        return query()


def _cases() -> list[int]:
    return _ids(
        "adviser",
        lambda: list(CaseSight.objects.filter(scope=3).order_by("-opened_at").values_list("case_id", flat=True)[:60]),
    )


def _long_cases() -> list[int]:
    def longest() -> list[int]:
        some = _recent()
        from django.db.models import Count

        counted = (
            ChronologyEntry.objects.filter(case_id__in=some).values("case_id").annotate(n=Count("id")).order_by("-n")
        )
        return [row["case_id"] for row in counted[:30]]

    def _recent() -> list[int]:
        return list(CaseSight.objects.filter(scope=3).order_by("-opened_at").values_list("case_id", flat=True)[:300])

    return _ids("adviser", longest)


def _people() -> list[int]:
    ids = _cases()
    return _ids("adviser", lambda: list(Case.objects.filter(id__in=ids).values_list("person_id", flat=True)))


def _contacts() -> list[int]:
    return _ids(
        "access-point",
        lambda: list(Contact.objects.filter(status__in=["new", "taken"]).values_list("id", flat=True)[:40]),
    )


def _lists() -> list[tuple[str, str, str]]:
    """Lists that everybody of a kind opens the same: name, persona, address."""
    return [
        ("today_manager", "manager", reverse("today")),
        ("today_placement", "placement-coordinator", reverse("today")),
        ("shares_offered", "manager", reverse("shares_offered")),
        ("notices", "adviser", reverse("claim_notices")),
        ("referrals", "police", reverse("referrals")),
        ("handovers", "manager", reverse("handovers")),
        ("marac_home", "marac-coordinator", reverse("marac_home")),
        ("marac_referrals", "marac-coordinator", reverse("marac_referrals")),
        ("marac_actions", "marac-coordinator", reverse("marac_actions")),
        ("marac_calendar", "marac-coordinator", reverse("marac_calendar")),
        ("places", "refuge-manager", reverse("places")),
        ("place_asks", "refuge-manager", reverse("place_asks")),
        ("stays", "refuge-manager", reverse("stays")),
        ("move_on", "refuge-manager", reverse("move_on")),
        ("looked_for", "manager", reverse("looked_for") + "?whose=organisation"),
        ("made_safe", "manager", reverse("made_safe") + "?whose=organisation"),
        ("placement_waiting", "placement-coordinator", reverse("placement_waiting")),
        ("placement_proposals", "placement-coordinator", reverse("placement_proposals")),
        ("move_on_anywhere", "placement-coordinator", reverse("move_on_anywhere")),
        ("counts_places", "placement-coordinator", reverse("counts_places")),
        ("reciprocal", "placement-coordinator", reverse("reciprocal")),
    ]


def pages() -> list[Page]:
    """Every page that is measured. A list page that is added to the product is added here."""
    cases, people = _cases(), _people()
    return [
        Page("home", "", lambda: [reverse("home")]),
        Page("get_help_step", "", lambda: [reverse("ask")]),
        Page("triage", "access-point", lambda: [reverse("triage")]),
        Page("contact", "access-point", lambda: [reverse("contact", args=[pk]) for pk in _contacts()]),
        Page("index_check", "access-point", lambda: [reverse("index_check")]),
        Page("case", "adviser", lambda: [reverse("case", args=[pk]) for pk in cases]),
        Page("chronology", "adviser", lambda: [reverse("case", args=[pk]) for pk in _long_cases()]),
        Page("today", "adviser", lambda: [reverse("today")]),
        Page("caseload", "adviser", lambda: [reverse("caseload"), reverse("caseload") + "?whose=organisation"]),
        Page("risk", "adviser", lambda: [reverse("case_risk", args=[pk]) for pk in cases]),
        Page("person", "adviser", lambda: [reverse("person", args=[pk]) for pk in people]),
        Page("family", "adviser", lambda: [reverse("family", args=[pk]) for pk in people]),
        Page("tasks", "adviser", lambda: [reverse("tasks")]),
        Page("offers", "manager", lambda: [reverse("offers")]),
        Page("counts", "analyst", lambda: [reverse("counts")]),
        Page("marac_return", "marac-coordinator", lambda: [reverse("marac_return")]),
        Page("marac_year", "analyst", lambda: [reverse("marac_year")]),
        Page("marac_board", "analyst", lambda: [reverse("marac_board")]),
        Page("marac_daily", "access-point", lambda: [reverse("marac_daily")]),
        Page("marac_causing_harm", "marac-coordinator", lambda: [reverse("marac_causing_harm")]),
        *(Page(name, who, lambda address=address: [address]) for name, who, address in _lists()),
        Page("search", "adviser", lambda: [reverse("search")], ({"q": "Maya Lindqvist"}, {"q": "Smith"})),
    ]


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds of a page and, in the same seconds, of an empty one; the most statements of a request."""

    times: list[float]
    empty: list[float]
    statements: int


def measure(page: Page) -> Measured:
    """Ask for a page some hundred times, in turns with whoever else measures it."""
    client = _signed_in(page.who)
    paths = page.paths()
    assert paths, f"{page.name}: nothing to show"
    asked = [(path, sent) for path in paths for sent in page.sent or (None,)]
    for number in range(WARM_UP):
        answer = _ask(client, *asked[number % len(asked)])
        assert answer.status_code == 200, f"{page.name}: {answer.status_code} at {asked[number % len(asked)][0]}"
    statements = 0
    for one in asked[:5]:
        with CaptureQueriesContext(connection) as captured:
            _ask(client, *one)
        statements = max(statements, sum(not _is_frame(query["sql"]) for query in captured.captured_queries))
    nobody = _signed_in("adviser")
    times, empty = [], []
    for turn in range(TURNS):
        my_turn()
        _times(client, asked, WARM_UP // TURNS)  # the other one has had the processor's caches
        times += _times(client, asked[turn:] + asked[:turn], REQUESTS // TURNS)
        empty += _times(nobody, [("/bench/empty", None)], REQUESTS // TURNS)
    return Measured(times, empty, statements)


def _signed_in(who: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    if who:
        assert client.get(f"/demo/as/{who}").status_code == 302
    return client


def _ask(client: Client, path: str, sent: dict[str, str] | None) -> HttpResponse:
    return client.get(path) if sent is None else client.post(path, sent)  # type: ignore[return-value]  # one of the test client's


def _times(client: Client, asked: list[tuple[str, dict[str, str] | None]], requests: int) -> list[float]:
    times = []
    for number in range(requests):
        begin = time.perf_counter()
        _ask(client, *asked[number % len(asked)])
        times.append((time.perf_counter() - begin) * 1000)
    return times


def _is_frame(sql: str) -> bool:
    return sql.split(" ", 1)[0] in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"}


def main() -> None:
    """Measure all pages (or those named), print FIGURE lines for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--twelve", action="store_true", help="only the twelve most used")
    given = parser.parse_args()
    for page in pages():
        if (given.only and page.name != given.only) or (given.twelve and page.name not in TWELVE):
            continue
        found = measure(page)
        for name, share in (("p95", 0.95), ("p50", 0.5)):
            value, baseline = percentile(found.times, share), percentile(found.empty, share)
            print(Figure(f"pages.{page.name}.{name}", round(value, 2), "ms", given.size, round(baseline, 2)).line())
        print(Figure(f"pages.{page.name}.statements", found.statements, "statements", given.size).line(), flush=True)


if __name__ == "__main__":
    main()
