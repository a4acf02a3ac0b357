"""Who is told by mail that something waits for them: the right people, once, never one who is walled, without a word."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leeward.record.cases.actions.emergency import break_glass
from leeward.record.people.models import Wall
from leeward.response.front_door.actions.handing_on import OfferTo, hand_on, return_offer
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.tasks import tell_of_unanswered
from leeward.response.front_door.tests.test_actions import ask, handed_on
from tests.worlds import World


def told(world: World) -> list[set[str]]:
    """Whom each notice so far goes to, the newest last."""
    names = {user.id: key for key, user in world.users.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'notice' ORDER BY id")
        rows = [json.loads(row[0]) for row in cursor.fetchall()]
    assert all(set(row) == {"user_ids"} for row in rows), "a notice carries nobody's case"
    return [{names[number] for number in row["user_ids"]} for row in rows]


def test_an_offer_is_told_to_the_team_that_was_asked(world: World) -> None:
    handed_on(world, ask(world))
    assert told(world) == [{"idva", "harbour_manager"}], "not the children's team, not who asked"


def test_nobody_walled_is_told(world: World) -> None:
    sent = ask(world)
    world.act("dpl")
    Wall(person_id=sent.person_id, user=world.users["idva"], kind="set").save(force_insert=True)
    handed_on(world, sent)
    assert told(world) == [{"harbour_manager"}]


def test_what_comes_back_is_told_to_who_has_it(world: World) -> None:
    offer = handed_on(world, ask(world))
    return_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id), reason="full", note="No room.")
    assert told(world)[1:] == [{"spa"}]


@pytest.mark.parametrize(("said", "users"), [({"danger_now": True}, [{"spa", "spa2"}]), ({}, [])])
def test_danger_is_told_to_triage_as_it_comes(world: World, said: dict[str, bool], users: list[set[str]]) -> None:
    ask(world, **said)
    assert told(world) == users


def test_no_answer_in_time_is_told_to_both_sides_and_once(world: World) -> None:
    offer = handed_on(world, ask(world))
    tell_of_unanswered(0)
    assert len(told(world)) == 1, "it is not late yet"
    world.act("spa")
    Offer.objects.filter(id=offer.id).update(answer_due_at=timezone.now() - timedelta(minutes=1))
    tell_of_unanswered(0)
    tell_of_unanswered(0)
    assert told(world)[1:] == [{"idva", "harbour_manager", "spa"}]
    world.act("spa")
    assert Contact.objects.get().status == "offered", "telling decides nothing"


@pytest.mark.parametrize("walled", [False, True])
def test_emergency_sight_is_told_to_the_data_protection_lead_at_once(world: World, walled: bool) -> None:
    case = world.case()
    if walled:
        world.act("harbour_manager")
        Wall(person_id=case.person_id, user=world.users["dpl"], kind="set").save(force_insert=True)
    break_glass(
        by=world.act("haven_worker"), reference=case.reference, reason="Her children are at the police station."
    )
    assert told(world) == ([] if walled else [{"dpl"}])


def test_only_the_job_asks_who_did_not_answer(world: World) -> None:
    offer = handed_on(world, ask(world))
    world.act("spa")
    Offer.objects.filter(id=offer.id).update(answer_due_at=timezone.now() - timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM front_door_unanswered()")
        assert cursor.fetchone() == (0,)


def test_what_comes_back_late_or_while_others_are_asked_is_told_to_nobody(world: World) -> None:
    sent = ask(world)
    first = handed_on(world, sent)
    hand_on(
        by=world.act("spa"), contact=Contact.objects.get(id=sent.contact_id), lawful_basis="consent", told="told_agreed",
        offers=(OfferTo(world.services["programme"]),),
    )  # fmt: skip
    before = len(told(world))
    return_offer(by=world.act("changer"), offer=Offer.objects.exclude(id=first.id).get(), reason="full", note="")
    assert len(told(world)) == before, "outreach is still asked"


def test_who_has_it_and_is_walled_is_passed_over_for_their_colleagues(world: World) -> None:
    sent = ask(world)
    offer = handed_on(world, sent)
    world.act("dpl")
    Wall(person_id=sent.person_id, user=world.users["spa"], kind="set").save(force_insert=True)
    return_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id), reason="full", note="")
    assert told(world)[1:] == [{"spa2"}]
