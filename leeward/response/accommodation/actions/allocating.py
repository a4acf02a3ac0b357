"""Who could go where, all at once: asked for by a coordinator, worked out by a job, kept with reasons and proof.

The job reads what the match asks of everybody who waits; the coordinator reads what comes out. It runs under a name of
its own, so that danger areas and who refused whom are in nobody's reach who has a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, acting_as_job
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.response.accommodation.models import Need, NeedArea, NeedMember, Proposal, ProposedPlace, Space
from leeward.response.accommodation.queries.geography import Places, centroids
from leeward.response.accommodation.queries.matching import pairs
from leeward.response.accommodation.queries.needs import rules_of, wanted_from
from leeward.response.accommodation.queries.waiting import seen_people
from leeward.response.accommodation.rules.coordinating import TOO_LONG, danger_of, needs_in_words
from leeward.response.accommodation.rules.household import Wanted, age_of
from leeward.response.accommodation.rules.matching import Rules
from leeward.response.accommodation.solve.allocation import Allocation, Cap, Household, allocate

JOB = "accommodation_allocation"
SECONDS = 30.0  # how long the solver may look; the dangers are best whenever it stops, the gap says what of the scores


@transaction.atomic
def ask_for_proposal(*, by: Acting, caps: Mapping[int, int]) -> Proposal:
    """Ask for a proposal; the worker makes it. `caps`: by provider, the most of its spaces that can be given at once.

    Raises Refused while one that somebody asked for is still being worked out.
    """
    by.must(Permission.PLACEMENT)
    under_way = Proposal.objects.filter(
        partnership_id=by.partnership_id,
        status__in=(Proposal.WAITING, Proposal.RUNNING),
        at__gt=timezone.now() - TOO_LONG,
    )
    if under_way.exists():
        raise Refused("A proposal is being worked out already. Look at that one first.")
    names = dict(Organisation.objects.filter(id__in=caps).values_list("id", "name"))
    made = Proposal(
        partnership_id=by.partnership_id,
        by_id=by.worker_id,
        by_name=by.user_name,
        caps=[
            {"organisation": key, "name": names[key], "most": most}
            for key, most in sorted(caps.items())
            if key in names
        ],
    )
    made.save(force_insert=True)
    app.configure_task("accommodation_allocate").defer(proposal_id=made.id, partnership_id=by.partnership_id)
    audit.record("asked_for_proposal", "proposal", made.id)
    return made


def work_out(*, proposal_id: int, partnership_id: int) -> None:
    """The job: read, solve, keep. What goes wrong is said on the proposal, and raised for the log."""
    with acting_as_job(partnership_id, JOB):
        proposal = (
            Proposal.objects.select_for_update(no_key=True).filter(id=proposal_id, status=Proposal.WAITING).first()
        )
        if proposal is None:
            return
        proposal.status, proposal.begun_at = Proposal.RUNNING, timezone.now()
        proposal.save(update_fields=["status", "begun_at"])
    try:
        with acting_as_job(partnership_id, JOB):
            given = _Given(proposal, timezone.now())
        result = given.solve()
        with acting_as_job(partnership_id, JOB):
            _keep(proposal, given, result)
    except Exception as problem:
        words = str(problem) if isinstance(problem, ValueError) else "Something went wrong. Ask for it again."
        with acting_as_job(partnership_id, JOB):
            proposal.status, proposal.words, proposal.done_at = Proposal.FAILED, words[:300], timezone.now()
            proposal.save(update_fields=["status", "words", "done_at"])
        if not isinstance(problem, ValueError):
            raise


class _Given:
    """What a run is given: households with what the match asks, every pair that fits, the caps."""

    def __init__(self, proposal: Proposal, now: datetime) -> None:
        self.rules: Rules = rules_of(proposal.partnership_id)
        places = centroids(proposal.partnership_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accommodation_allocation_facts(%s)", [proposal.id])
            found = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
        self.facts = {row["need"]["id"]: row for row in found}
        self.wanted = {key: _wanted(row, places, now) for key, row in self.facts.items()}
        without = {(key, space) for key, row in self.facts.items() for space in row["without"] or []}
        every = pairs(list(self.wanted.values()), self.rules, now=now)
        self.pairs = [one for one in every if one[:2] not in without]
        self.spaces = {space for _, space, _ in self.pairs}
        owners = dict(Space.objects.filter(id__in=self.spaces).values_list("id", "organisation_id"))
        self.caps = [
            Cap(
                cap["organisation"],
                cap["name"],
                frozenset(space for space, owner in owners.items() if owner == cap["organisation"]),
                cap["most"],
            )
            for cap in proposal.caps
        ]

    def solve(self) -> Allocation:
        """The proposal."""
        households = [
            Household(key, danger_of(row["risk"], tonight=row["need"]["tonight"]), max(self.people(key), 1))
            for key, row in self.facts.items()
        ]
        return allocate(households, self.spaces, self.pairs, self.caps, seconds=SECONDS)

    def people(self, need: int) -> int:
        """How many need a bed."""
        return self.wanted[need].household.people


def _wanted(row: dict[str, Any], places: Places, now: datetime) -> Wanted:
    """A household from what the function tells of it."""
    known = {one.attname for one in Need._meta.concrete_fields}
    need = Need(**{name: value for name, value in row["need"].items() if name in known})
    need.by_on = _day(row["need"]["by_on"])
    return wanted_from(need, _members(row), [NeedArea(**one) for one in row["areas"] or []], places, now=now)


def _members(row: dict[str, Any]) -> list[NeedMember]:
    return [
        NeedMember(**{**one, **{name: _day(one[name]) for name in ("birth_date", "age_on", "due_on")}})
        for one in row["members"] or []
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _keep(proposal: Proposal, given: _Given, result: Allocation) -> None:
    lines = [_line(proposal, given, one.household, one.space, one.score, one.fits, one.words) for one in result.placed]
    lines += [_line(proposal, given, one.household, None, 0, one.fits, one.words) for one in result.unplaced]
    ProposedPlace.objects.bulk_create(lines, batch_size=500)
    proposal.status, proposal.done_at = Proposal.DONE, timezone.now()
    proposal.rules_version, proposal.spaces = given.rules.version, len(given.spaces)
    proposal.households, proposal.housed = len(lines), len(result.placed)
    proposal.people = sum(line.people for line in lines if line.space_id is not None)
    proposal.score, proposal.bound, proposal.seconds = result.score, result.bound, result.seconds
    proposal.save(
        update_fields=[
            "status", "done_at", "rules_version", "spaces", "households", "housed", "people", "score", "bound",
            "seconds",
        ]
    )  # fmt: skip
    audit.record("worked_out_proposal", "proposal", proposal.id, listed=[line.need_id for line in lines])


def _line(
    proposal: Proposal, given: _Given, need: int, space: int | None, score: int, fits: int, words: str
) -> ProposedPlace:
    facts, wanted = given.facts[need], given.wanted[need]
    said = facts["need"]
    return ProposedPlace(
        id=new_id(),
        proposal_id=proposal.id,
        partnership_id=proposal.partnership_id,
        need_id=need,
        space_id=space,
        need_version=said["version"],
        household={
            "people": _people(facts),
            "risk": facts["risk"],
            "tonight": said["tonight"],
            "by_on": said["by_on"] or "",
            "needs": needs_in_words(said),
            # Where nobody said what is dangerous, a place can be proposed where they would be found.
            "no_danger": not any(one["kind"] == NeedArea.DANGER for one in facts["areas"] or []),
        },
        danger=danger_of(facts["risk"], tonight=said["tonight"]),
        people=wanted.household.people,
        ready_at=wanted.ready,
        score=score,
        fits=fits,
        why=words[:600],
    )


def _people(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Who comes, in whole years as of today: no birth date is kept in a proposal."""
    today = timezone.localdate()
    people = []
    for member in _members(facts):
        expected = member.due_on is not None and member.birth_date is None
        people.append({"part": member.part, "sex": member.sex, "age": age_of(member, today), "expected": expected})
    return seen_people(people)
