"""A small scheme of secure homes in the demonstration: two landlords, what they pledged, households that must move."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import Case, When

from leeward.platform.access.models import Organisation, User
from leeward.platform.reference.models import Area
from leeward.record.cases.models import Case as CaseRow
from leeward.record.cases.models import Involvement, Scope
from leeward.response.accommodation.models import Landlord, LedgerLine, Mover, PledgedHome

HOUSEHOLDS, SPARE, HOMES = 3, 2, 2  # of each landlord: registered, shared with it and not registered, pledged
LANDLORDS = ("council", "housing")  # kinds of organisation
FIRST = 1 << 33  # numbers of these rows: far below all others of the demonstration


def make_reciprocal(partnership_id: int, *, today: datetime) -> None:
    """The scheme of one partnership. Its landlords work with cases that advisers have shared with them."""
    chance = random.Random(f"reciprocal-{partnership_id}")
    ids = iter(range(FIRST, FIRST + 10_000))
    owner = "owner"
    areas = list(
        Area.objects.using(owner).filter(partnership_id=partnership_id).order_by("code").values_list("code", flat=True)
    )
    organisations = Organisation.objects.using(owner).filter(partnership_id=partnership_id)
    # Most are cases of the advisers; how many of those are open goes by the hour at which the demonstration was made.
    advisers = Case(When(lead_organisation__name="Lantern Advisers", then=0), default=1)
    cases = list(
        CaseRow.objects.using(owner)
        .filter(partnership_id=partnership_id, status="open", side="harmed", is_restricted=False)
        .exclude(lead_organisation__kind__in=LANDLORDS)
        .order_by(advisers, "-id")[: 2 * (HOUSEHOLDS + SPARE)]
    )
    for serial, kind in enumerate(LANDLORDS):
        organisation = organisations.get(kind=kind)
        landlord = Landlord.objects.using(owner).create(
            id=next(ids), partnership_id=partnership_id, organisation_id=organisation.id,
            joined_on=(today - timedelta(days=700)).date(),
        )  # fmt: skip
        worker = User.objects.using(owner).filter(
            memberships__organisation=organisation, memberships__roles__contains=["manager"]
        ).order_by("id").first()  # fmt: skip
        base = areas[serial * 5 : serial * 5 + 5]
        for number in range(HOMES):
            step_free = chance.random() < 0.4
            PledgedHome.objects.using(owner).create(
                id=next(ids), landlord_id=landlord.id, partnership_id=partnership_id, organisation_id=organisation.id,
                label=f"Home {100 + 7 * number + serial}", area_code=chance.choice(base),
                bedrooms=chance.choice((1, 2, 2, 3)), step_free=step_free, wheelchair=step_free and chance.random() < 0.3,
                ready_on=(today + timedelta(days=chance.randrange(0, 21))).date(),
            )  # fmt: skip
        LedgerLine.objects.using(owner).create(
            id=next(ids), landlord_id=landlord.id, partnership_id=partnership_id, homes=(1, -1)[serial],
            on=(today - timedelta(days=200)).date(), words="Carried over from before Leeward",
        )  # fmt: skip
        mine = cases[serial * (HOUSEHOLDS + SPARE) : (serial + 1) * (HOUSEHOLDS + SPARE)]
        for number, case in enumerate(mine):
            _share(next(ids), case, organisation, today)
            if number >= HOUSEHOLDS:
                continue
            lives = chance.choice(base)
            wants = [code for code in chance.sample(areas, 8) if code != lives][:7]
            bedrooms = chance.choice((1, 2, 2, 3))
            Mover.objects.using(owner).create(
                id=next(ids), landlord_id=landlord.id, partnership_id=partnership_id, organisation_id=organisation.id,
                case_id=case.id, person_id=case.person_id, from_area=lives, home_bedrooms=chance.choice((1, 2, 2, 3)),
                people=bedrooms + chance.choice((0, 1)), bedrooms=bedrooms, areas=sorted(wants), away_areas=[],
                consent_on=(today - timedelta(days=20)).date(), registered_by_id=worker.id if worker else None,
                registered_on=(today - timedelta(days=chance.randrange(5, 150))).date(),
            )  # fmt: skip


def _share(number: int, case: CaseRow, organisation: Organisation, today: datetime) -> None:
    """A share of the whole case with a landlord, without where they are now, accepted a month ago."""
    at = today - timedelta(days=30)
    Involvement.objects.using("owner").create(
        id=number, case_id=case.id, organisation_id=organisation.id, scope=Scope.FULL, risk=True, status=Involvement.ACTIVE,
        lawful_basis="consent", told="told_agreed", from_at=at, answered_at=at, added_organisation_id=case.lead_organisation_id,
    )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT cases_refresh_sight(%s)", [case.id])
