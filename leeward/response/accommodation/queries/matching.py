"""The match: which spaces could take a household, in what order and why; what is missing where none can.

One pass over the spaces of a partnership sets a bit for each limit that a space breaks. Nothing is hidden in a score:
each fitting space carries its reasons, each other one what would have to be otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.response.accommodation.models import Space
from leeward.response.accommodation.rules.household import Wanted
from leeward.response.accommodation.rules.matching import Rules

MOST = 30
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # what is taken until then or later has no end

# What each limit looks at: true where the space `s` of the site `t` breaks it for the household `w`.
BREAKS = {
    "room": "s.beds + LEAST(s.cots, w.babies) < w.people",
    "for_whom": "s.for_whom <> 'all' AND s.for_whom <> ALL (w.for_whom)",
    "sons": "s.sons_up_to IS NOT NULL AND w.oldest_son > s.sons_up_to",
    "too_near": "t.area_code = ANY (w.blocked)",
    "not_from_there": "t.danger_areas && w.from_areas::varchar[]"
    " OR (NOT t.takes_local AND t.area_code = ANY (w.from_areas))",
    "wheelchair": "w.wheelchair AND NOT s.wheelchair",
    "step_free": "w.step_free AND NOT s.step_free AND NOT s.wheelchair",
    "ground_floor": "w.ground_floor AND NOT s.ground_floor",
    "alone": "w.alone AND NOT s.self_contained",
    "pets": "w.pets > CASE s.pets WHEN 'any' THEN 2 WHEN 'small' THEN 1 ELSE 0 END",
    "no_recourse": "w.no_recourse AND s.no_recourse = 'no'",
    "substance_use": "w.substance_use AND s.substance_use = 'no'",
    "mental_health": "w.mental_health AND s.mental_health = 'no'",
    "offending": "w.offending AND s.offending = 'no'",
    "night": "w.night AND t.support_hours <> 'night'",
    "ready": "COALESCE(k.until > w.ready, false)",
}
# Where a need meets "talk to us first".
_TALK = " OR ".join(
    f"(w.{key} AND s.{key} = 'ask')" for key in ("no_recourse", "substance_use", "mental_health", "offending")
)

# What is said of a household to the database.
_WANTED = {
    "id": "bigint", "people": "int", "babies": "int", "oldest_son": "int", "for_whom": "text[]", "from_areas": "text[]",
    "blocked": "text[]", "wheelchair": "boolean", "step_free": "boolean", "ground_floor": "boolean", "alone": "boolean",
    "pets": "int", "no_recourse": "boolean", "substance_use": "boolean", "mental_health": "boolean",
    "offending": "boolean", "night": "boolean", "languages": "text[]", "specialisms": "text[]", "ready": "timestamptz",
}  # fmt: skip
# One household comes as constants, which the database puts into each test beforehand; thousands come as rows. The same
# tests say what fits one of them tonight and who could go where.
_ONE = "SELECT " + ", ".join(f"%(w_{name})s::{kind} AS {name}" for name, kind in _WANTED.items())
_MANY = "SELECT * FROM jsonb_to_recordset(%(wanted)s::jsonb) AS w({})".format(
    ", ".join(f"{name} {kind}" for name, kind in _WANTED.items())
)
_BASE = """
WITH w AS ({wanted}
), near AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(near)s::jsonb) AS a(id bigint, code text, wanted float8, danger float8)
), taken AS MATERIALIZED (
  SELECT * FROM accommodation_taken(%(now)s)
), judged AS (
  SELECT w.id AS household, s.id, k.until, a.wanted, a.danger, ({talk}) AS talk, {bits} AS breaks, {points} AS points
    FROM accommodation_space s
    JOIN accommodation_site t ON t.id = s.site_id AND t.closed_on IS NULL
    CROSS JOIN w
    LEFT JOIN taken k ON k.space_id = s.id
    LEFT JOIN near a ON a.id = w.id AND a.code = t.area_code
   WHERE s.partnership_id = %(partnership)s AND s.closed_on IS NULL{fits}
)
"""
_POINTS = f"""
       CASE WHEN a.wanted IS NULL THEN 0 WHEN a.wanted <= %(near_miles)s THEN %(p_wanted_area)s
            ELSE %(p_wanted_area)s * %(near_miles)s::float8 / a.wanted END
     + CASE WHEN t.specialisms && w.specialisms::varchar[] THEN %(p_specialism)s ELSE 0 END
     + CASE WHEN t.languages && w.languages::varchar[] THEN %(p_language)s ELSE 0 END
     + CASE WHEN t.support_hours = 'night' THEN %(p_night)s ELSE 0 END
     + CASE WHEN s.beds + LEAST(s.cots, w.babies) = w.people THEN %(p_own_size)s ELSE 0 END
     + CASE WHEN a.danger IS NULL THEN 0 ELSE %(p_far_from_danger)s * LEAST(a.danger / %(far_miles)s, 1) END
     + CASE WHEN k.until IS NULL AND t.said_at > %(fresh)s THEN %(p_said_today)s ELSE 0 END
     + CASE WHEN {_TALK} THEN %(p_talks_first)s ELSE 0 END
"""
# What is said of a space, read for the few that are said.
_SAID = """
SELECT n.*, s.label, s.kind, s.beds, s.cots, s.for_whom, s.sons_up_to, s.self_contained, s.organisation_id,
       t.id AS site_id, t.name AS site, t.form, t.area_code, t.support_hours, t.specialisms, t.takes_local,
       t.danger_areas, t.languages, t.said_at, o.name AS provider, o.phone
  FROM {few} n
  JOIN accommodation_space s ON s.id = n.id
  JOIN accommodation_site t ON t.id = s.site_id
  JOIN access_organisation o ON o.id = s.organisation_id
"""
_RANKED = f"""
, fitting AS MATERIALIZED (
  SELECT * FROM judged
), first AS (
  SELECT f.*, (SELECT count(*) FROM fitting) AS fits FROM fitting f
   ORDER BY points DESC, danger DESC NULLS LAST, id LIMIT %(most)s
)
{_SAID.format(few="first")}
 ORDER BY points DESC, danger DESC NULLS LAST, n.id
"""
_PAIRS = """
SELECT household, id, round(points::numeric)::int FROM judged ORDER BY household, id
"""
_MISSES = f"""
, missed AS MATERIALIZED (
  SELECT j.*, j.breaks & %(hard)s AS broken FROM judged j WHERE bit_count((j.breaks & %(hard)s)::bit(32)) = 1
     -- Who waits for a space that somebody lives in waits for nothing that is known.
     AND NOT (j.breaks & %(hard)s = %(ready)s AND j.until >= %(forever)s)
), near_first AS (
  SELECT m.*, count(*) OVER (PARTITION BY broken) AS alike,
         row_number() OVER (PARTITION BY broken ORDER BY wanted, danger DESC NULLS LAST, id) AS nth
    FROM missed m
), few AS (
  SELECT * FROM near_first WHERE nth <= %(each)s
)
{_SAID.format(few="few")}
 ORDER BY alike DESC, broken, nth
"""


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

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return _sentence(self.reasons)

    @property
    def mind(self) -> str:
        """What to mind, in one line."""
        return _sentence(self.cautions)


def _sentence(parts: Sequence[str]) -> str:
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}"


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


def _arguments(households: Sequence[Wanted], partnership_id: int, rules: Rules, now: datetime) -> dict[str, Any]:
    rows = [_row_of(one, now) for one in households]
    return {
        "partnership": partnership_id,
        "now": now,
        **({f"w_{name}": value for name, value in rows[0].items()} if len(rows) == 1 else {}),
        "wanted": json.dumps(rows),
        "near": json.dumps(
            [
                {"id": one.id, "code": code, "wanted": one.wanted.get(code), "danger": one.danger.get(code)}
                for one in households
                for code in sorted(set(one.wanted) | set(one.danger))
            ]
        ),
        "near_miles": rules.near_miles,
        "far_miles": rules.far_miles,
        "fresh": now - timedelta(days=1),
        "most": MOST,
        "hard": sum(1 << place for place, key in enumerate(BREAKS) if rules.limit(key).hard),
        "ready": 1 << list(BREAKS).index("ready"),
        "forever": FOREVER,
        **{f"p_{key}": value for key, value in rules.points.items()},
    }


def _row_of(one: Wanted, now: datetime) -> dict[str, Any]:
    home = one.household
    known = {sex for sex in home.adults if sex in ("female", "male")}
    # A house for women takes women. Where nobody has said it, or it is another, the house may fit: its row says what is
    # to be asked.
    for_whom = [words for words, sex in (("women", "female"), ("men", "male")) if known <= {sex}]
    return {
        "id": one.id,
        "people": home.people,
        "babies": home.babies,
        "oldest_son": home.oldest_son,
        "for_whom": for_whom,
        "from_areas": list(one.from_areas or filter(None, [one.from_area])),
        "blocked": list(one.blocked),
        "wheelchair": one.wheelchair,
        "step_free": one.step_free,
        "ground_floor": one.ground_floor,
        "alone": one.alone,
        "pets": one.pets,
        "no_recourse": one.no_recourse,
        "substance_use": one.substance_use,
        "mental_health": one.mental_health,
        "offending": one.offending,
        "night": one.night,
        "languages": list(one.languages),
        "specialisms": list(one.specialisms),
        "ready": max(one.ready, now).isoformat(),
    }


def _base(wanted: str, hard: Sequence[str] = ()) -> str:
    """The common part. `hard`: limits that what is found must not break, each tested by itself, so the database can
    drop a space or a whole site before it looks at anything else of it; the others are a bit each in `breaks`."""
    bits = " + ".join(
        [
            "0",
            *(
                f"CASE WHEN {test} THEN {1 << place} ELSE 0 END"
                for place, (key, test) in enumerate(BREAKS.items())
                if key not in hard
            ),
        ]
    )
    fits = "".join(f"\n     AND ({BREAKS[key]}) IS NOT TRUE" for key in hard)
    return _BASE.format(wanted=wanted, talk=_TALK, bits=bits, points=_POINTS, fits=fits)


def _hard(rules: Rules, without: Sequence[str] = ()) -> list[str]:
    return [key for key in BREAKS if rules.limit(key).hard and key not in without]


def _rows(sql: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def ranked(wanted: Wanted, rules: Rules, *, now: datetime) -> tuple[list[Fit], int]:
    """Spaces that break no hard limit, the best first, each with its reasons; and how many there are. One statement."""
    rows = _rows(_base(_ONE, _hard(rules)) + _RANKED, _arguments([wanted], wanted.partnership_id, rules, now))
    return [_fit(row, wanted, rules, now) for row in rows], rows[0]["fits"] if rows else 0


def pairs(
    households: Sequence[Wanted], rules: Rules, *, now: datetime, without: Sequence[str] = ()
) -> list[tuple[int, int, int]]:
    """Every household with every space that breaks no hard limit for it, and its points. One statement.

    `without`: limits that are not asked for here.
    """
    if not households:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _base(_MANY, _hard(rules, without)) + _PAIRS,
            _arguments(households, households[0].partnership_id, rules, now),
        )
        found: list[tuple[int, int, int]] = cursor.fetchall()
        return found


def _fit(row: dict[str, Any], wanted: Wanted, rules: Rules, now: datetime) -> Fit:
    people = wanted.household.people
    reasons = [f"room for {people}"]
    cautions = []
    if row["wanted"] is not None:
        near = row["wanted"] <= rules.near_miles
        reasons.append(
            "where they want to be" if row["wanted"] < 1 else f"{row['wanted']:.0f} miles from where they want to be"
        )
        if not near:
            cautions.append("further than they would like")
    if row["area_code"] in wanted.unsure:
        cautions.append("nobody can tell how far it is from the danger area")
    elif row["danger"] is not None:
        reasons.append(f"{row['danger']:.0f} miles from the nearest danger area")
    both = [code for code in row["specialisms"] if code in wanted.specialisms]
    reasons += [label("accommodation_specialism", code) for code in both]
    if set(row["languages"]) & set(wanted.languages):
        reasons.append("somebody speaks their language")
    if row["support_hours"] == "night":
        reasons.append("staff day and night")
    if row["self_contained"]:
        reasons.append("nothing is shared")
    if row["for_whom"] != "all" and "" in wanted.household.adults:
        cautions.append(f"for {label('space_for', row['for_whom']).lower()} only: nobody has said whether that fits")
    if row["for_whom"] != "all" and "other" in wanted.household.adults:
        cautions.append(f"for {label('space_for', row['for_whom']).lower()}: talk about whether that fits")
    if not wanted.from_area and (row["danger_areas"] or not row["takes_local"]):
        cautions.append("they take nobody from some areas: say which area they leave")
    if row["form"] == "second_stage" and not wanted.moves:
        cautions.append("meant for people who move on from another safe place")  # SI 2021/991, regulation 2
    if row["talk"]:
        cautions.append("talk to them first about what they support")
    if row["until"] is not None:
        until = timezone.localtime(row["until"]) if row["until"] < FOREVER else None
        cautions.append(f"taken until {until:%-d %B, %H:%M}" if until else "taken, and nobody knows until when")
    elif row["said_at"] is None or row["said_at"] <= now - timedelta(days=1):
        cautions.append("not said today to be free: ring first")
    else:
        reasons.append("said today to be free")
    soft = [one for place, one in enumerate(map(rules.limit, BREAKS)) if row["breaks"] & (1 << place) and not one.hard]
    cautions += [_miss_words(one.key, one.miss, row, wanted) for one in soft]
    return Fit(
        row["id"],
        row["label"],
        row["site_id"],
        row["site"],
        row["provider"],
        row["phone"],
        row["organisation_id"],
        row["form"],
        row["area_code"],
        row["beds"],
        row["said_at"],
        tuple(reasons),
        tuple(cautions),
    )


def _miss_words(key: str, words: str, row: dict[str, Any], wanted: Wanted) -> str:
    home = wanted.household
    need: object = home.oldest_son if key == "sons" else home.people
    space: object = {
        "sons": row["sons_up_to"],
        "for_whom": label("space_for", row["for_whom"]).lower(),
    }.get(key, row["beds"] + min(row["cots"], home.babies))
    return words.format(need=need, space=space)


def looked_at(partnership_id: int) -> int:
    """How many spaces a search looks at. One statement."""
    rows = Space.objects.filter(partnership_id=partnership_id, closed_on=None, site__closed_on=None)
    return rows.count()


def misses(wanted: Wanted, rules: Rules, *, now: datetime, each: int = 5) -> tuple[list[Change], list[Miss]]:
    """For no match: the single changes by how many spaces each would open, and the nearest of those. One statement."""
    keys = list(BREAKS)
    opened: Counter[str] = Counter()
    near = []
    for row in _rows(_base(_ONE) + _MISSES, _arguments([wanted], wanted.partnership_id, rules, now) | {"each": each}):
        limit = rules.limit(keys[row["broken"].bit_length() - 1])
        opened[limit.key] = row["alike"]
        near.append(
            Miss(
                row["id"],
                row["label"],
                row["site"],
                row["provider"],
                row["phone"],
                row["form"],
                row["area_code"],
                _sentence([_miss_words(limit.key, limit.miss, row, wanted)]),
                limit.change,
            )
        )
    return [Change(key, rules.limit(key).change, number) for key, number in opened.most_common()], near
