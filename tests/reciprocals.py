"""A small scheme of secure homes: two landlords, areas, pledged homes, movers with their cases: for tests."""

from __future__ import annotations

from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.models import Organisation
from leeward.platform.reference.models import Area
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions.agreeing import answer_part, begin_run, look_for_moves
from leeward.response.accommodation.actions.movers import register_mover
from leeward.response.accommodation.actions.reciprocal import join_reciprocal, pledge_home
from leeward.response.accommodation.models import MovePart, Mover, PledgedHome, ProposedMove, Run
from leeward.response.accommodation.rules.reciprocal import HomeFacts, MoverFacts
from tests.worlds import World

# Eight invented areas: A is "E07991000".
CODES = {letter: f"E0799100{number}" for number, letter in enumerate("ABCDEFGH")}
LANDLORDS = ("council", "haven", "harbour")


def scheme(world: World, landlords: tuple[str, ...] = LANDLORDS) -> None:
    """Areas, a coordinator, and landlords that have joined, each with a manager."""
    Area.objects.bulk_create(
        Area(code=code, vintage="test", name=f"Zone {letter}ton", kind="district", partnership_id=world.partnership.id,
             latitude=52.0, longitude=number / 10)
        for number, (letter, code) in enumerate(CODES.items())
    )  # fmt: skip
    if "placer" not in world.users:
        world.organisations["office"] = Organisation.objects.create(
            partnership=world.partnership, name="Placement Office", kind="council", phone="01632 960109"
        )
        world.add_user("placer", "Ada Lund", "office", "placement_coordinator")
    for landlord in landlords:
        if f"{landlord}_manager" not in world.users:
            world.add_user(f"{landlord}_manager", f"Manager of {landlord}", landlord, "manager")
        join_reciprocal(by=world.act(f"{landlord}_manager"))


def home(world: World, landlord: str, area: str, label: str = "Home 1", bedrooms: int = 2) -> PledgedHome:
    """An empty home of a landlord; its manager acts afterwards."""
    by = world.act(f"{landlord}_manager")
    return pledge_home(by=by, facts=HomeFacts(label, CODES[area], bedrooms))


def facts(area: str, wants: str, **more: object) -> MoverFacts:
    """A household of three in an area that would live in some others."""
    given = {"home_bedrooms": 2, "people": 3, "bedrooms": 2, "consent_on": timezone.localdate(), **more}
    return MoverFacts(
        from_area=CODES[area],
        areas=tuple(CODES[one] for one in wants),
        **given,  # type: ignore[arg-type]  # by name
    )


def case_of(world: World, landlord: str, **names: object) -> Case:
    """A case led by a landlord's manager, who acts afterwards."""
    return world.case(f"{landlord}_manager", **names)


def mover(world: World, landlord: str, area: str, wants: str, given: str = "Maya", **more: object) -> Mover:
    """A registered household with a case of its own at its landlord."""
    case = case_of(world, landlord, given=given, family="Lindqvist")
    return register_mover(by=world.act(f"{landlord}_manager"), case=case, facts=facts(area, wants, **more))


def ran(world: World) -> Run:
    """A run, begun by the coordinator and done by its job."""
    run = begin_run(by=world.act("placer"))
    acting.end()
    look_for_moves(run_id=run.id, partnership_id=world.partnership.id)
    world.act("placer")
    return Run.objects.get(id=run.id)


def chain(world: World) -> tuple[Run, list[Mover]]:
    """A pledged home of harbour in A; a household of haven in B goes there, one of the council in C into theirs."""
    home(world, "harbour", "A")
    first = mover(world, "haven", "B", "ADEFG", "Alma")
    second = mover(world, "council", "C", "BDEFG", "Bea")
    return ran(world), [first, second]


def cycle(world: World) -> tuple[Run, list[Mover]]:
    """Three households of three landlords, each of which would live where the next one does."""
    movers = [
        mover(world, "council", "A", "BDEFG", "Alma"),
        mover(world, "haven", "B", "CDEFG", "Bea"),
        mover(world, "harbour", "C", "ADEFG", "Cora"),
    ]
    return ran(world), movers


def part_of(world: World, landlord: str, side: str) -> MovePart:
    """The newest part of a landlord; its manager acts afterwards."""
    by = world.act(f"{landlord}_manager")
    return MovePart.objects.filter(organisation_id=by.acts_for, side=side).order_by("-id")[0]


def agree_all(world: World, but: tuple[str, str] | None = None) -> str:
    """Every landlord agrees to every part that waits, but for one. The last answer."""
    said = ""
    for landlord in LANDLORDS:
        if f"{landlord}_manager" not in world.users:
            continue
        for side in ("gives", "takes"):
            if (landlord, side) == but:
                continue
            by = world.act(f"{landlord}_manager")
            for part in MovePart.objects.filter(
                organisation_id=by.acts_for, side=side, status="asked", stands="proposed"
            ):
                said = answer_part(by=by, part=part, agrees=True)
    return said


def moves(run: Run) -> list[ProposedMove]:
    """All moves of a run, as the owner of the database sees them inside this test's transaction."""
    return list(ProposedMove.objects.filter(run=run).order_by("group", "position"))


__all__ = ["CODES", "LANDLORDS", "agree_all", "case_of", "chain", "cycle", "facts", "home", "mover", "moves",
           "part_of", "ran", "scheme"]  # fmt: skip
