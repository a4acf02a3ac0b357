"""The meeting: attendance, two screens, lines of minutes that two write at once, actions, hearing, ending."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.models import ChronologyEntry
from leeward.record.people.actions.walls import set_wall
from leeward.response.marac.actions.minuting import (
    ActionFacts,
    add_action,
    add_line,
    agree_level,
    correct_line,
    end_meeting,
    go_to_item,
    in_months,
    mark_heard,
    open_meeting,
    take_out_line,
)
from leeward.response.marac.library import library
from leeward.response.marac.models import Attendance, Item, MaracAction, MaracFlag, Meeting, MinuteLine, Referral
from tests.homes import statements
from tests.maracs import Round, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def facts(round_: Round, organisation: str = "haven", **values: object) -> ActionFacts:
    return ActionFacts(**{
        "organisation_id": round_.world.organisations[organisation].id, "words": "Put up a lock", "for_whom": "victim",
        "due_on": timezone.localdate(), **values,
    })  # type: ignore[arg-type]  # fmt: skip


def test_nobody_sees_the_room_before_accepting_confidentiality_by_name(round_: Round) -> None:
    meeting, _ = round_.opened("Maya")
    page, room = round_.browser("police_rep"), reverse("marac_meeting_room", args=[meeting.id])
    answer = page.get(room)
    assert answer.status_code == 303
    live = reverse("marac_live", args=[meeting.id, "room"])
    assert page.get(live).status_code == 404
    attend = reverse("marac_meeting_attend", args=[meeting.id])
    assert "Accepted by: Police Rep, Estuary Police" in page.get(attend).content.decode()
    assert "<title>Error: " in page.post(attend, {}).content.decode()
    assert page.post(attend, {"accept": "on"}).status_code == 303
    assert "Maya" in page.get(room).content.decode()
    round_.world.act("chair")
    assert Attendance.objects.get(user=round_.world.users["police_rep"]).accepted_at is not None
    assert page.get(reverse("marac_meeting_chair", args=[meeting.id])).status_code == 403


def test_a_meeting_is_not_opened_before_its_agenda_is_out(round_: Round) -> None:
    meeting, _ = round_.listed("Maya")
    with pytest.raises(Refused):
        open_meeting(by=round_.world.act("chair"), meeting=meeting)


def test_apologies_and_observers_are_written_by_the_chair_never_an_acceptance(round_: Round) -> None:
    meeting, _ = round_.opened("Maya")
    page, where = round_.browser("chair"), reverse("marac_attendance", args=[meeting.id])
    assert page.post(where, {"status": "apologies", "name": "Sam Lee", "organisation": ""}).status_code == 303
    assert "<title>Error: " in page.post(where, {"status": "present", "name": "Sam Lee"}).content.decode()
    round_.world.act("chair")
    assert Attendance.objects.get(name="Sam Lee").accepted_at is None


def test_the_screens_ask_for_what_is_new_and_are_drawn_nothing_when_nothing_is(round_: Round) -> None:
    meeting, items = round_.opened("Maya", "Ann", here=("police_rep",))
    page, live = round_.browser("police_rep"), reverse("marac_live", args=[meeting.id, "room"])
    body = page.get(live).json()
    assert body["item"] == str(items[0].id)
    asked = statements(page, reverse("marac_meeting_room", args=[meeting.id]))
    assert len(asked) <= 22, (len(asked), asked)
    assert page.get(live, {"mark": body["mark"]}).status_code == 204
    add_action(by=round_.world.act("chair"), item=items[0], facts=facts(round_))
    again = page.get(live, {"mark": body["mark"]})
    assert "Put up a lock" in again.json()["parts"]["room_now"]
    assert page.get(live, {"mark": again.json()["mark"]}).status_code == 204
    go_to_item(by=round_.world.act("chair"), meeting=meeting, to="next")
    assert page.get(live, {"mark": again.json()["mark"]}).json()["item"] == str(items[1].id)
    assert round_.browser("haven_worker").get(live).status_code == 404


def test_a_wall_set_in_the_meeting_closes_the_open_screen(round_: Round) -> None:
    meeting, items = round_.opened("Maya", "Ann", here=("police_rep",))
    page, live = round_.browser("police_rep"), reverse("marac_live", args=[meeting.id, "room"])
    mark = page.get(live).json()["mark"]
    set_wall(
        by=round_.world.act("harbour_manager"), person_id=items[0].person_id, reason="A cousin",
        user_id=round_.world.users["police_rep"].id,
    )  # fmt: skip
    body = page.get(live, {"mark": mark}).json()
    now = body["parts"]["room_now"]
    assert "You cannot take part in the item that is spoken of now" in now
    assert items[0].person.called not in str(body["parts"])


def test_the_voice_comes_first_and_is_brought_by_the_adviser(round_: Round) -> None:
    meeting, items = round_.opened("Maya")
    adviser = round_.browser("idva")
    attend = reverse("marac_meeting_attend", args=[meeting.id])
    assert adviser.post(attend, {"accept": "on"}).status_code == 303
    text = adviser.get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    assert "you bring their voice" in text
    add_line(by=round_.world.act("chair"), item=items[0], kind="discussion", words="The police were called")
    where = reverse("marac_line_add", args=[items[0].id])
    assert adviser.post(where, {"kind": "discussion", "words": "I want to stay near my school"}).status_code == 303
    round_.world.act("chair")
    assert MinuteLine.objects.get(kind="voice").words == "I want to stay near my school"
    text = round_.browser("chair").get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()
    assert text.index("I want to stay near") < text.index("The police were called")
    # Nobody else writes: a representative has no hand in the minutes.
    with pytest.raises(Refused):
        add_line(by=round_.world.act("police_rep"), item=items[0], kind="voice", words="No")


def test_a_form_sent_again_after_a_drop_counts_once(round_: Round) -> None:
    _, items = round_.opened("Maya")
    page, where = round_.browser("chair"), reverse("marac_line_add", args=[items[0].id])
    said = {"kind": "discussion", "words": "He was seen", "once_token": "a" * 32}
    for _ in range(3):
        answer = page.post(where, said, headers={"accept": "application/json"})
        assert answer.json()["ok"]
    refused = page.post(where, {**said, "words": "", "once_token": "b" * 32}, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert "Enter what was said" in refused.json()["words"]
    round_.world.act("chair")
    assert MinuteLine.objects.count() == 1


def test_two_minuting_at_once_lose_nothing(round_: Round) -> None:
    _, items = round_.opened("Maya")
    first = add_line(by=round_.world.act("chair"), item=items[0], kind="discussion", words="One")
    add_line(by=round_.world.act("coordinator"), item=items[0], kind="risk", words="Two")
    assert MinuteLine.objects.filter(ended_at=None).count() == 2
    page, where = round_.browser("chair"), reverse("marac_line_correct", args=[first.id])
    assert "One" in page.get(where).content.decode()
    corrected = correct_line(by=round_.world.act("coordinator"), line=first, kind="discussion", words="One, said late")
    said = {"kind": "discussion", "words": "One, said early", "stands": first.id}
    text = page.post(where, said).content.decode()
    assert "Somebody else corrected this line while you were writing" in text
    assert "One, said late" in text
    assert "One, said early" in text
    # Sent again it is meant: it corrects what stands now.
    assert page.post(where, {**said, "stands": corrected.id}).status_code == 303
    round_.world.act("chair")
    assert set(MinuteLine.objects.filter(ended_at=None).values_list("words", flat=True)) == {"One, said early", "Two"}
    assert MinuteLine.objects.count() == 4
    with pytest.raises(Conflict):
        correct_line(by=round_.world.act("coordinator"), line=first, kind="discussion", words="No")
    newest = MinuteLine.objects.get(words="One, said early")
    take_out_line(by=round_.world.act("chair"), line=newest)
    assert not MinuteLine.objects.filter(ended_at=None, kind="discussion").exists()


def test_two_who_agree_another_risk_at_once_are_told(round_: Round) -> None:
    _, items = round_.opened("Maya")
    item = Item.objects.get(id=items[0].id)
    agree_level(by=round_.world.act("chair"), item=item, level="high", version=item.version)
    with pytest.raises(Conflict):
        agree_level(by=round_.world.act("coordinator"), item=item, level="medium", version=item.version)


def test_an_action_from_the_library_or_free_goes_to_its_agency_and_into_the_story(round_: Round) -> None:
    _, items = round_.opened("Maya")
    page, where = round_.browser("chair"), reverse("marac_action_add", args=[items[0].id])
    today = timezone.localdate()
    said = {"key": "target_hardening", "words": "", "organisation": round_.world.organisations["haven"].id,
            "for_whom": "victim", "due_on-day": today.day, "due_on-month": today.month, "due_on-year": today.year}  # fmt: skip
    assert page.post(where, said).status_code == 303
    assert "Choose an action from the library, or write one" in page.post(where, {**said, "key": ""}).content.decode()
    round_.world.act("haven_rep")
    assert MaracAction.objects.get().words == library()["target_hardening"].words
    assert "See which locks" in round_.browser("haven_rep").get(reverse("marac_actions")).content.decode()
    # Of an agency that does not sit there: refused.
    with pytest.raises(Refused):
        add_action(by=round_.world.act("chair"), item=items[0], facts=facts(round_, "change"))
    round_.world.act("idva")
    assert ChronologyEntry.objects.filter(title="MARAC action", text__contains="See which locks").count() == 1


def test_hearing_sets_the_flag_and_tells_the_case(round_: Round) -> None:
    meeting, items = round_.opened("Maya", "Ann")
    page = round_.browser("chair")
    assert page.post(reverse("marac_heard", args=[items[0].id])).status_code == 303
    assert page.post(reverse("marac_heard", args=[items[0].id])).status_code == 303
    round_.world.act("chair")
    heard = Item.objects.get(id=items[0].id)
    assert heard.status == Item.HEARD
    flag = MaracFlag.objects.get(item=heard)
    assert flag.until_on == in_months(timezone.localdate(), 12)
    assert Referral.objects.get(id=heard.referral_id).status == Referral.HEARD
    round_.world.act("idva")
    assert ChronologyEntry.objects.filter(title="Heard at the MARAC", needs_risk=True).count() == 1
    with pytest.raises(Refused):
        end_meeting(by=round_.world.act("chair"), meeting=meeting)
    off = reverse("marac_item_off", args=[items[1].id])
    assert page.post(off, {"why": "The adviser is ill"}).status_code == 303
    assert page.post(reverse("marac_meeting_end", args=[meeting.id])).status_code == 303
    round_.world.act("chair")
    assert Meeting.objects.get(id=meeting.id).status == Meeting.HELD
    assert Referral.objects.get(id=items[1].referral_id).status == Referral.SENT


def test_nobody_but_who_arranges_writes_or_leads(round_: Round) -> None:
    meeting, items = round_.opened("Maya", here=("police_rep",))
    page = round_.browser("police_rep")
    for name, number in (("marac_heard", items[0].id), ("marac_meeting_go", meeting.id), ("marac_level", items[0].id),
                         ("marac_meeting_end", meeting.id), ("marac_action_add", items[0].id)):  # fmt: skip
        assert page.post(reverse(name, args=[number]), {"to": "next"}).status_code == 403, name
    for work in (mark_heard,):
        with pytest.raises(Refused):
            work(by=round_.world.act("police_rep"), item=items[0])
    # And the database says the same without us.
    round_.world.act("police_rep")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE marac_item SET level = 'high'")
        assert cursor.rowcount == 0


def test_what_its_referrer_withdraws_on_the_morning_is_not_heard(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    round_.world.act("idva")
    Referral.objects.filter(id=items[0].referral_id).update(status=Referral.WITHDRAWN, status_words="She asked for it")
    round_.open(meeting)
    assert Meeting.objects.get(id=meeting.id).current_item_id == items[1].id
    text = round_.browser("chair").get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert "She asked for it" in text
    with pytest.raises(Refused):
        mark_heard(by=round_.world.act("chair"), item=items[0])
    mark_heard(by=round_.world.act("chair"), item=items[1])
    end_meeting(by=round_.world.act("chair"), meeting=meeting)
    assert Item.objects.get(id=items[0].id).status == Item.WITHDRAWN


def test_months_end_where_a_month_is_short() -> None:
    from datetime import date

    assert in_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert in_months(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_the_library_says_who_and_for_whom() -> None:
    assert len(library()) >= 20
    assert {one.for_whom for one in library().values()} == {"victim", "child", "causing_harm", "staff"}


def test_what_is_shown_to_the_room_leaves_out_the_agency_s_own_notes(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    round_.researched("police_rep", items[0], "Bail until June")
    round_.open(meeting, here=("police_rep",))
    page, room = round_.browser("police_rep"), reverse("marac_meeting_room", args=[meeting.id])
    assert "Bail until June" in page.get(room).content.decode()
    text = page.get(room + "?projected=1").content.decode()
    assert "Maya" in text
    assert "Bail until June" not in text
    live = reverse("marac_live", args=[meeting.id, "projected"])
    assert live in text
    parts = page.get(live).json()["parts"]
    assert "Maya" in parts["room_now"]
    assert "Bail until June" not in str(parts)
    assert (
        room + "?projected=1"
        in round_.browser("chair").get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()
    )


def test_other_business_is_written_while_the_meeting_goes_on_by_two_at_once(round_: Round) -> None:
    meeting, items = round_.opened("Maya", here=("coordinator",))
    where = reverse("marac_notes_add", args=[meeting.id])
    live = reverse("marac_live", args=[meeting.id, "chair"])
    chair = round_.browser("chair")
    mark = chair.get(live).json()["mark"]
    assert round_.browser("coordinator").post(where, {"words": "The room is cold"}).status_code == 303
    assert chair.post(where, {"words": "Tea next time"}).status_code == 303
    assert "The room is cold" in chair.get(live, {"mark": mark}).json()["parts"]["notes"]
    assert round_.browser("police_rep").post(where, {"words": "No"}).status_code == 403
    mark_heard(by=round_.world.act("chair"), item=items[0])
    end_meeting(by=round_.world.act("chair"), meeting=meeting)
    out = reverse("marac_publish", args=[meeting.id])
    text = chair.get(out).content.decode()
    assert "The room is cold" in text
    assert "Tea next time" in text
    # What is added while somebody looks it over before publishing is not lost.
    read = len("The room is cold\nTea next time")
    round_.browser("coordinator").post(where, {"words": "The lift is mended"})
    assert chair.post(out, {"notes": "The room was cold.", "read": read}).status_code == 303
    round_.world.act("chair")
    assert Meeting.objects.get(id=meeting.id).notes == "The room was cold.\nThe lift is mended"


def test_the_chair_s_buttons_name_their_item_so_that_one_sent_twice_counts_once(round_: Round) -> None:
    meeting, items = round_.opened("Maya", "Ann", "Bea")
    chair, go = round_.browser("chair"), reverse("marac_meeting_go", args=[meeting.id])
    text = chair.get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()
    assert f'name="to" value="{items[1].id}"' in text
    assert "how=withdrawn" in text
    script = {"accept": "application/json"}
    for _ in range(2):
        assert chair.post(go, {"to": items[1].id}, headers=script).json()["ok"]
    round_.world.act("chair")
    assert Meeting.objects.get(id=meeting.id).current_item_id == items[1].id
    heard = reverse("marac_heard", args=[items[1].id])
    for _ in range(2):
        assert chair.post(heard, headers=script).json()["ok"]
    assert not chair.post(go, {"to": 1}, headers=script).json()["ok"]


def test_the_chair_sees_whose_twelve_months_end(round_: Round) -> None:
    meeting, items = round_.opened("Maya")
    mark_heard(by=round_.world.act("chair"), item=items[0])
    MaracFlag.objects.update(until_on=timezone.localdate(meeting.begins_at))
    text = round_.browser("chair").get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()
    assert "Reaching twelve months" in text
    assert "Nobody before the next meeting" not in text
