"""When people of the demonstration do things, how they ask, and what they answer: chances with where they come from.

Times are in UTC: an hour's difference in summer leaves them as plausible as they are.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

# S: Southend draft strategy 2023-26.
FIGURES = {
    "minoritised": 0.21,  # S: ethnic minority share of outreach clients
    "lgb": 0.07,  # S: LGBT share of outreach clients
    "young_people": 101 / (778 + 101),  # S: young people's referrals beside outreach clients
}

# People ask around the clock, less at night.
ASKING = [2, 1, 1, 1, 1, 2, 4, 7, 12, 18, 20, 18, 15, 16, 17, 16, 14, 12, 10, 9, 8, 7, 5, 3]
WEEKDAY, WEEKEND = (8, 18), (10, 16)  # the access point: its team, and one on duty
OFFICE = (8, 17)  # of the services: Monday to Friday


def at_the_desk(at: datetime) -> bool:
    """Whether somebody is at the access point's desk."""
    begins, ends = WEEKDAY if at.weekday() < 5 else WEEKEND
    return begins <= at.hour < ends


def when_staffed(at: datetime, chance: random.Random) -> datetime:
    """This moment if somebody is at the desk, else one in the first hour and a half when somebody is again."""
    if at_the_desk(at):
        return at
    for ahead in range(3):
        day = at + timedelta(days=ahead)
        begins = (WEEKDAY if day.weekday() < 5 else WEEKEND)[0]
        opened = day.replace(hour=begins, minute=0, second=0, microsecond=0)
        if opened > at:
            return opened + timedelta(minutes=chance.randrange(3, 90))
    raise AssertionError("The desk opens every day.")


def staffed_between(low: datetime, at: datetime, high: datetime) -> datetime:
    """The moment itself if somebody is at the desk, else the nearest between the two when somebody is, else itself."""
    for step in range(96):
        for moment in (at - timedelta(minutes=15 * step), at + timedelta(minutes=15 * step)):
            if low <= moment <= high and at_the_desk(moment):
                return moment
    return at


def in_the_office(at: datetime, chance: random.Random, low: datetime, high: datetime) -> datetime:
    """A time at which a service works, on the same day or the Friday before; never out of the two bounds."""
    drawn = chance.random()  # always: what follows must not depend on the hour at which a partnership is made
    at = min(at, high)
    weekday = at.weekday()
    if weekday > 4:
        at -= timedelta(days=weekday - 4)
    elif OFFICE[0] <= at.hour < OFFICE[1]:
        return at
    at = at.replace(hour=OFFICE[0] + int(drawn * (OFFICE[1] - OFFICE[0])))
    if at > high:
        at -= timedelta(days=3 if at.weekday() == 0 else 1)
    return at if at >= low else low


REFERRERS = ("police", "gp", "hospital", "maternity", "mental_health", "childrens_social_care", "housing", "school", "charity")  # fmt: skip
REFERRER_WEIGHTS = (0.34, 0.09, 0.07, 0.06, 0.07, 0.16, 0.11, 0.06, 0.04)
AROUND_THE_CLOCK = ("police", "hospital", "mental_health")


def asks(at: datetime, chance: random.Random) -> tuple[str, str]:
    """How a contact comes at this hour, and the kind of who refers: nobody rings a desk where nobody sits."""
    if at_the_desk(at):
        route = chance.choices(("professional", "web", "phone", "walk_in", "police"), (0.5, 0.13, 0.27, 0.03, 0.07))[0]
    else:
        route = chance.choices(("professional", "web", "police"), (0.28, 0.56, 0.16))[0]
    if route == "police":
        return route, "police"
    if route != "professional":
        return route, ""
    kind = chance.choices(REFERRERS, REFERRER_WEIGHTS)[0]
    if at.weekday() < 5 and at_the_desk(at):
        return route, kind
    return route, kind if kind in AROUND_THE_CLOCK else chance.choice(AROUND_THE_CLOCK)


def about_whom(chance: random.Random, *, behaviour: bool, young: bool, referred: bool) -> str:
    """Whom a contact is about, by the code list."""
    if behaviour:
        return "own_behaviour"
    if young:
        return "young_person"
    if referred:
        return "someone"
    return chance.choices(("me", "someone", "other_behaviour"), (0.78, 0.13, 0.09))[0]


# Why the risk is as it is, in the words that the front door writes (intake/making.py).
IN_DANGER, CHILD_IN_DANGER = "Says that someone is in danger now", "Says that a child is being hurt or may be"
TONIGHT, JUDGED = "Afraid of what may happen tonight", "The referrer judges the risk as high"
HIGH_PUBLIC = (TONIGHT, TONIGHT, TONIGHT, TONIGHT, IN_DANGER, f"{IN_DANGER}; {TONIGHT}")
HIGH_REFERRED = (JUDGED, JUDGED, JUDGED, f"{TONIGHT}; {JUDGED}", f"{CHILD_IN_DANGER}; {JUDGED}")


def why_risk(risk: str, chance: random.Random, *, referred: bool) -> str:
    """The reason that stands beside the risk of a contact; a worker who talked to somebody may write none."""
    drawn = chance.random()
    if risk == "high":
        return chance.choice(HIGH_REFERRED if referred else HIGH_PUBLIC)
    if referred and risk != "unknown" and drawn < 0.8:
        return f"The referrer judges the risk as {risk}"
    return ""


# Of those who answered: code and share. Minoritised is everybody but White British.
ETHNICITY = {
    "white_british": 1 - FIGURES["minoritised"], "white_other": 0.045, "black_african": 0.03, "pakistani": 0.028,
    "indian": 0.02, "mixed_white_black_caribbean": 0.018, "bangladeshi": 0.016, "black_caribbean": 0.015, "arab": 0.009,
    "asian_other": 0.009, "other": 0.009, "white_irish": 0.008, "gypsy_traveller": 0.003,
}  # fmt: skip
ORIENTATION = {"heterosexual": 1 - FIGURES["lgb"], "gay_lesbian": 0.034, "bisexual": 0.031, "other": 0.005}
DISABILITY = {"no": 0.5, "not_limiting": 0.16, "little": 0.17, "lot": 0.17}
EQUALITY = tuple(
    (name, version, tuple(shares), tuple(shares.values()))
    for name, version, shares in (
        ("ethnicity", "gss-2011", ETHNICITY),
        ("disability", "gss-2019", DISABILITY),
        ("sexual_orientation", "gss-2019", ORIENTATION),
    )
)
