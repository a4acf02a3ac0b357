"""Records that may be of who is being entered, with where each is known: enough to say whether it is the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.linking import live_links
from leeward.record.people.models import Person, PersonLink, PersonName, PersonSight
from leeward.record.people.queries.duplicates import possible_duplicates
from leeward.record.people.queries.sides import may_be_changed


@dataclass(frozen=True)
class Candidate:
    """One record that may be of the same person."""

    person_id: int
    name: str
    born: str
    likelihood: str
    is_here: bool
    known: tuple[str, ...]  # whose cases they are known in, where the reader sees that


def candidates(
    *, by: Acting, case: Case, facts: PersonFacts, nhs_number: str, side: str, part: str,
    leaving_out: Collection[int] = (),
) -> list[Candidate]:  # fmt: skip
    """Who may be meant, nearest first, those of this case among them: nobody is entered here twice either.

    Only records that whoever acts sees, on the same side. A record behind a wall, restricted, or of another service
    is not there, as one that does not exist is not: the page, its statements and its words are the same.
    """
    found = possible_duplicates(
        by=by, given=facts.given, family=facts.family, born=facts.birth_date, nhs_number=nhs_number, side=side,
        part=part, leaving_out=leaving_out,
    )  # fmt: skip
    able = may_be_changed([one.person_id for one in found])
    found = [one for one in found if one.person_id in able]  # two records are linked by who works with both
    ids = [one.person_id for one in found]
    sights = list(PersonSight.objects.filter(person_id__in=ids, source_kind="case", side="named", scope__gte=2))
    subjects = {sight.subject_id for sight in sights}
    names = dict(Person.objects.filter(id__in=subjects).values_list("id", "called"))
    here = {sight.person_id for sight in sights if sight.source_id == case.id} | {case.person_id}
    return [
        Candidate(
            one.person_id, one.name or "Name not known", one.born, one.likelihood, one.person_id in here,
            tuple(dict.fromkeys(
                names[sight.subject_id] for sight in sights
                if sight.person_id == one.person_id and sight.source_id != case.id and names.get(sight.subject_id)
            )),
        )
        for one in found
    ]  # fmt: skip


def known_already(*, by: Acting, case: Case) -> list[Candidate]:
    """Other records that may be of whom a case is about: a new contact makes a new record each time.

    Nearest first, without those that are linked with it. Empty where no name is known.
    """
    name = PersonName.objects.filter(person_id=case.person_id, ended_on=None, was_error=False).order_by("-id").first()
    if name is None:
        return []
    links = PersonLink.objects.filter(live_links(case.person_id)).values_list("first_id", "second_id")
    facts = PersonFacts(given=name.given, family=name.family, birth_date=case.person.birth_date)
    return candidates(
        by=by, case=case, facts=facts, nhs_number="", side=case.side, part="",
        leaving_out={case.person_id, *(number for pair in links for number in pair)},
    )  # fmt: skip
