"""What the return asks: answered where somebody is referred without a case, and asked of who referred where it lacks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from leeward.platform.common.errors import Refused
from leeward.record.people.models import EqualityAnswer
from leeward.response.marac.actions.asking import ask_referrers
from leeward.response.marac.actions.minuting import agree_level, end_meeting, mark_heard
from leeward.response.marac.models import Item, Meeting, Referral, ReferralChange
from leeward.response.marac.queries.returns import missing_of, quarters
from leeward.response.marac.queries.today import asked_today
from leeward.response.marac.tests.test_referring import send_referral, text
from tests.maracs import Round, marac_of, table
from tests.sending import on, send, send_on
from tests.worlds import World

PAGE = "/marac/return"


@pytest.fixture
def held(world: World) -> Round:
    """A meeting of the quarter that is over: one case heard, of whom nobody asked anything."""
    one = table(world)
    meeting, (item,) = one.opened("Maya")
    by = world.act("chair")
    item.refresh_from_db()
    agree_level(by=by, item=item, level="high", version=item.version)
    mark_heard(by=by, item=Item.objects.get(id=item.id))
    meeting.refresh_from_db()
    end_meeting(by=by, meeting=meeting)
    then = datetime.combine(quarters(2)[1].since + timedelta(days=20), datetime.min.time(), ZoneInfo("Europe/London"))
    Meeting.objects.filter(id=meeting.id).update(begins_at=then + timedelta(hours=9), status="minuted")
    return one


def lacks(one: Round) -> list[str]:
    one.world.act("coordinator")
    return [words for row in missing_of(marac=one.marac, period=quarters(2)[1]) for words in row.lacks]


def ask(one: Round, user: str = "coordinator") -> int:
    return one.browser(user).post(reverse("marac_return_ask")).status_code


def test_what_is_missing_is_asked_of_who_referred_and_answered(held: Round) -> None:
    world = held.world
    everything = ["ethnicity", "sexual orientation", "disability", "sex"]
    assert set(everything) <= set(lacks(held))
    assert "Ask the referrer" in text(held.browser("coordinator"), PAGE)
    assert ask(held) == 303
    asked = text(held.browser("coordinator"), PAGE)
    assert "no answer yet" in asked
    assert "Ask the referrer" not in asked, "asked once, they are left in peace for a week"
    referral = Referral.objects.get()
    by = world.act("idva")
    (waiting,) = asked_today(by=by, until=date(2100, 1, 1), sits=False).asked
    assert waiting.referral_id == referral.id
    assert waiting.words.startswith("For the return: ethnicity")
    assert "Asked of you for the MARAC’s return" in text(world.browser("idva"), "/today")
    client, address = world.browser("idva"), reverse("marac_referral_tell", args=[referral.id])
    assert address in text(client, reverse("marac_referral", args=[referral.id]))
    nothing = send(client, address)
    assert "Answer at least one" in nothing.content.decode()
    led = send_on(
        client, address, ethnicity="indian", sexual_orientation="state:declined", disability="state:not_known",
    )  # fmt: skip
    assert led == reverse("marac_referral", args=[referral.id])
    world.act("idva")
    said = {row.list: (row.state, row.code) for row in EqualityAnswer.objects.filter(person_id=referral.person_id)}
    assert said == {
        "ethnicity": ("answered", "indian"), "sexual_orientation": ("declined", ""), "disability": ("not_known", ""),
    }  # fmt: skip
    left = lacks(held)
    assert "sex" in left, "what was left is not asked, and still missing"
    assert not {"ethnicity", "sexual orientation", "disability"} & set(left), "declined and not known are answers"
    assert asked_today(by=world.act("idva"), until=date(2100, 1, 1), sits=False).asked == []
    again = text(held.browser("coordinator"), PAGE)
    assert "answered" in again
    assert "Ask the referrer" in again
    assert 'name="ethnicity"' not in text(client, address), "what stands is not asked again"


def test_nobody_else_asks_or_answers(held: Round) -> None:
    world = held.world
    referral_id = Referral.objects.get().id if world.act("idva") else 0
    address = reverse("marac_referral_tell", args=[referral_id])
    for user in ("police_rep", "coordinator", "haven_worker"):
        assert held.browser(user).get(address).status_code in (403, 404), user
    for user in ("police_rep", "idva"):
        assert ask(held, user) == 403, user
    world.act("idva")
    assert not ReferralChange.objects.filter(status__in=("asked", "told")).exists()
    with pytest.raises(Refused):
        ask_referrers(by=world.act("police_rep"), marac=held.marac, lacks={referral_id: ["sex"]})


def test_asked_twice_in_a_week_is_once(held: Round) -> None:
    assert ask(held) == ask(held) == 303
    held.world.act("idva")
    assert ReferralChange.objects.filter(status="asked").count() == 1


def test_who_refers_without_a_case_says_what_the_return_asks(world: World) -> None:
    marac_of(world)
    client = world.browser("police_rep")
    address = send_on(
        client, reverse("marac_refer_new"), given="Saoirse", family="Quinn", **on("birth", date(1994, 7, 2)), sex="female",
        ethnicity="state:not_known", disability="state:declined",
    )  # fmt: skip
    send_referral(client, address, own_tool="DARA, high, 20 November", aware="not_told", lawful_basis="public_task",
                  not_aware_why="She could not be reached safely")  # fmt: skip
    world.act("police_rep")
    person = Referral.objects.get().person_id
    said = {row.list: (row.state, row.code) for row in EqualityAnswer.objects.filter(person_id=person)}
    assert said == {"sex": ("answered", "female"), "ethnicity": ("not_known", ""), "disability": ("declined", "")}
    # What was left out she can still say, though she opens no case.
    tell = reverse("marac_referral_tell", args=[Referral.objects.get().id])
    page = text(client, tell)
    assert 'name="sexual_orientation"' in page
    assert 'name="sex"' not in page
    send_on(client, tell, sexual_orientation="bisexual", gender_same="yes")
    world.act("police_rep")
    assert EqualityAnswer.objects.get(person_id=person, list="sexual_orientation").code == "bisexual"
