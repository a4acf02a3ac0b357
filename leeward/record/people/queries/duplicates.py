"""Before somebody is added: is there a record of them already, among those that one may see?

Never tells that the other party is a client: a person who is entered as one who causes harm is compared with people
who are mentioned, not with those who have a case of their own, and the two sides are kept apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.people.queries.search import Wanted, nearest
from leeward.record.people.queries.sides import SUBJECT, groups_of
from leeward.record.people.rules.checking import likelihood_words
from leeward.record.people.rules.words import born_in_words, full_name, side_group

MOST = 5
LOOKED_AT = 20
ENOUGH = 40  # points: both names about right, or one name and the birth date
CAUSES_HARM = "said_to_cause_harm"


@dataclass(frozen=True)
class Duplicate:
    """A record that may be of the same person."""

    person_id: int
    name: str
    born: str
    likelihood: str


def possible_duplicates(
    *,
    by: Acting,
    given: str,
    family: str,
    born: date | None = None,
    nhs_number: str = "",
    side: str = "harmed",
    part: str = "",
    leaving_out: Collection[int] = (),
) -> list[Duplicate]:
    """Records that may be of who is being entered, nearest first: four statements, logged with a keyed hash.

    `side` is that of the case that they are entered in (code list side), `part` what they are in it (code list
    part_in_case; empty for the one whom the case is about). `leaving_out`: people of the case itself.
    """
    wanted = [Wanted(given.strip(), family.strip(), born)]
    if nhs_number:
        wanted.insert(0, Wanted("", "", None, None, nhs_number.replace(" ", "")))
    found = {one.person_id: one for each in wanted if not each.is_empty for one in nearest(each, LOOKED_AT)}
    near = [one for one in found.values() if (one.points >= ENOUGH or nhs_number) and one.person_id not in leaving_out]
    open_ones = _of_the_same_side([one.person_id for one in near], side, part)
    shown = [one for one in near if one.person_id in open_ones][:MOST]
    audit.record(
        "looked_for_duplicates",
        "person",
        listed=[one.person_id for one in shown],
        detail={"text": audit.blind(f"{given} {family} {born or ''} {nhs_number}"), "by": by.kind},
    )
    return [
        Duplicate(
            one.person_id,
            full_name(one.given, one.family) or one.called,
            born_in_words(one.birth_date, one.birth_precision),
            likelihood_words(one.points) or "possible",
        )
        for one in shown
    ]


def _of_the_same_side(person_ids: list[int], side: str, part: str) -> set[int]:
    """Those whom the reader knows on the same side, and on it alone."""
    here = side_group(side)
    wanted_groups = {here} if part == CAUSES_HARM else {here, SUBJECT}
    return {person_id for person_id, mine in groups_of(person_ids).items() if mine and mine <= wanted_groups}
