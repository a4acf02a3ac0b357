"""Who brings a case without a seat: they find the meeting, get the notice, and read the minutes once they are out."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from leeward.response.marac.actions.agenda import circulate
from leeward.response.marac.actions.minuting import end_meeting, mark_heard, publish_minutes
from leeward.response.marac.actions.referring import facts_of, return_referral, send_again
from leeward.response.marac.models import Referral
from tests.maracs import Round, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def noticed() -> list[int]:
    """Whom the newest notice goes to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args -> 'user_ids' FROM procrastinate_jobs WHERE task_name = 'marac_notice' ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    found = row[0] if row else []
    return list(json.loads(found) if isinstance(found, str) else found)


def text(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_today_the_referral_and_the_case_lead_to_the_meeting_and_then_to_its_minutes(round_: Round) -> None:
    world, page = round_.world, round_.browser("idva")
    meeting, items = round_.listed("Maya")
    where, today = reverse("marac_meeting", args=[meeting.id]), reverse("today")
    referral = reverse("marac_referral", args=[items[0].referral_id])
    case = reverse("case_marac", args=[items[0].case_id])
    for address in (today, referral, case):
        assert where not in text(page, address)  # a plan is the coordinator's until it is sent out
    circulate(by=world.act("coordinator"), meeting=meeting)
    assert world.users["idva"].id in noticed()
    for address in (today, referral, case):
        assert where in text(page, address), address
    assert page.get(where).status_code == 200
    meeting.refresh_from_db()
    round_.open(meeting)
    mark_heard(by=world.act("chair"), item=items[0])
    end_meeting(by=world.act("chair"), meeting=meeting)
    minutes = reverse("marac_minutes", args=[meeting.id])
    publish_minutes(by=world.act("chair"), meeting=meeting)
    assert world.users["idva"].id in noticed()
    for address in (today, referral, case):
        assert minutes in text(page, address), address
    assert page.get(minutes).status_code == 200
    # A colleague who works in the same case and does not bring it is led nowhere.
    assert where not in text(round_.browser("harbour_manager"), case)


def test_a_returned_referral_is_told_to_who_made_it_and_sent_again_to_who_arranges(round_: Round) -> None:
    world = round_.world
    row = round_.refer(round_.case("Maya"))
    return_referral(by=world.act("coordinator"), referral=row, missing="The children", version=row.version)
    assert noticed() == [world.users["idva"].id]
    by = world.act("idva")
    back = Referral.objects.get(id=row.id)
    send_again(by=by, referral=back, facts=facts_of(back), version=back.version)
    assert noticed() == sorted([world.users["chair"].id, world.users["coordinator"].id])
