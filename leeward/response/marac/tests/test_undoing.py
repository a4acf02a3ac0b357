"""Taken back before the minutes are out: heard, put off, withdrawn, cancelled, a line that was taken out."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leeward.platform.common.errors import Refused
from leeward.record.cases.models import ChronologyEntry
from leeward.response.marac.actions.minuting import add_line, end_meeting, mark_heard, publish_minutes
from leeward.response.marac.actions.referring import withdraw_referral
from leeward.response.marac.actions.undoing import line_back, not_heard, put_back
from leeward.response.marac.models import Item, MaracFlag, Meeting, MinuteLine, Referral
from tests.maracs import Round, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def test_heard_by_mistake_waits_again_and_its_flag_is_off_the_record(round_: Round) -> None:
    meeting, items = round_.opened("Maya")
    chair, back = round_.browser("chair"), reverse("marac_item_back", args=[items[0].id])
    chair.post(reverse("marac_heard", args=[items[0].id]))
    assert "Not heard after all" in chair.get(reverse("marac_meeting_chair", args=[meeting.id])).content.decode()
    assert chair.post(back).status_code == 303
    round_.world.act("chair")
    assert Item.objects.get(id=items[0].id).status == Item.LISTED
    assert Referral.objects.get().status == Referral.LISTED
    assert not MaracFlag.objects.filter(ended_at=None).exists()
    round_.world.act("idva")
    assert ChronologyEntry.objects.filter(title__startswith="Not heard after all").exists()
    # Heard after all: the same flag stands again, and there is one.
    mark_heard(by=round_.world.act("chair"), item=items[0])
    assert MaracFlag.objects.get().ended_at is None
    end_meeting(by=round_.world.act("chair"), meeting=meeting)
    with pytest.raises(Refused):
        not_heard(by=round_.world.act("chair"), item=items[0])


def test_what_was_put_off_comes_back_from_the_later_agenda(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    later = round_.meeting(30)
    page = round_.browser("coordinator")
    page.post(reverse("marac_item_off", args=[items[0].id]), {"why": "The adviser is ill"})
    round_.world.act("coordinator")
    assert Item.objects.get(meeting=later).status == Item.LISTED
    assert "Put it back" in page.get(reverse("marac_agenda", args=[meeting.id])).content.decode()
    assert page.post(reverse("marac_item_back", args=[items[0].id])).status_code == 303
    round_.world.act("coordinator")
    assert Item.objects.get(id=items[0].id).status == Item.LISTED
    assert Item.objects.get(meeting=later).status == Item.PUT_OFF
    assert Referral.objects.get().status == Referral.LISTED


def test_what_the_chair_withdrew_comes_back_with_the_table_s_sight(round_: Round) -> None:
    _, items = round_.circulated("Maya")
    page, rep = round_.browser("coordinator"), round_.browser("police_rep")
    where = reverse("marac_item", args=[items[0].id])
    page.post(reverse("marac_item_off", args=[items[0].id]) + "?how=withdrawn", {"why": "By mistake"})
    assert rep.get(where).status_code == 404
    assert page.post(reverse("marac_item_back", args=[items[0].id])).status_code == 303
    assert rep.get(where).status_code == 200
    round_.world.act("coordinator")
    assert Referral.objects.get().status == Referral.LISTED


def test_what_its_own_agency_withdrew_is_not_the_chair_s_to_bring_back(round_: Round) -> None:
    _, items = round_.circulated("Maya")
    by = round_.world.act("idva")
    referral = Referral.objects.get()
    withdraw_referral(by=by, referral=referral, why="She has moved away", version=referral.version)
    with pytest.raises(Refused):
        put_back(by=round_.world.act("chair"), item=items[0])


def test_a_cancelled_meeting_is_held_after_all(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    page, where = round_.browser("coordinator"), reverse("marac_meeting", args=[meeting.id])
    page.post(reverse("marac_meeting_cancel", args=[meeting.id]), {"why": "Snow"})
    assert "Hold it after all" in page.get(where).content.decode()
    assert page.post(reverse("marac_meeting_restore", args=[meeting.id])).status_code == 303
    round_.world.act("coordinator")
    assert Meeting.objects.get(id=meeting.id).status == Meeting.PLANNED
    assert Item.objects.get(id=items[0].id).status == Item.LISTED
    assert Referral.objects.get().status == Referral.LISTED
    assert "Held after all" in page.get(where).content.decode()


def test_a_line_taken_out_is_put_back_until_the_minutes_are_out(round_: Round) -> None:
    meeting, items = round_.opened("Maya")
    line = add_line(by=round_.world.act("chair"), item=items[0], kind="discussion", words="The dog barks")
    chair, minutes = round_.browser("chair"), reverse("marac_minutes", args=[meeting.id])
    chair.post(reverse("marac_line_out", args=[line.id]))
    text = chair.get(minutes).content.decode()
    assert "Taken out (1)" in text
    assert "Taken out" not in round_.browser("police_rep").get(minutes).content.decode()
    assert chair.post(reverse("marac_line_back", args=[line.id])).status_code == 303
    assert "Taken out" not in chair.get(minutes).content.decode()
    chair.post(reverse("marac_line_out", args=[line.id]))
    mark_heard(by=round_.world.act("chair"), item=items[0])
    end_meeting(by=round_.world.act("chair"), meeting=meeting)
    by = round_.world.act("chair")
    publish_minutes(by=by, meeting=meeting)
    with pytest.raises(Refused):
        line_back(by=by, line=MinuteLine.objects.get(id=line.id))
