"""The generator's proportions against the published figures that it was calibrated to, over three slices in memory.

The figures stand here once more, as they are published, so that a wrong number in the generator does not check itself.
E: Essex strategy 2021-24, L: Leicestershire 2022-25, B: business case of 2013, S: Southend 2023-26 (see generate.FIGURES).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from leeward.demo.generate import Slice
from leeward.demo.living import at_the_desk
from leeward.demo.papers import DOCUMENTS
from leeward.demo.partnerships import make_partnership
from leeward.record.cases import models as cases
from leeward.record.people import models as people
from leeward.response.front_door import models as door

NOW = datetime(2026, 6, 10, 11, tzinfo=UTC)
SLICES = 3
ASKED = ("ethnicity", "disability", "sexual_orientation")
Rows = dict[type[Any], list[dict[str, str]]]


def rows_of(part: Slice, model: type[Any]) -> list[dict[str, str]]:
    sheet = part.sheets[model]
    names = list(sheet.place)
    return [dict(zip(names, line.split("\t"), strict=True)) for line in sheet.lines]


@pytest.fixture
def made(db: None) -> Rows:
    """About 15,000 people of one partnership, made once."""
    return _made()


@cache
def _made() -> Rows:
    setting = make_partnership(0, staff=40, today=NOW)
    parts = [Slice(setting, seed=11, number=number, now=NOW, events_a_case=3) for number in range(SLICES)]
    for part in parts:
        part.make()
    wanted = (
        door.Decision, people.Person, people.Relationship, people.HarmClaim, people.EqualityAnswer, people.PersonLink, cases.Case,
        cases.CasePerson, cases.Note, door.Contact, door.Attempt, door.Referrer, people.PersonSight,
    )  # fmt: skip
    return {model: [row for part in parts for row in rows_of(part, model)] for model in wanted}


def share(rows: list[dict[str, str]], **equal: str) -> float:
    return sum(all(row[name] == value for name, value in equal.items()) for row in rows) / len(rows)


def test_proportions_are_the_published_ones(made: Rows) -> None:
    contacts = made[door.Contact]
    assert len(contacts) > 4500
    decided = [row for row in contacts if row["decided_at"] != "\\N"]
    # E: of 4,716 contacts 2,087 ended in information, advice or guidance, 209 signposted, 1,755 referred
    for outcome, figure in (("advice", 2087), ("signposted", 209), ("referred", 1755)):
        assert share(made[door.Decision], outcome=outcome) == pytest.approx(figure / 4716, abs=0.02), outcome
    handed_on = sum(row["handed_on_at"] != "\\N" for row in decided)
    assert handed_on / len(decided) == pytest.approx(1755 / 4716, abs=0.02), "who is referred is handed on"
    assert len(decided) / len(contacts) > 0.97, "E: contacts are decided; what is open is of the last days"

    # E: people supported, 4,123, of them with children 2,129; three or more 20 % of those
    first = [row for row in contacts if row["known_before"] == "no" and row["about"] != "young_person"]
    with_children = [row for row in first if int(row["children"])]
    assert len(with_children) / len(first) == pytest.approx(2129 / 4123, abs=0.02)
    assert sum(int(row["children"]) >= 3 for row in with_children) / len(with_children) == pytest.approx(0.20, abs=0.02)

    # repeats: 332 of 1,602 heard (E)
    assert share(contacts, known_before="yes") == pytest.approx(332 / 1602, abs=0.03)

    # L: "unknown" in about a third of the cells: not asked, declined, not known
    supported = {row["person_id"] for row in made[cases.Case] if row["side"] == "harmed"}
    cells = len(supported) * 3
    answered = sum(row["state"] == "answered" and row["list"] in ASKED for row in made[people.EqualityAnswer])
    assert 1 - answered / cells == pytest.approx(0.33, abs=0.03)
    states = Counter(row["state"] for row in made[people.EqualityAnswer])
    assert states["declined"] > 100
    assert states["not_known"] > 100, "and the three kinds of unknown are different things"


def test_ages_and_seasons(made: Rows) -> None:
    contacts, persons = made[door.Contact], {row["id"]: row for row in made[people.Person]}
    adults = [row for row in contacts if row["about"] not in ("own_behaviour", "young_person")]
    subjects = [persons[row["person_id"]] for row in adults]
    known = [date.fromisoformat(row["birth_date"]) for row in subjects if row["birth_date"] != "\\N"]
    assert len(known) / len(subjects) == pytest.approx(0.92, abs=0.02), "as messy as real ones: some have no birth date"
    ages = [(NOW.date() - born).days / 365.25 for born in known]
    assert min(ages) >= 15.9
    assert max(ages) < 91
    assert sum(age >= 55 for age in ages) / len(ages) == pytest.approx(0.12, abs=0.02), (
        "L: 802 of 55 and over reached a service"
    )
    harming = {row["harming_id"] for row in made[people.HarmClaim]}
    known = [date.fromisoformat(persons[key]["birth_date"]) for key in harming if persons[key]["birth_date"] != "\\N"]
    young = sum((NOW.date() - born).days / 365.25 < 18.5 for born in known) / len(known)
    assert young == pytest.approx(0.073, abs=0.02), "B: offenders of 18 or under"

    # Who asks again does so some months later, whatever the season: seen in those who ask for the first time.
    months = Counter(row["received_at"][5:7] for row in contacts if row["known_before"] == "no")
    summer, winter = months["07"] + months["08"], months["11"] + months["12"]
    assert 1.08 < summer / winter < 1.45, "more in summer, fewer before the winter holidays"
    years = Counter(row["received_at"][:4] for row in contacts)
    growth = (years["2025"] / years["2022"]) ** (1 / 3)
    assert growth == pytest.approx(1.0625, abs=0.04), "L: 4.9 % and 7.6 % a year"


def test_nobody_cares_for_a_child_that_could_not_be_theirs(made: Rows) -> None:
    born = {
        row["id"]: date.fromisoformat(row["birth_date"]) for row in made[people.Person] if row["birth_date"] != "\\N"
    }
    ties = [row for row in made[people.Relationship] if row["person_id"] in born and row["other_id"] in born]
    apart: dict[str, list[float]] = {"child": [], "parent": []}
    children: dict[str, list[date]] = {}
    for row in ties:
        younger, older = born[row["person_id"]], born[row["other_id"]]
        if row["kind"] == "parent":
            younger, older = older, younger
        if row["kind"] in apart:
            apart[row["kind"]].append((younger - older).days / 365.25)
        if row["kind"] == "child":
            children.setdefault(row["other_id"], []).append(younger)
    for years in apart.values():
        assert len(years) > 20
        assert min(years) >= 15
        assert max(years) <= 50
    for days in children.values():
        days.sort()
        assert all((after - before).days > 270 for before, after in pairwise(days)), (
            "and each has a birthday of its own"
        )


def test_a_contact_is_tried_before_it_is_decided(made: Rows) -> None:
    for row in made[door.Contact]:
        if row["decided_at"] != "\\N":
            assert row["received_at"] <= row["first_attempt_at"] <= row["decided_at"] < NOW.isoformat()


def test_who_they_are_and_whom_they_ask_for(made: Rows) -> None:
    """S: of outreach clients 21 % of an ethnic minority, 7 % LGBT; 101 young people's referrals beside 778 clients."""
    answers = [row for row in made[people.EqualityAnswer] if row["state"] == "answered"]
    ethnicity = [row for row in answers if row["list"] == "ethnicity"]
    assert 1 - share(ethnicity, code="white_british") == pytest.approx(0.21, abs=0.03)
    orientation = [row for row in answers if row["list"] == "sexual_orientation"]
    assert 1 - share(orientation, code="heterosexual") == pytest.approx(0.07, abs=0.02)

    contacts, persons = made[door.Contact], {row["id"]: row for row in made[people.Person]}
    young = [row for row in contacts if row["about"] == "young_person"]
    assert len(young) / len(contacts) == pytest.approx(101 / (778 + 101), abs=0.02)
    assert {row["side"] for row in young} == {"child"}
    born = [persons[row["person_id"]]["birth_date"] for row in young]
    assert max((NOW.date() - date.fromisoformat(one)).days for one in born if one != "\\N") <= 18 * 365.25
    assert {row["about"] for row in contacts} == {"me", "someone", "young_person", "other_behaviour", "own_behaviour"}
    assert {row["route"] for row in contacts} == {"professional", "web", "phone", "walk_in", "police"}


def test_people_and_staff_act_at_hours_at_which_they_would(made: Rows) -> None:
    contacts = {row["id"]: row for row in made[door.Contact]}

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text)

    at_night = [row for row in contacts.values() if not 6 <= moment(row["received_at"]).hour < 22]
    assert 0.02 < len(at_night) / len(contacts) < 0.15, "some ask at night"
    assert {row["route"] for row in at_night} <= {"web", "police", "professional"}, "nobody rings where nobody sits"
    kinds = {row["contact_id"]: row["kind"] for row in made[door.Referrer]}
    assert {kinds[row["id"]] for row in at_night if row["id"] in kinds} <= {"police", "hospital", "mental_health"}
    assert {kinds[row["id"]] for row in contacts.values() if row["route"] == "police"} == {"police"}
    for row in made[door.Attempt]:
        at, contact = moment(row["at"]), contacts[row["contact_id"]]
        assert at < NOW, "no attempt lies ahead"
        assert row["at"] >= contact["first_attempt_at"]
        assert contact["decided_at"] == "\\N" or row["at"] <= contact["decided_at"]
        assert at_the_desk(at), at
    written = [moment(row["happened_at"]) for row in made[cases.Note]]
    by_day = [at for at in written if at.weekday() < 5 and 7 <= at.hour < 19]
    assert len(by_day) / len(written) > 0.97, "services write by day"

    high = Counter(row["risk_reason"] for row in contacts.values() if row["risk"] == "high")
    assert len(high) > 4
    for row in contacts.values():
        assert (row["danger_now"] == "t") == ("in danger now" in row["risk_reason"])
        assert (row["child_danger"] == "t") == ("a child is being hurt" in row["risk_reason"])
    assert all(high)
    afraid = sum(count for reason, count in high.items() if "tonight" in reason)
    assert 0.15 < afraid / high.total() < 0.6, "not everybody at high risk is afraid tonight"


def test_there_are_documents_emergencies_and_a_handover(db: None) -> None:
    part = Slice(make_partnership(0, staff=20, today=NOW), seed=11, number=0, now=NOW, events_a_case=3)
    part.make(waiting=18)
    assert part.papers
    documents = rows_of(part, cases.Document)
    assert len(documents) == DOCUMENTS
    assert {int(row["id"]) for row in documents} == set(part.papers.files)
    for row in documents:
        assert row["sha256"] == hashlib.sha256(part.papers.files[int(row["id"])]).hexdigest()
    opened = rows_of(part, cases.BreakGlass)
    assert [row["outcome"] for row in opened] == ["", "justified", "not_justified"]
    assert all(datetime.fromisoformat(row["until"]) < NOW for row in opened), "over: nobody has sight by it"
    assert [row["status"] for row in rows_of(part, cases.Handover)] == ["refused", "proposed"]
    for row in rows_of(part, door.Attempt):
        assert datetime.fromisoformat(row["at"]) <= NOW
