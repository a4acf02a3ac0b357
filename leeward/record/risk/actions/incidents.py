"""Record an incident, correct it, take it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.telling import tell_who_had_it
from leeward.record.cases.models import Case
from leeward.record.risk.models import Demand, Incident
from leeward.record.risk.queries.incidents import said_to_cause
from leeward.record.risk.rules import must_record

CHILD = "child"  # the step of instruments/demands.yaml for a child at risk


@dataclass(frozen=True)
class IncidentFacts:
    """What is known of an incident."""

    from_on: date
    kinds: tuple[str, ...]
    source: str
    reported: str = "not_known"
    until_on: date | None = None
    is_about: bool = False
    place: str = ""
    crime_reference: str = ""
    children_present: str = "unknown"
    what: str = ""
    causing_id: int | None = None  # who is said to have done it


@transaction.atomic
def record_incident(*, by: Acting, case: Case, facts: IncidentFacts) -> Incident:
    """Record something that was done to the person of a case, and its line in the chronology."""
    must_record(by, case)
    _must_make_sense(facts)
    _must_be_known(case, facts)
    made = Incident(
        partnership_id=by.partnership_id,
        person_id=case.person_id,
        case=case,
        organisation_id=by.acts_for,
        recorded_by=by.user_name,
        **_columns(facts),
    )
    made.save(force_insert=True)
    add_entry(
        by=by, case=case, kind="harm", title=incident_title(facts), at=facts.from_on, about=("incident", made.id),
        needs_risk=True,
    )  # fmt: skip
    _ask_for_child(by, made)
    audit.record("recorded_incident", "incident", made.id, person=case.person_id, detail={"kinds": list(facts.kinds)})
    return made


@transaction.atomic
def correct_incident(*, by: Acting, incident: Incident, facts: IncidentFacts, version: int) -> Incident:
    """Correct what one's own organisation recorded; the log keeps what it said before. Raises Conflict, Refused."""
    by.must(Permission.CASEWORK)
    _must_make_sense(facts)
    now_stands = _mine(by, incident)
    if now_stands.version != version:
        raise Conflict("Somebody else corrected this while you were writing.", theirs=asdict(facts_of(now_stands)))
    before = facts_of(now_stands)
    if before == facts:
        return now_stands
    assert now_stands.case is not None
    if facts.causing_id != before.causing_id:
        _must_be_known(now_stands.case, facts)
    columns = _columns(facts)
    for name, value in columns.items():
        setattr(now_stands, name, value)
    now_stands.version += 1
    now_stands.save(update_fields=[*columns, "version"])
    _ask_for_child(by, now_stands)
    add_entry(
        by=by, case=now_stands.case, kind="harm", title=f"Corrected: {incident_title(facts)}", at=facts.from_on,
        about=("incident", incident.id), needs_risk=True,
    )  # fmt: skip
    changed = [name for name, value in asdict(facts).items() if value != asdict(before)[name]]
    audit.record("corrected_incident", "incident", incident.id, person=incident.person_id, detail={"changed": changed})
    parts = ", ".join(CALLED[name] for name in changed)
    _tell_who_had_it(
        by, now_stands, before, f"Put right: {parts}. It does not hold as you had it: ring before you rely on it."
    )
    return now_stands


@transaction.atomic
def withdraw_incident(*, by: Acting, incident: Incident, reason: str) -> Incident:
    """Take back an incident that was recorded by mistake: it stays to be read and is not counted."""
    by.must(Permission.CASEWORK)
    if not reason.strip():
        raise Refused("Say why it is taken back.")
    now_stands = _mine(by, incident)
    now_stands.withdrawn_at, now_stands.withdrawn_reason = timezone.now(), reason
    now_stands.version += 1
    now_stands.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    assert now_stands.case is not None
    add_entry(
        by=by, case=now_stands.case, kind="harm", title="An incident was taken back: recorded by mistake", text=reason,
        about=("incident", incident.id), needs_risk=True,
    )  # fmt: skip
    audit.record("withdrew_incident", "incident", incident.id, person=incident.person_id)
    _tell_who_had_it(by, now_stands, facts_of(now_stands), "It was recorded by mistake and is taken back.")
    return now_stands


# What an incident says, as whoever is told of a correction reads it; the words themselves are for who sees the case.
CALLED = {
    "from_on": "when", "until_on": "until when", "is_about": "how exact the date is", "kinds": "the kind of abuse",
    "source": "who said it", "reported": "whether it was reported", "place": "where",
    "crime_reference": "the crime reference", "children_present": "whether children were there",
    "what": "what happened", "causing_id": "who is said to have done it",
}  # fmt: skip


def _tell_who_had_it(by: Acting, incident: Incident, before: IncidentFacts, words: str) -> None:
    """Whose share of the case has ended had the first version: they learn which parts were corrected, and nothing new.

    Whoever is walled from whom it named then is not told: that is whom they would know by it.
    """
    assert incident.case is not None
    tell_who_had_it(
        by=by, case=incident.case, about=("incident", incident.id), since=incident.recorded_at,
        words=f"{incident_title(before)}, {_day(before)}. {words}", other_id=before.causing_id or incident.causing_id,
    )  # fmt: skip


def _day(facts: IncidentFacts) -> str:
    return date_format(facts.from_on, "j F Y")


def facts_of(incident: Incident) -> IncidentFacts:
    """What an incident says."""
    return IncidentFacts(
        from_on=incident.from_on, kinds=tuple(incident.kinds), source=incident.source, reported=incident.reported,
        until_on=incident.until_on, is_about=incident.is_about, place=incident.place,
        crime_reference=incident.crime_reference, children_present=incident.children_present, what=incident.what,
        causing_id=incident.causing_id,
    )  # fmt: skip


def incident_title(facts: IncidentFacts) -> str:
    """The line of the chronology: what kind, without what was said."""
    kinds = ", ".join(label("abuse_kind", kind) for kind in facts.kinds)
    return f"Incident: {kinds[:1].lower()}{kinds[1:]}" + (" (date not exact)" if facts.is_about else "")


def _columns(facts: IncidentFacts) -> dict[str, object]:
    return {**asdict(facts), "kinds": list(facts.kinds)}


def _ask_for_child(by: Acting, incident: Incident) -> None:
    """A child who saw or heard it is a victim in their own right: the step is asked for, once."""
    if incident.case_id is None or incident.children_present != "yes":
        return
    if not Demand.objects.filter(incident=incident, key=CHILD).exists():
        Demand(case_id=incident.case_id, incident=incident, key=CHILD, organisation_id=by.acts_for).save(
            force_insert=True
        )


def _must_be_known(case: Case, facts: IncidentFacts) -> None:
    if facts.causing_id is not None and facts.causing_id not in {person for person, _ in said_to_cause(case)}:
        raise Refused("Choose somebody who is in this case as said to cause harm. Add them to the case first.")


def _mine(by: Acting, incident: Incident) -> Incident:
    now_stands = (
        Incident.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case")
        .filter(id=incident.id)
        .first()
    )
    if now_stands is None or now_stands.case is None or now_stands.organisation_id != by.acts_for:
        raise Refused("Only the organisation that recorded an incident can change it. Record what you know beside it.")
    if now_stands.withdrawn_at is not None:
        raise Refused("This was taken back already. Record it anew.")
    return now_stands


def _must_make_sense(facts: IncidentFacts) -> None:
    today = timezone.localdate()
    if facts.from_on > today or (facts.until_on and facts.until_on > today):
        raise Refused("An incident has happened: its date cannot lie ahead.")
    if facts.until_on and facts.until_on < facts.from_on:
        raise Refused("It cannot end before it began.")
    if not facts.kinds:
        raise Refused("Choose at least one kind of abuse.")
