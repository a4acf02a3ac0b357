"""Meetings and their agendas: planned, moved, built, put in order, sent to the table, printed."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.models import CaseSight
from leeward.record.people.actions.walls import set_wall
from leeward.response.marac.actions.agenda import build_agenda, circulate
from leeward.response.marac.actions.meetings import MeetingFacts, move_meeting, plan_meetings, rhythm
from leeward.response.marac.models import Item, Meeting, MeetingChange, Referral, ReferralChange, Research
from leeward.response.marac.tasks import send_notice
from tests.homes import statements
from tests.maracs import Round, marac_of, plan, refer, risky, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def test_a_series_keeps_its_rhythm_over_bank_holidays(round_: Round) -> None:
    # Christmas Day and Boxing Day of 2026 fall on Friday and Saturday; the 28th stands in for Boxing Day.
    assert rhythm(round_.marac, date(2026, 12, 11), 3) == [date(2026, 12, 11), date(2026, 12, 29), date(2027, 1, 8)]


def test_a_series_is_planned_and_a_day_is_never_taken_twice(round_: Round) -> None:
    page, first = round_.browser("coordinator"), round_.meeting(10)
    day = timezone.localdate(first.begins_at)
    said = {"on-day": day.day, "on-month": day.month, "on-year": day.year, "at": "9:30", "place": "", "lasts": "180",
            "count": "3"}  # fmt: skip
    answer = page.post(reverse("marac_plan", args=[round_.marac.id]), said)
    assert answer.status_code == 303
    round_.world.act("coordinator")
    assert Meeting.objects.count() == 3
    assert b"2 meetings planned" in page.get(reverse("marac_calendar")).content


def test_only_who_arranges_plans(round_: Round) -> None:
    assert round_.browser("police_rep").get(reverse("marac_plan", args=[round_.marac.id])).status_code == 403
    by, facts = round_.world.act("police_rep"), MeetingFacts(timezone.localdate() + timedelta(days=7), time(9))
    with pytest.raises(Refused):
        plan_meetings(by=by, marac=round_.marac, facts=facts)


def test_a_meeting_that_is_moved_takes_its_deadlines_along_and_says_why(round_: Round) -> None:
    meeting, _ = round_.circulated("Maya")
    later = timezone.localdate(meeting.begins_at) + timedelta(days=7)
    page = round_.browser("coordinator")
    said = {"on-day": later.day, "on-month": later.month, "on-year": later.year, "at": "10:00", "place": "Online",
            "lasts": "120", "why": "The room is flooded", "version": meeting.version}  # fmt: skip
    assert page.post(reverse("marac_meeting_move", args=[meeting.id]), {**said, "why": ""}).status_code == 200
    assert page.post(reverse("marac_meeting_move", args=[meeting.id]), said).status_code == 303
    round_.world.act("police_rep")
    moved = Meeting.objects.get(id=meeting.id)
    assert moved.research_due_at > meeting.research_due_at
    assert moved.status == Meeting.CIRCULATED
    assert MeetingChange.objects.filter(meeting=meeting, why="The room is flooded").count() == 1
    text = round_.browser("police_rep").get(reverse("marac_meeting", args=[meeting.id])).content.decode()
    assert "The room is flooded" in text
    sight = CaseSight.objects.get(user=round_.world.users["police_rep"])
    assert sight.until is not None
    assert sight.until > moved.begins_at


def test_two_who_move_one_meeting_see_both(round_: Round) -> None:
    meeting = round_.meeting()
    facts = MeetingFacts(timezone.localdate(meeting.begins_at), time(11), "Online", 90)
    move_meeting(
        by=round_.world.act("chair"), meeting=meeting, facts=facts, why="Chair is away", version=meeting.version
    )
    with pytest.raises(Conflict):
        move_meeting(
            by=round_.world.act("coordinator"), meeting=meeting, facts=facts, why="Ill", version=meeting.version
        )


def test_a_cancelled_meeting_gives_its_items_to_the_next(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    following = round_.meeting(30)
    page = round_.browser("coordinator")
    assert page.post(reverse("marac_meeting_cancel", args=[meeting.id]), {"why": "Snow"}).status_code == 303
    by = round_.world.act("coordinator")
    assert Item.objects.get(id=items[0].id).status == Item.PUT_OFF
    assert Referral.objects.get().status == Referral.SENT
    assert build_agenda(by=by, meeting=following).added == 1
    assert Item.objects.get(meeting=following).referral_id == items[0].referral_id


def test_children_come_first_then_repeats_then_the_oldest(round_: Round) -> None:
    now = timezone.now()
    round_.refer(round_.case("Adult"), referred_at=now - timedelta(days=9))
    round_.refer(round_.case("Again"), is_repeat=True, referred_at=now - timedelta(days=2))
    round_.refer(round_.case("Young", children=2), referred_at=now - timedelta(days=1))
    round_.refer(round_.case("Younger", children=1), is_repeat=True)
    round_.refer(round_.case("Old", children=1), referred_at=now - timedelta(days=8))
    meeting = round_.meeting()
    page = round_.browser("coordinator")
    assert page.post(reverse("marac_agenda_build", args=[meeting.id])).status_code == 303
    round_.world.act("coordinator")
    order = [
        item.person.called
        for item in Item.objects.filter(meeting=meeting).order_by("position").select_related("person")
    ]
    assert order == ["Younger", "Old", "Young", "Again", "Adult"]
    text = page.get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert "4 children" in text
    assert ReferralChange.objects.filter(status="listed").count() == 5


def test_what_does_not_fit_waits_and_is_told(world: World) -> None:
    round_ = table(world, case_limit=2)
    meeting, items = round_.listed("Ann", "Bea", "Cat")
    assert len(items) == 2
    page = round_.browser("coordinator")
    text = page.get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert "they go to the next meeting" in text
    following = round_.meeting(30)
    assert build_agenda(by=world.act("coordinator"), meeting=following).added == 1


def test_order_and_minutes_by_hand(round_: Round) -> None:
    meeting, items = round_.listed("Ann", "Bea", "Cat")
    page = round_.browser("coordinator")
    page.post(reverse("marac_item_order", args=[items[2].id]), {"to": "up"})
    page.post(reverse("marac_item_order", args=[items[2].id]), {"to": "up"})
    page.post(reverse("marac_item_order", args=[items[0].id]), {"minutes": "25"})
    page.post(reverse("marac_item_order", args=[items[0].id]), {"minutes": "many"})
    round_.world.act("coordinator")
    order = list(Item.objects.filter(meeting=meeting).order_by("position").values_list("id", flat=True))
    assert order == [items[2].id, items[0].id, items[1].id]
    assert Item.objects.get(id=items[0].id).minutes == 25


def test_circulating_opens_the_items_asks_for_research_and_mails_nothing_personal(
    round_: Round, settings: pytest.FixtureRequest
) -> None:
    meeting, items = round_.listed("Maya", "Ann")
    assert round_.browser("police_rep").get(reverse("marac_item", args=[items[0].id])).status_code == 404
    page = round_.browser("coordinator")
    text = page.get(reverse("marac_circulate", args=[meeting.id])).content.decode()
    assert "Police Rep" in text
    assert page.post(reverse("marac_circulate", args=[meeting.id]), {}).status_code == 303
    text = round_.browser("police_rep").get(reverse("marac_item", args=[items[0].id])).content.decode()
    assert "The locks changed" in text
    round_.world.act("coordinator")
    assert Research.objects.count() == 2 * 4
    circulate(by=round_.world.act("coordinator"), meeting=meeting)
    assert Research.objects.count() == 2 * 4
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    send_notice(user_ids=[round_.world.users["police_rep"].id, round_.world.users["haven_rep"].id])
    to = sorted(message.to for message in mail.outbox)
    assert to == [["haven_rep@haven.example.org"], ["police_rep@police.example.org"]]
    assert "Maya" not in mail.outbox[0].body + mail.outbox[0].subject


def test_a_walled_representative_is_told_only_that_she_cannot_take_part(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    walled = next(item for item in items if item.person.called == "Maya")
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=walled.person_id, reason="A cousin",
        user_id=round_.world.users["police_rep"].id,
    )  # fmt: skip
    page = round_.browser("police_rep")
    for name in ("marac_agenda", "marac_research", "marac_meeting", "marac_minutes", "marac_agenda_print"):
        text = page.get(reverse(name, args=[meeting.id])).content.decode()
        assert "You cannot take part in one item." in text, name
        assert "Maya" not in text, name
        assert str(walled.id) not in text, name
        assert "2." not in text.split("<main")[1].replace("2026", ""), name  # no gap in the numbers
    for name in ("marac_item", "marac_item_story"):
        assert page.get(reverse(name, args=[walled.id])).status_code == 404
    other = round_.browser("haven_rep").get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert "You cannot take part" not in other


def test_a_case_withdrawn_on_the_morning_leaves_the_table_at_once(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    page, rep = round_.browser("chair"), round_.browser("police_rep")
    assert rep.get(reverse("marac_item", args=[items[0].id])).status_code == 200
    where = reverse("marac_item_off", args=[items[0].id]) + "?how=withdrawn"
    assert page.post(where, {"why": "She asked for it, and is safe elsewhere"}).status_code == 303
    assert rep.get(reverse("marac_item", args=[items[0].id])).status_code == 404
    text = rep.get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert items[0].person.called not in text
    assert "She asked for it" in page.get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    round_.world.act("coordinator")
    assert Referral.objects.get(id=items[0].referral_id).status == Referral.WITHDRAWN


def test_somebody_on_both_sides_is_heard_apart_and_only_the_chair_is_told(round_: Round) -> None:
    from leeward.platform.access import acting
    from leeward.record.cases.actions.opening import add_person_to_case

    hers = round_.case("Maya", harming="")
    his = round_.case("Dana", harming="")
    by = round_.world.act("idva")
    with acting.making(hers.person_id):
        add_person_to_case(by=by, case=his, person=hers.person, part="said_to_cause_harm")
    round_.refer(hers)
    round_.refer(his)
    meeting, _ = round_.circulated()
    for user in ("chair", "coordinator"):
        text = round_.browser(user).get(reverse("marac_agenda", args=[meeting.id])).content.decode()
        assert "harmed in one case and said to cause harm in another" in text
    text = round_.browser("police_rep").get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert "said to cause harm in another" not in text


def test_the_agenda_costs_the_same_with_more_on_it(round_: Round) -> None:
    meeting, _ = round_.circulated("Ann")
    paths = [reverse(name, args=[meeting.id]) for name in (
        "marac_agenda", "marac_agenda_print", "marac_circulate", "marac_research_returned", "marac_minutes",
    )] + [reverse("marac_home"), reverse("marac_calendar")]  # fmt: skip
    page = round_.browser("coordinator")
    page.get(paths[0])
    few = {path: statements(page, path) for path in paths}
    for given in ("Bea", "Cat", "Dee"):
        round_.refer(round_.case(given, children=2))
    by = round_.world.act("coordinator")
    build_agenda(by=by, meeting=meeting)
    circulate(by=by, meeting=meeting)
    for path in paths:
        many = statements(page, path)
        assert len(many) <= len(few[path]), (path, many)
        assert len(many) <= 20, (path, len(many))
    rep = round_.browser("police_rep")
    for name in ("marac_agenda", "marac_research"):
        assert len(statements(rep, reverse(name, args=[meeting.id]))) <= 15, name


def test_home_says_what_needs_whom(round_: Round) -> None:
    round_.circulated("Maya")
    text = round_.browser("police_rep").get(reverse("marac_home")).content.decode()
    assert "1 item, Estuary North" in text
    round_.refer(round_.case("Waits"))
    text = round_.browser("coordinator").get(reverse("marac_home")).content.decode()
    assert "referrals waiting" in text
    assert "pieces of research not returned" in text
    # The adviser who brings a case finds its meeting without a seat.
    assert "Meetings to which you bring a case" in round_.browser("idva").get(reverse("marac_home")).content.decode()
    assert "You do not sit at a MARAC" in round_.browser("haven_worker").get(reverse("marac_home")).content.decode()
    # And on the first page after sign-in, without anybody's name.
    today = round_.browser("police_rep").get(reverse("today")).content.decode()
    assert "MARAC research to return" in today
    assert "Maya" not in today
    assert "MARACs that you arrange" in round_.browser("coordinator").get(reverse("today")).content.decode()


def test_what_came_too_late_and_can_wait_is_for_the_meeting_after(world: World) -> None:
    tab, case = marac_of(world), risky(world)
    first = plan(world, tab.marac, timezone.now() + timedelta(days=2))  # its referrals were due days ago
    late = {"for_next": False}
    referral = refer(world, tab, case, **late)
    assert referral.skips_id == first.id
    assert not referral.is_late
    by = world.act("coordinator")
    assert build_agenda(by=by, meeting=first).added == 0
    page = world.browser("coordinator")
    assert "No referral waits." in page.get(reverse("marac_agenda", args=[first.id])).content.decode()
    assert "For the meeting after" in page.get(reverse("marac_referral", args=[referral.id])).content.decode()
    by = world.act("coordinator")
    assert build_agenda(by=by, meeting=tab.meeting).added == 1
    assert Item.objects.get().meeting_id == tab.meeting.id


def test_what_cannot_wait_is_on_the_next_agenda_although_it_came_late(world: World) -> None:
    tab, case = marac_of(world), risky(world)
    first = plan(world, tab.marac, timezone.now() + timedelta(days=2))
    referral = refer(world, tab, case, for_next=True, late_why="He is out since this morning")
    assert referral.is_late
    assert referral.skips_id is None
    assert build_agenda(by=world.act("coordinator"), meeting=first).added == 1
