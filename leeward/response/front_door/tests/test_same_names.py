"""A user who has the name of somebody who is said to cause harm: a line for the data protection lead, and no wall."""

from __future__ import annotations

import pytest

from leeward.platform.access.actions import add_user
from leeward.platform.common.errors import Refused
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import Wall
from leeward.response.front_door.actions.receiving import OtherPerson
from leeward.response.front_door.actions.same_names import answer_same_name
from leeward.response.front_door.models import Contact, ContactPerson, SameName
from leeward.response.front_door.queries.same_names import same_names
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_actions import ask
from leeward.response.front_door.tests.test_triage_pages import send
from leeward.workspace.queries.today import today
from tests.worlds import World


def said_of(world: World, given: str, family: str, part: str = "said_to_cause_harm") -> None:
    """Maya says that somebody of this name harms her."""
    ask(world, others=(OtherPerson(PersonFacts(given=given, family=family), part, "former_partner"),))


def test_a_user_of_that_name_is_a_line_and_no_wall(world: World) -> None:
    said_of(world, "Thomas", "Bright")
    by = world.act("dpl")
    (line,) = same_names(by=by).lines
    assert (line.user.name, line.places) == ("Tom Bright", "Harbour Outreach")
    assert not Wall.objects.exists()
    page = read(world.browser("dpl").get("/same-names"))
    assert "Tom Bright" in page.text
    assert f"Record {line.row.person_id}" in page.text
    assert "Maya" not in page.text
    assert "Lindqvist" not in page.text
    by = world.act("dpl")
    assert "same_names" in {section.key for section in today(by=by)}
    for user in ("child_worker", "spa", "harbour_manager", "chief"):
        world.act(user)
        assert not SameName.objects.exists(), user
        assert world.browser(user).get("/same-names").status_code == 403


@pytest.mark.parametrize(("given", "family", "part"), [
    ("Tom", "Brighton", "said_to_cause_harm"), ("Tom", "", "said_to_cause_harm"), ("Tom", "Bright", "other_adult"),
])  # fmt: skip
def test_nobody_else_is_a_line(world: World, given: str, family: str, part: str) -> None:
    said_of(world, given, family, part)
    world.act("dpl")
    assert not SameName.objects.exists()


def test_who_is_invited_later_is_compared_too(world: World) -> None:
    said_of(world, "Robert", "Wick")
    add_user(by=world.act("chief"), email="bob@example.org", name="Bob Wick",
             organisation=world.organisations["council"], roles=["practitioner"])  # fmt: skip
    world.act("dpl")
    assert SameName.objects.get().user.name == "Bob Wick"


def test_it_is_them_puts_up_a_wall_around_whom_they_harm_too(world: World) -> None:
    world.users["spa2"].name = "Rufus Nair"
    world.users["spa2"].save()
    said_of(world, "Rufus", "Nair")
    world.act("spa")
    contact = Contact.objects.get()
    assert world.browser("spa2").get(f"/contacts/{contact.id}").status_code == 200
    world.act("dpl")
    row = SameName.objects.get()
    assert send(world, "dpl", f"/same-names/{row.id}", answer="same")["Location"] == "/same-names"
    assert (SameName.objects.get().outcome, SameName.objects.get().looked_by_name) == ("same", "Joan Fells")
    assert world.browser("spa2").get(f"/contacts/{contact.id}").status_code == 404
    with pytest.raises(Refused, match="looked at"):
        answer_same_name(by=world.act("dpl"), row_id=row.id, is_same=False)


def test_somebody_else_of_that_name_goes_on_working_and_it_can_be_looked_at_again(world: World) -> None:
    said_of(world, "Tom", "Bright")
    world.act("dpl")
    row = SameName.objects.get()
    send(world, "dpl", f"/same-names/{row.id}", answer="other")
    assert not Wall.objects.exists()
    by = world.act("dpl")
    assert not same_names(by=by).lines
    send(world, "dpl", f"/same-names/{row.id}/again")
    by = world.act("dpl")
    assert len(same_names(by=by).lines) == 1


def test_nobody_looks_at_their_own_name(world: World) -> None:
    said_of(world, "Joan", "Fells")
    by = world.act("dpl")
    assert not same_names(by=by).lines
    world.act("spa")
    row_id = ContactPerson.objects.get().id
    assert world.browser("dpl").post(f"/same-names/{row_id}", {"answer": "other"}).status_code in (303, 404)
