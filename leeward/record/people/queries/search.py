"""Find a person among those whom one may see: by name with typing errors, by date of birth, by a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.people import naming
from leeward.record.people.models import PersonSight
from leeward.record.people.queries.matching import keys_for

PAGE = 20
_DATE = re.compile(r"\b(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\b")
_YEAR = re.compile(r"\b(19\d\d|20\d\d)\b")


@dataclass(frozen=True)
class Wanted:
    """What somebody typed, taken apart."""

    given: str
    family: str
    born: date | None = None
    year: int | None = None
    number: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing that could be searched for."""
        return not (self.given or self.family or self.born or self.number)


@dataclass(frozen=True)
class Found:
    """A person record that was found, nearest first."""

    person_id: int
    called: str
    given: str
    family: str
    birth_date: date | None
    birth_precision: str = "day"
    points: int = 0
    case_id: int | None = None


def read_wanted(text: str) -> Wanted:
    """Take a line apart: names, a date of birth (day first) or a year, an NHS number of ten digits.

    The last name is the family name; a single name is sought as either.
    """
    text = text.replace("\x00", " ")[:200]
    born = year = None
    if match := _DATE.search(text):
        day, month, number = map(int, match.groups())
        try:
            born = date(number, month, day)
        except ValueError:
            try:
                born = date(number, day, month)
            except ValueError:
                born = None
        text = text.replace(match.group(0), " ")
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"\d{10}", digits):
        return Wanted("", "", born, None, digits)
    if born is None and (found := _YEAR.search(text)):
        year = int(found.group(0))
        text = text.replace(found.group(0), " ")
    names = [word for word in text.replace(",", " ").split() if naming.normalise(word)]
    if not names:
        return Wanted("", "", born, year)
    if len(names) == 1:
        return Wanted("", names[0], born, year)
    return Wanted(" ".join(names[:-1]), names[-1], born, year)


# One statement whose branches each begin at an index; the policy of name entries asks for sight of each hit. Points say
# how near: an exact name counts more than one with a typing error, a birth date more than either.
_BOTH_NAMES = """
  SELECT n.person_id, n.given_key, n.family_key, n.birth_date FROM people_nameentry n
   WHERE n.family_key = ANY (%(families)s::bigint[]) AND n.given_key = ANY (%(givens)s::bigint[])
"""
_BORN = """
  SELECT n.person_id, n.given_key, n.family_key, n.birth_date FROM people_nameentry n
   WHERE n.birth_date = ANY (%(dates)s::date[])
     AND (n.given_key = ANY (%(givens)s::bigint[]) OR n.family_key = ANY (%(families)s::bigint[]))
"""
_BORN_ALONE = """
  SELECT n.person_id, n.given_key, n.family_key, n.birth_date FROM people_nameentry n
   WHERE n.birth_date = ANY (%(dates)s::date[])
"""
_ONE_NAME = """
  (SELECT n.person_id, n.given_key, n.family_key, n.birth_date FROM people_nameentry n
    WHERE n.family_key = ANY (%(families)s::bigint[]) LIMIT 200)
  UNION ALL
  (SELECT n.person_id, n.given_key, n.family_key, n.birth_date FROM people_nameentry n
    WHERE n.given_key = ANY (%(givens)s::bigint[]) LIMIT 200)
"""
_NUMBER = """
  SELECT i.person_id, NULL::bigint AS given_key, NULL::bigint AS family_key, NULL::date AS birth_date
    FROM people_identifier i
   WHERE i.kind = 'nhs' AND i.value = %(number)s
"""
_RANKED = """
WITH hit AS ({branches}), ranked AS (
  SELECT h.person_id, max(
      CASE WHEN h.given_key = %(exact_given)s THEN 30 WHEN h.given_key = ANY (%(givens)s::bigint[]) THEN 20 ELSE 0 END
    + CASE WHEN h.family_key = %(exact_family)s THEN 30
           WHEN h.family_key = ANY (%(families)s::bigint[]) THEN 20 ELSE 0 END
    + CASE WHEN h.birth_date = %(born)s THEN 40 WHEN h.birth_date = ANY (%(dates)s::date[]) THEN 30
           WHEN extract(year FROM h.birth_date) = %(year)s THEN 25 ELSE 0 END) AS points
    FROM hit h GROUP BY h.person_id ORDER BY points DESC, h.person_id DESC LIMIT %(page)s
)
SELECT p.id, p.called, COALESCE(n.given, ''), COALESCE(n.family, ''), p.birth_date, p.birth_precision, r.points
  FROM ranked r JOIN people_person p ON p.id = r.person_id
  LEFT JOIN LATERAL (SELECT given, family FROM people_personname n WHERE n.person_id = p.id AND n.ended_on IS NULL
                     ORDER BY n.kind = 'current' DESC, n.id LIMIT 1) n ON true
 ORDER BY r.points DESC, p.id DESC
"""


def nearest(wanted: Wanted, limit: int = PAGE) -> list[Found]:
    """The nearest people among those that whoever acts may see; nothing is logged: callers do."""
    if wanted.is_empty:
        return []
    keys = keys_for(wanted.given or wanted.family, wanted.family or wanted.given)  # a single name may be either
    dates = [day for day in (wanted.born, naming.swapped(wanted.born)) if day]
    with connection.cursor() as cursor:
        cursor.execute(
            _RANKED.format(branches=" UNION ALL ".join(_branches(wanted))),
            {
                "families": keys.families, "givens": keys.givens, "exact_given": keys.exact_given,
                "exact_family": keys.exact_family, "born": wanted.born, "dates": dates, "year": wanted.year,
                "number": wanted.number, "page": limit,
            },
        )  # fmt: skip
        return [Found(*row) for row in cursor.fetchall()]


def search_people(*, by: Acting, wanted: Wanted) -> list[Found]:
    """The nearest people among those that whoever acts may see: three statements, whatever the size of the register.

    A walled person is not there, as one who does not exist is not. The search is logged with a keyed hash only.
    """
    if wanted.is_empty:
        return []
    found = _with_cases(nearest(wanted))
    audit.record(
        "searched_people", "person", listed=[one.person_id for one in found],
        detail={"text": audit.blind(f"{wanted.given} {wanted.family} {wanted.born} {wanted.number}"), "by": by.kind},
    )  # fmt: skip
    return found


def page_of_reference(*, by: Acting, reference: str) -> str | None:
    """The address of the case or contact with this reference that whoever acts may open, as the rooms above answer.

    One that is hidden is not there, as one that does not exist is not. Logged as a search is, with a keyed hash only.
    """
    found = None
    for path in settings.PAGES_OF_REFERENCE:
        found = found or import_string(path)(by=by, reference=reference)
    audit.record(
        "searched_people", "case", detail={"text": audit.blind(reference), "by": by.kind, "found": found is not None}
    )
    return found


def _with_cases(found: list[Found]) -> list[Found]:
    """Each with their own case, where whoever acts sees one (a case in which they are only mentioned is not theirs)."""
    rows = PersonSight.objects.filter(
        person_id__in=[one.person_id for one in found], source_kind="case", scope__gte=2
    ).exclude(side="named")
    cases: dict[int, int] = {}
    for person_id, case_id in rows.order_by("source_id").values_list("person_id", "source_id"):
        cases[person_id] = case_id
    return [replace(one, case_id=cases.get(one.person_id)) for one in found]


def _branches(wanted: Wanted) -> list[str]:
    if wanted.number:
        return [_NUMBER]
    branches = []
    if wanted.given and wanted.family:
        branches.append(_BOTH_NAMES)
    elif (wanted.family or wanted.given) and not wanted.born:
        branches.append(_ONE_NAME)
    if wanted.born:
        branches.append(_BORN if wanted.family else _BORN_ALONE)
    return branches
