"""How many SQL statements the pages of a meeting, of a referral and of a finished assessment take, however much there is.

The frame of a page takes three (session, user, who acts), the log one.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from leeward.record.risk.actions.assessing import begin_assessment, save_answers
from leeward.record.risk.instruments import Given
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.response.marac.actions.minuting import ActionFacts, add_action, add_line
from leeward.response.marac.actions.research import share_research
from tests.homes import statements
from tests.maracs import YES, Round, marac_of, risky, table
from tests.worlds import World

# Of the chair's screen: who one is, the item and its people, what is shared, lines, actions, who is there, who can act,
# flags and actions of earlier meetings.
MOST = {
    "marac_meeting_chair": 16, "marac_meeting_room": 12, "marac_minutes": 14, "marac_agenda": 14, "marac_meeting": 9,
    "marac_attendance": 9, "marac_research_returned": 11, "marac_circulate": 10,
}  # fmt: skip


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def test_pages_of_a_meeting(round_: Round) -> None:
    world = round_.world
    meeting, items = round_.circulated("Maya", "Ann", "Bea", children=1)
    first = items[0]
    told = [
        round_.researched(user, first, "Called out twice", opinion="He lies") for user in ("police_rep", "haven_rep")
    ]
    round_.open(meeting, here=("police_rep", "haven_rep"))
    chair = round_.browser("chair")
    paths = {name: reverse(name, args=[meeting.id]) for name in MOST}
    live = reverse("marac_live", args=[meeting.id, "chair"])
    chair.get(live)
    share_research(by=world.act("police_rep"), research=told[0])
    few = {name: len(statements(chair, path)) for name, path in paths.items()} | {"live": len(statements(chair, live))}
    share_research(by=world.act("haven_rep"), research=told[1])
    by = world.act("chair")
    for number in range(3):
        add_line(by=by, item=first, kind="discussion", words=f"Said {number}")
        facts = ActionFacts(world.organisations["haven"].id, f"Do {number}", meeting.begins_at.date(), "victim")
        add_action(by=by, item=first, facts=facts)
    many = {name: len(statements(chair, path)) for name, path in paths.items()} | {"live": len(statements(chair, live))}
    assert many == few
    assert not {name: number for name, number in few.items() if number > {**MOST, "live": 14}[name]}, few


def test_finishing_an_assessment_and_referring(world: World) -> None:
    marac_of(world)
    case = risky(world)
    by = world.act("idva")
    begun = begin_assessment(by=by, case=case, instrument=newest_versions(by.partnership_id)["dash"])
    client = world.browser("idva")
    finish, refer = reverse("assessment_finish", args=[begun.id]), reverse("case_marac_refer", args=[case.id])
    client.get(refer)
    few = len(statements(client, finish))
    world.act("idva")
    save_answers(by=by, assessment=begun, given={key: Given("yes", "x") for key in YES}, version=begun.version)
    assert len(statements(client, finish)) == few <= 15
    assert len(statements(client, refer)) <= 15
