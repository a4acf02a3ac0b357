"""Research: an agency's own until its representative shares it in the meeting; chased before the day."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from leeward.platform.common.errors import Refused
from leeward.response.marac.actions.attending import accept_confidentiality
from leeward.response.marac.actions.minuting import go_to_item
from leeward.response.marac.actions.research import Findings, LineFacts, return_research, save_research, share_research
from leeward.response.marac.actions.seats import end_seat
from leeward.response.marac.models import Item, Meeting, Research, ResearchAnswer, ResearchLine, Seat
from leeward.response.marac.queries.table import arranged
from tests.maracs import Round, join, sit, table
from tests.worlds import World


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def own(round_: Round, user: str, item: Item) -> Research:
    by = round_.world.act(user)
    return Research.objects.get(item=item, organisation_id=by.organisation_id)


def lines_of(text: str, kind: str) -> list[str]:
    """The numbers of the lines on a research page."""
    return list(dict.fromkeys(re.findall(rf'name="{kind}-(\d+)-words"', text)))


def test_research_is_saved_as_it_is_typed_and_a_line_stays_one_line(round_: Round) -> None:
    _, items = round_.circulated("Maya")
    research = own(round_, "police_rep", items[0])
    page, where = round_.browser("police_rep"), reverse("marac_research_form", args=[research.id])
    text = page.get(where).content.decode()
    facts, opinions = lines_of(text, "fact"), lines_of(text, "opinion")
    assert len(facts) == 3
    typed = {"version": 0, "known": "known", "autosave": "1", f"fact-{facts[0]}-words": "Called out twi"}  # fmt: skip
    first = page.post(where, typed)
    assert first.json() == {"version": 1}
    typed.update({"version": 1, f"fact-{facts[0]}-words": "Called out twice in May", f"opinion-{opinions[0]}-words": "Escalating",
                  f"fact-{facts[0]}-on-day": "4", f"fact-{facts[0]}-on-month": "5", f"fact-{facts[0]}-on-year": "2026"})  # fmt: skip
    assert page.post(where, typed).json() == {"version": 2}
    round_.world.act("police_rep")
    assert list(ResearchLine.objects.filter(ended_at=None).order_by("kind").values_list("kind", "words")) == [
        ("fact", "Called out twice in May"), ("opinion", "Escalating"),
    ]  # fmt: skip
    # Emptied, and typed again: still one line.
    typed.update({"version": 2, f"opinion-{opinions[0]}-words": ""})
    assert page.post(where, typed).json() == {"version": 3}
    typed.update({"version": 3, f"opinion-{opinions[0]}-words": "It escalates", "finish": "1"})
    del typed["autosave"]
    assert page.post(where, typed).status_code == 303
    round_.world.act("police_rep")
    assert ResearchLine.objects.count() == 2
    assert Research.objects.get(id=research.id).returned_at is not None


def test_contradictory_answers_are_kept_and_not_returned(round_: Round) -> None:
    _, items = round_.circulated("Maya")
    research = own(round_, "police_rep", items[0])
    page, where = round_.browser("police_rep"), reverse("marac_research_form", args=[research.id])
    ids = lines_of(page.get(where).content.decode(), "fact")
    said = {
        "version": 0,
        "known": "not_known",
        f"fact-{ids[0]}-words": "Known since 2024",
        "finish": "1",
    }
    answer = page.post(where, said)
    text = answer.content.decode()
    assert "<title>Error: " in text
    assert "You say that they are not known to you, and there are lines about them." in text
    assert "Known since 2024" in text
    round_.world.act("police_rep")
    assert Research.objects.get(id=research.id).returned_at is None
    assert ResearchLine.objects.count() == 1
    for known, why in (("not_shared", ""), ("", "")):
        by = round_.world.act("haven_rep")
        other = own(round_, "haven_rep", items[0])
        version = ResearchAnswer.objects.filter(research=other).count()
        save_research(by=by, research=other, findings=Findings(known, why), version=version)
        with pytest.raises(Refused):
            return_research(by=by, research=other)


def test_two_of_one_agency_who_write_at_once_see_both(round_: Round) -> None:
    _, items = round_.circulated("Maya")
    research = own(round_, "police_rep", items[0])
    page, where = round_.browser("police_rep"), reverse("marac_research_form", args=[research.id])
    ids = lines_of(page.get(where).content.decode(), "fact")
    by = round_.world.act("chair")
    save_research(
        by=by,
        research=research,
        findings=Findings("known", "", (LineFacts("fact", "victim", "Bail until June"),)),
        version=0,
    )
    said = {"version": 0, "known": "known", f"fact-{ids[0]}-words": "Called twice"}
    assert page.post(where, {**said, "autosave": "1"}).status_code == 409
    text = page.post(where, said).content.decode()
    assert "Bail until June" in text
    assert "Called twice" in text
    assert "Chair" in text
    round_.world.act("police_rep")
    assert list(ResearchLine.objects.values_list("words", flat=True)) == ["Bail until June"]


def test_another_agency_reads_nothing_until_it_is_shared_in_the_meeting(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    first = Item.objects.select_related("person").get(id=items[0].id)
    research = round_.researched("police_rep", first, "Called out twice", opinion="He will not stop")
    with pytest.raises(Refused):
        share_research(by=round_.world.act("police_rep"), research=research)
    # That it is there, the chair sees; what it says, nobody else.
    text = round_.browser("coordinator").get(reverse("marac_research_returned", args=[meeting.id])).content.decode()
    assert "1 of 2" in text
    assert "Called out twice" not in text
    for user in ("haven_rep", "coordinator"):
        round_.world.act(user)
        assert not ResearchLine.objects.exists()
        assert not ResearchAnswer.objects.exists()
        assert round_.browser(user).get(reverse("marac_research_form", args=[research.id])).status_code == 404
    round_.open(meeting, here=("police_rep", "haven_rep"))
    rep = round_.browser("police_rep")
    text = rep.get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    assert "only you see these" in text
    assert "Called out twice" in text
    assert (
        "Called out twice"
        not in round_.browser("haven_rep").get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    )
    line = ResearchLine.objects.filter(kind="fact")
    round_.world.act("police_rep")
    fact = line.get()
    assert rep.post(reverse("marac_research_share", args=[research.id]), {"line": [fact.id]}).status_code == 303
    for user, name in (("haven_rep", "marac_meeting_room"), ("chair", "marac_meeting_chair")):
        text = round_.browser(user).get(reverse(name, args=[meeting.id])).content.decode()
        assert "Called out twice" in text, user
        assert "4 May 2026" in text
        assert "He will not stop" not in text
    # Somebody of an agency that is not at the table sees none of it.
    round_.world.act("haven_worker")
    assert not ResearchLine.objects.exists()
    # The rest of it, and then it stays as it was shared.
    round_.world.act("police_rep")
    share_research(by=round_.world.act("police_rep"), research=research)
    assert (
        "He will not stop"
        in round_.browser("haven_rep").get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    )
    with pytest.raises(Refused):
        save_research(by=round_.world.act("police_rep"), research=research, findings=Findings("known"), version=1)


def test_research_is_shared_only_while_its_item_is_spoken_of(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    research = round_.researched("police_rep", items[1], "Called out")
    round_.open(meeting)
    with pytest.raises(Refused):
        share_research(by=round_.world.act("police_rep"), research=research)
    go_to_item(by=round_.world.act("chair"), meeting=meeting, to="next")
    assert share_research(by=round_.world.act("police_rep"), research=research) == 1


def test_known_and_not_shared_tells_the_reason_and_keeps_the_lines(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    research = round_.researched("police_rep", items[0], "An informant says so")
    round_.open(meeting, here=("police_rep", "haven_rep"))
    page = round_.browser("police_rep")
    where = reverse("marac_research_keep", args=[research.id])
    assert page.post(where, {"why": ""}).status_code == 200
    assert page.post(where, {"why": "It would endanger somebody else"}).status_code == 303
    text = round_.browser("haven_rep").get(reverse("marac_meeting_room", args=[meeting.id])).content.decode()
    assert "It would endanger somebody else" in text
    assert "An informant" not in text


def test_an_agency_is_chased_by_one_button_and_counted(round_: Round) -> None:
    meeting, items = round_.circulated("Maya", "Ann")
    round_.researched("police_rep", items[0], "Called out")
    page = round_.browser("coordinator")
    haven = round_.world.organisations["haven"].id
    where = reverse("marac_research_chase", args=[meeting.id])
    page.post(where, {"organisation": haven})
    page.post(where, {"organisation": haven})
    text = page.get(reverse("marac_research_returned", args=[meeting.id])).content.decode()
    assert "2 times" in text
    round_.world.act("coordinator")
    assert list(Research.objects.filter(organisation_id=haven).values_list("chased", flat=True)) == [2, 2]
    assert round_.browser("haven_rep").post(where, {"organisation": haven}).status_code == 403
    # What nobody returned is said for the case.
    assert "Nobody has returned anything" in text


def test_a_representative_who_changes_agency_leaves_all_of_it_behind(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    research = round_.researched("police_rep", items[0], "Called out twice")
    world = round_.world
    join(world, "police_rep", "haven", "marac_representative")
    page = world.browser("police_rep")
    session = page.session
    session["organisation_id"] = world.organisations["haven"].id
    session.save()
    # For the new agency there is no seat yet: nothing of the table, nothing of what was written for the old one.
    assert page.get(reverse("marac_research_form", args=[research.id])).status_code == 404
    assert page.get(reverse("marac_agenda", args=[meeting.id])).status_code == 404
    # Given a seat for the new agency, the items open to it; the old agency's research stays the old agency's.
    seat = sit(world, round_.marac, "police_rep", "haven", "deputy")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_open_to_seat(%s)", [seat.id])
    assert page.get(reverse("marac_agenda", args=[meeting.id])).status_code == 200
    assert page.get(reverse("marac_research_form", args=[research.id])).status_code == 404
    with pytest.raises(Refused):
        save_research(by=world.act("police_rep", "haven"), research=research, findings=Findings("known"), version=1)
    # The seat at the police ends: there it is over, and the police still have what was returned.
    by = world.act("chief")
    police = Seat.objects.get(user=world.users["police_rep"], organisation=world.organisations["police"])
    end_seat(by=by, seat=police)
    world.act("police_rep", "police")
    assert not Item.objects.exists()
    assert not ResearchLine.objects.exists()
    world.act("chair")
    assert ResearchLine.objects.filter(research=research).count() == 1


def test_confidentiality_is_one_s_own_to_accept(round_: Round) -> None:
    meeting, _ = round_.circulated("Maya")
    accept_confidentiality(by=round_.world.act("police_rep"), meeting=Meeting.objects.get(id=meeting.id))
    assert arranged(round_.world.act("coordinator"), meeting.id).arranges


def test_everybody_who_has_not_returned_everything_is_chased_at_once_and_home_leads_there(round_: Round) -> None:
    meeting, items = round_.circulated("Maya")
    round_.researched("police_rep", items[0], "Called twice")
    page, where = round_.browser("coordinator"), reverse("marac_research_returned", args=[meeting.id])
    assert where in page.get(reverse("marac_home")).content.decode()
    assert "Chase everybody" in page.get(where).content.decode()
    assert page.post(reverse("marac_research_chase", args=[meeting.id]), {"all": "1"}).status_code == 303
    round_.world.act("coordinator")
    chased = set(Research.objects.filter(chased=1).values_list("organisation__name", flat=True))
    assert chased == set(Research.objects.filter(returned_at=None).values_list("organisation__name", flat=True))
    assert "Estuary Police" not in chased


def test_a_planned_meeting_is_one_line_for_who_represents(round_: Round) -> None:
    meeting = round_.meeting()
    text = round_.browser("police_rep").get(reverse("marac_home")).content.decode()
    assert reverse("marac_meeting", args=[meeting.id]) in text
    assert '<p class="govuk-body-s lw-lines__do"></p>' not in text
    assert reverse("marac_agenda", args=[meeting.id]) not in text
