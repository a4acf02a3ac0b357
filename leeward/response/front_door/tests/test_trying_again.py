"""The next try: planned with an attempt, shown in the queue and in Today, and never in unsafe hours without a warning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.actions import PersonFacts
from leeward.response.front_door.actions.triage import log_attempt
from leeward.response.front_door.models import Attempt, Contact
from leeward.response.front_door.queries.trying import my_tries
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_safe_contact import way
from leeward.response.front_door.tests.test_triage_pages import send, taken
from leeward.workspace.queries.today import today
from tests.worlds import World

IN_THE_MORNING: list[dict[str, Any]] = [{"days": [], "from": "09:00", "to": "12:00"}]
TRIED = {"attempt-how": "call", "attempt-outcome": "no_answer", "attempt-once_token": "b" * 32,
         "attempt-why_outside": "Agreed with her"}  # fmt: skip


def tomorrow(hour: int) -> datetime:
    return datetime.combine(timezone.localdate() + timedelta(days=1), datetime.min.time().replace(hour=hour), LONDON)


def planned(at: datetime, **more: str) -> dict[str, str]:
    return {
        **TRIED, "attempt-next_on-day": str(at.day), "attempt-next_on-month": str(at.month),
        "attempt-next_on-year": str(at.year), "attempt-next_time": f"{at:%H:%M}", **more,
    }  # fmt: skip


def mornings(world: World) -> Contact:
    """Somebody who may be called in the mornings alone."""
    return taken(world, person=PersonFacts(given="Maya", contact_details=(way(windows=IN_THE_MORNING),)))


def test_a_next_try_stands_in_the_queue_and_on_the_contact(world: World) -> None:
    contact = mornings(world)
    at = tomorrow(10)
    send(world, "spa", f"/contacts/{contact.id}/attempt", **planned(at))
    assert Attempt.objects.get().next_at == at
    assert Contact.objects.get(id=contact.id).next_try_at == at
    assert "Next try:" in read(world.browser("spa").get("/triage")).text
    assert "Next try:" in read(world.browser("spa").get(f"/contacts/{contact.id}")).text
    by = world.act("spa")
    assert my_tries(by=by, most=10) == [], "not before its day"
    log_attempt(by=by, contact=contact, how="call", outcome="spoke", they_came=True)
    assert Contact.objects.get(id=contact.id).next_try_at is None, "a later attempt has put an end to the plan"


def test_an_unsafe_hour_needs_a_reason_and_says_what_is_safe(world: World) -> None:
    contact = mornings(world)
    address = f"/contacts/{contact.id}/attempt"
    page = read(send(world, "spa", address, **planned(tomorrow(20))))
    assert page.title.startswith("Error: ")
    assert "They have not said that any way is safe at this time" in page.text
    assert page.fields["attempt-next_time"] == ["20:00"], "what was typed stays"
    assert not Attempt.objects.exists()
    with pytest.raises(Refused, match="any way is safe at this time"):
        log_attempt(
            by=world.act("spa"), contact=contact, how="call", outcome="no_answer", why_outside="Agreed",
            next_at=tomorrow(20),
        )  # fmt: skip
    send(world, "spa", address, **planned(tomorrow(20), **{"attempt-next_why": "She asked for the evening, by text"}))
    world.act("spa")
    assert Attempt.objects.get().next_why == "She asked for the evening, by text"


def test_a_next_try_lies_ahead_and_has_a_day_and_a_time(world: World) -> None:
    contact = mornings(world)
    address = f"/contacts/{contact.id}/attempt"
    only_day = planned(tomorrow(10), **{"attempt-next_time": ""})
    assert "Enter the time of the next try" in read(send(world, "spa", address, **only_day)).text
    only_time = {**TRIED, "attempt-next_time": "10:00"}
    assert "Enter the day of the next try" in read(send(world, "spa", address, **only_time)).text
    with pytest.raises(Refused, match="must lie ahead"):
        log_attempt(
            by=world.act("spa"), contact=contact, how="call", outcome="no_answer", why_outside="Agreed",
            next_at=timezone.now() - timedelta(minutes=1),
        )  # fmt: skip
    assert not Attempt.objects.exists()


def test_today_shows_what_is_mine_and_due(world: World) -> None:
    contact = mornings(world)
    by = world.act("spa")
    Contact.objects.filter(id=contact.id).update(next_try_at=timezone.now() - timedelta(minutes=20))
    found = {section.key: section for section in today(by=by)}
    assert (found["tries"].count, found["tries"].late) == (1, 1)
    assert found["tries"].items[0].text == contact.reference
    assert "Try again now" in read(world.browser("spa").get("/triage")).text
    assert "tries" not in {section.key for section in today(by=world.act("spa2"))}, "it is the one's who has it"
