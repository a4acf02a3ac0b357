"""A provider with spaces, areas with places on the map, and a need: for tests of safe places."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from leeward.platform.reference.models import Area
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions.asking import (
    Leave,
    accept_space,
    ask_providers,
    offer_space,
    say_can_talk,
    share_person,
)
from leeward.response.accommodation.actions.needs import open_need
from leeward.response.accommodation.actions.places import (
    SiteFacts,
    SpaceFacts,
    add_space,
    open_site,
    set_address,
    state_free,
)
from leeward.response.accommodation.actions.stays import arrive
from leeward.response.accommodation.models import Ask, Need, Site, Space, Stay
from leeward.response.accommodation.rules.facts import AreaFacts, Coming, MemberFacts, NeedFacts
from tests.worlds import World

# Invented areas on a line from west to east; a tenth of a degree here is about 4.3 miles.
AREAS = {"E07990001": ("Seaham", -1.0), "E07990002": ("Marlow Vale", -0.6), "E07990003": ("Norbeck", 0.8)}
HERE, NEAR, FAR = AREAS
STREET = "14 Linden Crescent"


def areas(world: World) -> None:
    """Three areas of the partnership: two near one another, one some eighty miles away."""
    Area.objects.bulk_create(
        Area(
            code=code, vintage="test", name=name, kind="district", partnership_id=world.partnership.id, latitude=52.0,
            longitude=longitude,
        )
        for code, (name, longitude) in AREAS.items()
    )  # fmt: skip


def provider(
    world: World, organisation: str = "haven", area: str = FAR, spaces: int = 1, **facts: object
) -> list[Space]:
    """A refuge of an organisation, with its manager, an address that is sealed, and spaces that were said to be free."""
    key = f"{organisation}_manager"
    if key not in world.users:
        world.add_user(key, f"Manager of {organisation}", organisation, "manager")
    by = world.act(key)
    known = Site.objects.filter(organisation_id=by.acts_for).count()
    site = open_site(by=by, facts=SiteFacts(f"House {known + 1}", "refuge", area))
    set_address(by=by, site=site, lines=f"{STREET}\nNorbeck")
    facts = {"beds": 4, "cots": 1, **facts}
    made = [
        add_space(by=by, site=site, facts=SpaceFacts(label=f"Room {number + 1}", **facts))  # type: ignore[arg-type]
        for number in range(spaces)
    ]
    state_free(by=by, site=site, free=frozenset(space.id for space in made))
    return made


def need(world: World, case: Case, user: str = "idva", **facts: object) -> Need:
    """A household of one woman, born 1990, who looks for a place tonight and leaves the first area."""
    by = world.act(user)
    members = (MemberFacts("main", case.person_id, "female", date(1990, 5, 1)),)
    danger = (AreaFacts("danger", HERE, 15, "lives"),)
    wanted = {"tonight": True, "from_area": HERE, **facts}
    home = Coming(members, danger)
    return open_need(by=by, case=case, facts=NeedFacts(**wanted), household=home)  # type: ignore[arg-type]


def shared(world: World, looked: Need, space: Space, *, address: bool = False) -> Ask:
    """An ask whose provider can talk and knows who it is; who looks acts afterwards."""
    (ask,) = ask_providers(by=world.act("idva"), need=looked, spaces=[space])
    say_can_talk(by=world.act("haven_worker"), ask=ask)
    share_person(by=world.act("idva"), ask=ask, leave=Leave("consent", "told_agreed"), address=address)
    return Ask.objects.get(id=ask.id)


def held(world: World, looked: Need, space: Space, *, address: bool = False) -> Ask:
    """An ask whose space is held for them; somebody of the provider acts afterwards."""
    ask = shared(world, looked, space, address=address)
    return offer_space(by=world.act("haven_worker"), ask=ask)


def promised(world: World, space: Space, *, address: bool = False) -> Stay:
    """A household that was promised a space and is expected there; somebody of the provider acts afterwards."""
    looked = need(world, world.case(given="Nora", family="Vale"))
    ask = held(world, looked, space, address=address)
    accept_space(by=world.act("idva"), ask=ask)
    world.act("haven_worker")
    return Stay.objects.get(ask=ask)


def living(world: World, space: Space) -> Stay:
    """A household that lives in a space since now."""
    stay = promised(world, space)
    return arrive(by=world.act("haven_worker"), stay=stay, at=timezone.now())


def coordinator(world: World) -> None:
    """A placement coordinator, with no part in any case: `placement`."""
    world.add_user("placement", "Petra Vane", "council", "placement_coordinator")
