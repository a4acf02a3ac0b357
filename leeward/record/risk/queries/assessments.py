"""Assessments: how one stands, the line of them over time, two of them side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.record.cases.actions.people import linked_with
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.record.risk.instruments import (
    NOT_ASKED,
    Demanded,
    Given,
    Instrument,
    Item,
    Option,
    Result,
    demanded,
    demands,
    score,
    tally,
)
from leeward.record.risk.models import Answer, Assessment, Demand, Incident, InstrumentVersion
from leeward.record.risk.queries.incidents import incident_count, incidents_of
from leeward.record.risk.queries.plans_due import WaitingPlan, plans_waiting
from leeward.record.risk.queries.thresholds import definition_of, newest_versions, thresholds_of
from leeward.record.risk.rules import Thresholds


def instrument_of(assessment: Assessment) -> Instrument:
    """The definition that an assessment was made with."""
    return definition_of(assessment.instrument)


def answers_of(assessment: Assessment) -> dict[str, Given]:
    """What was answered, by item."""
    return {
        row.item: Given(row.answer, row.comment, row.source)
        for row in Answer.objects.filter(assessment=assessment).order_by("id")
    }


def find_assessment(assessment_id: int) -> Assessment | None:
    """One assessment with its instrument and case, or None where there is none or it may not be seen."""
    return (
        Assessment.objects.select_related("instrument", "case", "person", "organisation", "follows__instrument")
        .filter(id=assessment_id)
        .first()
    )


@dataclass(frozen=True)
class Line:
    """One item as a page shows it."""

    item: Item
    options: tuple[Option, ...]
    given: Given
    words: str
    affirmed: bool


def words_of(instrument: Instrument, item: Item, answer: str) -> str:
    """An answer in words."""
    option = instrument.option(item, answer)
    return option.label if option else {"not_known": "Not known"}.get(answer, "Not asked")


def affirmed_words(instrument: Instrument, given: Mapping[str, Given], *, scored: bool | None = None) -> list[str]:
    """What was said to be so, as short labels, with the grade where there are grades; `scored`: only such items."""
    found = []
    for key, item in instrument.items.items():
        if key not in given or (scored is not None and item.scored != scored):
            continue
        option = instrument.option(item, given[key].answer)
        if option is not None and option.affirms:
            graded = len(instrument.options(item)) > 2
            found.append(f"{item.label}: {option.label}" if graded else item.label)
    return found


@dataclass(frozen=True)
class AssessmentPage:
    """One assessment: its lines under their headings, what they come to, what they ask for."""

    assessment: Assessment
    instrument: Instrument
    sections: list[tuple[str, str, list[Line]]]
    result: Result
    tally: str
    said: list[str]  # what counts and was said to be so
    beside: list[str]  # the same of what does not count
    asked: list[Demanded]  # what the answers ask for, also before it is finished
    demands: list[tuple[Demand, Demanded]]

    @property
    def to_do(self) -> list[Demanded]:
        """What it asks for and nobody has recorded yet."""
        return [known for row, known in self.demands if row.status == Demand.OPEN] if self.demands else self.asked

    @property
    def at_once(self) -> list[Demanded]:
        """What is to be done now, before anything else."""
        return [one for one in self.asked if one.at_once]


def assessment_page(assessment: Assessment, limits: Thresholds) -> AssessmentPage:
    """Everything that the page of an assessment shows, in two statements. Logged as read."""
    instrument = instrument_of(assessment)
    given = answers_of(assessment)
    audit.record("read_assessment", "assessment", assessment.id, person=assessment.person_id)
    bands = limits.bands.get(instrument.instrument)
    result = score(instrument, given, bands, age=age_of(assessment.person))
    return AssessmentPage(
        assessment=assessment,
        instrument=instrument,
        sections=[
            (section.title, section.intro, [_line(instrument, item, given) for item in section.items])
            for section in instrument.sections
        ],
        result=result,
        tally=tally(instrument, result.points, result.most),
        said=affirmed_words(instrument, given, scored=True),
        beside=affirmed_words(instrument, given, scored=False),
        asked=[demands()[key] for key in demanded(instrument, given)],
        demands=_known(Demand.objects.filter(assessment=assessment)),
    )


def records_of(person_id: int) -> set[int]:
    """A record and those linked with it as the same human being, as far as whoever asks sees both."""
    return {person_id, *linked_with([person_id])}


def earlier_of(assessment: Assessment, most: int = 10) -> list[Assessment]:
    """What was assessed of the same person before, newest first: in each case and linked record that one sees."""
    return list(
        Assessment.objects.filter(
            person_id__in=records_of(assessment.person_id),
            status=Assessment.FINISHED,
            assessed_on__lte=assessment.assessed_on,
        )
        .exclude(id=assessment.id)
        .exclude(case__side="causing_harm")
        .select_related("instrument", "case")
        .order_by("-assessed_on", "-finished_at")[:most]
    )


def assessed_level(case: Case) -> str:
    """The level of the newest finished assessment of a case; empty where none gave one."""
    newest = Assessment.objects.filter(case=case, status=Assessment.FINISHED).exclude(level="")
    return newest.order_by("-assessed_on", "-started_at").values_list("level", flat=True).first() or ""


def _line(instrument: Instrument, item: Item, given: dict[str, Given]) -> Line:
    one = given.get(item.key, Given(""))
    return Line(
        item=item,
        options=instrument.options(item),
        given=one,
        words=words_of(instrument, item, one.answer or NOT_ASKED),
        affirmed=instrument.affirms(item.key, one.answer),
    )


def _known(rows: object) -> list[tuple[Demand, Demanded]]:
    order = list(demands())
    found = [(row, demands()[row.key]) for row in rows if row.key in demands()]  # type: ignore[attr-defined]
    return sorted(found, key=lambda pair: (pair[0].status != Demand.OPEN, order.index(pair[0].key)))


@dataclass(frozen=True)
class Offer:
    """An instrument that can be begun now, and why it is offered first or not."""

    version: InstrumentVersion
    instrument: Instrument
    fits: bool
    is_meant: bool  # whether the reader is one of those who may complete it

    @property
    def hint(self) -> str:
        """What it is, for whom, and who completes it."""
        return " ".join(
            filter(
                None,
                [
                    "" if self.fits else "Not for this age.",
                    "" if self.is_meant else "Not meant for your role: ask somebody who was trained to use it.",
                    self.instrument.about,
                    f"Completed by: {self.instrument.completed_by}.",
                ],
            )
        )


def offers_for(by: Acting, person: Person) -> list[Offer]:
    """The instruments that can be begun for somebody: those for their age first; no paused ones, no follow-ons."""
    limits = thresholds_of(by.partnership_id)
    versions = newest_versions(by.partnership_id)
    read = {key: definition_of(row) for key, row in versions.items()}
    age = age_of(person)
    only_follow = {one.instrument for each in read.values() for one in each.follow_on if not read_is_whole(read, one)}
    found = [
        Offer(versions[key], each, each.ages.fit(age), meant_for(by, each))
        for key, each in read.items()
        if key not in limits.paused and key not in only_follow
    ]
    # A young person's variant stands before the one for all ages.
    return sorted(found, key=lambda one: (not one.fits, one.instrument.ages.oldest is None, -len(one.instrument.items)))


def meant_for(by: Acting, instrument: Instrument) -> bool:
    """Whether whoever acts is one of those who complete it, by role or by kind of organisation."""
    if not instrument.meant_for or set(instrument.meant_for) & set(by.roles):
        return True
    return Organisation.objects.filter(id=by.acts_for, kind__in=instrument.meant_for).exists()


def read_is_whole(read: dict[str, Instrument], follow: object) -> bool:
    """Whether a follow-on gives a level of its own, and so can also be begun alone."""
    instrument = read.get(getattr(follow, "instrument", ""))
    return instrument is not None and bool(instrument.bands)


def age_of(person: Person) -> int | None:
    """Full years, where the birth date is known as far as the year."""
    born = person.birth_date
    if born is None:
        return None
    today = timezone.localdate()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True)
class Told:
    """What stands behind the number of an assessment: how much was said, and what; beside it what does not count."""

    tally: str
    said: list[str]
    beside: list[str]


@dataclass(frozen=True)
class Asked:
    """A step that is asked for, once, however many assessments and incidents ask for it: the newest of them."""

    row: Demand
    known: Demanded
    by: list[str]  # instrument and day of each


@dataclass(frozen=True)
class RiskPage:
    """The risk of a case: how it stands and why, what is open, the line over time, the incidents."""

    finished: list[Assessment]
    withdrawn: list[Assessment]
    started: list[Assessment]
    told: dict[int, Told]
    demands: list[Asked]
    answered: list[tuple[Demand, Demanded]]
    plans: list[WaitingPlan]
    incidents: list[Incident]
    incident_count: int | None
    limits: Thresholds
    review_on: date | None
    is_overdue: bool
    follow_on: list[tuple[Assessment, InstrumentVersion]]

    @property
    def newest(self) -> Assessment | None:
        """The newest finished assessment that gave a level."""
        return next((one for one in self.finished if one.level), None)


def risk_page(*, by: Acting, case: Case) -> RiskPage:
    """The risk tab of a case, in a constant number of statements. Logged as read."""
    limits = thresholds_of(by.partnership_id)
    rows = list(
        Assessment.objects.filter(case=case)
        .exclude(status=Assessment.WITHDRAWN, finished_at=None)
        .select_related("instrument", "organisation")
        .order_by("-assessed_on", "-started_at")[:100]
    )
    finished = [row for row in rows if row.status == Assessment.FINISHED]
    newest = next((row for row in finished if row.level), None)
    today = timezone.localdate()
    given: dict[int, dict[str, Given]] = {}
    for answer in Answer.objects.filter(assessment__in=[row.id for row in finished]).order_by("id"):
        given.setdefault(answer.assessment_id, {})[answer.item] = Given(answer.answer, answer.comment, answer.source)
    steps = _known(
        Demand.objects.filter(case=case)
        .exclude(assessment__status=Assessment.WITHDRAWN)
        .exclude(incident__withdrawn_at__isnull=False)
        .select_related("assessment__instrument", "incident")
        .order_by("-raised_at", "-id")
    )
    audit.record("read_risk", "case", case.id, person=case.person_id)
    return RiskPage(
        finished=finished,
        withdrawn=[row for row in rows if row.status == Assessment.WITHDRAWN and row.finished_at],
        started=[row for row in rows if row.status == Assessment.STARTED],
        told={row.id: _told(row, given.get(row.id, {})) for row in finished},
        demands=_merged([pair for pair in steps if pair[0].status == Demand.OPEN]),
        answered=[pair for pair in steps if pair[0].status != Demand.OPEN],
        plans=plans_waiting(cases=[case.id]),
        incidents=incidents_of(case),
        incident_count=incident_count(case.person_id, limits.escalation_since(today)),
        limits=limits,
        review_on=newest.review_on if newest else None,
        is_overdue=bool(newest and newest.review_on and newest.review_on < today and case.status != "closed"),
        follow_on=_offered_next(by, rows, given, age_of(case.person), limits.paused),
    )


def _told(assessment: Assessment, given: Mapping[str, Given]) -> Told:
    instrument = instrument_of(assessment)
    return Told(
        tally(instrument, assessment.score, assessment.most),
        affirmed_words(instrument, given, scored=True),
        affirmed_words(instrument, given, scored=False),
    )


def _merged(steps: list[tuple[Demand, Demanded]]) -> list[Asked]:
    """Each step once, with all that ask for it."""
    found: dict[str, Asked] = {}
    for row, known in steps:
        asked = found.setdefault(row.key, Asked(row, known, []))
        if row.assessment is not None:
            asked.by.append(f"{row.assessment.instrument.title}, {_on(row.assessment.assessed_on)}")
        elif row.incident is not None:
            asked.by.append(f"An incident, {_on(row.incident.from_on)}")
    return list(found.values())


def _on(day: date) -> str:
    return date_format(day, "j F Y")


def asked_next(by: Acting, assessment: Assessment, case_id: int) -> tuple[str, ...]:
    """The instruments that a finished assessment of this case asks to be followed by, but for those that are paused."""
    if assessment.case_id != case_id or assessment.status != Assessment.FINISHED:
        return ()
    result = score(instrument_of(assessment), answers_of(assessment), age=age_of(assessment.person))
    return tuple(key for key in result.follow_on if key not in thresholds_of(by.partnership_id).paused)


def _offered_next(
    by: Acting,
    rows: list[Assessment],
    given: Mapping[int, Mapping[str, Given]],
    age: int | None,
    paused: Collection[str],
) -> list[tuple[Assessment, InstrumentVersion]]:
    """What finished assessments ask to be followed by, each once, unless that was done since or is begun."""
    versions = newest_versions(by.partnership_id)
    found: dict[str, tuple[Assessment, InstrumentVersion]] = {}
    done = [row for row in rows if row.status != Assessment.WITHDRAWN]
    for assessment in (row for row in rows if row.status == Assessment.FINISHED):
        for key in score(instrument_of(assessment), given.get(assessment.id, {}), age=age).follow_on:
            since = [row for row in done if row.instrument.key == key and row.started_at >= assessment.started_at]
            if key in versions and key not in paused and not since:
                found.setdefault(key, (assessment, versions[key]))
    return list(found.values())
