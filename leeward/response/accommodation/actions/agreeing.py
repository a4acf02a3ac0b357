"""A run of the reciprocal: begun, looked for by a job, saved; and each landlord's answer to its part of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, acting_as_job
from leeward.platform.access.notices import send_notice
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.people.models import Person, PersonName
from leeward.response.accommodation.actions.reciprocal import GONE, answer_of, lock_scheme
from leeward.response.accommodation.models import MovePart, Mover, Run
from leeward.response.accommodation.queries.reciprocal import newest_rules
from leeward.response.accommodation.rules.naming import names_in
from leeward.response.accommodation.rules.reciprocal import RISK_STEPS
from leeward.response.accommodation.rules.streets import tells_street
from leeward.response.accommodation.solve import reciprocal as solve

JOB = "accommodation_swap"
MARGIN = 3.0  # of the seconds that a run has, for reading, checking and writing


@transaction.atomic
def begin_run(*, by: Acting) -> Run:
    """Begin a run: a job looks for the best set of moves. Raises Refused while another run is under way."""
    by.must(Permission.PLACEMENT, "Only the placement coordinator begins a run.")
    lock_scheme()
    for one in Run.objects.filter(partnership_id=by.partnership_id, status__in=Run.UNDER_WAY):
        answer_of("accommodation_swap_stop(%s, true)", one.id)  # where nothing was heard of it any more
    rules = newest_rules(by.partnership_id)
    if rules.version == 0:  # the first run keeps what it was given, too
        rules.version, rules.why = 1, "As proposed"
        rules.made_by_id, rules.made_by = by.user_id, by.user_name
        rules.save(force_insert=True)
    run = Run(
        partnership_id=by.partnership_id,
        by_id=by.user_id,
        by_name=by.user_name,
        rules=rules,
        limit_seconds=rules.seconds,
        longest_cycle=rules.longest_cycle,
        longest_chain=rules.longest_chain,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as wrong:
        raise Refused("A run is under way. Wait until it is done, or stop it.") from wrong
    audit.record("began_run", "run", run.id)
    look_for_moves.defer(run_id=run.id, partnership_id=by.partnership_id)
    return run


@transaction.atomic
def stop_run(*, by: Acting, run: Run) -> None:
    """Stop a run that is under way. What it finds after that is thrown away."""
    by.must(Permission.PLACEMENT, "Only the placement coordinator stops a run.")
    if not answer_of("accommodation_swap_stop(%s, false)", run.id):
        raise Refused("This run has ended already.")
    audit.record("stopped_run", "run", run.id)


@app.task(name="accommodation_look_for_moves", pass_context=False)
def look_for_moves(run_id: int, partnership_id: int) -> None:
    """The job: read, look, write, in transactions of their own, so that nobody waits while it looks."""
    with acting_as_job(partnership_id, JOB):
        given = answer_of("accommodation_swap_begin(%s)", run_id)
    if given is None:  # stopped before it began, or done already
        return
    if isinstance(given, str):
        given = json.loads(given)
    try:
        found = _look(given)
    except Exception as problem:
        with acting_as_job(partnership_id, JOB):
            words = (
                f"It failed ({type(problem).__name__}). Begin it anew; if it fails again, tell who runs this system."
            )
            answer_of("accommodation_swap_failed(%s, %s)::text", run_id, words)
        raise
    with acting_as_job(partnership_id, JOB), connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_swap_save(%s, %s::jsonb)", [run_id, json.dumps(found)])
        cursor.execute("SELECT accommodation_swap_asked(%s, NULL)", [run_id])
        if asked := sorted(row[0] for row in cursor.fetchall()):
            send_notice.defer(user_ids=asked)


def _look(given: dict[str, Any]) -> dict[str, Any]:
    rules = given["rules"]
    scheme = solve.Rules(
        longest_cycle=rules["longest_cycle"],
        longest_chain=rules["longest_chain"],
        least_areas=rules["least_areas"],
        spare_bedrooms=rules["spare_bedrooms"],
        ledger_limit=rules["ledger_limit"],
        days_per_risk=rules["days_per_risk"],
    )
    movers = [
        solve.Mover(
            row["id"],
            solve.Home(
                row["landlord"], row["area"], row["home_bedrooms"], row["home_step_free"], row["home_wheelchair"]
            ),
            frozenset(row["areas"]) - frozenset(row["away"]),
            row["bedrooms"],
            row["step_free"],
            row["wheelchair"],
            RISK_STEPS.get(row["risk"], 0),
            row["days"],
            max(row["people"], 1),
        )
        for row in given["movers"]
    ]
    homes = [
        solve.Pledge(
            row["id"],
            solve.Home(row["landlord"], row["area"], row["bedrooms"], row["step_free"], row["wheelchair"]),
        )
        for row in given["homes"]
    ]
    balances = {int(key): int(value) for key, value in given["balances"].items()}
    result = solve.propose(movers, homes, balances, scheme, seconds=max(rules["seconds"] - MARGIN, 1.0))
    mover_versions = {row["id"]: row["version"] for row in given["movers"]}
    home_versions = {row["id"]: row["version"] for row in given["homes"]}
    return {
        "groups": [
            {
                "is_cycle": group.is_cycle,
                "moves": [
                    {
                        "mover": move.mover,
                        "mover_version": mover_versions[move.mover],
                        "home": move.pledge,
                        "home_version": home_versions.get(move.pledge or 0),
                        "leaves": move.leaves,
                        "why": [move.words],
                    }
                    for move in group.moves
                ],
            }
            for group in result.groups
        ],
        "left": [{"mover": one.mover, "words": one.words} for one in result.left],
        "left_counts": dict(Counter(one.why for one in result.left)),
        "movers": len(movers),
        "homes": len(homes),
        "moved": result.moved,
        "people": result.people,
        "people_bound": result.people_bound,
        "value": result.weight,
        "bound": result.weight_bound,
        "seconds": result.seconds,
    }


@transaction.atomic
def answer_part(*, by: Acting, part: MovePart, agrees: bool, why: str = "") -> str:
    """A landlord agrees to its part, or refuses it with a reason. Answers bound, agreed, refused, changed or late.

    The last two end the proposal, so they are told and not raised: what they freed stays freed.
    """
    by.must(Permission.PLACES, "Only a manager of the landlord can answer.")
    if not agrees:
        _names_nobody(part, why)
    said = str(answer_of("accommodation_swap_answer(%s, %s, %s)", part.id, agrees, why))
    if said in ("gone", "none"):
        raise Refused(GONE)
    audit.record("answered_move_part", "move_part", part.id, detail={"answer": said})
    if said == "bound":
        with connection.cursor() as cursor:
            cursor.execute("SELECT accommodation_swap_registered_by(%s)", [part.id])
            if users := sorted(row[0] for row in cursor.fetchall()):
                send_notice.defer(user_ids=users)
    return said


def _names_nobody(part: MovePart, words: str) -> None:
    """The coordinator reads a reason: it names nobody and no street."""
    if tells_street(words):
        raise Refused("This looks like an address. Leave it out: the coordinator reads this.")
    mover = Mover.objects.filter(id=part.own_mover_id or 0).first()
    if mover is None:
        return
    names = [
        one
        for pair in PersonName.objects.filter(person_id=mover.person_id).values_list("given", "family")
        for one in pair
    ]
    names += Person.objects.filter(id=mover.person_id).values_list("called", flat=True)
    if names_in(words, names):
        raise Refused("The coordinator reads this and does not know who it is. Take out the name.")
