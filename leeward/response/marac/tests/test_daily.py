"""The daily meeting from its list to the next one: put on in one step, opened, heard, who acts today, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case, CaseSight
from leeward.record.people.actions.walls import set_wall
from leeward.response.front_door.models import Contact
from leeward.response.marac.actions.agenda import circulate
from leeward.response.marac.actions.daily import begin_daily
from leeward.response.marac.models import (
    ContactItem,
    Item,
    Marac,
    MaracAction,
    MaracAgency,
    MaracFlag,
    Meeting,
    Referral,
)
from leeward.response.marac.queries.repeats import last_referrals
from tests.everywhere import contact
from tests.homes import statements
from tests.maracs import Round, sit, table
from tests.worlds import World


@pytest.fixture
def daily(world: World) -> Round:
    """A daily meeting at which a worker with cases and the access point sit too; its first list is begun."""
    round_ = table(
        world, "Morning meeting", kind=Marac.DAILY, every_days=1, refer_days=0, research_days=0, sight_days=7,
        case_limit=8, minutes_a_case=3,
    )  # fmt: skip
    world.act("chief")
    MaracAgency(marac=round_.marac, organisation=world.organisations["harbour"], kind="idva").save(force_insert=True)
    world.add_user("duty", "Dara Moss", "harbour", "practitioner", "marac_representative")
    world.add_user("desk", "Eli Marsh", "point", "access_point", "marac_representative", teams=("triage",))
    sit(world, round_.marac, "duty", "harbour", "representative")
    sit(world, round_.marac, "desk", "point", "representative")
    begin_daily(by=world.act("coordinator"), marac=round_.marac)
    return round_


def high(world: World, given: str, user: str = "duty") -> Case:
    case = world.case(user, given=given)
    Case.objects.filter(id=case.id).update(risk="high", risk_on=timezone.localdate())
    return Case.objects.get(id=case.id)


def accept(page: Client, meeting_id: int) -> None:
    assert page.post(reverse("marac_meeting_attend", args=[meeting_id]), {"accept": "on"}).status_code == 303


def test_a_morning_from_the_list_to_the_next_one(daily: Round) -> None:
    world = daily.world
    cases = [high(world, "Ann"), high(world, "Bea")]
    duty, chair, rep = daily.browser("duty"), daily.browser("chair"), daily.browser("police_rep")
    page = reverse("marac_daily")
    text = duty.get(page).content.decode()
    assert "Ann" in text
    assert "Put them on the list" in text
    assert "Ann" not in rep.get(page).content.decode()

    # On the list in one step, by who works in the cases; before it is opened nobody else at the table sees them.
    answer = duty.post(reverse("marac_daily_list", args=[daily.marac.id]), {"case": [one.id for one in cases]})
    assert answer.status_code == 303
    assert "Put them on the list" not in duty.get(page).content.decode()
    world.act("coordinator")
    meeting = Meeting.objects.get(marac=daily.marac)
    items = list(Item.objects.filter(meeting=meeting).order_by("position"))
    assert [one.case_id for one in items] == [one.id for one in cases]
    assert set(Referral.objects.values_list("status", flat=True)) == {Referral.LISTED}
    assert "Ann" not in rep.get(page).content.decode()
    with pytest.raises(Refused):
        circulate(by=world.act("coordinator"), meeting=meeting)

    # Opened as it stands; heard; who acts today is written down with today as its day.
    assert "Open the meeting" in chair.get(page).content.decode()
    assert chair.post(reverse("marac_meeting_open", args=[meeting.id])).status_code == 303
    accept(chair, meeting.id)
    accept(rep, meeting.id)
    assert "Ann" in rep.get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    police = world.organisations["police"].id
    said = {"words": "Call at the house", "organisation": police, "for_whom": "victim"}
    assert chair.post(reverse("marac_action_add", args=[items[0].id]), said).status_code == 303
    world.act("police_rep")
    assert MaracAction.objects.get().due_on == timezone.localdate()
    assert "Call at the house" in rep.get(page).content.decode()
    assert chair.post(reverse("marac_heard", args=[items[0].id])).status_code == 303
    put_off = {"why": "Nobody has reached her"}
    assert chair.post(reverse("marac_item_off", args=[items[1].id]), put_off).status_code == 303

    # Ended: the list of the next working day is begun with what was put off; nobody is flagged for a year.
    assert chair.post(reverse("marac_meeting_end", args=[meeting.id])).status_code == 303
    world.act("coordinator")
    meeting.refresh_from_db()
    assert meeting.status == Meeting.MINUTED
    following = Meeting.objects.get(marac=daily.marac, status=Meeting.PLANNED)
    assert timezone.localdate(following.begins_at) > timezone.localdate(meeting.begins_at)
    assert following.begins_at.weekday() < 5
    assert [one.case_id for one in Item.objects.filter(meeting=following)] == [cases[1].id]
    assert not MaracFlag.objects.exists()
    text = rep.get(page).content.decode()
    assert "Call at the house" in text
    assert "Bea" not in text  # not before the next one is opened


def test_it_makes_nobody_a_repeat_and_is_seen_for_its_days_alone(daily: Round) -> None:
    world = daily.world
    case = high(world, "Ann")
    daily.browser("duty").post(reverse("marac_daily_list", args=[daily.marac.id]), {"case": [case.id]})
    by = world.act("duty")
    assert last_referrals(by=by, case_ids=[case.id]) == {}
    world.act("coordinator")
    until = CaseSight.objects.get(case=case, user=world.users["coordinator"]).until
    assert until is not None
    assert until < timezone.now() + timedelta(days=8)


def test_only_who_works_in_a_case_puts_it_on(daily: Round) -> None:
    world = daily.world
    case = high(world, "Ann")
    listing = reverse("marac_daily_list", args=[daily.marac.id])
    daily.browser("police_rep").post(listing, {"case": [case.id]})
    assert world.browser("idva").post(listing, {"case": [case.id]}).status_code in (403, 404)
    world.act("coordinator")
    assert not Item.objects.exists()


def test_a_late_one_is_on_the_open_list_and_the_table_sees_it_at_once(daily: Round) -> None:
    world = daily.world
    meeting = Meeting.objects.get(marac=daily.marac)
    chair, rep = daily.browser("chair"), daily.browser("police_rep")
    chair.post(reverse("marac_meeting_open", args=[meeting.id]))
    accept(chair, meeting.id)
    accept(rep, meeting.id)
    case = high(world, "Cat")
    daily.browser("duty").post(reverse("marac_daily_list", args=[daily.marac.id]), {"case": [case.id]})
    chair.post(reverse("marac_meeting_go", args=[meeting.id]), {"to": "next"})
    assert "Cat" in rep.get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()


def test_somebody_of_the_triage_team_acts_for_a_contact_without_a_case(daily: Round) -> None:
    world = daily.world
    waiting = contact(world, "Wren")
    Contact.objects.filter(id=waiting.id).update(risk="high")
    desk, page = daily.browser("desk"), reverse("marac_daily")
    assert waiting.reference in desk.get(page).content.decode()
    assert waiting.reference not in daily.browser("police_rep").get(page).content.decode()
    said = {"contact": waiting.id, "to": world.users["desk"].id}
    where = reverse("marac_daily_contact", args=[daily.marac.id])
    assert desk.post(where, {**said, "to": ""}).status_code == 303
    assert desk.post(where, said).status_code == 303
    world.act("desk")
    assert Contact.objects.get(id=waiting.id).assigned_to_id == world.users["desk"].id
    text = desk.get(page).content.decode()
    assert "Eli Marsh acts today." in text
    assert "Reach them, and decide" in text


def brought(daily: Round) -> Contact:
    """A contact in triage on the list: the desk acts."""
    world = daily.world
    waiting = contact(world, "Wren")
    Contact.objects.filter(id=waiting.id).update(risk="high")
    said = {"contact": waiting.id, "to": world.users["desk"].id}
    assert daily.browser("desk").post(reverse("marac_daily_contact", args=[daily.marac.id]), said).status_code == 303
    world.act("desk")
    return Contact.objects.get(id=waiting.id)


def test_a_contact_is_an_item_of_the_list_with_who_acts_and_without_a_name(daily: Round) -> None:
    world, page = daily.world, reverse("marac_daily")
    waiting = brought(daily)
    chair, rep = daily.browser("chair"), daily.browser("police_rep")
    line = f"Contact {waiting.reference}"
    assert line in daily.browser("desk").get(page).content.decode()
    assert line in chair.get(page).content.decode()
    assert line not in rep.get(page).content.decode()  # not before it is opened
    world.act("coordinator")
    meeting = Meeting.objects.get(marac=daily.marac)
    chair.post(reverse("marac_meeting_open", args=[meeting.id]))
    accept(chair, meeting.id)
    for text in (rep.get(page).content.decode(),
                 chair.get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()):  # fmt: skip
        assert line in text
        assert "Eli Marsh" in text
        assert "Wren" not in text
    assert world.browser("idva").get(page).status_code == 403  # sits nowhere
    # Somebody else acts: the same line.
    world.add_user("desk_2", "Ida Fox", "point", "access_point", teams=("triage",))
    said = {"contact": waiting.id, "to": world.users["desk_2"].id}
    daily.browser("desk").post(reverse("marac_daily_contact", args=[daily.marac.id]), said)
    assert "Ida Fox" in rep.get(page).content.decode()
    assert ContactItem.objects.get().owner_id == world.users["desk_2"].id
    # It stays in the minutes, and in each one's own document; not in a copy for an agency.
    assert chair.post(reverse("marac_meeting_end", args=[meeting.id])).status_code == 303
    assert line in rep.get(reverse("marac_minutes", args=[meeting.id])).content.decode()
    assert rep.get(reverse("marac_minutes_pdf", args=[meeting.id])).status_code == 200


def test_each_page_that_shows_a_contact_of_the_list_is_in_the_log(daily: Round) -> None:
    world, waiting = daily.world, brought(daily)
    chair = daily.browser("chair")
    world.act("coordinator")
    meeting = Meeting.objects.get(marac=daily.marac)
    chair.post(reverse("marac_meeting_open", args=[meeting.id]))
    accept(chair, meeting.id)
    for times, name in enumerate(("marac_meeting_chair", "marac_minutes", "marac_minutes_pdf"), start=1):
        assert chair.get(reverse(name, args=[meeting.id])).status_code == 200
        world.act("dpl")
        found = AuditEntry.objects.filter(user_id=world.users["chair"].id, action="listed_contacts")
        assert [entry.listed for entry in found] == [[waiting.id]] * times, name


def test_a_contact_on_the_list_is_kept_from_who_is_walled_and_for_its_days_alone(daily: Round) -> None:
    world, page = daily.world, reverse("marac_daily")
    waiting = brought(daily)
    world.act("coordinator")
    meeting = Meeting.objects.get(marac=daily.marac)
    daily.browser("chair").post(reverse("marac_meeting_open", args=[meeting.id]))
    rep = daily.browser("police_rep")
    assert waiting.reference in rep.get(page).content.decode()
    set_wall(by=world.act("dpl"), person_id=waiting.person_id, reason="A brother", user_id=world.users["police_rep"].id)
    assert waiting.reference not in rep.get(page).content.decode()
    assert waiting.reference in daily.browser("haven_rep").get(page).content.decode()
    world.act("coordinator")
    Meeting.objects.update(begins_at=timezone.now() - timedelta(days=8))
    for user in ("chair", "haven_rep"):
        world.act(user)
        assert not ContactItem.objects.exists(), user


def test_a_contact_is_put_on_by_its_own_triage_alone(daily: Round) -> None:
    world = daily.world
    waiting = brought(daily)
    for user in ("chair", "police_rep", "duty"):
        by = world.act(user)
        assert not ContactItem.objects.filter(contact_id=waiting.id).update(owner_name="Somebody"), user
        made = ContactItem(
            meeting=Meeting.objects.get(marac=daily.marac), contact_id=waiting.id, person_id=waiting.person_id,
            organisation_id=by.acts_for, reference=waiting.reference, received_at=timezone.now(),
            owner_id=by.worker_id, owner_name="Somebody", put_on_by="Somebody",
        )  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            made.save(force_insert=True)


def test_its_case_s_item_follows_it_with_who_acts(daily: Round) -> None:
    world, page = daily.world, reverse("marac_daily")
    waiting = brought(daily)
    case = high(world, "Wren")
    world.act("desk")
    Contact.objects.filter(id=waiting.id).update(case_id=case.id)
    daily.browser("duty").post(reverse("marac_daily_list", args=[daily.marac.id]), {"case": [case.id]})
    world.act("coordinator")
    item, line = Item.objects.get(), ContactItem.objects.get()
    assert (line.item_id, line.contact_id) == (item.id, waiting.id)
    action = MaracAction.objects.get()
    assert (action.item_id, action.owner_id) == (item.id, world.users["desk"].id)
    assert action.due_on == timezone.localdate()
    text = daily.browser("chair").get(page).content.decode()
    assert f"Contact {waiting.reference}" not in text  # it is spoken of once
    assert "Eli Marsh" in text
    # Every service returned it: somebody of triage acts again, on the line that stands.
    said = {"contact": waiting.id, "to": world.users["desk"].id}
    again = daily.browser("desk").post(reverse("marac_daily_contact", args=[daily.marac.id]), said)
    assert again.status_code == 303
    world.act("coordinator")
    assert ContactItem.objects.count() == 1


def test_a_contact_for_whom_nobody_acts_is_not_lost_with_the_day(daily: Round) -> None:
    world = daily.world
    waiting = contact(world, "Wren")
    Contact.objects.filter(id=waiting.id).update(risk="high", received_at=timezone.now() - timedelta(days=9))
    assert waiting.reference in daily.browser("desk").get(reverse("marac_daily")).content.decode()


def test_its_page_costs_the_same_with_more_on_it(daily: Round) -> None:
    world, page = daily.world, reverse("marac_daily")
    duty = daily.browser("duty")
    high(world, "Ann")
    duty.get(page)
    few = len(statements(duty, page))
    for given in ("Bea", "Cat", "Dee"):
        high(world, given)
    assert len(statements(duty, page)) == few <= 15


def test_its_page_with_everything_on_it_and_the_screen_of_its_chair(daily: Round) -> None:
    world, page = daily.world, reverse("marac_daily")
    case = high(world, "Ann")
    brought(daily)
    other = contact(world, "Robin")
    Contact.objects.filter(id=other.id).update(risk="high")
    daily.browser("duty").post(reverse("marac_daily_list", args=[daily.marac.id]), {"case": [case.id]})
    world.act("coordinator")
    meeting = Meeting.objects.get(marac=daily.marac)
    chair = daily.browser("chair")
    chair.post(reverse("marac_meeting_open", args=[meeting.id]))
    accept(chair, meeting.id)
    desk = daily.browser("desk")
    assert other.reference in desk.get(page).content.decode()
    assert len(statements(desk, page)) <= 15
    # Contacts are on its list, and that they were shown is in the log; a daily meeting has no flags.
    assert len(statements(chair, reverse("marac_meeting_chair", args=[meeting.id]))) <= 17
