"""Safe places of the fictional partnership: invented sites with spaces, and where its areas lie on an invented map."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Model

from leeward.demo.homes import Home, House
from leeward.platform.access.models import Organisation
from leeward.platform.common.vault import seal
from leeward.response.accommodation.models import Provider, Site, SiteAddress, Space

# organisation, name, form (SI 2021/991 reg 2), district by place in the list, hours of staff, for whom in particular,
# languages, spaces. What shares of them are step-free, take pets or sons over twelve follows the audits of the field
# roughly (few; see the shared facts on what vacancies can take), chosen by us.
SITES: tuple[tuple[str, str, str, int, str, list[str], list[str], int], ...] = (
    ("haven", "Juniper House", "refuge", 3, "night", [], ["pl", "ur"], 6),
    ("haven", "Larch House", "refuge", 8, "day", ["black_minoritised"], ["ur", "pa", "bn"], 4),
    ("haven", "Dispersed homes", "dispersed", 5, "visiting", [], [], 3),
    ("haven", "Second stage", "second_stage", 10, "visiting", [], [], 2),
    ("second", "Rowan House", "specialist", 6, "night", ["mental_health", "complex"], [], 4),
    ("council", "Emergency rooms", "emergency", 1, "visiting", [], [], 3),
    ("council", "Homes made safe", "sanctuary", 2, "visiting", [], [], 0),
)
# None of them shares a word with a site's name: a name that everybody reads must not lead to its street.
STREETS = (
    "Cobblers Rise",
    "Old Ferry Lane",
    "Tannery Walk",
    "Windmill Close",
    "Saltmarsh Road",
    "Kiln Yard",
    "Orchard Bank",
)

PLACES: tuple[type[Model], ...] = (Provider, Site, Space, SiteAddress)  # in the order of saving
# What further slices of a large partnership have: each as many spaces again, called by a tree and a number.
TREES = ("Alder", "Hazel", "Maple", "Aspen", "Willow", "Cedar", "Linnet", "Plover")
MORE = (("haven", "refuge", "night", 7), ("second", "specialist", "night", 6), ("haven", "dispersed", "visiting", 5),
        ("council", "emergency", "visiting", 4))  # fmt: skip


def where(place: int, county: int) -> tuple[float, float]:
    """The centroid of a district in degrees: an invented county is a grid of about eight miles a step, in open sea."""
    row, column = divmod(place, 4)
    return 52.0 + 0.12 * row - 1.1 * (county // 3), 3.0 + 0.19 * column + 1.2 * (county % 3)


def make_places(
    *, partnership_id: int, organisations: dict[str, Organisation], areas: list[str], ids: Iterator[int], today: datetime,
    by: dict[str, tuple[int, str]], teams: dict[str, int], slices: int = 1,
) -> tuple[list[list[House]], list[Model]]:  # fmt: skip
    """Sites and spaces, for each slice its own, and their rows: who lives in them is made with the cases (homes)."""
    chance = random.Random(f"places-{partnership_id}")
    says = {"haven": by["refuge-manager"], "second": by["second-marac"], "council": by["housing"]}
    rows: list[tuple[int, str, str, str, int, str, list[str], list[str], int]] = [(0, *one) for one in SITES]
    for place in range(1, slices):
        for turn, (key, form, hours, rooms) in enumerate(MORE):
            name = f"{TREES[(place + 3 * turn) % len(TREES)]} {'homes' if form == 'dispersed' else 'House'} {4 * place + turn}"
            rows.append((place, key, name, form, chance.randrange(len(areas)), hours, [], [], rooms))
    found: list[list[House]] = [[] for _ in range(slices)]
    providers, sites, spaces, sealed = {}, [], [], []
    for key in dict.fromkeys(row[1] for row in rows):
        providers[key] = Provider(
            id=next(ids), partnership_id=partnership_id, organisation_id=organisations[key].id,
            joined_on=(today - timedelta(days=1500)).date(), team_id=teams["housing"] if key == "council" else None,
        )  # fmt: skip
    for place, key, name, form, district, hours, specialisms, languages, rooms in rows:
        said = today - timedelta(hours=chance.choice((1, 3, 5, 9, 20, 40)))
        site = Site(
            id=next(ids), provider_id=providers[key].id, partnership_id=partnership_id, organisation_id=organisations[key].id,
            name=name, form=form, area_code=areas[district], danger_areas=[areas[(district + 1) % len(areas)]],
            support_hours=hours, takes_local=form in ("dispersed", "second_stage", "emergency", "sanctuary"),
            specialisms=specialisms, languages=languages, said_at=said if rooms else None,
        )  # fmt: skip
        sites.append(site)
        house = House(site.id, site.organisation_id, said, says.get(key))
        found[place].append(house)
        if form not in Site.APART:
            sealed.append(_sealed(chance, next(ids), site))
        for number in range(rooms):
            own = form in ("dispersed", "second_stage")
            space = Space(
                id=next(ids), site_id=site.id, partnership_id=partnership_id, organisation_id=site.organisation_id,
                position=number, label=f"{'Home' if own else 'Room'} {number + 1}", kind="unit" if own else "room",
                beds=chance.choice((1, 2, 2, 3, 3, 4, 5)), cots=chance.choice((0, 1, 1)), self_contained=own,
                step_free=chance.random() < 0.2, wheelchair=chance.random() < 0.06, ground_floor=chance.random() < 0.35,
                for_whom="women" if form == "refuge" or chance.random() < 0.6 else "all",
                sons_up_to=None if own else chance.choice((11, 12, 14, 16, 17)),
                pets=chance.choice(("none", "none", "small", "any")), no_recourse=chance.choice(("no", "ask", "yes")),
                substance_use=chance.choice(("no", "ask", "yes")), mental_health=chance.choice(("ask", "yes")),
                offending=chance.choice(("no", "ask")), opened_on=providers[key].joined_on,
            )  # fmt: skip
            spaces.append(space)
            if form in Site.APART:
                sealed.append(_sealed(chance, next(ids), site, space.id))
            team = teams["housing"] if key == "council" else None
            house.homes.append(
                Home(space.id, site.id, site.organisation_id, team, space.label, form, site.area_code, space.beds, space.cots,
                     space.for_whom, space.sons_up_to, space.pets, space.no_recourse, space.substance_use,
                     (*site.danger_areas, *(() if site.takes_local else (site.area_code,))))
            )  # fmt: skip
    return found, [*providers.values(), *sites, *spaces, *sealed]


def _sealed(chance: random.Random, number: int, site: Site, space: int | None = None) -> SiteAddress:
    """An invented street, which shares no word with what the site is called."""
    address = SiteAddress(id=number, site_id=site.id, space_id=space, organisation_id=site.organisation_id, sealed=b"")
    street = f"{chance.randrange(2, 90)} {chance.choice(STREETS)}"
    address.sealed = seal(street.encode(), table="accommodation_siteaddress", row=address.id)
    return address


def save_places(rows: list[Model]) -> None:
    """Write the rows of `make_places`, kind by kind: the owner alone may write for others."""
    for model in PLACES:
        made = [row for row in rows if isinstance(row, model)]
        model._default_manager.using("owner").bulk_create(made, batch_size=500)
