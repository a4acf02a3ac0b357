"""Facts about a person: with date and source, ended and put back, never lost, never deleted."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.details import (
    add_identifier,
    add_name,
    change_person,
    details_of,
    undo_change,
)
from leeward.record.people.actions.equality import Answer, answers_now, record_answers, stamp
from leeward.record.people.actions.facts import Source, end_fact, restore_fact
from leeward.record.people.models import EqualityAnswer, Identifier, Person, PersonName, Wall
from leeward.record.people.queries.search import read_wanted, search_people
from leeward.record.people.rules.words import age, born_in_words, learned
from tests.homes import browser, home, share
from tests.worlds import World

MIDWIFE = Source(date(2026, 3, 4), "the midwife")
ONCE = {"once_token": "e" * 32}


def learned_on(day: int = 4, month: int = 3, year: int = 2026) -> dict[str, str]:
    return {"learned_on-day": str(day), "learned_on-month": str(month), "learned_on-year": str(year)}


def found(world: World, words: str, user: str = "idva") -> set[int]:
    return {one.person_id for one in search_people(by=world.act(user), wanted=read_wanted(words))}


def test_each_fact_says_when_it_was_learned_and_from_whom(world: World) -> None:
    family = home(world)
    add_name(
        by=world.act("idva"), person_id=family.mother.id, given="Maya", family="Berg", kind="birth", source=MIDWIFE
    )
    page = browser(world, "idva").get(reverse("person", args=[family.mother.id])).content.decode()
    assert learned(date(2026, 3, 4), "the midwife") in page
    assert learned(date(2020, 3, 4), "") == "Learned 4 March 2020"


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("day", "4 March 1990"),
        ("month", "March 1990"),
        ("year", "1990"),
        ("about", "about 1990"),
        ("unknown", "4 March 1990"),
    ],
)
def test_a_birth_date_is_as_exact_as_it_is_known(precision: str, words: str) -> None:
    assert born_in_words(date(1990, 3, 4), precision) == words


def test_ages() -> None:
    today = date(2026, 3, 4)
    assert age(date(1990, 3, 5), "day", today) == "35"
    assert age(date(1990, 1, 1), "year", today) == "about 36"
    assert age(date(2026, 1, 4), "day", today) == "2 months"
    assert age(date(2026, 5, 4), "day", today) == "not born yet"
    assert age(None, "unknown", today) == ""


def test_a_name_of_now_takes_the_place_of_the_one_before_which_is_still_found(world: World) -> None:
    family = home(world)
    name = add_name(
        by=world.act("idva"), person_id=family.mother.id, given="Maya", family="Holm", kind="current", source=MIDWIFE
    )
    before, now = PersonName.objects.filter(person_id=family.mother.id).order_by("id")
    assert (before.family, before.ended_on) == ("Lindqvist", date(2026, 3, 4))
    assert now.ended_on is None
    assert found(world, "Maya Holm") == found(world, "Maya Holm 4/3/1990") == {family.mother.id}
    assert family.mother.id in found(world, "Maya Lindqvist")
    # a name that was never theirs finds nobody
    end_fact(by=world.act("idva"), person_id=family.mother.id, kind="name", fact_id=name.id, was_error=True)
    assert found(world, "Maya Holm") == set()
    restore_fact(by=world.act("idva"), person_id=family.mother.id, kind="name", fact_id=name.id)
    assert found(world, "Maya Holm") == {family.mother.id}


def test_a_new_name_meets_the_walls_of_that_name(world: World) -> None:
    family = home(world)
    other = world.case("idva", given="Solveig", family="Aas", birth_date=date(1980, 1, 2))
    world.act("harbour_manager")
    Wall(person_id=other.person_id, user=world.users["child_worker"], kind="set").save(force_insert=True)
    add_name(
        by=world.act("idva"), person_id=family.mother.id, given="Solveig", family="Aas", kind="used", source=MIDWIFE
    )
    world.act("child_worker")
    # another birth date is known of both: not the same person
    assert Person.objects.filter(id=family.mother.id).exists()
    details = details_of(Person.objects.get(id=family.mother.id))
    by = world.act("idva")
    changed = type(details)(**{**details.__dict__, "birth_date": None, "birth_precision": "unknown"})
    change_person(by=by, person_id=family.mother.id, details=changed, version=1, source=MIDWIFE)
    world.act("child_worker")
    assert not Person.objects.filter(id=family.mother.id).exists()


def test_a_birth_date_of_which_the_year_is_known_matches_no_birthday(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    details = details_of(Person.objects.get(id=family.mother.id))
    changed = type(details)(**{**details.__dict__, "birth_date": date(1990, 1, 1), "birth_precision": "year"})
    change = change_person(by=by, person_id=family.mother.id, details=changed, version=1, source=MIDWIFE)
    assert change is not None
    assert found(world, "1/1/1990") == set()
    undo_change(by=world.act("idva"), person_id=family.mother.id, change_id=change.id)
    assert found(world, "4/3/1990") == {family.mother.id}
    assert Person.objects.get(id=family.mother.id).birth_precision == "day"


def test_two_people_change_one_record(world: World) -> None:
    family = home(world)
    details = details_of(Person.objects.get(id=family.mother.id))
    one = type(details)(**{**details.__dict__, "called": "May"})
    change_person(by=world.act("harbour_manager"), person_id=family.mother.id, details=one, version=1, source=MIDWIFE)
    two = type(details)(**{**details.__dict__, "called": "Maja"})
    with pytest.raises(Conflict) as told:
        change_person(by=world.act("idva"), person_id=family.mother.id, details=two, version=1, source=MIDWIFE)
    assert told.value.theirs["called"] == "May"
    assert told.value.by == "Helen Marsh"
    history = browser(world, "idva").get(reverse("person_records", args=[family.mother.id])).content.decode()
    assert "What they want to be called: Maya" in history
    answer = browser(world, "idva").post(
        reverse("person_edit", args=[family.mother.id]),
        {"version": "1", "called": "Maja", "interpreter": "unknown", "birth-year": "1990", **learned_on(), **ONCE},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "May</p>" in page
    assert 'value="Maja"' in page
    assert 'name="version" id="id_version" value="2"' in page
    world.act("idva")
    assert Person.objects.get(id=family.mother.id).called == "May"


def test_a_form_sent_twice_counts_once(world: World) -> None:
    family = home(world)
    client = browser(world, "idva")
    form = {"given": "Maya", "family": "Berg", "kind": "used", **learned_on(), **ONCE}
    path = reverse("person_name_add", args=[family.mother.id])
    assert [client.post(path, form).status_code for _ in range(2)] == [303, 303]
    world.act("idva")
    assert PersonName.objects.filter(person_id=family.mother.id, family="Berg").count() == 1


@pytest.mark.parametrize(
    ("route", "form", "words"),
    [
        ("person_name_add", {"kind": "used"}, "Enter a first name or a last name"),
        ("person_name_add", {"given": "M" * 10_000, "kind": "used"}, "or fewer"),
        ("person_name_add", {"given": "Ma\x00ya", "kind": "used"}, "hidden character"),
        ("person_identifier_add", {"kind": "nhs", "value": "999 000 0019"}, "mistake"),
        ("person_identifier_add", {"kind": "nhs", "value": "12"}, "10 digit"),
        ("person_edit", {"version": "1", "interpreter": "yes", "birth-year": "2100"}, "past"),
        ("person_edit", {"version": "1", "interpreter": "yes", "birth-day": "31", "birth-month": "2",
                         "birth-year": "1990"}, "only 28 days"),
        ("person_contact_add", {"kind": "phone", "value": "ring the bell"}, "telephone number"),
        ("person_contact_add", {"kind": "email", "value": "maya at home"}, "email address"),
        ("person_contact_add", {"kind": "other", "value": "x", "from_1": "25:00"}, "no such time"),
        ("person_contact_add", {"kind": "other", "value": "x", "from_1": "10:00"}, "until when"),
        ("person_contact_add", {"kind": "other", "value": "x", "is_safe": "yes"}, "the day on which"),
        ("person_address_add", {"lines": "4 Larch Row", "postcode": "the blue house", "kind": "home"}, "postcode"),
        ("person_address_add", {"lines": "4 Larch Row", "uprn": "abc", "kind": "home"}, "UPRN"),
    ],
)  # fmt: skip
def test_bad_input_has_a_sentence_and_keeps_what_was_typed(
    world: World, route: str, form: dict[str, str], words: str
) -> None:
    family = home(world)
    sent = {"voicemail": "no", "text": "no", "is_safe": "no", **form, **learned_on(), **ONCE}
    answer = browser(world, "idva").post(reverse(route, args=[family.mother.id]), sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in page
    assert words in page, page.split("govuk-error-summary")[1][:800]
    for value in form.values():
        assert value.replace("\x00", "")[:50] in page


@pytest.mark.parametrize("given", ["李", "🌱", "مايا", "X", "O’Neill-Çelik", "M" * 200])
def test_any_name_can_be_kept_and_found(world: World, given: str) -> None:
    family = home(world)
    form = {"given": given, "family": "Lindqvist", "kind": "used", **learned_on(), **ONCE}
    path = reverse("person_name_add", args=[family.mother.id])
    assert browser(world, "idva").post(path, form).status_code == 303
    world.act("idva")
    assert PersonName.objects.filter(given=given).exists()
    assert given in browser(world, "idva").get(reverse("person", args=[family.mother.id])).content.decode()
    if given.isalnum() and len(given) < 50:
        assert family.mother.id in found(world, f"{given} Lindqvist")


def test_numbers_are_checked_kept_once_and_put_back(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    add = {"by": by, "person_id": family.mother.id, "kind": "nhs", "source": MIDWIFE}
    row = add_identifier(**add, value="999 000 0018")
    assert row.value == "9990000018"
    with pytest.raises(Refused, match="already"):
        add_identifier(**add, value="9990000018")
    with pytest.raises(Refused, match="mistake"):
        add_identifier(**add, value="9990000019")
    end_fact(by=by, person_id=family.mother.id, kind="identifier", fact_id=row.id)
    assert Identifier.objects.get().ended_on == timezone.localdate()
    assert add_identifier(**add, value="9990000018").id == row.id
    assert Identifier.objects.get().ended_on is None
    # the same number on a record that one does not see tells nothing
    other = world.case("haven_worker", given="Ana", family="Petrov")
    add_identifier(**{**add, "by": world.act("haven_worker"), "person_id": other.person_id}, value="9990000018")


def test_a_fact_of_another_person_is_not_ended_through_ones_own(world: World) -> None:
    family = home(world)
    other = world.case("haven_worker", given="Ana", family="Petrov")
    name = PersonName.objects.get(person_id=other.person_id)
    client = browser(world, "idva")
    for route in ("person_fact_take_back", "person_fact_restore"):
        client.post(reverse(route, args=[family.mother.id, "name", name.id]))
        client.post(reverse(route, args=[other.person_id, "name", name.id]))
    assert client.get(reverse("person_fact_end", args=[family.mother.id, "nothing", 1])).status_code == 404
    world.act("haven_worker")
    assert PersonName.objects.get(id=name.id).ended_on is None


def test_who_reads_a_summary_changes_nothing(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven", scope=2)
    client = browser(world, "haven_worker")
    assert client.get(reverse("person", args=[family.mother.id])).status_code == 200
    page = client.get(reverse("person", args=[family.mother.id])).content.decode()
    assert "Change details" not in page
    for name in (
        "person_edit",
        "person_name_add",
        "person_contact",
        "person_equality",
        "person_records",
        "person_immigration",
    ):
        assert client.get(reverse(name, args=[family.mother.id])).status_code == 404, name
    with pytest.raises(Refused, match="not change"):
        add_name(
            by=world.act("haven_worker"), person_id=family.mother.id, given="X", family="Y", kind="used", source=MIDWIFE
        )


def test_not_asked_declined_and_not_known_are_three_things(world: World) -> None:
    family = home(world)
    client = browser(world, "idva")
    path = reverse("person_equality_edit", args=[family.mother.id])
    form = {
        "version": "0", "ethnicity": "roma", "sex": "female", "gender_same": "state:not_asked",
        "sexual_orientation": "state:declined", "religion": "state:not_known", "disability": "little",
        "disability_words": "my hip", **learned_on(), **ONCE,
    }  # fmt: skip
    assert client.post(path, form).status_code == 303
    page = client.get(reverse("person_equality", args=[family.mother.id])).content.decode()
    for words in ("Roma", "Not asked", "Asked and declined", "Not known", "my hip", "Learned 4 March"):
        assert words in page, words
    world.act("idva")
    rows = answers_now(family.mother.id)
    assert set(rows) == {"ethnicity", "sex", "sexual_orientation", "religion", "disability"}
    assert (rows["ethnicity"].code, rows["ethnicity"].list_version) == ("roma", "gss-2011")
    assert [rows[name].state for name in ("sexual_orientation", "religion")] == ["declined", "not_known"]


def test_an_answer_that_changes_leaves_the_one_before(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    give = {"by": by, "person_id": family.mother.id, "source": MIDWIFE}
    assert record_answers(**give, answers={"religion": Answer("declined")}, version_seen=0) == 1
    seen = stamp(answers_now(family.mother.id))
    assert record_answers(**give, answers={"religion": Answer("declined")}, version_seen=seen) == 0
    assert record_answers(**give, answers={"religion": Answer("answered", "sikh")}, version_seen=seen) == 1
    with pytest.raises(Conflict):
        record_answers(**give, answers={"religion": Answer("answered", "none")}, version_seen=seen)
    assert EqualityAnswer.objects.filter(person_id=family.mother.id).count() == 2
    assert answers_now(family.mother.id)["religion"].code == "sikh"
