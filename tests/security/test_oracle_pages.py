"""What every answer gives, against the same small model of the rules that judges the tables (test_oracle).

In generated worlds with a front door everybody who has a place, and who has lost it, asks for pages, lists, counts,
search, the index check, print and the API. Each person has words that nobody else has; whoever may not see them is told
none of these anywhere: in no body, header, redirect, log row or log line (T-9). What is hidden is answered as what is
missing, and what is counted is what the model counts.

Fifty times as many worlds: `LEEWARD_WORLDS=50 pytest tests/security/test_oracle_pages.py`; `LEEWARD_SEED=…` for others.
"""

from __future__ import annotations

import hashlib
import html
import logging
import os
import re
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connections, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from leeward.platform.access.models import ApiKey, AuditEntry, User
from leeward.platform.access.roles import Permission, permissions_of
from leeward.platform.common import vault
from leeward.record.cases.models import ChronologyEntry, Involvement, Scope
from leeward.record.people import naming
from leeward.record.people.models import (
    Address,
    ContactDetail,
    IndexCheck,
    NameEntry,
    NameKey,
    Person,
    PersonName,
    SealedAddress,
)
from leeward.response.front_door.models import ContactCount, Receipt
from leeward.response.front_door.rules import hash_code
from tests.committed import OWNER, TIMES
from tests.security import test_front_door_sight as door_sight
from tests.security import test_oracle
from tests.security.test_front_door_sight import Door, DoorOracle, doors, expected
from tests.security.test_oracle import CASE, ORG, PEOPLE, PERSON, SHARE, USER, Facts, Place, WallFact

ground = test_oracle.ground
WORLDS, SEED = 4 * TIMES, int(os.environ.get("LEEWARD_SEED", "4"))
GIVEN = ("Quillonde", "Brisennay", "Tavoraka", "Ymbelliste")
FAMILY = ("Drakensholt", "Winterspell", "Marchettoni", "Oskarvaldur")
CODE_WORDS = ("zinnwald", "kumquatte", "pergolesi", "vexillum")
LIVES, HIDES = "{} Kestrelwynd", "Hollowmere Refuge {}"
NOTHING = 999_999
CASE_PAGES = ("case_print", "case_people", "case_details", "case_tasks", "case_documents", "case_sharing", "case_risk",
              "case_safety", "case_marac", "case_note_add", "case_close", "case_share")  # fmt: skip
PERSON_PAGES = ("contact", "places", "places/sealed", "family", "records", "equality", "immigration", "change",
                "contact/new", "i-know-them")  # fmt: skip
LISTS = ("/today", "/tasks", "/shared", "/offers", "/referrals", "/triage/decided", "/notices", "/my-walls", "/walls",
         "/emergency", "/emergency/reviews", "/handovers", "/index-checks", "/log", "/marac", "/marac/referrals",
         "/marac/actions", "/cases?whose=mine", "/cases?whose=team")  # fmt: skip
EXTRA: tuple[type[models.Model], ...] = (SealedAddress, Address, ContactDetail, NameEntry, IndexCheck, ApiKey)


@st.composite
def walled_doors(draw: st.DrawFn) -> tuple[Facts, Door]:
    """A world with a front door at which somebody counts or works who is walled from the first who asked for help."""
    facts, door = draw(doors())
    able = [place for place in facts.places if place.active and place.roles & door_sight.COUNTING] or facts.places
    facts.walls.append(WallFact(door.contacts[0].person, draw(st.sampled_from(able)).user, None, False))
    return facts, door


def secrets_of(person: int) -> tuple[str, ...]:
    """Words that only this person's record has."""
    return (GIVEN[person], FAMILY[person], CODE_WORDS[person], LIVES.format(person), HIDES.format(person))


# ------------------------------------------------------------------------------------------------- the world, planted


def leads(facts: Facts) -> list[int]:
    """The shares by which an organisation leads: the first that an organisation as a whole has of each whole case.

    Whoever leads has the whole case (actions of record/cases): of a narrower share the index check knows no side.
    """
    first: dict[int, int] = {}
    for number, share in enumerate(facts.shares):
        whole = share.team is None and share.user is None and share.scope == Scope.FULL
        if whole and share.status == "active" and share.ends != "past":
            first.setdefault(share.case, number)
    return sorted(first.values())


def write(facts: Facts, door: Door) -> None:
    """A world with its front door; everybody in it has a name that can be searched for, an address and a code word."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for model in EXTRA:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    door_sight.write(facts, door)
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        _plant(facts, door)
        Involvement.objects.using(OWNER).filter(id__in=[SHARE + n for n in leads(facts)]).update(is_lead=True)
        for number in range(len(facts.subjects)):
            cursor.execute("SELECT cases_refresh_sight(%s)", [CASE + number])


def _plant(facts: Facts, door: Door) -> None:
    for n in range(PEOPLE):
        who = {"person_id": PERSON + n}
        Person.objects.using(OWNER).filter(id=PERSON + n).update(called=GIVEN[n])
        PersonName.objects.using(OWNER).filter(id=PERSON + n).update(given=GIVEN[n], family=FAMILY[n])
        keys = [naming.normalise(name) for name in (GIVEN[n], FAMILY[n])]
        NameKey.objects.using(OWNER).bulk_create(
            [NameKey(variant=v, name=k) for key in keys for v, k in naming.dictionary_rows(key)], ignore_conflicts=True
        )
        code = vault.seal_text(CODE_WORDS[n], table="people_contactdetail", row=PERSON + n)
        hidden = vault.seal_text(HIDES.format(n), table="people_sealedaddress", row=PERSON + n)
        planted: list[models.Model] = [
            NameEntry(id=PERSON + n, **who, partnership_id=1, given_key=naming.key(keys[0]),
                      family_key=naming.key(keys[1])),
            ContactDetail(id=PERSON + n, **who, kind="phone", value=f"07700 90010{n}", code_word_sealed=code),
            Address(id=PERSON + n, **who, lines=LIVES.format(n), postcode="XA1 1AA"),
            SealedAddress(id=PERSON + n, **who, sealed=hidden),
        ]  # fmt: skip
        for row in planted:
            row.save(using=OWNER, force_insert=True)
    for n, line in enumerate(facts.lines):
        if line.table == "entry":
            ChronologyEntry.objects.using(OWNER).filter(id=test_oracle.ROW + n).update(title=strand(n))
    for n, _ in enumerate(door.contacts):
        Receipt.objects.using(OWNER).filter(id=door_sight.ROW + n).update(code_hash=hash_code(receipt_code(n)))
    ContactCount.objects.using(OWNER).update(received_on=timezone.localdate())
    for n, place in enumerate(facts.places):
        ApiKey(
            id=PERSON + n, organisation_id=ORG + place.organisation, user_id=USER + place.user, name="Records",
            key_hash=hashlib.sha256(api_key(n).encode()).hexdigest(),
        ).save(using=OWNER, force_insert=True)  # fmt: skip


def strand(line: int) -> str:
    """What a line of a chronology says."""
    return f"Strandwise {'abcdefghij'[line]}"


def receipt_code(contact: int) -> str:
    return f"AAAA-BBBB-CCC{contact}"


def api_key(place: int) -> str:
    return f"key-of-place-{place}"


# --------------------------------------------------------------------------------------------------- one who asks


def signed_in(place: Place) -> Client:
    """A browser in which the user of a place is signed in and acts for its organisation."""
    client = Client(raise_request_exception=True)
    user = User.objects.using(OWNER).get(id=USER + place.user)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["second_factor"], session["organisation_id"] = True, ORG + place.organisation
    session.save()
    return client


def everything(answer: HttpResponse) -> str:
    """All that somebody could read in an answer: body, headers, cookies."""
    return html.unescape(answer.content.decode(errors="replace")) + repr(dict(answer.headers)) + str(answer.cookies)


def plain(answer: HttpResponse) -> tuple[int, str, str]:
    """An answer without what differs by itself: numbers of rows, and tokens made for each page."""
    text = re.sub(r'(name="(?:once_token|csrfmiddlewaretoken)" value=)"[^"]*"', r"\1", answer.content.decode())
    headers = sorted((name, re.sub(r"\d+", "#", value)) for name, value in answer.headers.items())
    return answer.status_code, re.sub(r"\d{4,}", "#", text), str(headers)


class Visitor:
    """Somebody with a place who asks for everything; every answer is read for words that they may not be told."""

    def __init__(self, facts: Facts, door: Door, place: Place, turn: int) -> None:
        self.facts, self.door, self.place, self.turn = facts, door, place, turn
        self.oracle = DoorOracle(facts, door, place)
        self.may = permissions_of(sorted(place.roles))
        self.client = signed_in(place)
        self.nothing: dict[str, tuple[int, str, str]] = {}
        self.people = self.oracle.people()
        self.hidden = [word for n in range(PEOPLE) if n not in self.people for word in secrets_of(n)]
        shown = self.oracle.lines()
        self.hidden += [strand(n) for n, line in enumerate(facts.lines) if line.table == "entry" and n not in shown]

    def get(self, path: str) -> HttpResponse:
        return self.read(self.client.get(path), path)

    def read(self, answer: HttpResponse, path: str, *, but: str = "") -> HttpResponse:
        assert answer.status_code in (200, 302, 303, 403, 404), (path, answer.status_code)
        text = everything(answer)
        told = [word for word in self.hidden if word in text and word not in but]
        assert not told, (path, told, self.place)
        return answer

    def some(self, pages: tuple[str, ...], number: int, count: int = 1) -> list[str]:
        """A few of the pages, others for each visitor."""
        return [pages[(self.turn * 7 + number * 5 + step) % len(pages)] for step in range(count)]

    def missing(self, path: str) -> tuple[int, str, str]:
        """What is answered where there is nothing."""
        if path not in self.nothing:
            self.nothing[path] = plain(self.get(path))
        return self.nothing[path]

    def all(self) -> None:
        """Ask for everything."""
        self.lists()
        self.cases()
        self.persons()
        self.contacts()
        self.counts()
        if Permission.CASEWORK in self.may:
            self.search()
            self.index()

    def lists(self) -> None:
        for path in self.some(LISTS, 0, 6):
            self.get(path)
        answer = self.get("/cases?whose=organisation")
        if Permission.CASEWORK not in self.may:
            assert answer.status_code == 403
            return
        seen = {case for case in range(len(self.facts.subjects)) if self.oracle.scope(case)}
        heading = re.search(r"<h1[^>]*>\s*([\d,]+)\+? cases?", answer.content.decode())
        assert heading is not None
        assert int(heading.group(1)) == len(seen), (self.place, seen)
        assert set(re.findall(r"CASE-(\d+)", everything(answer))) == {str(case) for case in seen}

    def cases(self) -> None:
        missing = self.missing(f"/cases/{NOTHING}")
        for case in range(len(self.facts.subjects)):
            scope = self.oracle.scope(case)
            answer = self.get(f"/cases/{CASE + case}")
            if Permission.CASEWORK not in self.may:
                assert answer.status_code == 403
            else:
                assert answer.status_code == (200 if scope else 404), (self.place, case, scope)
            for name in self.some(CASE_PAGES, case):
                path = "/" + ADDRESS[name].format(case=CASE + case)
                one = self.get(path)
                if not scope:
                    assert plain(one) == self.missing("/" + ADDRESS[name].format(case=NOTHING)), path
                if name == "case_print" and Permission.CASEWORK in self.may:
                    assert one.status_code == (200 if scope >= 3 else 404)
            if not scope:
                assert plain(answer) == missing
                worth["hidden cases"] += 1
            worth["cases"] += scope > 0

    def persons(self) -> None:
        missing = self.missing(f"/people/{NOTHING}")
        for person in range(PEOPLE):
            answer = self.get(f"/people/{PERSON + person}")
            for page in self.some(PERSON_PAGES, person):
                one = self.get(f"/people/{PERSON + person}/{page}")
                if person not in self.people:
                    assert plain(one) == self.missing(f"/people/{NOTHING}/{page}"), (page, self.place)
            if person not in self.people:
                assert plain(answer) == missing
                worth["hidden people"] += 1
            elif Permission.CASEWORK in self.may:
                assert answer.status_code == 200
                assert GIVEN[person] in everything(answer)
                worth["people"] += 1
            else:
                assert answer.status_code == 403

    def contacts(self) -> None:
        queue = self.get("/triage")
        missing = self.missing(f"/contacts/{NOTHING}")
        seen = expected(self.oracle, door_sight.front_door.Contact)
        for number, contact in enumerate(self.door.contacts):
            answer = self.get(f"/contacts/{door_sight.ROW + number}")
            if Permission.TRIAGE not in self.may:
                assert answer.status_code == 403
            elif number in seen:
                assert answer.status_code in (200, 303), contact  # handed on: it leads to its case
                worth["contacts"] += 1
            else:
                assert plain(answer) == missing
                worth["hidden contacts"] += 1
        if Permission.TRIAGE in self.may:
            teams = {(self.place.organisation, team) for team in self.oracle.teams}
            waiting = [
                n
                for n in seen
                if not self.door.contacts[n].handed_on
                and (self.door.contacts[n].organisation, self.door.contacts[n].team) in teams
            ]
            heading = re.search(r'id="queue-count"[^>]*>\s*(\w+)', queue.content.decode())
            assert heading is not None
            assert heading.group(1) == (str(len(waiting)) if waiting else "Nobody")
            listed, _, left = everything(queue).partition("Still asked, though")
            assert set(re.findall(r"CONTACT-(\d)", listed)) == {str(n) for n in waiting}
            ours = [
                str(n)
                for n, one in enumerate(self.door.contacts)
                if one.handed_on and (one.organisation, one.team) in teams and one.person not in self.oracle.walled
            ]
            assert set(re.findall(r"CONTACT-(\d)", left)) <= set(ours)

    def counts(self) -> None:
        answer = self.get("/counts")
        if not self.may & {Permission.COUNTS, Permission.TRIAGE}:
            assert answer.status_code == 403
            return
        counted = expected(self.oracle, ContactCount)
        heading = re.search(r"<h1[^>]*>\s*(\d+) contacts", answer.content.decode())
        assert heading is not None
        assert int(heading.group(1)) == len(counted), self.place
        worth["counted without"] += len(counted) < len(self.door.contacts)

    def search(self) -> None:
        nobody = self._search("Zuzmarant Vexlenholm")
        for person in range(PEOPLE):
            name = f"{GIVEN[person]} {FAMILY[person]}"
            found = self._search(name)
            if person in self.people:
                assert f"/people/{PERSON + person}" in found[1].replace("#", str(PERSON + person))
                assert found != nobody
            else:
                assert found == nobody, (person, self.place)

    def _search(self, name: str) -> tuple[int, str, str]:
        answer = self.client.post("/search", {"q": name})
        self.read(answer, "/search", but=name)
        return _without(plain(answer), name)

    def index(self) -> None:
        page = self.client.get("/index-check").content.decode()
        found = re.search(r'name="once_token" value="([^"]+)"', page)
        self.token = found.group(1) if found else ""
        nobody = self._index("Zuzmarant", "Vexlenholm")
        for person in (self.turn % PEOPLE, self.facts.subjects[0]):
            answer = self._index(GIVEN[person], FAMILY[person])
            known = self._known(person)
            if known:
                rings = set(re.findall(r'<th scope="row">(Organisation \d)</th>', answer[1]))
                assert rings == {f"Organisation {number}" for number in known}, (person, self.place)
                worth["known"] += person not in self.people
            else:
                assert answer == nobody, (person, self.place)

    def _known(self, person: int) -> set[int]:
        """Whom to ring about somebody: who leads a case of theirs that is not restricted, or has them in triage."""
        if person in self.oracle.walled:
            return set()
        facts = self.facts
        by_case = {
            facts.shares[n].organisation
            for n in leads(facts)
            if facts.subjects[facts.shares[n].case] == person and not facts.restricted[facts.shares[n].case]
        }
        return by_case | {c.organisation for c in self.door.contacts if c.person == person and not c.handed_on}

    def _index(self, given: str, family: str) -> tuple[int, str, str]:
        data = {"given": given, "family": family, "about": "harmed", "reason": "She rang and gave her name"}
        answer = self.client.post("/index-check", data | {"once_token": self.token})
        self.read(answer, "/index-check", but=f"{given} {family}")
        assert "known" in answer.content.decode()
        return _without(plain(answer), given, family)

    def api(self, number: int) -> None:
        """The key of this place opens the receipts of its own referrals, and nothing else."""
        auth = {"Authorization": f"Bearer {api_key(number)}"}
        for n, contact in enumerate(self.door.contacts):
            answer = Client().get(f"/api/v1/referrals/{receipt_code(n)}", headers=auth)
            text = everything(answer)
            assert not [word for person in range(PEOPLE) for word in secrets_of(person) if word in text]
            if Permission.REFER not in self.may:
                assert answer.status_code == 403
            elif contact.referrer == (self.place.user, self.place.organisation):
                assert answer.status_code == 200
                assert set(answer.json()) == {"reference", "status", "sent_at", "changed_at"}
                worth["own referral"] += 1
            else:
                nothing = Client().get("/api/v1/referrals/ZZZZ-ZZZZ-ZZZZ", headers=auth)
                assert (answer.status_code, answer.content) == (404, nothing.content)
        for path in (f"/cases/{CASE}", "/counts"):
            assert Client().get(path, headers=auth).status_code == 302, path


def _without(answer: tuple[int, str, str], *words: str) -> tuple[int, str, str]:
    status, text, headers = answer
    text = html.unescape(text)
    for word in words:
        text = text.replace(word, "NAME")
    return status, text, headers


ADDRESS = {
    "case_print": "cases/{case}/print", "case_people": "cases/{case}/people", "case_details": "cases/{case}/details",
    "case_tasks": "cases/{case}/tasks", "case_documents": "cases/{case}/documents",
    "case_sharing": "cases/{case}/sharing", "case_risk": "cases/{case}/risk", "case_safety": "cases/{case}/safety",
    "case_marac": "cases/{case}/marac", "case_note_add": "cases/{case}/notes/new", "case_close": "cases/{case}/close",
    "case_share": "cases/{case}/sharing/new",
}  # fmt: skip
worth: Counter[str] = Counter()
EVERY_SECRET = [word for person in range(PEOPLE) for word in secrets_of(person)]


@seed(SEED)
@settings(
    max_examples=WORLDS, deadline=None, database=None, phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(made=walled_doors())
def compare(caplog: pytest.LogCaptureFixture, made: tuple[Facts, Door]) -> None:
    """One generated world: everybody is told just what the model of the rules says, in whatever they ask."""
    facts, door = made
    write(facts, door)
    before = AuditEntry.objects.using(OWNER).order_by("-id").values_list("id", flat=True).first() or 0
    worth["worlds"] += 1
    for number, place in enumerate(facts.places):
        here = [one for one in facts.places if one.user == place.user and one.active]
        if not facts.users_active[place.user] or not here:
            gone(signed_in(place))
            continue
        if place.active:
            visitor = Visitor(facts, door, place, worth["worlds"] + number)
            visitor.all()
            visitor.api(number)
            _count_worth(facts, door, place, visitor)
    gone(Client())
    written = AuditEntry.objects.using(OWNER).filter(id__gt=before)
    text = str(list(written.values_list("action", "subject_kind", "detail"))) + caplog.text
    assert written.count() > 0
    assert not [word for word in EVERY_SECRET if word in text]


def gone(client: Client) -> None:
    """Nobody who is signed out, disabled or without a place is told anything: they are sent to sign in."""
    for path in (f"/cases/{CASE}", f"/people/{PERSON}", "/cases?whose=organisation", "/search", "/counts",
                 f"/contacts/{door_sight.ROW}", "/triage", f"/cases/{CASE}/print"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/sign-in")
        assert not answer.content


def _count_worth(facts: Facts, door: Door, place: Place, visitor: Visitor) -> None:
    """Note which rules mattered to what was asked for."""
    for rule, without in {
        "walls": {"walls": []}, "restricted": {"restricted": [False] * len(facts.subjects)}, "emergency": {"glasses": []},
        "who harms": {"harms": []},
    }.items():  # fmt: skip
        changed = DoorOracle(replace(facts, **without), door, place)  # type: ignore[arg-type]  # of the fact's own kind
        worth[rule] += changed.people() != visitor.people


@pytest.mark.worlds
def test_every_answer_gives_what_the_rules_say(ground: None, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the world; and the worlds were worth it: each kind of answer and each rule mattered somewhere."""
    with caplog.at_level(logging.DEBUG, "leeward"):
        compare(caplog)
    needed = {"cases", "hidden cases", "people", "hidden people", "contacts", "hidden contacts", "counted without",
              "known", "own referral", "walls"}  # fmt: skip
    assert not [kind for kind in needed if not worth[kind]], worth
