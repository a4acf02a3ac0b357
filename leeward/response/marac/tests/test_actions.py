"""Actions after the meeting: answered, chased, changed, reminded of; and one story of what agencies shared."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.acting import acting_as_job
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.common.pages import PAGE
from leeward.record.cases.actions.notes import NoteFacts, add_note
from leeward.record.cases.models import ChronologyEntry
from leeward.record.people.actions.walls import set_wall
from leeward.response.marac.actions.agenda import build_agenda, circulate
from leeward.response.marac.actions.following_up import answer_action, change_action
from leeward.response.marac.actions.meetings import next_free
from leeward.response.marac.actions.minuting import ActionFacts, add_action, go_to_item, mark_heard
from leeward.response.marac.actions.research import share_research
from leeward.response.marac.models import Item, MaracAction, Seat
from leeward.response.marac.queries.actions import Able, who_could_act
from tests.homes import statements
from tests.maracs import Round, refer_row, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def agreed(round_: Round, *, late: int = 0) -> tuple[MaracAction, Item]:
    """An action of the housing agency's, so many days late."""
    _, items = round_.opened("Maya")
    organisation = round_.world.organisations["haven"].id
    row = add_action(
        by=round_.world.act("chair"), item=items[0],
        facts=ActionFacts(organisation, "Put up a lock", timezone.localdate(), "victim", wishes="Not at night"),
    )  # fmt: skip
    if late:
        MaracAction.objects.filter(id=row.id).update(due_on=timezone.localdate() - timedelta(days=late))
    return MaracAction.objects.get(id=row.id), items[0]


def test_an_agency_answers_for_its_own_actions_and_says_why_not(round_: Round) -> None:
    row, _ = agreed(round_, late=2)
    page, where = round_.browser("haven_rep"), reverse("marac_action", args=[row.id])
    text = page.get(reverse("marac_actions") + "?which=overdue").content.decode()
    assert "Put up a lock" in text
    assert "Not at night" in page.get(where).content.decode()
    said = {"status": "not_done", "outcome": "", "version": row.version}
    assert "Say why it was not done" in page.post(where, said).content.decode()
    assert "Say what has changed" in page.post(where, {**said, "status": "changed"}).content.decode()
    answer = page.post(where, {**said, "status": "changed", "outcome": "She has moved away"})
    assert answer.status_code == 303
    round_.world.act("chair")
    row.refresh_from_db()
    assert (row.status, row.outcome, row.answered_by) == ("changed", "She has moved away", "Haven Rep")
    round_.world.act("idva")
    assert ChronologyEntry.objects.filter(text__contains="She has moved away").exists()
    # Another agency reads it at the table, and has no form for it.
    text = round_.browser("police_rep").get(where).content.decode()
    assert "Keep the answer" not in text
    assert round_.browser("haven_worker").get(where).status_code == 404


def test_two_who_answer_at_once_see_both(round_: Round) -> None:
    row, _ = agreed(round_)
    page = round_.browser("haven_rep")
    answer_action(by=round_.world.act("haven_rep"), action=row, status="done", outcome="Fitted", version=row.version)
    said = {"status": "not_done", "outcome": "No money", "version": row.version}
    text = page.post(reverse("marac_action", args=[row.id]), said).content.decode()
    assert "Fitted" in text
    assert "No money" in text
    with pytest.raises(Conflict):
        answer_action(by=round_.world.act("haven_rep"), action=row, status="done", outcome="", version=row.version)


def test_overdue_actions_are_chased_given_away_and_closed(round_: Round) -> None:
    row, item = agreed(round_, late=5)
    page, listed = round_.browser("coordinator"), reverse("marac_actions_overdue", args=[round_.marac.id])
    assert "Put up a lock" in page.get(listed).content.decode()
    assert page.post(reverse("marac_action_chase", args=[row.id])).status_code == 303
    assert "1 time" in page.get(listed).content.decode()
    assert round_.browser("haven_rep").post(reverse("marac_action_chase", args=[row.id])).status_code == 403
    later = timezone.localdate() + timedelta(days=7)
    said = {"organisation": round_.world.organisations["police"].id, "due_on-day": later.day,
            "due_on-month": later.month, "due_on-year": later.year, "why": "The police fit them", "version": row.version}  # fmt: skip
    assert page.post(reverse("marac_action_change", args=[row.id]), said).status_code == 303
    assert "Put up a lock" not in page.get(listed).content.decode()
    round_.world.act("police_rep")
    now = MaracAction.objects.get(id=row.id)
    assert now.organisation_id == round_.world.organisations["police"].id
    round_.world.act("idva")
    assert ChronologyEntry.objects.filter(title="MARAC action given to Estuary Police").exists()
    answer_action(by=round_.world.act("police_rep"), action=now, status="done", outcome="", version=now.version)
    with pytest.raises(Refused):
        change_action(
            by=round_.world.act("chair"), action=now, organisation_id=now.organisation_id,
            due_on=later + timedelta(days=1), why="More", version=now.version + 1,
        )  # fmt: skip
    del item


def test_an_action_stays_its_agency_s_when_the_table_no_longer_sees_the_case(round_: Round) -> None:
    row, item = agreed(round_)
    mark_heard(by=round_.world.act("chair"), item=item)
    with connection.cursor() as cursor:
        round_.world.act("coordinator")
        cursor.execute("SELECT marac_close(%s, NULL, NULL, %s)", [round_.marac.id, item.case_id])
    page = round_.browser("haven_rep")
    assert page.get(reverse("marac_item", args=[item.id])).status_code == 404
    text = page.get(reverse("marac_actions")).content.decode()
    assert "A case that you no longer see" in text
    said = {"status": "done", "outcome": "Fitted", "version": row.version}
    assert page.post(reverse("marac_action", args=[row.id]), said).status_code == 303


def test_the_morning_job_reminds_who_owes_something_and_nobody_else(
    round_: Round, settings: pytest.FixtureRequest
) -> None:
    agreed(round_, late=1)
    with acting_as_job(round_.world.partnership.id, "marac_reminders"), connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM marac_to_remind()")
        assert {row[0] for row in cursor.fetchall()} == {round_.world.users["haven_rep"].id}
    round_.world.act("chair")
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM marac_to_remind()")
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'marac_notice'")
        before = cursor.fetchone()
    from leeward.response.marac.tasks import remind, send_notice

    remind(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'marac_notice'")
        after = cursor.fetchone()
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'marac_notice'")
        assert not any("@" in row[0] or "Maya" in row[0] for row in cursor.fetchall())
    assert before is not None
    assert after is not None
    assert after[0] == before[0] + 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    send_notice(user_ids=[round_.world.users["haven_rep"].id])
    assert mail.outbox[0].subject == "Something for you in Leeward"


def test_one_story_has_each_line_with_its_source_and_no_more_than_was_shared(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    add_note(
        by=round_.world.act("idva"), case=items[0].case,
        facts=NoteFacts(kind="spoke", text="She rang at night", happened_at=timezone.now()),
    )  # fmt: skip
    research = round_.researched("police_rep", items[0], "Called out twice", opinion="He will not stop")
    round_.researched("haven_rep", items[0], "Rent is behind")
    round_.open(meeting)
    share_research(by=round_.world.act("police_rep"), research=research)
    where = reverse("marac_item_story", args=[items[0].id])
    text = round_.browser("health_rep").get(where).content.decode()
    assert "Called out twice" in text
    assert "Estuary Police, our record" in text
    assert "Rent is behind" not in text
    assert "Called out twice" in round_.browser("health_rep").get(where + "?print=1").content.decode()
    # The case's own story is for who may read it: the adviser, not the table.
    assert "She rang at night" not in text
    assert "She rang at night" in round_.browser("idva").get(where).content.decode()


def test_lists_of_actions_cost_the_same_with_more_on_them(round_: Round) -> None:
    _, item = agreed(round_, late=1)
    page, rep = round_.browser("coordinator"), round_.browser("haven_rep")
    over, mine = reverse("marac_actions_overdue", args=[round_.marac.id]), reverse("marac_actions") + "?which=all"
    page.get(over)
    rep.get(mine)
    few = len(statements(page, over)), len(statements(rep, mine))
    for _ in range(4):
        row = add_action(
            by=round_.world.act("chair"), item=item,
            facts=ActionFacts(round_.world.organisations["haven"].id, "Again", timezone.localdate(), "child"),
        )  # fmt: skip
        MaracAction.objects.filter(id=row.id).update(due_on=timezone.localdate() - timedelta(days=3))
    assert (len(statements(page, over)), len(statements(rep, mine))) == few
    assert max(few) <= 15


def test_a_seat_that_has_ended_reads_and_answers_nothing(round_: Round) -> None:
    row, _ = agreed(round_)
    round_.world.act("chief")
    Seat.objects.filter(user=round_.world.users["haven_rep"]).update(ended_at=timezone.now())
    assert round_.browser("haven_rep").get(reverse("marac_action", args=[row.id])).status_code == 404


def test_the_library_fills_the_day_for_whom_and_the_agency_and_somebody_is_named(round_: Round) -> None:
    _, items = round_.opened("Maya", here=("coordinator",))
    chair, where = round_.browser("chair"), reverse("marac_action_add", args=[items[0].id])
    assert chair.post(where, {"key": "bail_conditions", "owner_name": "police rep"}).status_code == 303
    round_.world.act("chair")
    row = MaracAction.objects.get()
    assert (row.for_whom, row.organisation_id) == ("causing_harm", round_.world.organisations["police"].id)
    assert row.due_on == next_free(timezone.localdate() + timedelta(days=3))
    assert row.owner_id == round_.world.users["police_rep"].id
    # What was typed counts; a name that nobody there has is said, and so is what no library knows.
    said = {"key": "bail_conditions", "owner": "else", "owner_name": "Nobody Such"}
    assert "Nobody of that name can be given this action" in chair.post(where, said).content.decode()
    text = chair.post(where, {"words": "Ring her"}).content.decode()
    assert "Choose which agency does it" in text
    assert "Choose for whom it is" in text
    haven = round_.world.organisations["haven"].id
    said = {"key": "bail_conditions", "organisation": haven, "for_whom": "victim"}
    assert chair.post(where, said).status_code == 303
    round_.world.act("chair")
    assert MaracAction.objects.filter(organisation_id=haven, for_whom="victim").exists()


def offered(page: str) -> dict[str, str]:
    """Who can be chosen to do an action: words and value."""
    choice = page.split('name="owner"')[1].split("</select>")[0]
    return {
        unescape(words).strip(): value
        for value, words in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', choice)
    }


def test_who_does_it_is_chosen_of_who_sits_there_and_brings_its_agency_along(round_: Round) -> None:
    world = round_.world
    _, items = round_.opened("Maya", here=("coordinator",))
    chair, where = round_.browser("chair"), reverse("marac_action_add", args=[items[0].id])
    choice = offered(chair.get(where).content.decode())
    haven, police = (world.organisations[one].name for one in ("haven", "police"))
    assert next(iter(choice)) == "Nobody by name"
    assert {f"{haven}: Haven Rep", f"{police}: Police Rep", f"{police}: Chair", "Somebody else, named below"} <= set(
        choice
    )
    brings = next(words for words in choice if world.users["idva"].name in words)  # sits nowhere, and brings it
    assert brings.startswith(world.organisations["harbour"].name)
    said = {"words": "Ring her", "for_whom": "victim", "owner": choice[f"{haven}: Haven Rep"]}
    assert chair.post(where, said).status_code == 303
    world.act("chair")
    row = MaracAction.objects.get()
    assert (row.owner_id, row.organisation_id) == (world.users["haven_rep"].id, world.organisations["haven"].id)
    # Two that do not fit are said, by whoever they are.
    wrong = chair.post(where, {**said, "organisation": world.organisations["police"].id}).content.decode()
    assert f"Haven Rep acts for {haven}" in wrong
    assert "Write the name of who does it" in chair.post(where, {**said, "owner": "else"}).content.decode()
    both = chair.post(where, {**said, "owner_name": "Ray"}).content.decode()
    assert "Clear this name" in both
    # The chair's screen of the meeting offers the same.
    screen = chair.get(reverse("marac_meeting_chair", args=[row.item.meeting_id])).content.decode()
    assert offered(screen) == choice


def test_nobody_who_may_not_know_of_an_item_is_given_an_action_on_it(round_: Round) -> None:
    world = round_.world
    _, items = round_.opened("Maya", "Ann")
    set_wall(
        by=world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=world.users["haven_rep"].id,
    )  # fmt: skip
    chair = round_.browser("chair")
    haven = world.organisations["haven"]
    first, second = (reverse("marac_action_add", args=[item.id]) for item in items)
    assert f"{haven.name}: Haven Rep" not in offered(chair.get(first).content.decode())
    assert f"{haven.name}: Haven Rep" in offered(chair.get(second).content.decode())
    said = {
        "words": "Ring her",
        "for_whom": "victim",
        "organisation": haven.id,
        "owner": "else",
        "owner_name": "Haven Rep",
    }
    assert "Nobody of that name can be given this action" in chair.post(first, said).content.decode()
    assert chair.post(second, said).status_code == 303
    for user in ("police_rep", "haven_rep"):
        world.act(user)
        assert who_could_act(items[1].id) == Able([], [])  # for who arranges alone


def test_a_named_person_without_a_seat_finds_their_action_on_today(round_: Round) -> None:
    _, items = round_.opened("Maya")
    world = round_.world
    row = add_action(
        by=world.act("chair"), item=items[0],
        facts=ActionFacts(world.organisations["haven"].id, "Carry her boxes", timezone.localdate(), "victim",
                          owner_id=world.users["haven_worker"].id),
    )  # fmt: skip
    page = round_.browser("haven_worker")
    assert "Carry her boxes" in page.get(reverse("today")).content.decode()
    assert page.get(reverse("marac_action", args=[row.id])).status_code == 200
    with pytest.raises(Refused):
        add_action(
            by=world.act("chair"), item=items[0],
            facts=ActionFacts(world.organisations["haven"].id, "Another", timezone.localdate(), "victim",
                              owner_id=world.users["police_rep"].id),
        )  # fmt: skip


def test_what_waits_for_oneself_is_a_list_of_just_as_many(round_: Round) -> None:
    _, items = round_.opened("Maya")
    world, haven = round_.world, round_.world.organisations["haven"].id
    owners = {"Nobody in particular": None, "The worker": "haven_worker", "The one at the table": "haven_rep"}
    for words, owner in owners.items():
        add_action(
            by=world.act("chair"), item=items[0],
            facts=ActionFacts(haven, words, timezone.localdate(), "victim",
                              owner_id=world.users[owner].id if owner else None),
        )  # fmt: skip
    mine = reverse("marac_actions") + "?mine=1"
    shown = {"haven_rep": {"Nobody in particular", "The one at the table"}, "haven_worker": {"The worker"}}
    for user, theirs in shown.items():
        page, today = (
            round_.browser(user).get(mine).content.decode(),
            round_.browser(user).get("/today").content.decode(),
        )
        assert {words for words in owners if words in page} == theirs, user
        assert {words for words in owners if words in today} == theirs, user
        assert f'href="{mine}"' in today
    rep = round_.browser("haven_rep")
    everything = rep.get(reverse("marac_actions")).content.decode()
    assert all(words in everything for words in owners)
    assert "Yours, or nobody’s yet" in everything
    other = round_.browser("chair").get(mine + "&agency=all").content.decode()  # of every agency there is no mine
    assert all(words in other for words in owners)


def test_actions_are_narrowed_newest_first_and_no_page_cuts_them_off(round_: Round) -> None:
    _, items = round_.opened("Maya")
    world = round_.world
    by, today = world.act("chair"), timezone.localdate()
    for number in range(PAGE + 2):
        whom = "child" if number % 2 else "victim"
        add_action(
            by=by, item=items[0], facts=ActionFacts(world.organisations["haven"].id, f"Step {number:03}", today, whom)
        )
    add_action(
        by=by, item=items[0], facts=ActionFacts(world.organisations["police"].id, "Drive past", today, "causing_harm")
    )
    rep, chair, where = round_.browser("haven_rep"), round_.browser("chair"), reverse("marac_actions")
    first = rep.get(where + "?which=all").content.decode()
    assert first.index(f"Step {PAGE + 1:03}") < first.index("Step 010")
    assert "Step 001" not in first
    assert "page=2" in first
    second = rep.get(where + "?which=all&page=2").content.decode()
    assert "Step 001" in second
    text = rep.get(where + "?which=open&for=child").content.decode()
    assert "Step 001" in text
    assert "Step 002" not in text
    assert "Drive past" not in rep.get(where + "?which=all&agency=all").content.decode()
    assert "Drive past" in chair.get(where + "?which=all&agency=all").content.decode()
    haven = world.organisations["haven"].id
    text = chair.get(where + f"?which=open&agency={haven}").content.decode()
    assert f"Step {PAGE + 1:03}" in text
    assert "Drive past" not in text
    assert "Nothing here." in rep.get(where + "?which=not_done").content.decode()


def test_one_order_of_time_has_another_agency_s_case_of_the_same_person_too(round_: Round) -> None:
    world = round_.world
    first, second = (
        round_.case("Maya"),
        world.case(
            "haven_worker", given="Maya", family="Lindqvist", birth_date=date(1990, 3, 4), birth_precision="day"
        ),
    )
    refer_row(world, round_.marac, first)
    refer_row(world, round_.marac, second, "haven_worker", agency_kind="housing")
    meeting = round_.meeting()
    build_agenda(by=world.act("coordinator"), meeting=meeting)
    circulate(by=world.act("coordinator"), meeting=meeting)
    meeting.refresh_from_db()
    world.act("coordinator")
    mine, theirs = Item.objects.get(case=first), Item.objects.get(case=second)
    research = round_.researched("police_rep", theirs, "Seen at the hostel")
    round_.open(meeting)
    go_to_item(by=world.act("chair"), meeting=meeting, to=theirs.id)
    share_research(by=world.act("police_rep"), research=research)
    where = reverse("marac_item_story", args=[mine.id])
    assert "Seen at the hostel" in round_.browser("health_rep").get(where).content.decode()
    # Who is kept from the other record is told nothing of it.
    world.add_user("haven_manager", "Ada Finch", "haven", "manager")
    set_wall(
        by=world.act("haven_manager"), person_id=second.person_id, reason="A cousin",
        user_id=world.users["health_rep"].id,
    )  # fmt: skip
    assert "Seen at the hostel" not in round_.browser("health_rep").get(where).content.decode()
