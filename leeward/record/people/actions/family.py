"""How people are related; who knows where whom lives; who is said to harm whom: claims that can be disputed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.people.actions.details import CHANGED_MEANWHILE
from leeward.record.people.actions.facts import READ_ONLY, Source, by_whom
from leeward.record.people.models import ClaimNotice, HarmClaim, KnowsPlace, Person, PersonName, Relationship
from leeward.record.people.rules.telling import HARM, tell


@dataclass(frozen=True)
class RelationshipFacts:
    """`person` is the `kind` of `other`, from when to when."""

    person_id: int
    other_id: int
    kind: str
    from_on: date | None = None
    until_on: date | None = None
    lives_together: str = "unknown"


def _must_record(by: Acting) -> None:
    """Whoever works with cases; and who sits at a MARAC, for the people of a case that they open to refer."""
    if not by.may(Permission.MARAC):
        by.must(Permission.CASEWORK)


@transaction.atomic
def relate(*, by: Acting, facts: RelationshipFacts, source: Source, quietly: bool = False) -> Relationship:
    """Say how two people are related. A child's parents carry their walls to the child from now on.

    `quietly`: part of a greater act that tells the story itself.
    """
    _must_record(by)
    if facts.person_id == facts.other_id:
        raise Refused("Choose somebody else: nobody is related to themselves.")
    if facts.from_on and facts.until_on and facts.until_on < facts.from_on:
        raise Refused("It cannot have ended before it began.")
    row = Relationship(
        person_id=facts.person_id, other_id=facts.other_id, kind=facts.kind, from_on=facts.from_on,
        until_on=facts.until_on, lives_together=facts.lives_together, learned_on=source.day,
        learned_from=source.who[:120], recorded_by_id=by.user_id,
    )  # fmt: skip
    _insert(row)
    audit.record("related_people", "relationship", row.id, person=facts.person_id, detail={"kind": facts.kind})
    if not quietly:
        tell(by, (facts.person_id, facts.other_id), "A relationship was written down")
    return row


def _insert(row: Relationship | KnowsPlace | HarmClaim) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError as refused:
        raise Refused(READ_ONLY) from refused


@transaction.atomic
def record_knows_place(
    *, by: Acting, person_id: int, other_id: int, answer: str, how: str, source: Source
) -> KnowsPlace:
    """Write down whether `other` knows where `person` lives. What was known before ends and stays on the record."""
    by.must(Permission.CASEWORK)
    if person_id == other_id:
        raise Refused("Choose somebody else.")
    KnowsPlace.objects.filter(person_id=person_id, other_id=other_id, ended_on=None).update(ended_on=source.day)
    row = KnowsPlace(person_id=person_id, other_id=other_id, answer=answer, how=how, **by_whom(by, source))
    _insert(row)
    audit.record("recorded_knows_place", "knows_place", row.id, person=person_id, detail={"answer": answer})
    tell(by, person_id, "It was written down who may know where they live")
    return row


@dataclass(frozen=True)
class ClaimFacts:
    """Who is said to harm whom, how, and who says so."""

    harmed_id: int
    harming_id: int
    source: str
    said_on: date
    kind: str = ""
    happened_on: date | None = None
    note: str = ""
    relationship_id: int | None = None


@transaction.atomic
def record_claim(*, by: Acting, facts: ClaimFacts, replaces: HarmClaim | None = None) -> HarmClaim:
    """Write down that somebody says that one person harms another: with source and date, never as a label."""
    _must_record(by)
    if facts.harmed_id == facts.harming_id:
        raise Refused("Choose two different people.")
    if not facts.source.strip():
        raise Refused("Say who says so.")
    row = HarmClaim(
        harmed_id=facts.harmed_id, harming_id=facts.harming_id, kind=facts.kind, happened_on=facts.happened_on,
        source=facts.source[:120], said_on=facts.said_on, note=facts.note, relationship_id=facts.relationship_id,
        replaces=replaces, recorded_by_id=by.user_id, recorded_organisation_id=by.organisation_id,
    )  # fmt: skip
    _insert(row)
    audit.record("recorded_claim", "harm_claim", row.id, person=facts.harmed_id)
    tell(by, facts.harmed_id, "Something was written down about who causes harm", topic=HARM)
    return row


def _claim(by: Acting, claim_id: int, version: int) -> HarmClaim:
    by.must(Permission.CASEWORK)
    claim = HarmClaim.objects.select_for_update(no_key=True).filter(id=claim_id).first()
    if claim is None:
        raise Refused(READ_ONLY)
    if claim.version != version or claim.status in ("corrected", "withdrawn"):
        raise Conflict(
            CHANGED_MEANWHILE,
            theirs={"status": label("claim_status", claim.status), "disputed_by": claim.disputed_by,
                    "dispute_note": claim.dispute_note},
        )  # fmt: skip
    return claim


@transaction.atomic
def dispute_claim(
    *, by: Acting, claim_id: int, version: int, disputed_by: str, note: str, on: date | None = None
) -> int:
    """Write down that somebody disputes a claim; it stays, marked. Answers how many others were told."""
    claim = _claim(by, claim_id, version)
    if not disputed_by.strip():
        raise Refused("Say who disputes it.")
    HarmClaim.objects.filter(id=claim.id).update(
        status="disputed", disputed_by=disputed_by[:120], disputed_on=on or timezone.localdate(),
        dispute_note=note, version=claim.version + 1,
    )  # fmt: skip
    audit.record("disputed_claim", "harm_claim", claim.id, person=claim.harmed_id)
    tell(by, claim.harmed_id, "What was said about who causes harm is disputed", topic=HARM)
    return _notify(by, claim, f"This is disputed by {disputed_by}.")


@transaction.atomic
def correct_claim(*, by: Acting, claim_id: int, version: int, facts: ClaimFacts | None, why: str) -> HarmClaim | None:
    """Replace a claim by another (who harms whom was told wrongly), or withdraw it where `facts` is None.

    Everyone who got the first version is told. Answers the new claim.
    """
    claim = _claim(by, claim_id, version)
    if not why.strip():
        raise Refused("Say why it is corrected: everyone who got the first version will read this.")
    HarmClaim.objects.filter(id=claim.id).update(
        status="corrected" if facts else "withdrawn", dispute_note=why, version=claim.version + 1
    )
    new = record_claim(by=by, facts=facts, replaces=claim) if facts else None
    now_said = f"It is corrected: {in_words(new)}" if new else "It is withdrawn."
    audit.record("corrected_claim", "harm_claim", claim.id, person=claim.harmed_id)
    tell(by, claim.harmed_id, "What was said about who causes harm was corrected", topic=HARM)
    _notify(by, claim, f"{now_said} {why}")
    return new


@transaction.atomic
def reinstate_claim(*, by: Acting, claim_id: int, version: int, why: str) -> HarmClaim:
    """A claim that was disputed or withdrawn by mistake stands as first said: a new claim takes its place.

    What was disputed or withdrawn stays on the record with its words, and everyone who got it is told.
    """
    by.must(Permission.CASEWORK)
    claim = HarmClaim.objects.select_for_update(no_key=True).filter(id=claim_id).first()
    if claim is None:
        raise Refused(READ_ONLY)
    if claim.version != version or HarmClaim.objects.filter(replaces=claim).exists():
        raise Conflict(CHANGED_MEANWHILE, theirs={"status": label("claim_status", claim.status)})
    if claim.status not in ("disputed", "withdrawn"):
        raise Refused("This stands as it was said.")
    if not why.strip():
        raise Refused("Say why it stands after all: everyone who got it will read this.")
    HarmClaim.objects.filter(id=claim.id).update(
        status="corrected" if claim.status == "disputed" else claim.status, version=claim.version + 1
    )
    new = record_claim(
        by=by,
        facts=ClaimFacts(
            claim.harmed_id, claim.harming_id, claim.source, claim.said_on, claim.kind, claim.happened_on, claim.note,
            claim.relationship_id,
        ),
        replaces=claim,
    )  # fmt: skip
    audit.record("reinstated_claim", "harm_claim", claim.id, person=claim.harmed_id)
    tell(by, claim.harmed_id, "What was said about who causes harm stands after all", topic=HARM)
    _notify(by, claim, f"It stands as it was first said. {why}")
    return new


def in_words(claim: HarmClaim) -> str:
    """A claim in one sentence, as everybody reads it."""
    harmed, harming = names_of(claim.harmed_id, claim.harming_id)
    how = f", {label('harm_kind', claim.kind).lower()}" if claim.kind else ""
    return f"{harming} is said to harm {harmed}{how} ({claim.source}, {date_format(claim.said_on, 'j F Y')})."


def names_of(*person_ids: int) -> list[str]:
    """What people are called, first and last name, for a sentence."""
    called = dict(Person.objects.filter(id__in=person_ids).values_list("id", "called"))
    families: dict[int, str] = {}
    rows = PersonName.objects.filter(person_id__in=person_ids, ended_on=None).order_by("-id")
    for person_id, family in rows.values_list("person_id", "family"):
        families.setdefault(person_id, family)
    return [
        f"{called.get(pk, '')} {families.get(pk, '')}".strip() or "somebody whose name is not known"
        for pk in person_ids
    ]


def _notify(by: Acting, claim: HarmClaim, what: str) -> int:
    phone = Organisation.objects.filter(id=by.acts_for).values_list("phone", flat=True).first() or ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_notify_claim(%s, %s, %s)",
            [claim.id, f"{in_words(claim)} {what}"[:1000], f"{by.organisation_name} {phone}".strip()[:250]],
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def read_notice(*, by: Acting, notice_id: int) -> None:
    """Say that we have read that a claim was disputed or corrected. Saying it twice changes nothing."""
    _must_record(by)
    notice = ClaimNotice.objects.filter(id=notice_id).first()
    if notice is None:
        raise Refused("This notice is not for you.")
    if notice.read_at is None:
        ClaimNotice.objects.filter(id=notice_id).update(read_at=timezone.now(), read_by_id=by.user_id)
        audit.record("read_notice", "claim_notice", notice_id, person=notice.person_id)
