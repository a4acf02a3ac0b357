"""Whether somebody may be tried, and how: what their record says today, and a reason for everything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import ContactDetail
from leeward.response.front_door.actions.triage import log_attempt
from leeward.response.front_door.models import Attempt, Contact
from leeward.response.front_door.queries.triage import triage_queue
from leeward.response.front_door.rules.reaching import safe_time
from leeward.response.front_door.tests.site import Visitor, read
from leeward.response.front_door.tests.test_triage_pages import send, taken
from tests.worlds import World

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)


def way(**more: Any) -> ContactDetail:
    return ContactDetail(id=new_id(), **{"kind": "phone", "value": "07700 900123", "is_safe": "yes", **more})


def said(*details: ContactDetail, may: str = "yes") -> Any:
    return safe_time(Contact(may_contact=may), details, MONDAY_NOON)


@pytest.mark.parametrize(
    ("details", "now", "words"),
    [
        ([way()], True, "Any time"),
        ([way(windows=[{"days": [], "from": "10:00", "to": "14:00"}])], True, "Now until 14:00"),
        ([way(windows=[{"days": [1], "from": "10:00", "to": "14:00"}])], False, "After tomorrow 10:00"),
        ([way(is_safe="no", text="yes")], False, "Text only: any time"),
        ([way(kind="email", value="a@example.org")], False, "E-mail only: any time"),
        ([way(is_safe="no", text="no")], False, "No safe way is known"),
        ([way(is_safe="unknown")], False, "Not known to be safe"),
        ([way(review_by=MONDAY_NOON.date() - timedelta(days=1))], False,
         "Not known to be safe any more: wait for them to call"),
        ([way(ended_on=MONDAY_NOON.date())], False, "Not known to be safe"),
    ],
)  # fmt: skip
def test_the_record_says_it(details: list[ContactDetail], now: bool, words: str) -> None:
    found = said(*details)
    assert (found.now, found.words) == (now, words)


def test_a_number_that_somebody_else_in_the_case_has_is_not_safe() -> None:
    one = way()
    one.shared = True  # type: ignore[attr-defined]  # as the query annotates it
    assert not said(one).now


def test_what_speaks_against_a_try() -> None:
    assert said(way(voicemail="yes", text="yes")).against("call", "voicemail_left") == []
    assert [name for name, _ in said(way(voicemail="no")).against("call", "voicemail_left")] == ["outcome"]
    assert [name for name, _ in said(way(text="no")).against("text", "sent")] == ["how"]
    assert said(way(is_safe="no", text="yes")).against("text", "sent") == []
    assert [name for name, _ in said(way(is_safe="no", text="yes")).against("call", "no_answer")] == ["how"]
    assert [name for name, _ in said(way()).against("visit", "spoke")] == ["how"]


def test_somebody_who_asked_for_texts_only_is_not_called(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    visitor.skip_until("ask", "safe")
    visitor.ask(("safe", {"safe": "yes"}), ("methods", {"methods": ["text"]}), ("phone", {"phone": "07700 900123"}))
    visitor.send()
    by = world.act("spa")
    row = triage_queue(by=by).rows[0]
    assert (row.safe.now, row.safe.words) == (False, "Text only: any time")
    with pytest.raises(Refused, match="call is safe"):
        log_attempt(by=by, contact=row.contact, how="call", outcome="no_answer")
    log_attempt(by=by, contact=row.contact, how="text", outcome="sent")


def test_a_change_in_the_record_counts_at_once(world: World) -> None:
    contact = taken(world, person=PersonFacts(given="Maya", contact_details=(way(voicemail="yes"),)))
    by = world.act("spa")
    assert triage_queue(by=by).callable_now == 1
    ContactDetail.objects.filter(person_id=contact.person_id).update(review_by=timezone.localdate() - timedelta(days=1))
    queue = triage_queue(by=by)
    assert (queue.callable_now, queue.rows[0].safe.now) == (0, False)
    page = read(world.browser("spa").get(f"/contacts/{contact.id}")).text
    assert "Not known to be safe any more" in page
    assert "Any time" not in page


def test_a_voicemail_that_is_not_allowed_needs_a_reason_beside_the_answer(world: World) -> None:
    contact = taken(world, person=PersonFacts(given="Maya", contact_details=(way(voicemail="no"),)))
    by = world.act("spa")
    with pytest.raises(Refused, match="voicemail"):
        log_attempt(by=by, contact=contact, how="call", outcome="voicemail_left")
    typed = {"attempt-how": "call", "attempt-outcome": "voicemail_left", "attempt-note": "Said we are the library"}
    page = read(send(world, "spa", f"/contacts/{contact.id}/attempt", **typed))
    assert page.title.startswith("Error: ")
    assert "They have not said that a voicemail is safe" in page.text
    assert page.fields["attempt-note"] == ["Said we are the library"]
    assert not Attempt.objects.exists()
    send(world, "spa", f"/contacts/{contact.id}/attempt", **typed, **{"attempt-why_outside": "She asked for it today"})
    assert Attempt.objects.get().outside_safe_time


def test_the_code_word_and_every_cover_name_are_one_press_away(world: World) -> None:
    from leeward.platform.common import vault

    first = way(cover_name="The library", who_may_answer="my son")
    first.code_word_sealed = vault.seal_text("marigold", table="people_contactdetail", row=first.id)
    contact = taken(world, person=PersonFacts(given="Maya", contact_details=(first, way(cover_name="The dentist"))))
    page = read(world.browser("spa").get(f"/contacts/{contact.id}"))
    assert "The library" in page.text
    assert "The dentist" in page.text
    assert "Show the code word" in page.text
    assert "marigold" not in page.text
    assert f"/people/{contact.person_id}/contact" in page.links
    shown = send(world, "spa", f"/people/{contact.person_id}/contact/{first.id}/code-word")
    assert "marigold" in read(shown).text
