"""Generated worlds against a small model of the rules, written from the brief and not from the code.

Hypothesis makes organisations, teams, users with roles, people with families, cases, shares of every kind, walls,
restricted cases and emergency sight. For everyone who can act, what the database shows must be just what the oracle
says. The oracle is plain Python over the generated facts: it knows no SQL, no sight table, no policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leeward.platform.access import acting
from leeward.platform.access.models import Membership, Organisation, Partnership, Team, User
from leeward.record.cases.models import (
    BreakGlass,
    Case,
    CasePerson,
    ChronologyEntry,
    Document,
    Involvement,
    NamedUser,
    Note,
    Task,
)
from leeward.record.people.models import HarmClaim, Person, PersonLink, PersonName, Relationship, Wall
from tests.committed import OWNER, TIMES, committing

ORGANISATIONS, TEAMS, USERS, PEOPLE = 2, 2, 4, 4
ROLES = ["practitioner", "manager", "access_point", "data_protection", "administrator", "analyst", "referrer",
         "partnership_administrator"]  # fmt: skip
WORKS = {"practitioner", "manager", "access_point"}


@dataclass(frozen=True)
class Place:
    """A user's place in an organisation."""

    user: int
    organisation: int
    roles: frozenset[str]
    teams: frozenset[int]  # 0 or 1, of that organisation
    active: bool


@dataclass(frozen=True)
class Share:
    """An involvement."""

    case: int
    organisation: int
    team: int | None
    user: int | None
    scope: int
    address: bool
    risk: bool
    status: str
    at_once: bool
    ends: str  # never, past, ahead


@dataclass(frozen=True)
class Glass:
    """Emergency sight."""

    case: int
    user: int
    organisation: int
    over: bool
    ended: bool


@dataclass(frozen=True)
class WallFact:
    """A user, or a team of an organisation, who may never see a person."""

    person: int
    user: int | None
    team: tuple[int, int] | None
    lifted: bool
    kind: str = "set"  # or possible: nobody has looked yet


@dataclass(frozen=True)
class Line:
    """A row of a case: a line of the chronology, a note, a task, a document."""

    table: str
    case: int
    organisation: int
    scope: int
    needs_risk: bool
    needs_address: bool
    own: bool


@dataclass
class Facts:
    """A generated world."""

    users_active: list[bool]
    places: list[Place]
    subjects: list[int]  # of each case, a person
    restricted: list[bool]
    known: list[tuple[int, int, bool, str]]  # case, person, ended, as what
    shares: list[Share]
    named: list[tuple[int, int, bool]]  # case, user, ended
    glasses: list[Glass]
    walls: list[WallFact]
    children: list[tuple[int, int, bool]]  # parent, child, withdrawn as an error
    links: list[tuple[int, int, bool]]  # two records of one human, undone
    lines: list[Line]
    harms: list[tuple[int, int, str]] = field(default_factory=list)  # who harms whom, what became of the claim
    team_active: list[bool] = field(default_factory=list)  # of each organisation's second team


# ------------------------------------------------------------------------------------------------ the generated world

organisations = st.integers(0, ORGANISATIONS - 1)
users = st.integers(0, USERS - 1)
people = st.integers(0, PEOPLE - 1)
teams = st.one_of(st.none(), st.none(), st.integers(0, TEAMS - 1))
seldom = st.sampled_from([False, False, False, True])
rarely = st.sampled_from([False] * 9 + [True])


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    """A small world with much of what can go wrong in it."""
    places = [
        Place(user, organisation, draw(st.frozensets(st.sampled_from(ROLES), max_size=2)) | extra,
              draw(st.frozensets(st.integers(0, TEAMS - 1), max_size=TEAMS)), not draw(rarely))
        for user in range(USERS)
        for organisation in draw(st.sets(organisations, min_size=1, max_size=2))
        for extra in [draw(st.sampled_from([*[frozenset({"practitioner"})] * 3, frozenset({"manager"}), frozenset()]))]
    ]  # fmt: skip
    count = draw(st.integers(1, 3))
    cases = st.integers(0, count - 1)
    share = st.builds(
        Share, cases, organisations, teams, st.one_of(st.none(), st.none(), st.none(), users),
        st.sampled_from([1, 2, 3, 3]), st.booleans(), st.booleans(),
        st.sampled_from([*["active"] * 6, "offered", "offered", "returned", "ended", "withdrawn"]),
        st.booleans(), st.sampled_from(["never", "never", "ahead", "past"]),
    )  # fmt: skip
    kinds = st.sampled_from(["set", "declared", "named", "possible"])
    parts = st.sampled_from(["child", "said_to_cause_harm"])
    claim = st.tuples(people, people, st.sampled_from(["made", "made", "disputed", "withdrawn"]))
    wall = st.one_of(
        st.builds(WallFact, people, users, st.none(), seldom, kinds),
        st.builds(WallFact, people, st.none(), st.tuples(organisations, st.integers(0, TEAMS - 1)), seldom, kinds),
    )
    line = st.builds(
        Line, st.sampled_from(["entry", "entry", "note", "task", "document"]), cases, organisations,
        st.integers(1, 3), seldom, seldom, seldom,
    )  # fmt: skip
    pairs = st.tuples(people, people, seldom)
    subjects = [draw(people) for _ in range(count)]
    harms = [one for one in draw(st.lists(claim, max_size=2)) if one[0] != one[1]]
    walls = draw(st.lists(wall, max_size=4))
    if draw(seldom):  # whoever has a place is walled from who harms one of those whom a case is about
        harming, harmed = draw(people), draw(st.sampled_from(subjects))
        harms += [(harming, harmed, "made")] if harming != harmed else []
        walls.append(WallFact(harming, draw(st.sampled_from(places)).user, None, False, draw(kinds)))
    return Facts(
        users_active=[not draw(rarely) for _ in range(USERS)],
        places=places,
        subjects=subjects,
        restricted=[draw(seldom) for _ in range(count)],
        known=draw(st.lists(st.tuples(cases, people, seldom, parts), max_size=4, unique_by=lambda row: row[:2])),
        shares=draw(st.lists(share, min_size=2, max_size=8)),
        named=draw(st.lists(st.tuples(cases, users, seldom), max_size=4)),
        glasses=draw(st.lists(st.builds(Glass, cases, users, organisations, seldom, seldom), max_size=2)),
        walls=walls,
        children=[pair for pair in draw(st.lists(pairs, max_size=3)) if pair[0] != pair[1]],
        links=[pair for pair in draw(st.lists(pairs, max_size=2)) if pair[0] != pair[1]],
        lines=draw(st.lists(line, max_size=8)),
        harms=harms,
        team_active=[not draw(seldom) for _ in range(ORGANISATIONS)],
    )


# --------------------------------------------------------------------------------------------------------- the oracle


@dataclass(frozen=True)
class Grant:
    """What one share, or one emergency sight, opens of a case."""

    scope: int
    address: bool
    risk: bool
    emergency: bool = False


class Oracle:
    """The rules of the brief for one user who acts for one organisation."""

    def __init__(self, facts: Facts, place: Place) -> None:
        self.facts, self.me, self.mine = facts, place.user, place.organisation
        # A team that was closed gives nothing any more.
        self.teams = {team for team in place.teams if team == 0 or facts.team_active[place.organisation]}
        self.works = bool(place.roles & WORKS)
        self.walled = self._walled()

    def _walled(self) -> set[int]:
        """Everybody whom I may never see: other records of the same human, and their children, are walled too.

        And, once, whom somebody walled is said to harm, where a person has looked at the wall. To be named so in a case
        says it as a claim does, for as long as anybody sees that case.
        """
        # A wall of a team stands for whoever is in it, whatever organisation they act for at the moment.
        in_teams = {
            (place.organisation, team)
            for place in self.facts.places
            if place.user == self.me and place.active
            for team in place.teams
        }
        mine = [
            wall
            for wall in self.facts.walls
            if not wall.lifted and (wall.user == self.me or (wall.team is not None and wall.team in in_teams))
        ]
        sure = self._family({wall.person for wall in mine if wall.kind != "possible"})
        pairs = {(one, other) for one, other, status in self.facts.harms if status in ("made", "disputed")}
        pairs |= {
            (person, self.facts.subjects[case])
            for case, person, ended, part in self.facts.known
            if part == "said_to_cause_harm" and not ended and self._anybody_reads(case)
        }
        harmed = {other for one, other in pairs if one in sure}
        return self._family(sure | harmed | {wall.person for wall in mine})

    def _family(self, reach: set[int]) -> set[int]:
        left, found = list(reach), set[int]()
        while left:
            person = left.pop()
            if person in found:
                continue
            found.add(person)
            for one, other, undone in self.facts.links:
                if not undone and person in (one, other):
                    left += [one, other]
            left += [child for parent, child, wrong in self.facts.children if parent == person and not wrong]
        return found

    def _anybody_reads(self, case: int) -> bool:
        """Somebody has sight of what the case says: who is named in a case that nobody reads is known to nobody."""
        named = {user for c, user, ended in self.facts.named if c == case and not ended}
        places = {(place.user, place.organisation) for place in self.facts.places if place.active}
        return any(
            share.case == case
            and share.scope > 1
            and (share.status == "active" or (share.status == "offered" and share.at_once))
            and share.ends != "past"
            and (
                not self.facts.restricted[case]
                or any((user, share.organisation) in places and share.user in (None, user) for user in named)
            )
            for share in self.facts.shares
        ) or any(glass.case == case and not glass.over and not glass.ended for glass in self.facts.glasses)

    def _named(self, case: int) -> bool:
        return any(c == case and user == self.me and not ended for c, user, ended in self.facts.named)

    def _is_mine(self, share: Share) -> bool:
        return (
            share.organisation == self.mine
            and (share.team is None or share.team in self.teams)
            and (share.user is None or share.user == self.me)
        )

    def grants(self, case: int) -> list[Grant]:
        """Everything that opens a case to me. No involvement, no sight; a wall beats every grant."""
        if not self.works or self.facts.subjects[case] in self.walled:
            return []
        found = []
        for share in self.facts.shares:
            stands = share.status == "active" or (share.status == "offered" and share.at_once)
            if share.case == case and stands and share.ends != "past" and self._is_mine(share):
                if self.facts.restricted[case] and not self._named(case):
                    continue
                wide = share.scope > 1
                found.append(Grant(share.scope, share.address and wide, share.risk and wide))
        for glass in self.facts.glasses:
            mine = glass.case == case and (glass.user, glass.organisation) == (self.me, self.mine)
            if mine and not glass.over and not glass.ended:
                found.append(Grant(3, True, True, emergency=True))
        return found

    def scope(self, case: int) -> int:
        """The widest that opens a case to me; 0 for nothing."""
        return max((grant.scope for grant in self.grants(case)), default=0)

    def cases(self) -> set[int]:
        """Cases of which I may read at least the summary."""
        return {case for case in range(len(self.facts.subjects)) if self.scope(case) >= 2}

    def people(self) -> set[int]:
        """Who those cases are about, and who is known in them: but nobody walled from me."""
        seen = {self.facts.subjects[case] for case in self.cases()}
        seen |= {person for case, person, ended, _ in self.facts.known if not ended and case in self.cases()}
        return seen - self.walled

    def lines(self) -> set[int]:
        """Rows of cases: by scope, by the two flags, and never what another organisation keeps to itself."""
        return {number for number, line in enumerate(self.facts.lines) if self._shows(line)}

    def _shows(self, line: Line) -> bool:
        if line.own and line.table != "task" and line.organisation != self.mine:
            return False
        if line.table != "entry":
            return self.scope(line.case) >= 3
        return any(
            grant.scope >= line.scope
            and (grant.risk or not line.needs_risk)
            and (grant.address or not line.needs_address)
            for grant in self.grants(line.case)
        )

    def shares(self) -> set[int]:
        """Shares: who is in the case sees who is involved; who was sent one sees it, so that it can be answered."""
        seen = set()
        for number, share in enumerate(self.facts.shares):
            sent_to_me = (
                self.works
                and self._is_mine(share)
                and self.facts.subjects[share.case] not in self.walled
                and (not self.facts.restricted[share.case] or self._named(share.case))
            )
            if sent_to_me or self.scope(share.case) >= 2:
                seen.add(number)
        return seen


# ---------------------------------------------------------------------------------------------------- the real thing

# Identifiers are fixed, so that a row and its fact are told apart by a number alone.
ORG, TEAM, USER, PERSON, CASE, SHARE, ROW = 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000
DYNAMIC = (
    "cases_casesight, cases_chronologyentry, cases_note, cases_task, cases_document, cases_involvement,"
    " cases_nameduser, cases_breakglass, cases_caseperson, cases_case, people_personsight, people_wall,"
    " people_harmclaim, people_relationship, people_personlink, people_personname, people_person, access_membership_teams,"
    " access_membership"
)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One partnership with its organisations, teams and users, committed; each example writes the rest."""
    with committing(django_db_blocker):
        partnership = Partnership(id=1, name="Oracle", slug="oracle")
        partnership.save(using=OWNER, force_insert=True)
        Organisation.objects.using(OWNER).bulk_create(
            Organisation(id=ORG + n, partnership=partnership, name=f"Organisation {n}", kind="charity")
            for n in range(ORGANISATIONS)
        )
        Team.objects.using(OWNER).bulk_create(
            Team(id=TEAM + n * TEAMS + t, organisation_id=ORG + n, name=f"Team {t}")
            for n in range(ORGANISATIONS)
            for t in range(TEAMS)
        )
        User.objects.using(OWNER).bulk_create(
            User(id=USER + n, email=f"user{n}@example.org", name=f"User {n}", password="!") for n in range(USERS)
        )
        yield


def team_id(organisation: int, team: int | None) -> int | None:
    return None if team is None else TEAM + organisation * TEAMS + team


def write(facts: Facts) -> None:
    """Write the facts as the owner, and have sight worked out from them."""
    now = timezone.now()
    ends = {"never": None, "past": now - timedelta(hours=1), "ahead": now + timedelta(days=1)}
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        # DELETE, since TRUNCATE of many small tables is slow; the triggers of nothing else are in the way.
        for table in DYNAMIC.split(", "):
            cursor.execute(f"DELETE FROM {table}")
        for number, active in enumerate(facts.users_active):
            User.objects.using(OWNER).filter(id=USER + number).update(is_active=active)
        for number, active in enumerate(facts.team_active):
            Team.objects.using(OWNER).filter(id=team_id(number, 1)).update(is_active=active)
        for number, place in enumerate(facts.places):
            membership = Membership(
                id=number + 1, user_id=USER + place.user, organisation_id=ORG + place.organisation,
                roles=sorted(place.roles), is_active=place.active,
            )  # fmt: skip
            membership.save(using=OWNER, force_insert=True)
            cursor.executemany(
                "INSERT INTO access_membership_teams (membership_id, team_id) VALUES (%s, %s)",
                [(membership.id, team_id(place.organisation, team)) for team in place.teams],
            )
        _write_people(facts)
        Case.objects.using(OWNER).bulk_create(
            Case(
                id=CASE + n, partnership_id=1, reference=f"CASE-{n}", person_id=PERSON + subject, side="harmed",
                lead_organisation_id=ORG, is_restricted=facts.restricted[n],
            )
            for n, subject in enumerate(facts.subjects)
        )  # fmt: skip
        CasePerson.objects.using(OWNER).bulk_create(
            CasePerson(case_id=CASE + case, person_id=PERSON + person, part=part, ended_at=now if ended else None)
            for case, person, ended, part in facts.known
        )
        Involvement.objects.using(OWNER).bulk_create(
            Involvement(
                id=SHARE + n, case_id=CASE + s.case, organisation_id=ORG + s.organisation,
                team_id=team_id(s.organisation, s.team), user_id=None if s.user is None else USER + s.user,
                scope=s.scope, address=s.address, risk=s.risk, status=s.status, at_once=s.at_once,
                until=ends[s.ends], lawful_basis="consent", told="told_agreed",
            )
            for n, s in enumerate(facts.shares)
        )  # fmt: skip
        NamedUser.objects.using(OWNER).bulk_create(
            NamedUser(case_id=CASE + case, user_id=USER + user, ended_at=now if ended else None)
            for case, user, ended in facts.named
        )
        BreakGlass.objects.using(OWNER).bulk_create(
            BreakGlass(
                case_id=CASE + g.case, user_id=USER + g.user, organisation_id=ORG + g.organisation, partnership_id=1,
                reference="CASE", lead_organisation_id=ORG, reason="An emergency", ended_at=now if g.ended else None,
                until=now - timedelta(hours=1) if g.over else now + timedelta(hours=1),
            )
            for g in facts.glasses
        )  # fmt: skip
        _write_lines(facts, now)
        for number in range(len(facts.subjects)):
            cursor.execute("SELECT cases_refresh_sight(%s)", [CASE + number])


def _write_people(facts: Facts) -> None:
    Person.objects.using(OWNER).bulk_create(
        Person(id=PERSON + n, partnership_id=1, called=f"Person {n}") for n in range(PEOPLE)
    )
    PersonName.objects.using(OWNER).bulk_create(
        PersonName(id=PERSON + n, person_id=PERSON + n, given=f"Person {n}") for n in range(PEOPLE)
    )
    wrong = datetime(2026, 1, 1, tzinfo=UTC)
    Relationship.objects.using(OWNER).bulk_create(
        # Stored once, either way round.
        Relationship(
            person_id=PERSON + (child if n % 2 else parent), other_id=PERSON + (parent if n % 2 else child),
            kind="child" if n % 2 else "parent", ended_in_error_at=wrong if error else None,
        )
        for n, (parent, child, error) in enumerate(facts.children)
    )  # fmt: skip
    PersonLink.objects.using(OWNER).bulk_create(
        PersonLink(first_id=PERSON + a, second_id=PERSON + b, reason="same", undone_at=wrong if undone else None)
        for a, b, undone in facts.links
    )
    Wall.objects.using(OWNER).bulk_create(
        Wall(
            person_id=PERSON + w.person, user_id=None if w.user is None else USER + w.user,
            team_id=None if w.team is None else team_id(*w.team), kind=w.kind, lifted_at=wrong if w.lifted else None,
        )
        for w in facts.walls
    )  # fmt: skip
    HarmClaim.objects.using(OWNER).bulk_create(
        HarmClaim(harming_id=PERSON + one, harmed_id=PERSON + other, status=status, source="A test")
        for one, other, status in facts.harms
    )


def _write_lines(facts: Facts, now: datetime) -> None:
    for number, line in enumerate(facts.lines):
        own = {"id": ROW + number, "case_id": CASE + line.case, "organisation_id": ORG + line.organisation}
        row: ChronologyEntry | Note | Task | Document
        if line.table == "entry":
            row = ChronologyEntry(
                **own, at=now, kind="note", title="x", scope=line.scope, needs_risk=line.needs_risk,
                needs_address=line.needs_address, own_organisation=line.own,
            )  # fmt: skip
        elif line.table == "note":
            row = Note(**own, kind="spoke", text="x", author_id=USER, author_name="x", own_organisation=line.own)
        elif line.table == "task":
            row = Task(**own, title="x")
        else:
            row = Document(
                **own, kind="letter", title="x", media_type="text/plain", size=1, sha256="", original_sha256="",
                scan="clean", uploaded_by_id=USER, own_organisation=line.own,
            )  # fmt: skip
        row.save(using=OWNER, force_insert=True)


def shown(model: type, base: int) -> set[int]:
    """The numbers of the rows that whoever acts is shown."""
    return {pk - base for pk in model.objects.values_list("pk", flat=True)}  # type: ignore[attr-defined]


@settings(
    max_examples=180 * TIMES, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(facts=worlds())
def compare(facts: Facts) -> None:
    """One generated world: everyone who can act is shown just what the oracle says."""
    write(facts)
    for place in facts.places:
        with transaction.atomic():
            by = acting.begin(USER + place.user, ORG + place.organisation)
            assert (by is not None) == (place.active and facts.users_active[place.user])
            if by is None:
                continue
            oracle = Oracle(facts, place)
            lines = set().union(*(shown(model, ROW) for model in (ChronologyEntry, Note, Task, Document)))
            count_worth(facts, place, oracle)
            assert shown(Case, CASE) == oracle.cases()
            assert shown(Person, PERSON) == shown(PersonName, PERSON) == oracle.people()
            assert lines == oracle.lines()
            assert shown(Involvement, SHARE) == oracle.shares()


@settings(max_examples=15, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(facts=worlds())
def test_nobody_and_visitors_see_nothing(ground: None, facts: Facts) -> None:
    write(facts)
    with transaction.atomic():
        acting.end()
        for model in (Case, Person, PersonName, ChronologyEntry, Note, Task, Document, Involvement, Wall, BreakGlass):
            assert not model.objects.exists(), model  # type: ignore[attr-defined]
        acting.begin_public(1)
        for model in (Case, Person, PersonName, ChronologyEntry, Note, Task, Document, Involvement, Wall, BreakGlass):
            assert not model.objects.exists(), model  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(facts=worlds())
def test_a_wall_is_the_same_from_both_sides(ground: None, facts: Facts) -> None:
    """Whom a user may not see, and who may not see a person (for lists of whom something can be given to)."""
    write(facts)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT u.id, p.person FROM access_user u CROSS JOIN LATERAL unnest(people_walled(u.id, '{}')) p(person)"
        )
        seen_from_the_user = set(cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT u.id, p.id FROM people_person p CROSS JOIN LATERAL people_walled_from(p.id) w"
            " JOIN access_user u ON u.id = w.user_id OR w.team_id IN (SELECT t.team_id FROM access_membership m"
            " JOIN access_membership_teams t ON t.membership_id = m.id WHERE m.user_id = u.id AND m.is_active)"
        )
        assert set(cursor.fetchall()) == seen_from_the_user


def test_sight_ends_by_itself_without_anybody_working_it_out_anew(ground: None) -> None:
    place = Place(0, 0, frozenset({"practitioner"}), frozenset(), True)
    write(
        Facts(
            users_active=[True] * USERS, places=[place], subjects=[0], restricted=[False], known=[(0, 1, False, "child")],
            shares=[], named=[], glasses=[Glass(0, 0, 0, False, False)], walls=[], children=[], links=[],
            lines=[Line("note", 0, 0, 3, False, False, False)], team_active=[True] * ORGANISATIONS,
        )
    )  # fmt: skip

    def seen() -> tuple[set[int], set[int], set[int]]:
        with transaction.atomic():
            assert acting.begin(USER, ORG) is not None
            return shown(Case, CASE), shown(Person, PERSON), shown(Note, ROW)

    assert seen() == ({0}, {0, 1}, {0})
    with connections[OWNER].cursor() as cursor:
        for table in ("cases_casesight", "people_personsight"):
            cursor.execute(f"UPDATE {table} SET until = now() - interval '1 second'")
    assert seen() == (set(), set(), set())


worth: Counter[str] = Counter()


def count_worth(facts: Facts, place: Place, oracle: Oracle) -> None:
    """Note which rules mattered: without them the oracle would have answered otherwise."""
    seen = oracle.cases()
    worth["sees"] += bool(seen)
    worth["summary"] += any(oracle.scope(case) == 2 for case in seen)
    worth["shares"] += bool(oracle.shares()) and not seen
    harmless = [(case, person, ended, "child") for case, person, ended, _ in facts.known]
    worth["harmed"] += Oracle(replace(facts, harms=[], known=harmless), place).cases() != seen
    without = {"walls": [], "restricted": [False] * len(facts.subjects), "glasses": []}
    for rule, nothing in without.items():
        worth[rule] += Oracle(replace(facts, **{rule: nothing}), place).cases() != seen


@pytest.mark.worlds
def test_the_database_shows_what_the_rules_say(ground: None) -> None:
    """Whatever the world; and the worlds were worth it: each kind of rule took something away in some of them."""
    compare()
    assert set(worth) == {"sees", "summary", "walls", "restricted", "glasses", "shares", "harmed"}
    assert min(worth.values()) >= 12, worth
