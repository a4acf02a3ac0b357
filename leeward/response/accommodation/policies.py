"""Who may see what of a safe place. What is free is for everybody who works with cases; who stays where is an address.

Nothing about a place says who is in it: a period names an ask or a stay by number, and these ask for sight of the case.
"""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.cases.policies import MINE, sees_case

OURS = (
    "partnership_id = (SELECT acting_partnership())"
    " AND (SELECT acting_works_cases() OR acting_role('placement_coordinator')"
    " OR acting_role('job:accommodation_allocation'))"
)
WORKS = "(SELECT acting_works_cases())"
RUNS = "(SELECT acting_role('manager'))"
COORDINATES = "(SELECT acting_role('placement_coordinator')) AND partnership_id = (SELECT acting_partnership())"
NOT_WALLED = "person_id <> ALL ((SELECT acting_walls())::bigint[])"
WHOLE = sees_case()
INVOLVED = sees_case(extra=" AND s.source = 'involvement'")
# Where somebody stays is an address, whatever else a share opens: for its provider, and for who has the case's address.
THERE = f"(({MINE}) AND {WHOLE}) OR {sees_case(extra=' AND s.address')}"
# Works are done at her home: who arranges them has its address.
AT_HOME = sees_case(extra=" AND s.address")
AT_HOME_INVOLVED = sees_case(extra=" AND s.address AND s.source = 'involvement'")
# Whom an ask names, and so where she may be soon: for who has her address, and for the organisation that asked.
OUR_ASK = "asked_organisation_id = (SELECT acting_organisation())"
SEEKS = f"({AT_HOME} OR ({WHOLE} AND {OUR_ASK}))"
SEEKS_INVOLVED = f"({AT_HOME_INVOLVED} OR ({INVOLVED} AND {OUR_ASK}))"
# A place is looked for on the case of who is harmed: on the other side, his worker would find her house.
NOT_CAUSING_HARM = "(SELECT c.side <> 'causing_harm' FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1)"


def part_of(table: str, column: str) -> str:
    """SQL: the row's parent can be seen (its own policy says so) and is of the same case."""
    return f"(SELECT p.case_id = {{row}}.case_id FROM {table} p WHERE p.id = {{row}}.{column} LIMIT 1)"


OF_NEED = part_of("accommodation_need", "need_id")
OF_STAY = part_of("accommodation_stay", "stay_id")
OUR_NEED = (
    "(SELECT n.case_id = {row}.case_id AND n.organisation_id = (SELECT acting_organisation())"
    " FROM accommodation_need n WHERE n.id = {row}.need_id LIMIT 1)"
)
# A move is looked for where they stay, mostly: so who looks is an address, for who has it and whom they ask.
NEED = f"{WHOLE} AND (moves_from_id IS NULL OR {MINE} OR {AT_HOME} OR accommodation_asked_us(id))"
FROM_THEIR_STAY = f"(moves_from_id IS NULL OR {part_of('accommodation_stay', 'moves_from_id')})"
# A need is changed by who looks: its own organisation, and who has the address. Not by a provider it was shared with.
LOOKS = f"({AT_HOME_INVOLVED} OR ({INVOLVED} AND {MINE}))"
LOOKS_FOR = f"({AT_HOME_INVOLVED} OR ({INVOLVED} AND {OUR_NEED}))"
# What an ask says of its need and its space is what these are.
AS_ITS_NEED = "(SELECT n.person_id = {row}.person_id FROM accommodation_need n WHERE n.id = {row}.need_id LIMIT 1)"
AS_ITS_SPACE = (
    "(SELECT p.organisation_id = {row}.organisation_id FROM accommodation_space p WHERE p.id = {row}.space_id LIMIT 1)"
)
OUR_SITE = (
    "(SELECT t.organisation_id = (SELECT acting_organisation()) FROM accommodation_site t"
    " WHERE t.id = {row}.site_id LIMIT 1)"
)
OUR_SPACE = (
    "(SELECT p.organisation_id = (SELECT acting_organisation()) FROM accommodation_space p"
    " WHERE p.id = {row}.space_id LIMIT 1)"
)
OUR_STAY = (
    "(SELECT p.case_id = {row}.case_id FROM accommodation_stay p WHERE p.id = {row}.stay_id"
    " AND p.organisation_id = (SELECT acting_organisation()) LIMIT 1)"
)
OF_SANCTUARY = part_of("accommodation_sanctuary", "sanctuary_id")
# The provider that was asked sees the ask; a wall closes it there too, although no name stands in it.
ASKED_US = f"({MINE} AND {WORKS} AND {NOT_WALLED})"
OF_ASK = "(SELECT true FROM accommodation_ask a WHERE a.id = {row}.ask_id LIMIT 1)"
# The reciprocal. A landlord's own rows and parts; a coordinator reads the whole of a move, without a name. Walls stand.
OUR_LANDLORD = (
    "(SELECT l.organisation_id = (SELECT acting_organisation()) FROM accommodation_landlord l"
    " WHERE l.id = {row}.landlord_id LIMIT 1)"
)
OF_OUR_LANDLORD = (
    "(SELECT l.organisation_id = {row}.organisation_id AND l.left_on IS NULL FROM accommodation_landlord l"
    " WHERE l.id = {row}.landlord_id LIMIT 1)"
)
ITS_PERSON = "(SELECT c.person_id = {row}.person_id FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1)"
# What is promised to a household stays as it was promised: also for who is walled from it, so a function looks.
NOT_PROMISED = "accommodation_home_promised({row}.id) IS FALSE"
# A coordinator reads a run whole or not at all.
WHOLE_RUN = "accommodation_may_read_run({row}.id)"
OF_WHOLE_RUN = "accommodation_may_read_run({row}.run_id)"
OF_MOVE = "(SELECT true FROM accommodation_proposedmove m WHERE m.id = {row}.move_id LIMIT 1)"
NOBODY_WALLED_OF_PART = "accommodation_swap_open({row}.move_id)"

# Proposals are worked out by a job, which alone reads what the match asks of all who wait. A coordinator reads one
# where they may know of everybody in it, and of its lines those.
ALLOCATES = "(SELECT acting_role('job:accommodation_allocation')) AND partnership_id = (SELECT acting_partnership())"
KNOWS_NEED = f"{COORDINATES} AND accommodation_may_coordinate({{row}}.need_id)"

# What hangs on a stay, and what of it an update may touch: nothing of what happened or came in.
STAYS_PARTS: dict[str, tuple[str, ...]] = {
    "Resident": ("from_on", "until_on", "called", "sex", "birth_date"),
    "Charge": ("until_on",),
    "MoveOn": (
        "wants", "areas", "bedrooms", "ready_on", "waiting_since", "applied_on", "offered_on", "plan",
        "resettled_until", "resettled_ended_on", "version",
    ),
    "StayEvent": ("until",),
    "Payment": (),
}  # fmt: skip

POLICIES = [
    Policy(
        "accommodation.Provider",
        read=OURS,
        add=f"{OURS} AND {RUNS} AND {MINE}",
        change=f"{OURS} AND {RUNS} AND {MINE}",
        columns=("left_on", "left_why", "joined_on", "team_id"),
    ),
    Policy(
        "accommodation.Site",
        read=OURS,
        add=f"{OURS} AND {RUNS} AND {MINE}",
        change=f"{OURS} AND {WORKS} AND {MINE}",
        columns=(
            "name",
            "form",
            "area_code",
            "danger_areas",
            "takes_local",
            "support_hours",
            "specialisms",
            "languages",
            "turnaround_days",
            "said_at",
            "closed_on",
            "closed_why",
            "version",
        ),
    ),
    Policy(
        "accommodation.SiteAddress",
        # Its own provider; and who has the address of somebody who is expected or stays there now.
        # One home of several: for who has somebody in that one.
        read=f"({MINE} AND {WORKS}) OR (SELECT true FROM accommodation_stay y"
        " JOIN accommodation_space s ON s.id = y.space_id AND s.organisation_id = y.organisation_id"
        " WHERE s.site_id = {row}.site_id AND COALESCE({row}.space_id, s.id) = s.id"
        " AND y.status IN ('expected', 'in') LIMIT 1)",
        add=f"{MINE} AND {RUNS} AND {OUR_SITE}",
        change=f"{MINE} AND {RUNS} AND {OUR_SITE}",
        columns=("sealed", "changed_at"),
    ),
    Policy(
        "accommodation.Space",
        read=OURS,
        add=f"{OURS} AND {RUNS} AND {MINE} AND {OUR_SITE}",
        change=f"{OURS} AND {RUNS} AND {MINE}",
        columns=(
            "label",
            "kind",
            "beds",
            "cots",
            "self_contained",
            "step_free",
            "wheelchair",
            "ground_floor",
            "for_whom",
            "sons_up_to",
            "pets",
            "no_recourse",
            "substance_use",
            "mental_health",
            "offending",
            "position",
            "closed_on",
            "closed_why",
            "version",
        ),
    ),
    # Its own provider's, who holds what for whom and since when; the match is told by a function until when a space is
    # taken and no more. A household's acceptance turns its hold into its stay by a function.
    Policy(
        "accommodation.Occupancy",
        read=f"{OURS} AND {MINE}",
        add=f"{OURS} AND {WORKS} AND {MINE} AND {OUR_SPACE}",
        change=f"{OURS} AND {WORKS} AND {MINE} AND {OUR_SPACE}",
        columns=("kind", "during", "stay_id", "reason", "note"),
    ),
    Policy("accommodation.Statement", read=OURS, add=f"{OURS} AND {WORKS} AND {MINE} AND {OUR_SITE}"),
    Policy("accommodation.MatchRules", read=OURS, add=COORDINATES),
    Policy(
        "accommodation.Need",
        read=NEED,
        add=f"{INVOLVED} AND {MINE} AND partnership_id = (SELECT acting_partnership()) AND {NOT_CAUSING_HARM}"
        f" AND {FROM_THEIR_STAY}",
        change=LOOKS,
        columns=(
            "status",
            "risk",
            "tonight",
            "by_on",
            "pets",
            "pets_words",
            "recourse",
            "wheelchair",
            "step_free",
            "ground_floor",
            "self_contained",
            "substance_use",
            "mental_health",
            "offending",
            "night_support",
            "languages",
            "specialisms",
            "from_area",
            "words",
            "ended_at",
            "ended_why",
            "ended_words",
            "version",
        ),
    ),
    Policy(
        "accommodation.NeedMember",
        read=f"{WHOLE} AND {OF_NEED}",
        add=f"{OF_NEED} AND {LOOKS_FOR}",
        change=LOOKS_FOR,
        columns=("person_id", "part", "sex", "birth_date", "age", "age_on", "due_on", "left_at"),
    ),
    Policy(
        "accommodation.NeedArea",
        read=f"{WHOLE} AND {OF_NEED}",
        add=f"{OF_NEED} AND {LOOKS_FOR}",
        change=LOOKS_FOR,
        columns=("ended_at",),
    ),
    Policy("accommodation.Search", read=f"{WHOLE} AND {OF_NEED}", add=f"{OF_NEED} AND {WHOLE} AND {MINE}"),
    Policy(
        "accommodation.NextStep",
        read=f"{WHOLE} AND {OF_NEED}",
        add=f"{OF_NEED} AND {LOOKS_FOR}",
        change=LOOKS_FOR,
        columns=("look_again_on", "ended_at", "outcome"),
    ),
    Policy(
        "accommodation.Ask",
        read=f"{SEEKS} OR {ASKED_US}",
        add=f"{OF_NEED} AND {LOOKS_FOR} AND {OUR_ASK} AND {NOT_WALLED} AND status = 'asked' AND share_id IS NULL"
        f" AND {AS_ITS_NEED} AND {AS_ITS_SPACE} AND partnership_id = (SELECT acting_partnership())",
        change=f"{SEEKS_INVOLVED} OR {ASKED_US}",
        # Accepted is what the acceptance alone makes of it (sql/10_holds.sql).
        changed=f"({SEEKS_INVOLVED} OR {ASKED_US}) AND status <> 'accepted'",
        columns=(
            "status",
            "status_at",
            "share_id",
            "hold_until",
            "ready_at",
            "reason",
            "reason_list",
            "reason_version",
            "words",
            "version",
        ),
    ),
    Policy(
        "accommodation.AskChange",
        read=OF_ASK,
        add=f"{OF_ASK} AND organisation_id = (SELECT acting_organisation()) AND by_id = (SELECT acting_user())",
    ),
    # Made by the acceptance alone (sql/10_holds.sql): a stay opens a street.
    Policy(
        "accommodation.Stay",
        read=THERE,
        change=f"{INVOLVED} AND {MINE} AND {OUR_SPACE}",
        columns=(
            "space_id",
            "status",
            "expected_at",
            "arrived_at",
            "not_arrived_why",
            "licence_on",
            "licence_until",
            "left_at",
            "planned",
            "ending",
            "destination",
            "destination_version",
            "left_words",
            "longer",
            "benefit",
            "benefit_words",
            "version",
        ),
    ),
    *(
        Policy(
            f"accommodation.{model}",
            read=OF_STAY,
            add=f"{OUR_STAY} AND {INVOLVED}",
            change=f"{OUR_STAY} AND {INVOLVED}" if columns else None,
            columns=columns,
        )
        for model, columns in STAYS_PARTS.items()
    ),
    Policy(
        "accommodation.Sanctuary",
        read=AT_HOME,
        add=f"{AT_HOME_INVOLVED} AND partnership_id = (SELECT acting_partnership()) AND {NOT_CAUSING_HARM}",
        change=AT_HOME_INVOLVED,
        columns=(
            "why",
            "tenure",
            "consent",
            "consent_on",
            "consent_words",
            "status",
            "surveyed_on",
            "survey",
            "tested_on",
            "ended_why",
            "ended_words",
            "version",
        ),
    ),
    Policy(
        "accommodation.SanctuaryWork",
        read=AT_HOME,
        add=f"{OF_SANCTUARY} AND {AT_HOME_INVOLVED}",
        change=AT_HOME_INVOLVED,
        columns=("place", "ordered_on", "due_on", "done_on", "tested_on", "dropped_why", "pence", "payer", "version"),
    ),
    Policy(
        "accommodation.SanctuaryReview",
        read=AT_HOME,
        add=f"{OF_SANCTUARY} AND {AT_HOME_INVOLVED}",
        change=AT_HOME_INVOLVED,
        columns=("asked_on", "safe", "words"),
    ),
    # The reciprocal: what binds is written by functions alone (sql/20_reciprocal.sql).
    Policy("accommodation.ReciprocalRules", read=OURS, add=f"{COORDINATES} AND least_areas >= 5"),
    Policy(
        "accommodation.Landlord",
        read=OURS,
        add=f"({OURS} AND {RUNS} AND {MINE}) OR ({COORDINATES})",
        change=f"({OURS} AND {RUNS} AND {MINE}) OR ({COORDINATES})",
        changed=f"(({OURS} AND {RUNS} AND {MINE}) OR ({COORDINATES})) AND left_on IS NULL",  # leaving is a function
        columns=("left_on", "left_why", "joined_on"),
    ),
    Policy(
        "accommodation.PledgedHome",
        read=f"({COORDINATES}) OR ({OURS} AND {WORKS} AND {MINE})",
        add=f"{OURS} AND {RUNS} AND {MINE} AND {OF_OUR_LANDLORD} AND status = 'open'",
        change=f"{OURS} AND {RUNS} AND {MINE} AND status IN ('open', 'proposed') AND {NOT_PROMISED}",
        columns=("label", "area_code", "bedrooms", "step_free", "wheelchair", "ready_on", "version"),
    ),
    # The row is for who works with the case; everybody else reads a function that leaves out case, person and area.
    Policy(
        "accommodation.Mover",
        read=WHOLE,
        add=f"{INVOLVED} AND {MINE} AND partnership_id = (SELECT acting_partnership()) AND {NOT_CAUSING_HARM}"
        f" AND {OF_OUR_LANDLORD} AND {ITS_PERSON} AND status = 'registered' AND registered_on >= CURRENT_DATE - 1",
        change=f"{INVOLVED} AND {MINE} AND status IN ('registered', 'proposed')",
        columns=(
            "from_area",
            "home_bedrooms",
            "home_step_free",
            "home_wheelchair",
            "people",
            "bedrooms",
            "step_free",
            "wheelchair",
            "areas",
            "away_areas",
            "version",
        ),
    ),
    Policy(
        "accommodation.Run",
        read=f"{COORDINATES} AND {WHOLE_RUN}",
        add=f"{COORDINATES} AND status = 'waiting' AND moved = 0 AND begun_at IS NULL",
    ),
    # The coordinator.
    Policy(
        "accommodation.Proposal",
        # Before it is worked out, nobody but who asked for it: else it would vanish from whom a wall keeps somebody.
        read=f"({COORDINATES} AND (by_id = (SELECT acting_user()) OR status NOT IN ('waiting', 'running'))"
        f" AND accommodation_may_read_proposal({{row}}.id)) OR ({ALLOCATES})",
        add=f"{COORDINATES} AND by_id = (SELECT acting_user()) AND status = 'waiting'",
        change=ALLOCATES,
        columns=(
            "status",
            "rules_version",
            "begun_at",
            "done_at",
            "households",
            "housed",
            "people",
            "spaces",
            "score",
            "bound",
            "seconds",
            "words",
        ),
    ),
    Policy(
        "accommodation.ProposedPlace",
        read=f"({KNOWS_NEED}) OR ({ALLOCATES})",
        add=ALLOCATES,
        change=KNOWS_NEED,
        columns=("status", "because", "decided_at", "decided_by_id", "decided_by"),
    ),
    # Made by accommodation_suggest alone. A space suggested for somebody is where they may be soon: for who looks.
    Policy(
        "accommodation.Suggestion",
        read=f"({AT_HOME} OR ({WHOLE} AND {OUR_NEED})) OR ({KNOWS_NEED})",
        change=f"({LOOKS_FOR}) OR ({KNOWS_NEED})",
        columns=("status", "answered_at", "answered_by_id", "answered_by", "because"),
    ),
    Policy("accommodation.ProposedMove", read=f"{COORDINATES} AND {OF_WHOLE_RUN}"),
    Policy(
        "accommodation.MovePart",
        read=f"({COORDINATES} AND {OF_MOVE}) OR ({WORKS} AND {MINE} AND {NOBODY_WALLED_OF_PART})",
    ),
    Policy("accommodation.LedgerLine", read=f"({COORDINATES}) OR ({WORKS} AND {OUR_LANDLORD})"),
]
