"""A partnership is set up in its pages: who receives contacts, and what the public pages say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.platform.access.actions import change_organisation, change_team
from leeward.platform.access.models import Organisation, Partnership, Team
from leeward.platform.access.partnership import current_partnership, read_anew
from leeward.platform.access.running import SAID, choose_receiving_team, receiving_team, what_is_missing
from leeward.platform.common.errors import Refused
from leeward.response.front_door.content import FACTS, HOURS
from leeward.response.front_door.queries.facts import missing_facts
from tests.worlds import World


def fields(**changed: object) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": "Estuary Partnership", "phone": "01632 960100", "access_point": "", "local_hours": "9am to 5pm",
        "local_hours_pl": "od 9 do 17", "children_number": "01632 960106", "adults_number": "01632 960107",
        "privacy_contact": "privacy@example.org", "accessibility_contact": "access@example.org",
    }  # fmt: skip
    return {**said, **changed}


@pytest.fixture
def bare(world: World) -> World:
    """As an installation is after `leeward user add`: nobody receives anything."""
    Organisation.objects.update(is_access_point=False)
    Team.objects.update(holds_triage=False)
    return world


def test_an_installation_can_be_made_to_take_contacts_in_its_pages(bare: World) -> None:
    world, point, team = bare, bare.organisations["point"], bare.teams["triage"]
    world.add_user("point_admin", "Pia Low", "point", "administrator")
    for address in (reverse("ask"), reverse("refer")):
        page = Client().get(address)
        assert page.status_code == 409, "said before the first question"
        assert b"Nobody here can receive this form" in page.content
    chief = world.browser("chief")
    assert "Nobody receives contacts" in chief.get(reverse("partnership")).content.decode()
    assert reverse("partnership") in chief.get(reverse("administration")).content.decode()
    assert chief.post(reverse("partnership"), fields(access_point=point.id)).status_code == 302
    page = world.browser("point_admin").get(reverse("team_edit", args=[team.id])).content.decode()
    assert "Takes what is sent on the public pages" in page
    world.browser("point_admin").post(
        reverse("team_edit", args=[team.id]), {"name": team.name, "holds_triage": "on"}
    )  # fmt: skip
    assert receiving_team(world.partnership.id) == team
    assert what_is_missing(world.partnership.id) == ""
    assert Client().get(reverse("ask")).status_code == 200
    assert Client().get(reverse("refer")).status_code == 302
    assert "Contacts are received by" in chief.get(reverse("partnership")).content.decode()


def test_what_the_public_pages_say_is_changed_on_a_page(world: World, django_capture_on_commit_callbacks: Any) -> None:
    assert set(FACTS) == {*SAID, *HOURS, "partnership", "local_number"}, (
        "every fact has its question, or follows targets"
    )
    assert missing_facts(world.partnership)
    point = world.organisations["point"].id
    with django_capture_on_commit_callbacks(execute=True):
        answer = world.browser("chief").post(
            reverse("partnership"), fields(name="Estuary and Coast", phone="01632 960199", access_point=point)
        )
    assert answer.status_code == 302
    found = Partnership.objects.get(id=world.partnership.id)
    assert (found.name, found.phone) == ("Estuary and Coast", "01632 960199")
    assert found.facts["local_hours"] == {"en": "9am to 5pm", "pl": "od 9 do 17"}
    assert missing_facts(found) == []
    shown = current_partnership()
    assert shown is not None
    assert shown.name == "Estuary and Coast", "the process that changed it shows it at once"
    read_anew()
    again = world.browser("chief").get(reverse("partnership")).content.decode()
    assert "od 9 do 17" in again
    assert "01632 960199" in Client().get(reverse("ask")).content.decode()


def test_there_is_one_access_point_and_one_team(world: World) -> None:
    harbour = world.organisations["harbour"]
    world.browser("chief").post(reverse("partnership"), fields(access_point=harbour.id))
    assert list(Organisation.objects.filter(is_access_point=True)) == [harbour]
    assert receiving_team(world.partnership.id) is None, "its team is its administrator's to choose"
    by = world.act("admin")
    for key in ("outreach", "children"):
        choose_receiving_team(by=by, team=Team.objects.get(id=world.teams[key].id), holds=True)
    assert receiving_team(world.partnership.id) == world.teams["children"]
    with pytest.raises(Refused, match="another team"):
        change_team(by=by, team=Team.objects.get(id=world.teams["children"].id), name="Children", is_active=False)
    with pytest.raises(Refused, match="administrator of this organisation"):
        choose_receiving_team(by=by, team=world.teams["housing"], holds=True)
    with pytest.raises(Refused, match="access point"):
        choose_receiving_team(by=world.act("chief"), team=world.teams["housing"], holds=True)


def test_the_partnership_is_its_administrators(world: World) -> None:
    for key in ("admin", "dpl", "idva", "analyst"):
        assert world.browser(key).get(reverse("partnership")).status_code == 403
    assert world.browser("chief").post(reverse("partnership"), fields(name="")).status_code == 200


def test_a_name_that_is_taken_is_said_beside_the_field(world: World) -> None:
    outreach, council = world.teams["outreach"], world.organisations["council"]
    page = world.browser("admin").post(reverse("team_edit", args=[outreach.id]), {"name": "Children's team"})
    assert (page.status_code, "team of this name already" in page.content.decode()) == (200, True)
    page = world.browser("chief").post(
        reverse("organisation_edit", args=[council.id]), {"name": "Harbour Outreach", "kind": "council", "is_active": "on"}
    )  # fmt: skip
    assert (page.status_code, "organisation of this name already" in page.content.decode()) == (200, True)
    assert "govuk-error-message" in page.content.decode()
    by = world.act("chief")
    change_team(by=by, team=outreach, name=outreach.name, is_active=True)  # its own name is not taken
    change_organisation(
        by=by,
        organisation=council,
        name=council.name,
        kind="council",
        phone="",
        signs_off_closing=False,
        is_active=True,
    )
