"""The placement coordinator: who waits without names, a proposal for all of them, what is put to who looks."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case
from leeward.record.people.actions.walls import set_wall
from leeward.response.accommodation.actions.allocating import ask_for_proposal, work_out
from leeward.response.accommodation.actions.asking import ask_providers, refuse_ask
from leeward.response.accommodation.actions.needs import (
    add_member,
    change_need,
    end_need,
    take_area_out,
    take_next_step,
)
from leeward.response.accommodation.actions.searching import search_spaces
from leeward.response.accommodation.actions.suggesting import (
    answer_suggestion,
    ask_for_suggested,
    ask_to_look_again,
    suggest_line,
    take_line_back,
    turn_line_down,
)
from leeward.response.accommodation.models import Ask, Need, Proposal, ProposedPlace, Space, Suggestion
from leeward.response.accommodation.queries.proposals import proposal_page
from leeward.response.accommodation.queries.waiting import Asked, everybody_waiting, waiting_page
from leeward.response.accommodation.rules.facts import MemberFacts, NeedFacts
from tests.accommodation import FAR, HERE, areas, coordinator, held, living, need, provider
from tests.sending import send, send_on
from tests.worlds import World

NAMES = ("Maya", "Lindqvist", "Alma", "Berg", "Iris", "Holt")


def several(world: World) -> tuple[Need, Need]:
    """A woman at high risk with her son, and another; each looks for a place."""
    first = need(world, _risky(world, "high"))
    add_member(by=world.act("idva"), need=first, facts=MemberFacts("child", sex="male", age=15))
    second = need(world, world.case(given="Iris", family="Holt"), tonight=False, wheelchair=True)
    return first, second


def _risky(world: World, level: str) -> Case:
    case = world.case(given="Alma", family="Berg")
    Case.objects.filter(id=case.id).update(risk=level)
    return Case.objects.get(id=case.id)


def propose(world: World, caps: dict[int, int] | None = None) -> Proposal:
    """A proposal that a coordinator asked for and the worker made; the coordinator acts afterwards."""
    made = ask_for_proposal(by=world.act("placement"), caps=caps or {})
    work_out(proposal_id=made.id, partnership_id=world.partnership.id)
    world.act("placement")
    return Proposal.objects.get(id=made.id)


def jobs(name: str = "notice") -> list[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args -> 'user_ids' FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [row[0] if isinstance(row[0], list) else json.loads(row[0]) for row in cursor.fetchall()]


def test_everybody_who_waits_without_a_name(world: World) -> None:
    areas(world)
    coordinator(world)
    first, second = several(world)
    search_spaces(by=world.act("idva"), need=first)  # nothing there yet
    page = world.browser("placement").get(reverse("placement_waiting")).content.decode()
    assert "Woman, 36, with a son of 15" in page or "Woman, 35, with a son of 15" in page
    assert "1 adult and 1 child" in page
    assert "a wheelchair" in page
    assert "1 found nothing" in page
    assert "Nothing under way" in page
    assert all(name not in page for name in NAMES)
    assert "Seaham" not in page  # the area they leave: fewer than five left it
    world.act("placement")
    assert [one.need for one in waiting_page(by=world.act("placement"), asked=Asked()).rows] == [first.id, second.id]


def test_what_they_leave_is_told_where_many_left_it(world: World) -> None:
    areas(world)
    coordinator(world)
    for number in range(5):
        need(world, world.case(given=f"Ada{number}", family=f"Fen{number}"))
    world.act("placement")
    assert {one.area for one in everybody_waiting()} == {HERE}
    # One of the five changed their mind: still five households of the year. One fewer household is not told.
    world.act("idva")
    Need.objects.filter(id=Need.objects.order_by("id")[0].id).update(from_area=FAR)
    world.act("placement")
    assert {one.area for one in everybody_waiting()} == {""}


def test_filters_orders_and_nothing_found(world: World) -> None:
    areas(world)
    coordinator(world)
    first, second = several(world)
    by = world.act("placement")

    def found(**asked: object) -> list[int]:
        return [one.need for one in waiting_page(by=by, asked=Asked(**asked)).rows]  # type: ignore[arg-type]

    assert found(risk="high") == [first.id]
    assert found(when="tonight") == [first.id]
    assert found(wants="wheelchair") == [second.id]
    assert found(longer=3) == []
    assert found(sort="longest") == [first.id, second.id]
    assert found(sort="largest") == [first.id, second.id]
    client = world.browser("placement")
    page = client.get(reverse("placement_waiting") + "?risk=standard&when=&wants=&longer=&sort=danger").content.decode()
    assert "Nobody who waits matches this" in page
    assert client.get(reverse("placement_waiting") + "?risk=zzz&longer=abc").status_code == 200


def test_nobody_waits_reads_so(world: World) -> None:
    coordinator(world)
    page = world.browser("placement").get(reverse("placement_waiting")).content.decode()
    assert "Nobody waits for a place" in page


def test_who_is_asked_or_has_a_step_is_not_stalled(world: World) -> None:
    areas(world)
    coordinator(world)
    (space,) = provider(world)
    first, second = several(world)
    ask_providers(by=world.act("idva"), need=first, spaces=[space])
    today = timezone.localdate()
    take_next_step(by=world.act("idva"), need=second, kind="emergency_room", words="", look_again_on=today)
    world.act("placement")
    assert [one.is_stalled for one in everybody_waiting()] == [False, False]
    assert {(one.asks_open, one.asks_refused) for one in everybody_waiting()} == {(1, 0), (0, 0)}
    world.act("idva")
    second.steps.update(look_again_on=today - timedelta(days=1))
    world.act("placement")
    assert [one.need for one in everybody_waiting() if one.is_stalled] == [second.id]


def test_the_page_costs_the_same_for_one_and_for_many(world: World) -> None:
    areas(world)
    coordinator(world)
    need(world, world.case())
    client = world.browser("placement")
    client.get(reverse("placement_waiting"))

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len([one for one in captured.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    one = cost(reverse("placement_waiting"))
    proposal = propose(world)
    small = cost(reverse("placement_proposal", args=[proposal.id]))
    provider(world, spaces=3)
    for number in range(6):
        need(world, world.case(given=f"Ada{number}", family=f"Fen{number}"))
    assert cost(reverse("placement_waiting")) == one <= 15
    proposal = propose(world)
    assert proposal.housed == 3
    assert cost(reverse("placement_proposal", args=[proposal.id])) == small <= 15


def test_who_looks_is_asked_to_look_again_and_says_so(world: World) -> None:
    areas(world)
    coordinator(world)
    looked = need(world, world.case())
    client = world.browser("placement")
    before = len(jobs())
    led = client.post(reverse("placement_look_again", args=[looked.id]), follow=True).content.decode()
    assert "Who looks for them was told" in led
    assert "Ruth" not in led
    world.act("idva")
    assert jobs()[before:] == [[world.users["idva"].id]]
    again = client.post(reverse("placement_look_again", args=[looked.id]), follow=True).content.decode()
    assert "have not answered yet" in again
    worker = world.browser("idva")
    page = worker.get(reverse("case_place", args=[looked.case_id])).content.decode()
    assert "asks you to look at this one again" in page
    world.act("idva")
    row = Suggestion.objects.get()
    answered = worker.post(reverse("place_suggestion_answer", args=[row.id]), follow=True).content.decode()
    assert "asks you to look at this one again" not in answered
    world.act("placement")
    assert Suggestion.objects.get().status == "seen"
    # Asked anew later.
    assert ask_to_look_again(by=world.act("placement"), need_id=looked.id) == 1


def test_a_wall_a_restricted_case_and_other_roles_hide_it_like_missing(world: World) -> None:
    areas(world)
    coordinator(world)
    first, second = several(world)
    set_wall(
        by=world.act("harbour_manager"), person_id=second.person_id, reason="A cousin",
        user_id=world.users["placement"].id,
    )  # fmt: skip
    by = world.act("placement")
    assert [one.need for one in everybody_waiting()] == [first.id]
    with pytest.raises(Http404):
        ask_to_look_again(by=by, need_id=second.id)
    with pytest.raises(Http404):
        ask_to_look_again(by=by, need_id=987_654)
    with connection.cursor() as cursor:
        for user in ("idva", "harbour_manager", "haven_worker", "dpl", "analyst", "admin", "chief"):
            world.act(user)
            cursor.execute("SELECT count(*) FROM accommodation_waiting()")
            assert cursor.fetchone()[0] == 0, user
            cursor.execute("SELECT answer FROM accommodation_suggest(%s, NULL, NULL, '')", [first.id])
            assert cursor.fetchone()[0] == "none", user
        # What the match asks is for the job alone.
        by = world.act("placement")
        made = ask_for_proposal(by=by, caps={})
        cursor.execute("SELECT count(*) FROM accommodation_allocation_facts(%s)", [made.id])
        assert cursor.fetchone()[0] == 0


def test_a_wall_around_a_child_of_the_household_hides_the_household(world: World) -> None:
    areas(world)
    coordinator(world)
    case = world.case()
    by = world.act("idva")
    with acting.making():
        child = world.person(by, given="Tom", family="Lindqvist", birth_date=date(2015, 1, 1))
        with acting.making(child.id):
            looked = need(world, case)
            add_member(by=by, need=looked, facts=MemberFacts("child", child.id, "male", date(2015, 1, 1)))
    with connection.cursor() as cursor:
        world.act("placement")
        assert len(everybody_waiting()) == 1
        cursor.execute("SELECT set_config('app.walls', %s, true)", [f"{{{child.id}}}"])
        assert everybody_waiting() == []


def test_a_proposal_houses_the_greatest_danger_first_and_says_why(world: World) -> None:
    areas(world)
    coordinator(world)
    (space,) = provider(world)
    second = need(world, world.case(given="Iris", family="Holt"), tonight=False)
    first = need(world, _risky(world, "high"))
    proposal = propose(world)
    assert (proposal.status, proposal.households, proposal.housed) == ("done", 2, 1)
    assert proposal.bound == proposal.score
    page = proposal_page(by=world.act("placement"), proposal_id=proposal.id)
    assert [(one.row.need_id, one.row.space_id) for one in page.placed] == [(first.id, space.id)]
    assert [one.row.need_id for one in page.unplaced] == [second.id]
    text = world.browser("placement").get(reverse("placement_proposal", args=[proposal.id])).content.decode()
    assert "The only space that fits." in text
    assert "goes to households in greater danger" in text
    assert "Proven: no other proposal" in text
    assert "No danger area was said" not in text
    assert all(name not in text for name in NAMES)


def test_where_nobody_said_what_is_dangerous_the_proposal_says_so(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world)
    looked = need(world, world.case())
    take_area_out(by=world.act("idva"), area=looked.areas.get(kind="danger"))
    proposal = propose(world)
    text = world.browser("placement").get(reverse("placement_proposal", args=[proposal.id])).content.decode()
    assert "No danger area was said" in text


def test_a_cap_of_a_provider_is_kept(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world, spaces=2)
    need(world, world.case(given="Iris", family="Holt"))
    need(world, _risky(world, "high"))
    haven = world.organisations["haven"].id
    client = world.browser("placement")
    bad = send(client, reverse("placement_proposal_new"), **{f"cap_{haven}": "-2"}).content.decode()
    assert "must be 0 or more" in bad
    assert 'value="-2"' in bad
    led = send_on(client, reverse("placement_proposal_new"), **{f"cap_{haven}": "1"})
    world.act("placement")
    made = Proposal.objects.get()
    assert "Waits to be worked out" in client.get(led).content.decode()
    assert "is being worked out already" in send(client, reverse("placement_proposal_new")).content.decode()
    work_out(proposal_id=made.id, partnership_id=world.partnership.id)
    page = client.get(led).content.decode()
    assert "1 of 2 households" in page
    assert "can take no more at once" in page
    assert "Haven Housing Support: 1" in page


def test_a_suggested_line_is_asked_for_in_one_press(world: World) -> None:
    areas(world)
    coordinator(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    proposal = propose(world)
    line = ProposedPlace.objects.get(proposal=proposal)
    client = world.browser("placement")
    before = len(jobs())
    said = client.post(reverse("placement_line_suggest", args=[line.id]), follow=True).content.decode()
    assert "Suggested. Who looks for them was told" in said
    assert "Not answered yet" in said
    assert jobs()[before:] == [[world.users["idva"].id]]
    with pytest.raises(Refused, match="already"):
        suggest_line(by=world.act("placement"), line=line)
    worker = world.browser("idva")
    page = worker.get(reverse("case_place", args=[looked.case_id])).content.decode()
    assert "suggests a space" in page
    assert space.label in page
    world.act("idva")
    row = Suggestion.objects.get()
    led = worker.post(reverse("place_suggestion_ask", args=[row.id]), follow=True).content.decode()
    assert "Asked. No name was given." in led
    assert "suggests a space" not in led
    world.act("idva")
    assert Ask.objects.get().space_id == space.id
    after = client.get(reverse("placement_proposal", args=[proposal.id])).content.decode()
    assert "Answered" in after
    with pytest.raises(Refused, match="answered already"):
        take_line_back(by=world.act("placement"), line=line)


def test_who_looks_says_why_not_and_it_is_not_proposed_again(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world)
    looked = need(world, world.case())
    proposal = propose(world)
    suggest_line(by=world.act("placement"), line=ProposedPlace.objects.get(proposal=proposal))
    by = world.act("idva")
    row = Suggestion.objects.get()
    with pytest.raises(Refused, match="Say why"):
        answer_suggestion(by=by, suggestion=row)
    client = world.browser("idva")
    send_on(client, reverse("place_suggestion_answer", args=[row.id]), because="Her mother lives next door")
    text = world.browser("placement").get(reverse("placement_proposal", args=[proposal.id])).content.decode()
    assert "Answered: Her mother lives next door" in text
    assert propose(world).housed == 0
    world.act("idva")
    assert looked.asks.count() == 0


def test_a_line_is_turned_down_with_a_reason_and_put_back(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world)
    need(world, world.case())
    proposal = propose(world)
    line = ProposedPlace.objects.get(proposal=proposal)
    client = world.browser("placement")
    bad = send(client, reverse("placement_line_not", args=[line.id]), because="  ").content.decode()
    assert "Error: " in bad
    send_on(client, reverse("placement_line_not", args=[line.id]), because="The house is noisy")
    assert "The house is noisy" in client.get(reverse("placement_proposal", args=[proposal.id])).content.decode()
    assert propose(world).housed == 0
    take_line_back(by=world.act("placement"), line=line)
    assert propose(world).housed == 1
    turn_line_down(by=world.act("placement"), line=line, because="Still")
    assert propose(world).housed == 0


def test_a_refused_space_is_not_proposed_for_the_same_household(world: World) -> None:
    areas(world)
    coordinator(world)
    first, second = provider(world, spaces=2)
    looked = need(world, world.case())
    (ask,) = ask_providers(by=world.act("idva"), need=looked, spaces=[first])
    refuse_ask(by=world.act("haven_worker"), ask=ask, reason="pets")
    propose(world)
    assert ProposedPlace.objects.get().space_id == second.id


def test_an_old_proposal_says_that_it_is_out_of_date(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world, spaces=3)
    gone = need(world, world.case(given="Iris", family="Holt"))
    changed = need(world, _risky(world, "high"))
    stays = need(world, world.case())
    proposal = propose(world)
    assert proposal.housed == 3
    end_need(by=world.act("idva"), need=gone, why="changed_mind", words="")
    change_need(
        by=world.act("idva"), need=changed, facts=NeedFacts(tonight=True, words="Quiet"), version=changed.version
    )
    world.act("placement")
    at = {row.need_id: row for row in ProposedPlace.objects.filter(proposal=proposal)}
    space = Space.objects.get(id=at[stays.id].space_id)
    living(world, space)
    page = proposal_page(by=world.act("placement"), proposal_id=proposal.id)
    old = {one.row.need_id: one.old for one in page.placed}
    assert old == {
        gone.id: "They wait no longer", changed.id: "What they need has changed", stays.id: "The space is taken"
    }  # fmt: skip
    assert page.old == ["3 of its lines hold no more"]
    with pytest.raises(Refused, match="taken meanwhile"):
        suggest_line(by=world.act("placement"), line=at[stays.id])
    with pytest.raises(Refused, match="Nobody looks"):
        suggest_line(by=world.act("placement"), line=at[gone.id])


def test_a_proposal_is_hidden_whole_from_who_is_walled_from_somebody_in_it(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world, spaces=2)
    need(world, world.case(given="Iris", family="Holt"))
    other = need(world, world.case())
    proposal = propose(world)
    world.add_user("placement2", "Sol Reed", "council", "placement_coordinator")
    second = world.browser("placement2")
    path = reverse("placement_proposal", args=[proposal.id])
    assert second.get(path).status_code == 200
    set_wall(
        by=world.act("harbour_manager"), person_id=other.person_id, reason="A cousin",
        user_id=world.users["placement2"].id,
    )  # fmt: skip
    assert second.get(path).status_code == 404
    world.act("placement")
    lines = list(ProposedPlace.objects.filter(proposal=proposal))
    for line in lines:
        assert second.post(reverse("placement_line_suggest", args=[line.id])).status_code == 404
    assert world.browser("placement").get(path).status_code == 200


def test_nobody_else_reads_a_suggestion(world: World) -> None:
    areas(world)
    coordinator(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    suggest_line(by=world.act("placement"), line=ProposedPlace.objects.get(proposal=propose(world)))
    world.act("idva")
    row = Suggestion.objects.get()
    for user in ("haven_worker", "haven_manager", "housing", "officer", "dpl", "chief"):
        world.act(user)
        assert not Suggestion.objects.exists(), user
        assert not Proposal.objects.exists(), user
    assert world.browser("haven_worker").post(reverse("place_suggestion_ask", args=[row.id])).status_code == 404
    # The provider that was asked and knows who it is answers no suggestion for her.
    held(world, looked, space)
    world.act("haven_worker")
    assert not Suggestion.objects.exists()
    with pytest.raises(Refused):  # the coordinator neither
        ask_for_suggested(by=world.act("placement"), suggestion=row)
