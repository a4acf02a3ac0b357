"""Safe places of the fictional partnership: invented sites with spaces, and where its areas lie on an invented map."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model

from leeward.platform.access.models import Organisation
from leeward.platform.common.vault import seal
from leeward.response.accommodation.models import Occupancy, Provider, Site, SiteAddress, Space, Statement

# organisation, name, form (SI 2021/991 reg 2), district by place in the list, hours of staff, for whom in particular,
# languages, spaces. What shares of them are step-free, take pets or sons over twelve follows the audits of the field
# roughly (few; see the shared facts on what vacancies can take), chosen by us.
SITES: tuple[tuple[str, str, str, int, str, list[str], list[str], int], ...] = (
    ("haven", "Juniper House", "refuge", 3, "night", [], ["pl", "ur"], 9),
    ("haven", "Larch House", "refuge", 8, "day", ["black_minoritised"], ["ur", "pa", "bn"], 6),
    ("haven", "Dispersed homes", "dispersed", 5, "visiting", [], [], 5),
    ("haven", "Second stage", "second_stage", 10, "visiting", [], [], 4),
    ("second", "Rowan House", "specialist", 6, "night", ["mental_health", "complex"], [], 5),
    ("homes", "Emergency rooms", "emergency", 1, "visiting", [], [], 4),
)
# None of them shares a word with a site's name: a name that everybody reads must not lead to its street.
STREETS = ("Cobblers Rise", "Old Ferry Lane", "Tannery Walk", "Windmill Close", "Saltmarsh Road", "Kiln Yard", "Orchard Bank")

PLACES: tuple[type[Model], ...] = (Provider, Site, SiteAddress, Space, Occupancy, Statement)


def where(place: int, county: int) -> tuple[float, float]:
    """The centroid of a district in degrees: an invented county is a grid of about eight miles a step, in open sea."""
    row, column = divmod(place, 4)
    return 52.0 + 0.12 * row - 1.1 * (county // 3), 3.0 + 0.19 * column + 1.2 * (county % 3)


def make_places(
    *, partnership_id: int, organisations: dict[str, Organisation], areas: list[str], ids: Iterator[int], today: datetime,
    by: dict[str, tuple[int, str]],
) -> None:  # fmt: skip
    """Sites, spaces and what was said of them, by who works there."""
    chance = random.Random(f"places-{partnership_id}")
    providers: dict[str, Provider] = {}
    for key, name, form, district, hours, specialisms, languages, rooms in SITES:
        organisation = organisations[key]
        if key not in providers:
            providers[key] = Provider.objects.using("owner").create(
                id=next(ids), partnership_id=partnership_id, organisation_id=organisation.id,
                joined_on=(today - timedelta(days=1500)).date(),
            )  # fmt: skip
        said = today - timedelta(hours=chance.choice((1, 3, 5, 9, 20, 40)))
        site = Site.objects.using("owner").create(
            id=next(ids), provider_id=providers[key].id, partnership_id=partnership_id, organisation_id=organisation.id, name=name,
            form=form, area_code=areas[district], danger_areas=[areas[(district + 1) % len(areas)]], support_hours=hours,
            takes_local=form in ("dispersed", "second_stage", "emergency"), specialisms=specialisms, languages=languages,
            said_at=said,
        )  # fmt: skip
        if form not in Site.APART:
            _seal(chance, next(ids), site)
        free = 0
        for number in range(rooms):
            own = form in ("dispersed", "second_stage")
            space = Space.objects.using("owner").create(
                id=next(ids), site_id=site.id, partnership_id=partnership_id, organisation_id=organisation.id, position=number,
                label=f"{'Home' if own else 'Room'} {number + 1}", kind="unit" if own else "room",
                beds=chance.choice((1, 2, 2, 3, 3, 4, 5)), cots=chance.choice((0, 1, 1)), self_contained=own,
                step_free=chance.random() < 0.2, wheelchair=chance.random() < 0.06, ground_floor=chance.random() < 0.35,
                for_whom="women" if form == "refuge" or chance.random() < 0.6 else "all",
                sons_up_to=None if own else chance.choice((11, 12, 14, 16, 17)),
                pets=chance.choice(("none", "none", "small", "any")), no_recourse=chance.choice(("no", "ask", "yes")),
                substance_use=chance.choice(("no", "ask", "yes")), mental_health=chance.choice(("ask", "yes")),
                offending=chance.choice(("no", "ask")), opened_on=providers[key].joined_on,
            )  # fmt: skip
            if form in Site.APART:
                _seal(chance, next(ids), site, space.id)
            if chance.random() < 0.45:
                free += 1
                continue
            Occupancy.objects.using("owner").create(
                id=next(ids), space_id=space.id, partnership_id=partnership_id, organisation_id=organisation.id, kind="void",
                during=DateTimeTZRange(today - timedelta(days=chance.randrange(2, 60)), None, "[)"), set_at=said,
                reason=chance.choice(("not_said", "not_said", "repairs", "furnishing", "staffing")),
            )  # fmt: skip
        Statement.objects.using("owner").create(
            id=next(ids), site_id=site.id, partnership_id=partnership_id, organisation_id=organisation.id, at=said, free=free,
            spaces=rooms, by_id=by["refuge"][0] if key == "haven" else None,
            by_name=by["refuge"][1] if key == "haven" else "",
        )  # fmt: skip


def _seal(chance: random.Random, number: int, site: Site, space: int | None = None) -> None:
    """An invented street, which shares no word with what the site is called."""
    address = SiteAddress(id=number, site_id=site.id, space_id=space, organisation_id=site.organisation_id, sealed=b"")
    street = f"{chance.randrange(2, 90)} {chance.choice(STREETS)}"
    address.sealed = seal(street.encode(), table="accommodation_siteaddress", row=address.id)
    address.save(force_insert=True, using="owner")
