"""The match: which spaces could take a household, in what order and why; what is missing where none can.

One pass over the spaces of a partnership sets a bit for each limit that a space breaks. Nothing is hidden in a score:
each fitting space carries its reasons, each other one what would have to be otherwise.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leeward.platform.reference.lists import label
from leeward.response.accommodation.rules.household import Household
from leeward.response.accommodation.rules.matching import Rules

MOST = 30

# What each limit looks at: true where the space `s` of the site `t` breaks it.
BREAKS = {
    "room": "s.beds + LEAST(s.cots, %(babies)s) < %(people)s",
    "for_whom": "s.for_whom <> 'all' AND s.for_whom <> ALL (%(for_whom)s)",
    "sons": "s.sons_up_to IS NOT NULL AND %(oldest_son)s > s.sons_up_to",
    "too_near": "t.area_code = ANY (%(blocked)s)",
    "not_from_there": "%(from_area)s <> '' AND (%(from_area)s = ANY (t.danger_areas)"
    " OR (NOT t.takes_local AND t.area_code = %(from_area)s))",
    "wheelchair": "%(wheelchair)s AND NOT s.wheelchair",
    "step_free": "%(step_free)s AND NOT s.step_free AND NOT s.wheelchair",
    "ground_floor": "%(ground_floor)s AND NOT s.ground_floor",
    "alone": "%(alone)s AND NOT s.self_contained",
    "pets": "%(pets)s > CASE s.pets WHEN 'any' THEN 2 WHEN 'small' THEN 1 ELSE 0 END",
    "no_recourse": "%(no_recourse)s AND s.no_recourse = 'no'",
    "substance_use": "%(substance_use)s AND s.substance_use = 'no'",
    "mental_health": "%(mental_health)s AND s.mental_health = 'no'",
    "offending": "%(offending)s AND s.offending = 'no'",
    "night": "%(night)s AND t.support_hours <> 'night'",
    "ready": "k.until > %(ready)s",
}
# Where a need meets "talk to us first".
_TALK = " OR ".join(f"(%({key})s AND s.{key} = 'ask')" for key in ("no_recourse", "substance_use", "mental_health", "offending"))

_BASE = """
WITH taken AS MATERIALIZED (
  SELECT o.space_id, max(COALESCE(upper(o.during), '9999-12-31 23:59:59.999999+00')) AS until
    FROM accommodation_occupancy o
   WHERE o.partnership_id = %(partnership)s
     AND COALESCE(upper(o.during), '9999-12-31 23:59:59.999999+00') > %(now)s AND NOT isempty(o.during)
   GROUP BY o.space_id
), near AS (
  SELECT * FROM unnest(%(codes)s::text[], %(wanted)s::float8[], %(danger)s::float8[]) AS a(code, wanted, danger)
), judged AS (
  SELECT s.id, s.label, s.kind, s.beds, s.cots, s.for_whom, s.sons_up_to, s.self_contained, s.organisation_id,
         t.id AS site_id, t.name AS site, t.form, t.area_code, t.support_hours, t.specialisms, t.languages, t.said_at,
         k.until, a.wanted, a.danger, ({talk}) AS talk,
         {bits} AS breaks
    FROM accommodation_space s
    JOIN accommodation_site t ON t.id = s.site_id AND t.closed_on IS NULL
    LEFT JOIN taken k ON k.space_id = s.id
    LEFT JOIN near a ON a.code = t.area_code
   WHERE s.partnership_id = %(partnership)s AND s.closed_on IS NULL
)
"""
_RANKED = """
SELECT j.*, o.name AS provider, o.phone, count(*) OVER () AS fits,
       CASE WHEN j.wanted IS NULL THEN 0 WHEN j.wanted <= %(near_miles)s THEN %(p_wanted_area)s
            ELSE %(p_wanted_area)s * %(near_miles)s::float8 / j.wanted END
     + CASE WHEN j.specialisms && %(specialisms)s THEN %(p_specialism)s ELSE 0 END
     + CASE WHEN j.languages && %(languages)s THEN %(p_language)s ELSE 0 END
     + CASE WHEN j.support_hours = 'night' THEN %(p_night)s ELSE 0 END
     + CASE WHEN j.beds + LEAST(j.cots, %(babies)s) = %(people)s THEN %(p_own_size)s ELSE 0 END
     + CASE WHEN j.danger IS NULL THEN 0 ELSE %(p_far_from_danger)s * LEAST(j.danger / %(far_miles)s, 1) END
     + CASE WHEN j.said_at > %(fresh)s THEN %(p_said_today)s ELSE 0 END
     + CASE WHEN j.talk THEN %(p_talks_first)s ELSE 0 END AS points
  FROM judged j JOIN access_organisation o ON o.id = j.organisation_id
 WHERE j.breaks & %(hard)s = 0
 ORDER BY points DESC, j.danger DESC NULLS LAST, j.id
 LIMIT %(most)s
"""
_MISSES = """
, missed AS MATERIALIZED (SELECT j.*, j.breaks & %(hard)s AS broken FROM judged j WHERE j.breaks & %(hard)s <> 0)
SELECT broken, count(*) OVER (PARTITION BY broken) AS alike, row_number() OVER (PARTITION BY broken ORDER BY wanted, id) AS nth,
       m.*, o.name AS provider, o.phone
  FROM missed m JOIN access_organisation o ON o.id = m.organisation_id
 WHERE bit_count(broken::bit(32)) = 1
 ORDER BY alike DESC, broken, nth
"""


@dataclass(frozen=True)
class Wanted:
    """A need in the numbers that the match asks for. Distances are by area code, in miles."""

    partnership_id: int
    household: Household
    from_area: str
    blocked: tuple[str, ...]  # areas nearer to danger than is safe
    wanted: dict[str, float]  # miles from each area to the nearest one they want
    danger: dict[str, float]  # miles from each area to the nearest danger
    pets: int  # 0 none, 1 small, 2 any
    wheelchair: bool
    step_free: bool
    ground_floor: bool
    alone: bool
    no_recourse: bool
    substance_use: bool
    mental_health: bool
    offending: bool
    night: bool
    languages: tuple[str, ...]
    specialisms: tuple[str, ...]
    ready: datetime  # by when


@dataclass(frozen=True)
class Fit:
    """A space that could take them, and why it stands where it stands."""

    space_id: int
    label: str
    site_id: int
    site: str
    provider: str
    phone: str
    organisation_id: int
    form: str
    area_code: str
    beds: int
    said_at: datetime | None
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A space that one change would open."""

    space_id: int
    label: str
    site: str
    provider: str
    phone: str
    form: str
    area_code: str
    why: str
    change: str


@dataclass(frozen=True)
class Change:
    """One change, and how many spaces it would open."""

    key: str
    words: str
    spaces: int


def _arguments(wanted: Wanted, rules: Rules, now: datetime) -> dict[str, Any]:
    home = wanted.household
    adults = set(home.adults)
    # A house for women takes women; who is neither, or not known, is asked about: only a house for all is sure.
    for_whom = ["women"] if adults <= {"female"} else ["men"] if adults <= {"male"} else []
    codes = sorted(set(wanted.wanted) | set(wanted.danger))
    return {
        "partnership": wanted.partnership_id, "now": now, "ready": max(wanted.ready, now), "people": home.people,
        "babies": home.babies, "oldest_son": home.oldest_son, "for_whom": for_whom, "from_area": wanted.from_area,
        "blocked": list(wanted.blocked), "codes": codes, "wanted": [wanted.wanted.get(code) for code in codes],
        "danger": [wanted.danger.get(code) for code in codes], "pets": wanted.pets, "wheelchair": wanted.wheelchair,
        "step_free": wanted.step_free, "ground_floor": wanted.ground_floor, "alone": wanted.alone,
        "no_recourse": wanted.no_recourse, "substance_use": wanted.substance_use, "mental_health": wanted.mental_health,
        "offending": wanted.offending, "night": wanted.night, "languages": list(wanted.languages),
        "specialisms": list(wanted.specialisms), "near_miles": rules.near_miles, "far_miles": rules.far_miles,
        "fresh": now - timedelta(days=1), "most": MOST,
        "hard": sum(1 << place for place, key in enumerate(BREAKS) if rules.limit(key).hard),
        **{f"p_{key}": value for key, value in rules.points.items()},
    }  # fmt: skip


def _base() -> str:
    bits = " + ".join(f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(BREAKS.values()))
    return _BASE.format(talk=_TALK, bits=bits)


def _rows(sql: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_base() + sql, arguments)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def ranked(wanted: Wanted, rules: Rules, *, now: datetime) -> tuple[list[Fit], int]:
    """Spaces that break no hard limit, the best first, each with its reasons; and how many there are. One statement."""
    arguments = _arguments(wanted, rules, now)
    rows = _rows(_RANKED, arguments)
    return [_fit(row, wanted, rules, arguments) for row in rows], rows[0]["fits"] if rows else 0


def _fit(row: dict[str, Any], wanted: Wanted, rules: Rules, arguments: dict[str, Any]) -> Fit:
    people = wanted.household.people
    reasons = [f"room for {people}"]
    cautions = []
    if row["wanted"] is not None:
        near = row["wanted"] <= rules.near_miles
        reasons.append("where they want to be" if row["wanted"] < 1 else f"{row['wanted']:.0f} miles from where they want to be")
        if not near:
            cautions.append("further than they would like")
    if row["danger"] is not None:
        reasons.append(f"{row['danger']:.0f} miles from the nearest danger area")
    both = [code for code in row["specialisms"] if code in wanted.specialisms]
    reasons += [label("accommodation_specialism", code) for code in both]
    if set(row["languages"]) & set(wanted.languages):
        reasons.append("somebody speaks their language")
    if row["support_hours"] == "night":
        reasons.append("staff day and night")
    if row["self_contained"]:
        reasons.append("nothing is shared")
    if row["talk"]:
        cautions.append("talk to them first about what they support")
    if row["said_at"] is None or row["said_at"] <= arguments["fresh"]:
        cautions.append("not said today to be free: ring first")
    else:
        reasons.append("said today to be free")
    soft = [one for place, one in enumerate(map(rules.limit, BREAKS)) if row["breaks"] & (1 << place) and not one.hard]
    cautions += [_miss_words(one.key, one.miss, row, wanted) for one in soft]
    return Fit(
        row["id"], row["label"], row["site_id"], row["site"], row["provider"], row["phone"], row["organisation_id"],
        row["form"], row["area_code"], row["beds"], row["said_at"], tuple(reasons), tuple(cautions),
    )  # fmt: skip


def _miss_words(key: str, words: str, row: dict[str, Any], wanted: Wanted) -> str:
    home = wanted.household
    need: object = home.oldest_son if key == "sons" else home.people
    space: object = {
        "sons": row["sons_up_to"], "for_whom": label("space_for", row["for_whom"]).lower(),
    }.get(key, row["beds"] + min(row["cots"], home.babies))  # fmt: skip
    return words.format(need=need, space=space)


def misses(wanted: Wanted, rules: Rules, *, now: datetime, each: int = 5) -> tuple[list[Change], list[Miss]]:
    """For no match: the single changes by how many spaces each would open, and the nearest of those. One statement."""
    keys = list(BREAKS)
    opened: Counter[str] = Counter()
    near = []
    for row in _rows(_MISSES, _arguments(wanted, rules, now)):
        limit = rules.limit(keys[row["broken"].bit_length() - 1])
        opened[limit.key] = row["alike"]
        if row["nth"] <= each:
            near.append(
                Miss(
                    row["id"], row["label"], row["site"], row["provider"], row["phone"], row["form"], row["area_code"],
                    _miss_words(limit.key, limit.miss, row, wanted), limit.change,
                )
            )  # fmt: skip
    return [Change(key, rules.limit(key).change, number) for key, number in opened.most_common()], near
