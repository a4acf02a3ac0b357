"""Ways to reach somebody: what is safe, for how long, and that two people of a case never share a safe number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.actions.contact import (
    WayFacts,
    add_contact_detail,
    change_contact_detail,
    show_code_word,
)
from leeward.record.people.actions.details import undo_change
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import ContactDetail, FactChange
from leeward.record.people.queries.person import safe_contact, ways_of
from leeward.record.people.rules.contact import in_window, read_way, read_ways, windows_in_words
from leeward.record.people.rules.contact import in_words as safe_in_words
from tests.homes import browser, home
from tests.worlds import World

NOON = datetime(2026, 3, 4, 12, tzinfo=LONDON)  # a Wednesday
SAFE = {"kind": "phone", "value": "07700 900123", "is_safe": "yes", "confirmed_on": date(2026, 3, 1)}


def detail(**values: Any) -> ContactDetail:
    return ContactDetail(**{**SAFE, "review_by": date(2026, 6, 1), **values})


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "safe"),
        ({"is_safe": "no"}, "unsafe"),
        ({"is_safe": "unknown"}, "unknown"),
        ({"review_by": date(2026, 3, 3)}, "expired"),
        ({"review_by": date(2026, 3, 4)}, "safe"),
        ({"review_by": date(2026, 3, 3), "is_safe": "no"}, "unsafe"),
    ],
)
def test_a_way_is_safe_only_while_what_they_said_holds(values: dict[str, Any], state: str) -> None:
    way = read_way(detail(**values, voicemail="yes", text="yes"), at=NOON)
    assert way.state == state
    assert way.is_safe is way.may_now is way.may_voicemail is way.may_text is (state == "safe")


def test_an_expired_way_is_not_offered_and_says_so() -> None:
    said = safe_in_words(read_ways([detail(review_by=date(2026, 3, 3))], at=NOON))
    assert not said.is_safe
    assert said.is_stale
    assert said.words.startswith("Not known to be safe any more")


def test_what_somebody_else_of_the_case_has_too_is_not_safe() -> None:
    way = read_way(detail(), at=NOON, is_shared=True)
    assert (way.state, way.may_now) == ("shared", False)


@pytest.mark.parametrize(
    ("windows", "hour", "inside"),
    [
        ([], 3, True),
        ([{"days": [2], "from": "10:00", "to": "14:00"}], 12, True),
        ([{"days": [2], "from": "10:00", "to": "14:00"}], 14, False),
        ([{"days": [3], "from": "10:00", "to": "14:00"}], 12, False),
        ([{"days": [], "from": "10:00", "to": "14:00"}], 12, True),
        ([{"days": [2]}], 23, True),
        ([{"days": [0]}, {"days": [2], "from": "20:00", "to": "21:00"}], 20, True),
    ],
)
def test_windows_of_the_week(windows: list[dict[str, Any]], hour: int, inside: bool) -> None:
    assert in_window(windows, NOON.replace(hour=hour)) is inside


def test_windows_in_words() -> None:
    assert windows_in_words([{"days": [0, 1, 2, 3, 4], "from": "10:00", "to": "14:00"}]) == "10:00–14:00 Mon to Fri"
    assert windows_in_words([{"days": [0, 2]}, {"days": list(range(7))}]) == "Mon, Wed or every day"


def way(world: World, person_id: int, value: str = "07700 900123", **values: Any) -> ContactDetail:
    review = timezone.localdate() + timedelta(days=30)
    facts = WayFacts(**{**SAFE, "review_by": review, **values, "value": value})
    return add_contact_detail(by=world.act("idva"), person_id=person_id, facts=facts, source=Source())


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [("07700 900123", "+44 7700 900 123", "phone"), ("home@example.org", " Home@Example.ORG", "email")],
)
def test_t12_a_number_that_two_people_of_a_case_have_is_unsafe_on_both(
    world: World, one: str, two: str, kind: str
) -> None:
    family = home(world)
    way(world, family.mother.id, one, kind=kind)
    assert safe_contact(family.mother.id).is_safe
    shared = way(world, family.father.id, two, kind=kind)
    for person in (family.mother, family.father):
        assert [found.state for found in ways_of(person.id)] == ["shared"]
        assert not safe_contact(person.id).is_safe
    ContactDetail.objects.filter(id=shared.id).update(ended_on=date(2026, 3, 1))
    assert safe_contact(family.mother.id).is_safe


def test_t12_a_mothers_number_on_her_childs_record_is_no_alarm_but_a_fathers_who_harms_is(world: World) -> None:
    family = home(world)
    way(world, family.mother.id, "01632 960001")
    way(world, family.child.id, "01632 960001")
    assert [found.state for found in ways_of(family.child.id)] == ["safe"]
    way(world, family.father.id, "07700 900555")
    way(world, family.child.id, "07700 900555")
    assert {found.detail.value: found.state for found in ways_of(family.child.id)} == {
        "01632 960001": "safe",
        "07700 900555": "shared",
    }


def test_t12_the_same_number_in_another_case_tells_nothing(world: World) -> None:
    family = home(world)
    way(world, family.mother.id)
    other = world.case("changer", side="causing_harm", given="Erik", family="Lindqvist")
    facts = WayFacts(**{**SAFE, "review_by": timezone.localdate()})
    add_contact_detail(by=world.act("changer"), person_id=other.person_id, facts=facts, source=Source())
    assert [found.state for found in ways_of(other.person_id)] == ["safe"]
    world.act("idva")
    assert [found.state for found in ways_of(family.mother.id)] == ["safe"]


def test_who_comes_second_is_told_and_nothing_is_lost(world: World) -> None:
    family = home(world)
    row = way(world, family.mother.id)
    by = world.act("harbour_manager")
    facts = WayFacts(**{**SAFE, "value": "07700 900999"})
    source = Source(date(2026, 3, 4), "the midwife")
    change = change_contact_detail(
        by=by, person_id=family.mother.id, detail_id=row.id, facts=facts, version=1, source=source
    )
    assert change is not None
    with pytest.raises(Conflict) as told:
        change_contact_detail(
            by=world.act("idva"), person_id=family.mother.id, detail_id=row.id, facts=WayFacts(**SAFE), version=1,
            source=source,
        )  # fmt: skip
    assert told.value.theirs["value"] == "07700 900999"
    assert told.value.by == "Helen Marsh"
    assert ContactDetail.objects.get(id=row.id).learned_from == "the midwife"


def test_the_page_of_who_comes_second_shows_both_and_then_saves(world: World) -> None:
    family = home(world)
    row = way(world, family.mother.id)
    client = browser(world, "idva")
    path = reverse("person_contact_edit", args=[family.mother.id, row.id])
    typed = {
        "version": "1", "kind": "phone", "value": "07700 900111", "is_safe": "no", "voicemail": "no", "text": "no",
        "learned_on-day": "4", "learned_on-month": "3", "learned_on-year": "2026", "once_token": "a" * 32,
    }  # fmt: skip
    change_contact_detail(
        by=world.act("harbour_manager"), person_id=family.mother.id, detail_id=row.id, version=1, source=Source(),
        facts=WayFacts(**{**SAFE, "value": "07700 900999"}),
    )  # fmt: skip
    answer = client.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "07700 900999" in page
    assert "07700 900111" in page
    assert "Helen Marsh" in page
    assert 'name="version" id="id_version" value="2"' in page
    assert client.post(path, {**typed, "version": "2"}).status_code == 303
    world.act("idva")
    assert ContactDetail.objects.get(id=row.id).value == "07700 900111"


def test_a_change_is_undone_once_with_the_code_word(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    row = add_contact_detail(
        by=by, person_id=family.mother.id, facts=WayFacts(**SAFE), source=Source(), code_word="heron"
    )
    assert b"heron" not in bytes(ContactDetail.objects.get(id=row.id).code_word_sealed)
    change = change_contact_detail(
        by=by, person_id=family.mother.id, detail_id=row.id, facts=WayFacts(**{**SAFE, "value": "07700 900999"}),
        version=1, source=Source(), code_word="kestrel",
    )  # fmt: skip
    assert change is not None
    assert show_code_word(by=by, person_id=family.mother.id, detail_id=row.id) == "kestrel"
    assert "heron" not in str(FactChange.objects.values_list("before", "after"))
    undo_change(by=by, person_id=family.mother.id, change_id=change.id)
    assert show_code_word(by=by, person_id=family.mother.id, detail_id=row.id) == "heron"
    assert ContactDetail.objects.get(id=row.id).value == SAFE["value"]
    with pytest.raises(Refused, match="undone already"):
        undo_change(by=by, person_id=family.mother.id, change_id=change.id)
    world.act("dpl")
    assert AuditEntry.objects.filter(action="read_code_word", person_id=family.mother.id).count() == 2


def test_the_code_word_is_on_no_page_until_somebody_asks(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    row = add_contact_detail(
        by=by, person_id=family.mother.id, facts=WayFacts(**SAFE), source=Source(), code_word="heron"
    )
    client = browser(world, "idva")
    page = reverse("person_contact", args=[family.mother.id])
    assert b"heron" not in client.get(page).content
    path = reverse("person_code_word", args=[family.mother.id, row.id])
    assert client.get(path).status_code == 405
    assert b"heron" in client.post(path).content
    assert browser(world, "haven_worker").post(path).status_code == 404
