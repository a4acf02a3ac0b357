"""The fictional partnerships: organisations, teams, people who work there, services and the rules that propose them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Model

from leeward.demo.homes import House
from leeward.demo.marac import Table, tables
from leeward.demo.names import COUNTIES, DISTRICTS, FAMILY_COMMON, GIVEN_F, GIVEN_M
from leeward.demo.places import make_places, where
from leeward.platform.access.models import Membership, Organisation, Partnership, Team, User
from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.reference.models import Area
from leeward.record.people.models import IndexCheck
from leeward.response.front_door.models import Target

NO_PASSWORD = "!demonstration"  # noqa: S105  opens for no password (it begins with "!"), and is always the same
ROOM = 1 << 34  # ids of the demonstration lie far below those that `new_id` makes today


@dataclass
class Provider:
    """A service with who works in it, as the generator needs it."""

    service_id: int
    organisation_id: int
    team_id: int | None
    sides: tuple[str, ...]
    workers: list[tuple[int, str]]
    weight: float


@dataclass
class Setting:
    """One partnership, in the numbers that the generator works with."""

    partnership_id: int
    access_point_id: int
    triage_team_id: int
    triage_workers: list[tuple[int, str]]
    areas: list[str]
    area_weights: list[float]
    providers: list[Provider] = field(default_factory=list)
    council_id: int = 0
    council_team_id: int = 0
    police_id: int = 0
    referrers: list[tuple[int, int, str]] = field(default_factory=list)
    users: list[tuple[int, int]] = field(default_factory=list)  # (user, organisation), for walls
    tables: list[Table] = field(default_factory=list)
    homes: list[list[House]] = field(default_factory=list)  # sites with spaces, for each slice its own
    places: list[Model] = field(default_factory=list)  # their rows, not saved yet either
    by_key: dict[str, int] = field(default_factory=dict)  # who the personas are
    checks: list[IndexCheck] = field(default_factory=list)  # not saved yet: the owner alone may write for others


MIDWIFE = (
    "Bethan Rowe"  # refers nobody yet, so that who signs in as her begins: the rows of the others stay as they are
)
PLACER = "Iris Lowe"  # for the same reason
# What a stranger signs in as: key, role for the list of links, name, organisation, roles, teams.
PERSONAS: tuple[tuple[str, str, str, str, list[str], list[str]], ...] = (
    (
        "access-point",
        "Single point of access worker",
        "Dan Okafor",
        "point",
        ["access_point", "marac_representative"],
        ["triage"],
    ),
    ("access-point-2", "A second access point worker", "Priya Nair", "point", ["access_point"], ["triage"]),
    (
        "adviser",
        "Domestic violence adviser",
        "Ruth Adeyemi",
        "harbour",
        ["practitioner", "marac_representative"],
        ["outreach"],
    ),
    (
        "manager",
        "Manager of a service",
        "Helen Marsh",
        "harbour",
        ["manager", "marac_representative"],
        ["outreach", "children"],
    ),
    ("children", "Children's worker", "Tom Bright", "harbour", ["practitioner"], ["children"]),
    ("refuge", "Safe accommodation worker", "Ines Duarte", "haven", ["practitioner", "marac_representative"], []),
    (
        "housing",
        "Housing officer",
        "Sam Price",
        "council",
        ["practitioner", "referrer", "marac_representative"],
        ["housing"],
    ),
    (
        "social-worker",
        "Social worker",
        "Grace Obi",
        "council",
        ["practitioner", "referrer", "marac_representative"],
        ["safeguarding"],
    ),
    ("police", "Police officer who refers", "Lee Carter", "police", ["referrer"], []),
    ("gp", "Doctor who refers", "Nadia Shah", "health", ["referrer"], []),
    ("midwife", "Midwife who refers", MIDWIFE, "health", ["referrer"], []),
    ("change", "Behaviour change worker", "Marek Nowak", "change", ["practitioner", "marac_representative"], []),
    ("data-protection", "Data protection lead", "Joan Fells", "council", ["data_protection"], []),
    ("administrator", "Administrator of an organisation", "Ola Stone", "harbour", ["administrator"], []),
    ("partnership", "Administrator of the partnership", "Uma Field", "council", ["partnership_administrator"], []),
    ("analyst", "Analyst", "Ben Quill", "council", ["analyst"], []),
    ("marac-coordinator", "MARAC coordinator", "Mina Farrow", "point", ["marac_coordinator"], []),
    ("marac-chair", "Chair of the MARAC", "Owen Blake", "police", ["marac_coordinator"], []),
    ("police-marac", "Police, at the MARAC", "Anya Holt", "police", ["marac_representative"], []),
    ("health-marac", "Health, at the MARAC", "Femi Ojo", "health", ["marac_representative"], []),
    (
        "second-marac",
        "Independent adviser, at the MARAC",
        "Rosa Lind",
        "second",
        ["practitioner", "marac_representative"],
        [],
    ),
    ("refuge-manager", "Manager of safe accommodation", "Jo Wren", "haven", ["manager"], []),
    ("placement-coordinator", "Placement coordinator", PLACER, "council", ["placement_coordinator"], []),
    ("homes-manager", "Manager of a housing association", "Elin Frost", "homes", ["manager"], []),
    ("council-homes", "Manager of council homes", "Rhys Calder", "council", ["manager"], []),
)

# What the public pages of the demonstration say (keys: front_door.content.FACTS).
FACTS = {
    "local_number": "01632 960100",
    "local_hours": {"en": "9am to 5pm, Monday to Friday", "pl": "od 9 do 17, od poniedziałku do piątku"},
    "children_number": "01632 960106",
    "adults_number": "01632 960106",
    "privacy_contact": "privacy@example.org",
    "accessibility_contact": "access@example.org",
}

ORGANISATIONS = (
    ("point", "{} Access Point", "charity", "01632 960101"),
    ("harbour", "Harbour Outreach", "specialist", "01632 960102"),
    ("haven", "Haven Housing Support", "specialist", "01632 960103"),
    ("second", "Lantern Advisers", "specialist", "01632 960104"),
    ("change", "Turning Point Programme", "charity", "01632 960105"),
    ("council", "{} Council", "council", "01632 960106"),
    ("police", "{} Police", "police", "01632 960107"),
    ("health", "{} Health", "health", "01632 960108"),
    ("homes", "{} Homes", "housing", "01632 960109"),
    ("probation", "{} Probation", "probation", "01632 960110"),
    ("recovery", "{} Recovery Service", "charity", "01632 960111"),
)
TEAMS = (
    ("triage", "point", "Front door", True),
    ("outreach", "harbour", "Outreach team", False),
    ("children", "harbour", "Children's team", False),
    ("safeguarding", "council", "Safeguarding team", False),
    ("housing", "council", "Housing team", False),
)
# Who sits at the MARAC for an agency and is no persona: key, name, organisation.
AT_TABLE = (
    ("homes-marac", "Carys Penn", "homes"),
    ("probation-marac", "Idris Vale", "probation"),
    ("recovery-marac", "June Castle", "recovery"),
)
# key, organisation, team, name, sides, needs, extra, share of referrals
SERVICES: tuple[tuple[str, str, str | None, str, list[str], list[str], dict[str, int], float], ...] = (
    ("outreach", "harbour", "outreach", "Community outreach", ["harmed"], ["emotional", "safety", "legal"], {}, 0.44),
    ("advisers", "second", None, "Independent domestic violence advisers", ["harmed"], ["safety", "court"], {}, 0.27),
    ("refuge", "haven", None, "Safe accommodation support", ["harmed"], ["safe_place", "housing"], {}, 0.16),
    ("children", "harbour", "children", "Children and young people", ["child"], ["children"], {"oldest": 17}, 0.08),
    (
        "programme",
        "change",
        None,
        "Behaviour change programme",
        ["causing_harm"],
        ["behaviour"],
        {"youngest": 16},
        0.05,
    ),
)

ROOMS_NOW = ("Room now", "Two places a week", "Waiting about three weeks", "Room now", "A group begins each month")


def make_partnership(number: int, *, staff: int, today: datetime, slices: int = 1) -> Setting:
    """One partnership by number (the first is the one that the public pages speak for), with `staff` practitioners."""
    chance = random.Random(f"partnership-{number}")
    county = COUNTIES[number % len(COUNTIES)]
    ids = iter(range(ROOM * (number + 1), ROOM * (number + 2)))
    partnership = Partnership.objects.create(
        id=next(ids), name=f"{county} Partnership", slug=f"{county.lower()}-{number}" if number else county.lower(),
        phone="01632 960100", is_demo=True, facts=FACTS,
    )  # fmt: skip
    areas = [f"E07{900000 + number * 100 + place:06d}" for place in range(len(DISTRICTS))]
    Area.objects.bulk_create(
        Area(id=next(ids), code=code, vintage="demo", name=name if not number else f"{name} ({county})", kind="district",
             partnership_id=partnership.id, latitude=where(place, number)[0], longitude=where(place, number)[1])
        for place, (code, name) in enumerate(zip(areas, DISTRICTS, strict=True))
    )  # fmt: skip
    organisations = {
        key: Organisation.objects.create(
            id=next(ids), partnership=partnership, name=name.format(county), kind=kind, phone=phone,
            is_access_point=key == "point", signs_off_closing=key == "harbour",
        )
        for key, name, kind, phone in ORGANISATIONS
    }  # fmt: skip
    teams = {
        key: Team.objects.create(id=next(ids), organisation=organisations[owner], name=name, holds_triage=triage)
        for key, owner, name, triage in TEAMS
    }
    joined = today - timedelta(days=6 * 365)
    users: dict[str, list[tuple[int, str]]] = {key: [] for key in organisations}
    by_team: dict[str, list[tuple[int, str]]] = {key: [] for key in teams}
    by_key: dict[str, tuple[int, str]] = {}

    def add(key: str, name: str, owner: str, roles: list[str], places: list[str]) -> None:
        user = User(
            id=next(ids), email=f"{key}@{organisations[owner].name.lower().replace(' ', '-')}.{number}.example.org",
            name=name, created_at=joined,
        )  # fmt: skip
        user.password = NO_PASSWORD
        user.save(force_insert=True)
        membership = Membership.objects.create(
            id=next(ids), user=user, organisation=organisations[owner], roles=roles, created_at=joined
        )
        membership.teams.set([teams[place] for place in places])
        by_key[key] = (user.id, name)
        if set(roles) & {"practitioner", "manager", "access_point"}:
            users[owner].append((user.id, name))
        for place in places:
            by_team[place].append((user.id, name))

    for key, _, name, owner, roles, places in PERSONAS:
        add(key, name, owner, list(roles), list(places))
    for key, name, owner in AT_TABLE:
        add(key, name, owner, ["marac_representative"], [])
    shares = (("point", "triage", 0.12), ("harbour", "outreach", 0.35), ("harbour", "children", 0.1),
              ("second", None, 0.25), ("haven", None, 0.12), ("change", None, 0.06))  # fmt: skip
    for owner, place, share in shares:
        for serial in range(max(round(staff * share), 1)):
            name = f"{chance.choice(GIVEN_F + GIVEN_M)} {chance.choice(FAMILY_COMMON)}"
            role = "access_point" if owner == "point" else "practitioner"
            add(f"staff-{place or owner}-{serial}", name, owner, [role], [place] if place else [])

    setting = Setting(
        partnership_id=partnership.id, access_point_id=organisations["point"].id, triage_team_id=teams["triage"].id,
        triage_workers=by_team["triage"], areas=areas,
        area_weights=[1 / (place + 1.5) for place in range(len(areas))], council_id=organisations["council"].id,
        council_team_id=teams["safeguarding"].id, police_id=organisations["police"].id,
    )  # fmt: skip
    for position, (_key, owner, place, name, sides, needs, extra, weight) in enumerate(SERVICES):
        service = Service.objects.create(
            id=next(ids), partnership=partnership, organisation=organisations[owner], team=teams.get(place or ""),
            name=name, sides=sides, needs=needs, phone=organisations[owner].phone, opens=time(9), closes=time(17),
            weekdays=[0, 1, 2, 3, 4], answers_within_hours=8, capacity=ROOMS_NOW[position % len(ROOMS_NOW)],
            referral_terms="They know that they are referred, or the reason why not is written down.", **extra,
        )  # fmt: skip
        _rules(service, position, ids)
        setting.providers.append(
            Provider(service.id, organisations[owner].id, teams[place].id if place else None, tuple(sides),
                     by_team[place] if place else users[owner], weight)
        )  # fmt: skip
    for risk, hours, working in (
        ("high", 4, True),
        ("medium", 24, False),
        ("standard", 24, False),
        ("unknown", 24, False),
    ):
        Target.objects.create(
            id=next(ids), partnership=partnership, risk=risk, hours=hours, is_working_time=working,
            weekdays=[0, 1, 2, 3, 4],
        )  # fmt: skip
    setting.homes, setting.places = make_places(
        partnership_id=partnership.id, organisations=organisations, areas=areas, ids=ids, today=today, by=by_key,
        teams={key: team.id for key, team in teams.items()}, slices=slices,
    )  # fmt: skip
    setting.tables = tables(
        county=county, slices=slices, ids=ids, users=by_key, today=today.date(),
        organisations={key: (one.id, one.name) for key, one in organisations.items()},
    )  # fmt: skip
    setting.by_key = {key: user for key, (user, _) in by_key.items()}
    setting.checks = _checks(users, partnership.id, ids, today)
    setting.referrers = [
        (user.id, user.memberships.get().organisation_id, user.name)
        for user in User.objects.filter(memberships__organisation__partnership=partnership, memberships__roles__contains=["referrer"]).exclude(name__in=(MIDWIFE, PLACER)).order_by("id")
    ]  # fmt: skip
    setting.users = list(
        Membership.objects.filter(organisation__partnership=partnership)
        .exclude(user__name__in=(MIDWIFE, PLACER))
        .order_by("id")
        .values_list("user_id", "organisation_id")
    )
    return setting


def _rules(service: Service, position: int, ids: object) -> None:
    reasons = {
        "Community outreach": ("Outreach supports people in their own homes in every district.", ["medium", "standard", "unknown"]),
        "Independent domestic violence advisers": ("High risk goes to an adviser.", ["high"]),
        "Safe accommodation support": ("They asked for a safe place to stay.", []),
        "Children and young people": ("A child or young person is the one to be helped.", []),
        "Behaviour change programme": ("They want to change their own behaviour.", []),
    }  # fmt: skip
    reason, risks = reasons[service.name]
    RoutingRule.objects.create(
        id=next(ids), partnership_id=service.partnership_id, service=service,  # type: ignore[call-overload]  # an iterator of ids
        position=10 * (position + 1), reason=reason, sides=service.sides, risks=risks,
        needs=["safe_place"] if service.name.startswith("Safe") else [], youngest=service.youngest, oldest=service.oldest,
    )  # fmt: skip


def _checks(
    users: dict[str, list[tuple[int, str]]], partnership_id: int, ids: Iterator[int], today: datetime
) -> list[IndexCheck]:
    """Index checks of the last weeks: what a data protection lead looks through, one user standing out."""
    chance = random.Random(f"checks-{partnership_id}")
    reasons = ("She rang us.", "A school asks.", "Met at the station.", "The family asked for housing.")
    owners = dict(
        Membership.objects.filter(organisation__partnership_id=partnership_id).values_list("user_id", "organisation_id")
    )
    several = [users[owner][0][0] for owner in ("haven", "council", "change", "second", "harbour") if users[owner]]

    def moment(days: int, hour: int) -> datetime:
        at = (today - timedelta(days=days)).replace(hour=hour, minute=chance.randrange(60))
        return at - timedelta(days=2) if at.weekday() > 4 else at

    rows = [
        (user_id, moment(chance.randrange(1, 26), chance.randrange(9, 16)), chance.choice(reasons),
         chance.choice((0, 0, 1, 2)), f"{chance.getrandbits(96):024x}")
        for user_id in several
        for _ in range(chance.randrange(2, 9))
    ]  # fmt: skip
    again = f"{chance.getrandbits(96):024x}"
    rows += [(several[0], moment(3, 22), "Checking.", 0, again) for _ in range(5)]
    return [
        IndexCheck(id=next(ids), user_id=user_id, organisation_id=owners[user_id], at=at, reason=reason, found=found,
                   asked=asked)
        for user_id, at, reason, found, asked in rows
    ]  # fmt: skip
