"""The rules of the match: read in words, changed with a reason, never below the floor, back to what was shipped."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions.match_rules import change_rules, go_back_to_shipped
from leeward.response.accommodation.actions.searching import search_spaces
from leeward.response.accommodation.forms.match_rules import RulesForm
from leeward.response.accommodation.models import MatchRules
from leeward.response.accommodation.queries.matching import BREAKS
from leeward.response.accommodation.queries.needs import rules_of
from leeward.response.accommodation.rules.matching import POINTS, floor, rules_from, shipped
from tests.accommodation import FAR, HERE, areas, coordinator, need, provider
from tests.sending import send, send_on
from tests.worlds import World

ALL = [key for key, one in shipped()["limits"].items() if one["hard"]]


def sent(**changed: object) -> dict[str, object]:
    """What the form sends when it is opened and not touched, but for what is changed."""
    rules = rules_from({}, 0)
    form = RulesForm(None, rules=rules)
    known = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items() if name != "once"}
    return {**known, "version": "0", "why": "The board, 3 May", **changed}


def test_every_limit_and_every_point_has_its_words() -> None:
    assert set(shipped()["limits"]) == set(BREAKS)
    assert set(shipped()["points"]) == set(POINTS)
    assert all(one["title"] for one in shipped()["limits"].values())


def test_the_floor_holds_whatever_a_row_says() -> None:
    assert set(floor()) == {"room", "for_whom", "too_near", "not_from_there", "wheelchair", "ready"}
    soft = rules_from({"hard": dict.fromkeys(BREAKS, False)}, 3)
    assert {one.key for one in soft.limits if one.hard} == set(floor())
    wild = rules_from({"points": {"wanted_area": 10**9, "night": -5000}, "near_miles": 0, "far_miles": -3}, 4)
    assert (wild.points["wanted_area"], wild.points["night"], wild.near_miles, wild.far_miles) == (100, -100, 1, 1)


def test_a_limit_of_the_floor_is_refused_by_the_action(world: World) -> None:
    coordinator(world)
    by = world.act("placement")
    for key in floor():
        with pytest.raises(Refused, match="can never be made a wish"):
            change_rules(
                by=by, hard=[one for one in ALL if one != key], points={}, near_miles=10, far_miles=60, why="Room",
                version=0,
            )  # fmt: skip
    assert not MatchRules.objects.exists()


def test_a_space_too_near_is_not_found_whatever_the_rules_say(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world, "haven", HERE)
    looked = need(world, world.case())
    by = world.act("placement")
    MatchRules(
        partnership_id=by.partnership_id, version=1, body={"hard": {"too_near": False, "not_from_there": False}}
    ).save(force_insert=True)
    assert search_spaces(by=world.act("idva"), need=looked).fits == []


def test_rules_are_changed_with_a_reason_and_taken_back(world: World) -> None:
    areas(world)
    coordinator(world)
    provider(world, "haven", FAR, pets="none")
    looked = need(world, world.case(), pets="any")
    assert search_spaces(by=world.act("idva"), need=looked).fits == []
    client = world.browser("placement")
    page = client.get(reverse("placement_rules")).content.decode()
    assert "As shipped: nobody has changed them." in page
    assert "Never broken, by nobody" in page
    change = reverse("placement_rules_change")
    without = [key for key in ALL if key not in floor() and key != "pets"]
    missing = send(client, change, **sent(hard=without, why="")).content.decode()
    assert "Error: " in missing
    assert "Enter why" in missing
    bad = send(client, change, **sent(hard=without, near_miles="0", points_night="500", far_miles="many"))
    text = bad.content.decode()
    assert "The miles must be 1 or more" in text
    assert "The points must be 100 or fewer" in text
    assert "must be a whole number" in text
    assert 'value="500"' in text
    assert 'value="many"' in text
    send_on(client, change, **sent(hard=without, points_night="25"))
    page = client.get(reverse("placement_rules")).content.decode()
    assert "Takes the pets that come: a wish now" in page
    assert "Staff are there day and night: 25 instead of 15" in page
    assert "The board, 3 May" in page
    world.act("idva")
    assert rules_of(world.partnership.id).version == 1
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "does not take the pet" in fit.mind.lower()
    # Two at once: the second is told.
    with pytest.raises(Refused, match="Somebody else changed"):
        go_back_to_shipped(by=world.act("placement"), why="Again", version=0)
    stale = send(client, change, **sent(hard=without, points_night="30")).content.decode()
    assert "Somebody else changed the rules" in stale
    nothing = send(client, change, **sent(hard=without, points_night="25", version="1")).content.decode()
    assert "Nothing is different" in nothing
    send_on(client, reverse("placement_rules_shipped"), why="It brought nothing", version="1")
    page = client.get(reverse("placement_rules")).content.decode()
    assert "Takes the pets that come: never broken now" in page
    assert "Different from what was shipped" not in page
    assert search_spaces(by=world.act("idva"), need=looked).fits == []


def test_nobody_else_changes_the_rules(world: World) -> None:
    coordinator(world)
    for user in ("idva", "harbour_manager", "analyst", "dpl", "chief", "admin"):
        client = world.browser(user)
        for name in ("placement_rules", "placement_rules_change", "placement_rules_shipped"):
            assert client.get(reverse(name)).status_code in (403, 404), (user, name)
        by = world.act(user)
        with pytest.raises(Refused):
            go_back_to_shipped(by=by, why="No", version=0)
        with pytest.raises(DatabaseError), transaction.atomic():
            MatchRules(partnership_id=by.partnership_id, version=9, body={}).save(force_insert=True)
