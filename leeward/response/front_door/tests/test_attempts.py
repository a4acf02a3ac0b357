"""An attempt is recorded as it was, reaches the case, and can be taken back; what it says of a number is asked at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.platform.reference.working_time import LONDON
from leeward.record.cases.models import ChronologyEntry
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import ContactDetail, FactChange
from leeward.response.front_door.actions.handing_on import OfferTo, accept_offer, hand_on, return_offer
from leeward.response.front_door.actions.triage import decide_contact, log_attempt
from leeward.response.front_door.actions.trying import take_attempt_back
from leeward.response.front_door.models import Attempt, Contact, ContactCount, Offer
from leeward.response.front_door.queries.triage import triage_queue
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_safe_contact import way
from leeward.response.front_door.tests.test_triage_pages import offered, send, taken
from tests.worlds import World

TOKEN = {"attempt-once_token": "b" * 32}


@pytest.fixture(autouse=True)
def five_past_ten() -> Iterator[None]:
    """It is five past ten in the morning, whenever the tests run."""
    with time_machine.travel(datetime(2026, 11, 24, 10, 5, 30, tzinfo=LONDON)):
        yield


def came(world: World, hour: int = 8, **intake: Any) -> Contact:
    """A contact that Dan has, received at this hour of today."""
    contact = taken(world, **intake)
    at = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    Contact.objects.filter(id=contact.id).update(received_at=at, attempt_due_at=at + timedelta(hours=2))
    contact.refresh_from_db()
    return contact


def until_ten(world: World, *more: ContactDetail) -> Contact:
    """Somebody who may be called until ten, and no later."""
    windows = [{"days": [], "from": "09:00", "to": "10:00"}]
    return came(world, person=PersonFacts(given="Maya", contact_details=(way(windows=windows, text="yes"), *more)))


def tried(**more: str) -> dict[str, str]:
    return {
        "attempt-how": "call",
        "attempt-outcome": "no_answer",
        **TOKEN,
        **{f"attempt-{k}": v for k, v in more.items()},
    }


def story(offer: Offer) -> list[tuple[str, str]]:
    return list(
        ChronologyEntry.objects.filter(case_id=offer.case_id, kind="attempt").order_by("at", "id")
        .values_list("title", "text")
    )  # fmt: skip


def test_what_is_told_between_two_offers_reaches_who_accepts(world: World) -> None:
    first = offered(world)
    return_offer(by=world.act("idva"), offer=first, reason="no_capacity")
    by = world.act("spa")
    contact = Contact.objects.get()
    log_attempt(by=by, contact=contact, how="call", outcome="spoke", note="He has a knife now.")
    hand_on(by=by, contact=contact, offers=(OfferTo(world.services["outreach"]),), lawful_basis="consent",
            told="told_agreed")  # fmt: skip
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer", note="Rang at noon.")
    again = Offer.objects.get(status="offered")
    by = world.act("idva")
    accept_offer(by=by, offer=again, worker_id=by.user_id)
    assert ("Called: spoke with the person", "He has a knife now.") in story(again)
    assert ("Called: no answer", "Rang at noon.") in story(again)


def test_a_call_in_the_safe_time_that_is_written_down_after_it(world: World) -> None:
    contact = until_ten(world)
    address = f"/contacts/{contact.id}/attempt"
    now = read(send(world, "spa", address, **tried()))
    assert "Say why you tried all the same" in now.text, "at five past ten it is outside the safe time"
    assert send(world, "spa", address, **tried(tried_time="9:55"))["Location"] == f"/contacts/{contact.id}"
    made = Attempt.objects.get()
    assert (timezone.localtime(made.at).strftime("%H:%M"), made.outside_safe_time) == ("09:55", False)
    assert Contact.objects.get().first_attempt_at == made.at
    assert (ContactCount.objects.get().minutes_to_attempt, ContactCount.objects.get().attempt_in_time) == (115, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"tried_time": "10:30"}, "The attempt lies in the future"),
        ({"tried_time": "7:30"}, "They asked for help after that"),
        ({"tried_on-day": "1", "tried_on-month": "3", "tried_on-year": "2024"}, "Enter the time of the attempt"),
    ],
)
def test_an_attempt_lies_between_the_contact_and_now(world: World, said: dict[str, str], words: str) -> None:
    contact = until_ten(world)
    page = read(send(world, "spa", f"/contacts/{contact.id}/attempt", **tried(note="Rang twice", **said)))
    assert page.title.startswith("Error: ")
    assert words in page.text
    assert page.fields["attempt-note"] == ["Rang twice"], "nothing typed is lost"
    assert not Attempt.objects.exists()
    with pytest.raises(Refused, match="after that"):
        log_attempt(by=world.act("spa"), contact=contact, how="call", outcome="no_answer",
                    at=contact.received_at - timedelta(minutes=2))  # fmt: skip


def test_one_that_is_written_down_late_may_be_the_first(world: World) -> None:
    contact = came(world)
    by = world.act("spa")
    now = timezone.now()
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer", next_at=now + timedelta(hours=2))
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer", at=now - timedelta(hours=1))
    after = Contact.objects.get()
    assert after.first_attempt_at == now - timedelta(hours=1)
    assert after.next_try_at == now + timedelta(hours=2), "the plan of the later one stands"


def test_who_rings_us_is_judged_by_no_safe_time(world: World) -> None:
    contact = until_ten(world)
    address = f"/contacts/{contact.id}/attempt"
    wrong = read(send(world, "spa", address, **tried(they_came="on")))
    assert "They got in touch with us: choose what happened then" in wrong.text
    said = tried(they_came="on", outcome="spoke", note="He has left.")
    assert send(world, "spa", address, **said)["Location"] == f"/contacts/{contact.id}"
    made = Attempt.objects.get()
    assert (made.they_came, made.outside_safe_time) == (True, False)
    assert "They rang: spoke with the person" in read(world.browser("spa").get(f"/contacts/{contact.id}")).text


def test_a_voicemail_that_they_left_us_is_no_try_of_ours(world: World) -> None:
    contact = came(world)
    by = world.act("spa")
    log_attempt(by=by, contact=contact, how="call", outcome="voicemail_left", they_came=True)
    assert Contact.objects.get().first_attempt_at is None, "nobody has tried yet: the clock goes on"
    with pytest.raises(Refused, match="Nobody has tried"):
        decide_contact(by=by, contact=contact, outcome="no_contact")


def test_which_of_two_numbers_was_tried_decides_whether_it_was_safe(world: World) -> None:
    other = way(value="07700 900456", is_safe="no")
    contact = came(world, person=PersonFacts(given="Maya", contact_details=(way(), other)))
    address = f"/contacts/{contact.id}/attempt"
    assert "07700 900456" in read(world.browser("spa").get(address)).text
    page = read(send(world, "spa", address, **tried(way=str(other.id))))
    assert "They have not said that a call is safe." in page.text
    wrong = read(send(world, "spa", address, **tried(way=str(other.id), how="email")))
    assert "This is not how you tried" in wrong.text
    send(world, "spa", address, **tried(way=str(other.id), why_outside="She asked us to try this one"))
    assert (Attempt.objects.get().way_id, Attempt.objects.get().outside_safe_time) == (other.id, True)
    assert "07700 900456" in read(world.browser("spa").get(f"/contacts/{contact.id}")).text


@pytest.mark.parametrize("outcome", ["wrong_number", "someone_else", "unsafe"])
@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_a_number_that_went_wrong_is_asked_about_at_once(world: World, outcome: str, answer: str) -> None:
    number = way(text="yes", voicemail="yes")
    contact = came(world, person=PersonFacts(given="Maya", contact_details=(number,)))
    assert triage_queue(by=world.act("spa")).callable_now == 1
    asked = send(world, "spa", f"/contacts/{contact.id}/attempt", **tried(outcome=outcome))["Location"]
    attempt = Attempt.objects.get()
    assert asked == f"/contacts/{contact.id}/attempts/{attempt.id}/safe"
    page = read(world.browser("spa").get(asked))
    assert "07700 900123" in page.text
    answered = send(world, "spa", asked, way=str(number.id), answer=answer)
    assert answered["Location"] == f"/contacts/{contact.id}"
    row = triage_queue(by=world.act("spa")).rows[0]
    assert not row.safe.now
    assert not row.safe.hows, "neither by text"
    assert FactChange.objects.get().learned_from.startswith("An attempt in triage")
    assert send(world, "spa", asked, way=str(number.id), answer=answer)["Location"].endswith(str(contact.id)), (
        "sent twice it is said once"
    )
    assert FactChange.objects.count() == 1


def test_a_number_that_is_not_known_to_be_safe_is_not_asked_about(world: World) -> None:
    contact = came(world, person=PersonFacts(given="Maya", contact_details=(way(is_safe="unknown"),)))
    said = tried(outcome="wrong_number", why_outside="Police asked")
    assert send(world, "spa", f"/contacts/{contact.id}/attempt", **said)["Location"] == f"/contacts/{contact.id}"


def test_an_attempt_that_was_recorded_by_mistake_is_taken_back(world: World) -> None:
    contact = came(world)
    log_attempt(by=world.act("spa"), contact=contact, how="call", outcome="spoke", note="Not hers.",
                next_at=timezone.now() + timedelta(hours=1))  # fmt: skip
    attempt = Attempt.objects.get()
    address = f"/contacts/{contact.id}/attempts/{attempt.id}/take-back"
    assert address in read(world.browser("spa2").get(f"/contacts/{contact.id}")).links
    assert read(send(world, "spa2", address, why="")).title.startswith("Error: ")
    assert (
        send(world, "spa2", address, why="Another caller", once_token="c" * 32)["Location"] == f"/contacts/{contact.id}"
    )
    assert not Attempt.objects.exists()
    kept = Attempt.ever.get()
    assert (kept.taken_back_why, kept.taken_back_by_name) == ("Another caller", "Priya Nair")
    now, count = Contact.objects.get(), ContactCount.objects.get()
    assert (now.first_attempt_at, now.next_try_at) == (None, None), "the clock runs again"
    assert (count.minutes_to_attempt, count.attempt_in_time) == (None, None)
    page = read(world.browser("spa").get(f"/contacts/{contact.id}"))
    assert "Taken back" in page.text
    assert "Another caller" in page.text
    by = world.act("spa")
    with pytest.raises(Refused, match="taken back"):
        take_attempt_back(by=by, contact=now, attempt_id=attempt.id, why="Twice")
    with pytest.raises(Refused, match="Nobody has tried"):
        decide_contact(by=by, contact=now, outcome="no_contact")


def test_the_clock_goes_back_to_the_attempt_that_is_left(world: World) -> None:
    contact = came(world)
    by = world.act("spa")
    now = timezone.now()
    wrong = log_attempt(by=by, contact=contact, how="call", outcome="no_answer", at=now - timedelta(minutes=95))
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer", at=now)
    take_attempt_back(by=by, contact=contact, attempt_id=wrong.id, why="Another caller")
    assert Contact.objects.get().first_attempt_at == now
    assert ContactCount.objects.get().attempt_in_time is False


def test_what_was_taken_back_before_never_reaches_the_case_and_after_it_says_so(world: World) -> None:
    contact = taken(world)
    by = world.act("spa")
    log_attempt(by=by, contact=contact, how="call", outcome="spoke", note="Of somebody else.")
    take_attempt_back(by=by, contact=contact, attempt_id=Attempt.objects.get().id, why="Another caller")
    hand_on(by=by, contact=contact, offers=(OfferTo(world.services["outreach"]),), lawful_basis="consent",
            told="told_agreed")  # fmt: skip
    offer = Offer.objects.get()
    assert story(offer) == []
    late = log_attempt(by=by, contact=contact, how="call", outcome="no_answer")
    take_attempt_back(by=by, contact=contact, attempt_id=late.id, why="Rang the wrong person")
    assert story(offer)[-1] == ("Recorded by mistake and taken back: called: no answer", "Rang the wrong person")


def test_a_decided_contact_keeps_its_attempts(world: World) -> None:
    contact = taken(world)
    by = world.act("spa")
    attempt = log_attempt(by=by, contact=contact, how="call", outcome="no_answer")
    decide_contact(by=by, contact=contact, outcome="no_contact")
    with pytest.raises(Refused, match="decided"):
        take_attempt_back(by=by, contact=contact, attempt_id=attempt.id, why="Mistake")


def test_an_attempt_of_another_contact_is_as_one_that_is_not_there(world: World) -> None:
    first, second = taken(world), taken(world)
    attempt = log_attempt(by=world.act("spa"), contact=first, how="call", outcome="wrong_number")
    for page in ("take-back", "safe"):
        assert world.browser("spa").get(f"/contacts/{second.id}/attempts/{attempt.id}/{page}").status_code == 404
        assert world.browser("idva").get(f"/contacts/{first.id}/attempts/{attempt.id}/{page}").status_code in (403, 404)
