"""The MARAC: an agenda of 30 cases with the research of 12 agencies, its minutes for 12 recipients, repeats, live screens.

Run on a loaded demonstration with a superuser's address: what is measured against is written past the policies and
taken back again; what is measured runs as the web role under them. Prints FIGURE lines.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from leeward.platform.access import acting  # noqa: E402
from leeward.platform.access.acting import Acting  # noqa: E402
from leeward.platform.access.models import Organisation, User  # noqa: E402
from leeward.platform.common.ids import new_id  # noqa: E402
from leeward.response.marac import models as marac  # noqa: E402
from leeward.response.marac.actions.agenda import build_agenda  # noqa: E402
from leeward.response.marac.actions.minuting import ActionFacts, add_action  # noqa: E402
from leeward.response.marac.documents import render  # noqa: E402
from leeward.response.marac.documents.minutes import as_document  # noqa: E402
from leeward.response.marac.queries.agenda import agenda_of  # noqa: E402
from leeward.response.marac.queries.minutes import minuted, minutes_of, not_for_agencies, redacted  # noqa: E402
from leeward.response.marac.queries.table import table_of  # noqa: E402
from tests.benchmarks.figures import Figure, percentile  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CASES, AGENCIES, REFERRALS, CLIENTS, WRITES, PORT = 30, 12, 1000, 15, 40, 8766


def as_web() -> None:
    """From here on as the web process: the policies hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE leeward_web")


def past_policies() -> None:
    """From here on as who writes what is measured against."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def begin(user_id: int) -> Acting:
    by = acting.begin(user_id, None)
    assert by is not None
    return by


@dataclass
class Ground:
    """The table that everything here is measured at."""

    marac: marac.Marac
    coordinator: int
    agencies: list[int]
    cases: list[tuple[int, int]]  # case, person
    meeting: marac.Meeting | None = None
    items: list[marac.Item] = field(default_factory=list)


def ground() -> Ground:
    """The first MARAC of the first partnership, a coordinator of it, and cases that she sees."""
    table = marac.Marac.objects.filter(kind="marac", partnership__is_demo=True).order_by("partnership_id", "id")[0]
    seat = marac.Seat.objects.filter(marac=table, part="coordinator", ended_at=None).order_by("id")[0]
    agencies = list(
        marac.MaracAgency.objects.filter(marac=table, until_on=None, researches=True)
        .order_by("id")
        .values_list("organisation_id", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.case_id, s.person_id FROM cases_casesight s WHERE s.user_id = %s AND s.status = 'open'"
            " AND s.until > now() + interval '1 day' ORDER BY s.opened_at DESC, s.case_id LIMIT %s",
            [seat.user_id, CASES],
        )
        cases = cursor.fetchall()
    return Ground(table, seat.user_id, agencies, cases)


def set_table(at: Ground) -> None:
    """Twelve agencies; a meeting that nothing else is on; 30 referrals that wait for it, and no other."""
    number = 0
    while len(at.agencies) < AGENCIES:
        number += 1
        one = Organisation(
            partnership_id=at.marac.partnership_id, name=f"Agency of the benchmark {number}", kind="other"
        )
        one.save(force_insert=True)
        marac.MaracAgency(marac=at.marac, organisation=one, kind="other").save(force_insert=True)
        at.agencies.append(one.id)
    at.agencies = at.agencies[:AGENCIES]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE marac_referral SET status = 'returned' WHERE marac_id = %s AND status = 'sent'", [at.marac.id]
        )
        cursor.execute("UPDATE marac_marac SET case_limit = %s WHERE id = %s", [CASES, at.marac.id])
    now = timezone.now()
    at.meeting = marac.Meeting(
        id=new_id(), marac=at.marac, begins_at=now + timedelta(days=300), referrals_due_at=now + timedelta(days=290),
        research_due_at=now + timedelta(days=298),
    )  # fmt: skip
    at.meeting.save(force_insert=True)
    police = at.agencies[0]
    marac.Referral.objects.bulk_create(
        marac.Referral(
            id=new_id(), marac=at.marac, case_id=case, person_id=person, organisation_id=police,
            referrer_id=at.coordinator, referrer_name="Police", agency_kind="police", criteria=["score"],
            why="He was bailed on Friday, and has been at the house twice since.", aware="told_agreed",
            lawful_basis="legitimate_safeguarding", risk_words={"instrument": "DASH", "points": 17, "level": "high"},
        )
        for case, person in at.cases
    )  # fmt: skip


def write_research(at: Ground) -> int:
    """Each of twelve agencies on each item: an answer and three lines, shared."""
    now = timezone.now()
    research, answers, lines = [], [], []
    at.items = list(marac.Item.objects.filter(meeting=at.meeting).order_by("position"))
    for item in at.items:
        for agency in at.agencies:
            one = marac.Research(id=new_id(), item=item, case_id=item.case_id, organisation_id=agency, returned_at=now)
            research.append(one)
            answers.append(
                marac.ResearchAnswer(
                    id=new_id(), research=one, case_id=item.case_id, organisation_id=agency, known="known",
                    author_name="A worker", shared_at=now,
                )
            )  # fmt: skip
            lines += [
                marac.ResearchLine(
                    id=new_id(), research=one, case_id=item.case_id, organisation_id=agency, kind=kind, about=about,
                    happened_on=date(2026, 1, 4) if kind == "fact" else None, position=place, shared_at=now,
                    words="Seen three times in the last year with injuries that did not fit what was said.",
                    source="Our own record",
                )
                for place, (kind, about) in enumerate((("fact", "victim"), ("fact", "causing_harm"), ("opinion", "child")))
            ]  # fmt: skip
    marac.Research.objects.bulk_create(research)
    marac.ResearchAnswer.objects.bulk_create(answers)
    marac.ResearchLine.objects.bulk_create(lines)
    return len(lines)


def write_minutes(at: Ground) -> None:
    """Five lines and three actions an item; one line in ten is withheld from somebody."""
    now = timezone.now()
    marac.MinuteLine.objects.bulk_create(
        marac.MinuteLine(
            id=new_id(), item=item, case_id=item.case_id, kind=kind, author_id=at.coordinator, author_name="Coordinator",
            words="Agencies agree that separation and the broken order make this more dangerous now.", said_by="Police",
            withheld_from=[at.agencies[place % AGENCIES]] if place % 10 == 0 else [], at=now,
        )
        for place, (item, kind) in enumerate(
            (item, kind) for item in at.items for kind in ("voice", "discussion", "discussion", "risk", "safety")
        )
    )  # fmt: skip
    marac.MaracAction.objects.bulk_create(
        marac.MaracAction(
            id=new_id(), item=item, case_id=item.case_id, organisation_id=at.agencies[place % AGENCIES],
            words="Change the locks and fit a light at the back door", for_whom="victim", due_on=now.date(),
            added_by_id=at.coordinator, added_by_name="Coordinator",
        )
        for place, item in enumerate(item for item in at.items for _ in range(3))
    )  # fmt: skip
    marac.Item.objects.filter(meeting=at.meeting).update(status="heard", heard_at=now, level="high")
    marac.Meeting.objects.filter(id=at.meeting.id if at.meeting else 0).update(
        status="held", opened_at=now, closed_at=now
    )


def agenda_and_minutes(size: str) -> None:
    """30 cases built and shown with what 12 agencies returned; then 12 recipients' minutes as documents."""
    with transaction.atomic():
        at = ground()
        set_table(at)
        assert at.meeting is not None
        as_web()
        by = begin(at.coordinator)
        started = time.perf_counter()
        built = build_agenda(by=by, meeting=at.meeting)
        building = time.perf_counter() - started
        assert built.added == len(at.cases), built
        past_policies()
        lines = write_research(at)
        marac.Meeting.objects.filter(id=at.meeting.id).update(status="open")
        as_web()
        by = begin(at.coordinator)
        started = time.perf_counter()
        table = table_of(by, at.meeting.id)
        agenda = agenda_of(table)
        told = minuted(agenda.items)
        reading = time.perf_counter() - started
        assert len(agenda.items) == len(at.cases)
        shared = sum(len(one.told) for one in told)
        print(
            Figure(
                "marac.agenda.seconds", round(building + reading, 3), "s", size, None,
                f"{len(at.cases)} cases, {AGENCIES} agencies, {lines} lines of research ({shared} answers read);"
                f" built {building:.2f} s, read {reading:.2f} s",
            ).line(), flush=True,
        )  # fmt: skip
        past_policies()
        write_minutes(at)
        as_web()
        by = begin(at.coordinator)
        started = time.perf_counter()
        bytes_made = 0
        table = table_of(by, at.meeting.id)
        whole = minutes_of(table)
        hidden = not_for_agencies(one.about.item.id for one in whole.items)
        for organisation in at.agencies:
            copy = redacted(whole, organisation, hidden.get(organisation, set()))
            bytes_made += len(render("minutes", as_document(table, copy, for_whom="An agency")))
        seconds = time.perf_counter() - started
        assert bytes_made > 100_000
        print(
            Figure(
                "marac.minutes.seconds", round(seconds, 2), "s", size, None,
                f"{len(at.cases)} items, {len(at.agencies)} recipients, {bytes_made // 1024} KiB",
            ).line(), flush=True,
        )  # fmt: skip
        transaction.set_rollback(True)


def repeats(size: str) -> None:
    """When the people of 1,000 cases were last referred, asked by who sees those cases."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.user_id FROM access_membership m JOIN access_organisation o ON o.id = m.organisation_id"
            " JOIN access_user u ON u.id = m.user_id WHERE u.email LIKE 'manager@%%' ORDER BY o.partnership_id LIMIT 1"
        )
        (user,) = cursor.fetchone()
        as_web()
        begin(user)
        # Cases that were referred themselves come first: it is their people who were met before.
        cursor.execute(
            "SELECT s.case_id FROM cases_casesight s WHERE s.scope = 3 AND s.side = 'harmed'"
            " ORDER BY (s.risk_level = 'high') DESC, s.opened_at DESC LIMIT %s", [REFERRALS]
        )  # fmt: skip
        cases = [row[0] for row in cursor.fetchall()]
        times, found = [], []
        for _ in range(5):
            started = time.perf_counter()
            cursor.execute("SELECT * FROM marac_last_referrals(%s::bigint[], now(), 12)", [cases])
            found = cursor.fetchall()
            times.append(time.perf_counter() - started)
        transaction.set_rollback(True)
    print(
        Figure(
            "marac.repeats.seconds", round(percentile(times, 0.95), 3), "s", size, None,
            f"{len(cases)} cases, {len(found)} referred in the twelve months before; first time {times[0]:.2f} s",
        ).line(), flush=True,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------ the live meeting


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["second_factor"] = True
    session.save()
    return str(session.session_key)


class Client(threading.Thread):
    """One open screen: asks each second what is new, as the page does, and notes when it first saw each action."""

    def __init__(self, key: str, meeting: int) -> None:
        super().__init__(daemon=True)
        self.key, self.meeting = key, meeting
        self.seen: dict[int, float] = {}
        self.mark = ""
        self.asked = self.problems = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            self._ask()
            self.over.wait(1)

    def _ask(self) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/marac/meetings/{self.meeting}/live/room?mark={self.mark}",
            headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.key}"},
        )
        self.asked += 1
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                if answer.status == 204:
                    return
                said = json.loads(answer.read())
        except (OSError, ValueError):
            self.problems += 1
            return
        at = time.perf_counter()
        self.mark = said["mark"]
        whole = " ".join(said["parts"].values())
        for number in range(WRITES):
            if number not in self.seen and f"Benchmark action {number:03d}." in whole:
                self.seen[number] = at


@contextmanager
def _server() -> Iterator[None]:
    environment = {**os.environ, "LEEWARD_WEB_DATABASE_URL": os.environ["BENCH_WEB_URL"], "LEEWARD_POOL": "8"}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "leeward.config.wsgi:application", "--bind", f"127.0.0.1:{PORT}", "--workers",
         "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "error", "--no-control-socket",
         "--keep-alive", "15"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/ready", timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def _open_table() -> tuple[Ground, list[str]]:
    """A meeting that is open, with one item, and fifteen people at it; committed, and taken away again afterwards."""
    with transaction.atomic():
        at = ground()
        now = timezone.now()
        case, person = at.cases[0]
        at.meeting = marac.Meeting(
            id=new_id(), marac=at.marac, begins_at=now, referrals_due_at=now, research_due_at=now, status="open",
            opened_at=now,
        )  # fmt: skip
        at.meeting.save(force_insert=True)
        referral = marac.Referral.objects.filter(marac=at.marac, case_id=case, person_id=person).order_by("-id")[0]
        item = marac.Item(meeting=at.meeting, referral=referral, case_id=case, person_id=person, position=1, minutes=12)
        item.save(force_insert=True)
        marac.Meeting.objects.filter(id=at.meeting.id).update(current_item_id=item.id)
        at.items = [item]
        seats = list(
            marac.Seat.objects.filter(marac=at.marac, ended_at=None).select_related("user").order_by("id")[:CLIENTS]
        )
        people = [seats[number % len(seats)] for number in range(CLIENTS)]
        with connection.cursor() as cursor:
            for seat in {seat.user_id: seat for seat in seats}.values():
                marac.Attendance(
                    meeting=at.meeting, organisation_id=seat.organisation_id, user=seat.user, name=seat.user.name,
                    status="present", accepted_at=now,
                ).save(force_insert=True)  # fmt: skip
                cursor.execute(
                    "SELECT marac_involve(%s, %s, %s, %s)",
                    [referral.id, seat.organisation_id, seat.user_id, now + timedelta(days=1)],
                )
            cursor.execute("SELECT cases_refresh_sight(%s)", [case])
        return at, [_session(seat.user) for seat in people]


def _take_away(at: Ground, sessions: list[str]) -> None:
    assert at.meeting is not None
    meeting, item = at.meeting.id, at.items[0].id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM marac_maracaction WHERE item_id = %s", [item])
        cursor.execute("DELETE FROM marac_minuteline WHERE item_id = %s", [item])
        cursor.execute("DELETE FROM marac_attendance WHERE meeting_id = %s", [meeting])
        cursor.execute("DELETE FROM marac_item WHERE id = %s", [item])
        cursor.execute("DELETE FROM marac_meetingchange WHERE meeting_id = %s", [meeting])
        cursor.execute("DELETE FROM marac_meeting WHERE id = %s", [meeting])
        cursor.execute("DELETE FROM django_session WHERE session_key = ANY (%s)", [sessions])


def live(size: str) -> None:
    """Fifteen screens ask each second while actions are written, two hands at once: how long until each is on each."""
    at, sessions = _open_table()
    assert at.meeting is not None
    written: dict[int, float] = {}
    problems: list[str] = []

    def write(numbers: range) -> None:
        for number in numbers:
            try:
                with transaction.atomic():
                    as_web()
                    by = begin(at.coordinator)
                    facts = ActionFacts(
                        at.agencies[0], f"Benchmark action {number:03d}.", timezone.localdate(), "victim"
                    )
                    add_action(by=by, item=at.items[0], facts=facts)
                written[number] = time.perf_counter()
            except Exception as problem:  # noqa: BLE001  whatever it is, it is one that was lost
                problems.append(repr(problem))
            time.sleep(0.5)
        connection.close()

    try:
        with _server():
            clients = [Client(key, at.meeting.id) for key in sessions]
            for client in clients:
                client.start()
                time.sleep(1 / CLIENTS)  # nobody opens the page in the same instant
            time.sleep(2)
            hands = [threading.Thread(target=write, args=(range(start, WRITES, 2),)) for start in (0, 1)]
            for hand in hands:
                hand.start()
            for hand in hands:
                hand.join(120)
            time.sleep(5)
            for client in clients:
                client.over.set()
            for client in clients:
                client.join(15)
        kept = marac.MaracAction.objects.filter(item=at.items[0]).count()
    finally:
        _take_away(at, sessions)
    waits = [
        client.seen[number] - moment
        for client in clients
        for number, moment in written.items()
        if number in client.seen
    ]
    unseen = sum(number not in client.seen for client in clients for number in range(WRITES))
    note = (
        f"{len(clients)} screens, {WRITES} actions by two hands, {sum(client.asked for client in clients)} requests,"
        f" {sum(client.problems for client in clients)} without an answer"
    )
    worst, middle = (max(waits), percentile(waits, 0.5)) if waits else (float("inf"), float("inf"))
    print(
        Figure("marac.live.seconds", round(worst, 2), "s", size, None, f"p50 {middle:.2f} s, {note}").line(), flush=True
    )
    print(
        Figure(
            "marac.live.lost", unseen + WRITES - kept, "updates", size, None,
            f"{kept} of {WRITES} kept, {unseen} not seen by a screen {'; '.join(problems[:2])}",
        ).line(), flush=True,
    )  # fmt: skip


PARTS: dict[str, Any] = {"agenda": agenda_and_minutes, "repeats": repeats, "live": live}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    wanted = "agenda" if given.only == "minutes" else given.only
    for name, part in PARTS.items():
        if not wanted or name == wanted:
            part(given.size)


if __name__ == "__main__":
    assert shutil.which("gunicorn", path=str(Path(sys.executable).parent)), "gunicorn is not installed"
    main()
