"""Assessments: how one stands, the line of them over time, two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.record.risk.instruments import NOT_ASKED, Demanded, Given, Instrument, Item, Option, Result, demands, score
from leeward.record.risk.models import Answer, Assessment, Demand, Incident, InstrumentVersion
from leeward.record.risk.queries.incidents import incident_count, incidents_of
from leeward.record.risk.queries.thresholds import definition_of, newest_versions, thresholds_of, topics
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
        Assessment.objects.select_related("instrument", "case", "organisation", "person", "follows__instrument")
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


@dataclass(frozen=True)
class AssessmentPage:
    """One assessment: its lines under their headings, what they come to, what it followed."""

    assessment: Assessment
    instrument: Instrument
    sections: list[tuple[str, str, list[Line]]]
    result: Result
    demands: list[tuple[Demand, Demanded]]


def assessment_page(assessment: Assessment, limits: Thresholds) -> AssessmentPage:
    """Everything that the page of an assessment shows, in two statements. Logged as read."""
    instrument = instrument_of(assessment)
    given = answers_of(assessment)
    audit.record("read_assessment", "assessment", assessment.id, person=assessment.person_id)
    return AssessmentPage(
        assessment=assessment,
        instrument=instrument,
        sections=[
            (section.title, section.intro, [_line(instrument, item, given) for item in section.items])
            for section in instrument.sections
        ],
        result=score(instrument, given, limits.bands.get(instrument.instrument)),
        demands=_known(Demand.objects.filter(assessment=assessment)),
    )


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


def offers_for(by: Acting, person: Person) -> list[Offer]:
    """The instruments that can be begun for somebody: those for their age first; no paused ones, no follow-ons."""
    limits = thresholds_of(by.partnership_id)
    versions = newest_versions(by.partnership_id)
    read = {key: definition_of(row) for key, row in versions.items()}
    age = age_of(person)
    only_follow = {one.instrument for each in read.values() for one in each.follow_on if not read_is_whole(read, one)}
    found = [
        Offer(versions[key], each, each.ages.fit(age))
        for key, each in read.items()
        if key not in limits.paused and key not in only_follow
    ]
    # A young person's variant stands before the one for all ages.
    return sorted(found, key=lambda one: (not one.fits, one.instrument.ages.oldest is None, -len(one.instrument.items)))


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
class RiskPage:
    """The risk of a case: how it stands and why, what is open, the line over time, the incidents."""

    finished: list[Assessment]
    started: list[Assessment]
    demands: list[tuple[Demand, Demanded]]
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
    """The risk tab of a case, in six statements. Logged as read."""
    limits = thresholds_of(by.partnership_id)
    rows = list(
        Assessment.objects.filter(case=case)
        .exclude(status=Assessment.WITHDRAWN)
        .select_related("instrument", "organisation", "person")
        .order_by("-assessed_on", "-started_at")[:100]
    )
    finished = [row for row in rows if row.status == Assessment.FINISHED]
    newest = next((row for row in finished if row.level), None)
    today = timezone.localdate()
    audit.record("read_risk", "case", case.id, person=case.person_id)
    return RiskPage(
        finished=finished,
        started=[row for row in rows if row.status == Assessment.STARTED],
        demands=_known(Demand.objects.filter(case=case)),
        incidents=incidents_of(case),
        incident_count=incident_count(case.person_id, limits.escalation_since(today)),
        limits=limits,
        review_on=newest.review_on if newest else None,
        is_overdue=bool(newest and newest.review_on and newest.review_on < today and case.status != "closed"),
        follow_on=_offered_next(by, finished[:1], rows),
    )


def asked_next(by: Acting, assessment: Assessment, case_id: int) -> tuple[str, ...]:
    """The instruments that a finished assessment of this case asks to be followed by, but for those that are paused."""
    if assessment.case_id != case_id or assessment.status != Assessment.FINISHED:
        return ()
    result = score(instrument_of(assessment), answers_of(assessment), age=age_of(assessment.person))
    return tuple(key for key in result.follow_on if key not in thresholds_of(by.partnership_id).paused)


def _offered_next(
    by: Acting, newest: list[Assessment], rows: list[Assessment]
) -> list[tuple[Assessment, InstrumentVersion]]:
    """What the newest assessment asks to be followed by, unless that was done since or is begun."""
    found = []
    for assessment in newest:
        result = score(instrument_of(assessment), answers_of(assessment), age=age_of(assessment.person))
        versions = newest_versions(by.partnership_id) if result.follow_on else {}
        for key in result.follow_on:
            since = [row for row in rows if row.instrument.key == key and row.started_at >= assessment.started_at]
            if key in versions and not since:
                found.append((assessment, versions[key]))
    return found


@dataclass(frozen=True)
class Compared:
    """One topic in two assessments."""

    topic: str
    words: str
    before: str
    after: str
    change: str  # new, gone, same, unclear


def compare(earlier: Assessment, later: Assessment) -> list[Compared]:
    """Two assessments side by side by topic, whatever instruments they were made with; what changed stands first."""
    sides = []
    for assessment in (earlier, later):
        instrument, given = instrument_of(assessment), answers_of(assessment)
        side: dict[str, tuple[str, str, bool | None]] = {}
        for key, item in instrument.items.items():
            answer = given[key].answer if key in given else NOT_ASKED
            known = None if instrument.option(item, answer) is None else instrument.affirms(key, answer)
            side[item.about] = (item.label, words_of(instrument, item, answer), known)
        sides.append(side)
    before, after = sides
    found = []
    for topic in {**after, **before}:
        was, now = before.get(topic), after.get(topic)
        found.append(
            Compared(
                topic=topic,
                words=topics().get(topic) or (now or was or ("", "", None))[0],
                before=was[1] if was else "Not part of it",
                after=now[1] if now else "Not part of it",
                change=_change(was[2] if was else None, now[2] if now else None),
            )
        )
    order = ("new", "gone", "unclear", "same")
    return sorted(found, key=lambda one: order.index(one.change))


def _change(was: bool | None, now: bool | None) -> str:
    if was is None and now is None:
        return "same"
    if was is None or now is None:
        return "unclear"
    return "same" if was == now else ("new" if now else "gone")
