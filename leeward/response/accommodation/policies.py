"""Who may see what of a safe place. What is free is for everybody who works with cases; who stays where is an address.

Nothing about a place says who is in it: a period names an ask or a stay by number, and these ask for sight of the case.
"""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.cases.policies import MINE, sees_case

OURS = "partnership_id = (SELECT acting_partnership()) AND (SELECT acting_works_cases() OR acting_role('placement_coordinator'))"
WORKS = "(SELECT acting_works_cases())"
RUNS = "(SELECT acting_role('manager'))"
COORDINATES = "(SELECT acting_role('placement_coordinator')) AND partnership_id = (SELECT acting_partnership())"
NOT_WALLED = "person_id <> ALL ((SELECT acting_walls())::bigint[])"
WHOLE = sees_case()
INVOLVED = sees_case(extra=" AND s.source = 'involvement'")
# Where somebody stays is an address, whatever else a share opens.
WHERE_THEY_ARE = sees_case(extra=" AND s.address")
WRITES_THERE = sees_case(extra=" AND s.address AND s.source = 'involvement'")


def of_stay(condition: str) -> str:
    """SQL: the stay of the row is of a case that whoever acts may see so."""
    return f"(SELECT y.case_id = {{row}}.case_id FROM accommodation_stay y WHERE y.id = {{row}}.stay_id) AND {condition}"


def of_need(condition: str) -> str:
    """SQL: the need of the row is of the row's case, which whoever acts may see so."""
    return f"(SELECT n.case_id = {{row}}.case_id FROM accommodation_need n WHERE n.id = {{row}}.need_id) AND {condition}"


# The provider that was asked sees the ask; a wall closes it there too, although no name stands in it.
ASKED_US = f"({MINE} AND {WORKS} AND {NOT_WALLED})"
OF_SANCTUARY = (
    "(SELECT a.case_id = {row}.case_id FROM accommodation_sanctuary a WHERE a.id = {row}.sanctuary_id)"
)

POLICIES = [
    Policy("accommodation.Provider", read=OURS, add=f"{OURS} AND {RUNS} AND {MINE}", change=f"{OURS} AND {RUNS} AND {MINE}",
           columns=("left_on", "left_why", "joined_on")),
    Policy("accommodation.Site", read=OURS, add=f"{OURS} AND {RUNS} AND {MINE}", change=f"{OURS} AND {WORKS} AND {MINE}",
           columns=("name", "form", "area_code", "danger_areas", "takes_local", "support_hours", "specialisms", "languages",
                    "turnaround_days", "said_at", "closed_on", "closed_why", "version")),
    Policy(
        "accommodation.SiteAddress",
        # Its own provider; and who has the address of somebody who is expected or stays there now.
        read=f"({MINE} AND {WORKS}) OR (SELECT true FROM accommodation_stay y JOIN accommodation_space s ON s.id = y.space_id"
        " WHERE s.site_id = {row}.site_id AND y.status IN ('expected', 'in') LIMIT 1)",
        add=f"{MINE} AND {RUNS}", change=f"{MINE} AND {RUNS}", columns=("sealed", "changed_at"),
    ),
    Policy("accommodation.Space", read=OURS, add=f"{OURS} AND {RUNS} AND {MINE}", change=f"{OURS} AND {RUNS} AND {MINE}",
           columns=("label", "kind", "beds", "cots", "self_contained", "step_free", "wheelchair", "ground_floor", "for_whom",
                    "sons_up_to", "pets", "no_recourse", "substance_use", "mental_health", "offending", "position",
                    "closed_on", "closed_why", "version")),
    # Written by the space's own provider; a household's acceptance turns its hold into its stay by a function.
    Policy("accommodation.Occupancy", read=OURS, add=f"{OURS} AND {WORKS} AND {MINE}", change=f"{OURS} AND {WORKS} AND {MINE}",
           columns=("kind", "during", "stay_id", "reason", "note")),
    Policy("accommodation.Statement", read=OURS, add=f"{OURS} AND {WORKS} AND {MINE}"),
    Policy("accommodation.MatchRules", read=OURS,
           add="partnership_id = (SELECT acting_partnership()) AND (SELECT acting_role('partnership_administrator')"
           " OR acting_role('placement_coordinator'))"),
    Policy("accommodation.Need", read=WHOLE, add=f"{INVOLVED} AND {MINE} AND partnership_id = (SELECT acting_partnership())",
           change=INVOLVED,
           columns=("status", "risk", "tonight", "by_on", "pets", "pets_words", "recourse", "wheelchair", "step_free",
                    "ground_floor", "self_contained", "substance_use", "mental_health", "offending", "night_support",
                    "languages", "specialisms", "from_area", "words", "ended_at", "ended_why", "ended_words", "version")),
    Policy("accommodation.NeedMember", read=WHOLE, add=of_need(INVOLVED), change=INVOLVED,
           columns=("person_id", "part", "sex", "birth_date", "age", "age_on", "due_on", "left_at")),
    Policy("accommodation.NeedArea", read=WHOLE, add=of_need(INVOLVED), change=INVOLVED, columns=("ended_at",)),
    Policy("accommodation.Search", read=WHOLE, add=of_need(f"{WHOLE} AND {MINE}")),
    Policy("accommodation.NextStep", read=WHOLE, add=of_need(INVOLVED), change=INVOLVED,
           columns=("look_again_on", "ended_at", "outcome")),
    Policy("accommodation.Ask", read=f"({WHOLE}) OR {ASKED_US}", add=of_need(f"{INVOLVED} AND {NOT_WALLED}"),
           change=f"({INVOLVED}) OR {ASKED_US}",
           columns=("status", "status_at", "share_id", "hold_until", "ready_at", "reason", "reason_list", "reason_version",
                    "words", "sheet", "version")),
    Policy("accommodation.AskChange", read="(SELECT true FROM accommodation_ask a WHERE a.id = {row}.ask_id LIMIT 1)",
           add="(SELECT true FROM accommodation_ask a WHERE a.id = {row}.ask_id LIMIT 1)"
           " AND organisation_id = (SELECT acting_organisation()) AND by_id = (SELECT acting_user())"),
    Policy("accommodation.Stay", read=WHERE_THEY_ARE, add=f"{WRITES_THERE} AND {MINE}", change=f"{WRITES_THERE} AND {MINE}",
           columns=("space_id", "status", "expected_at", "arrived_at", "not_arrived_why", "licence_on", "licence_until",
                    "left_at", "planned", "ending", "destination", "destination_version", "left_words", "longer", "benefit",
                    "benefit_words", "version")),
    *(
        Policy(f"accommodation.{model}", read=WHERE_THEY_ARE, add=of_stay(WRITES_THERE), change=of_stay(WRITES_THERE),
               columns=columns)
        for model, columns in (
            ("Resident", ("until_on", "called", "sex", "birth_date")),
            ("Charge", ("until_on",)),
            ("MoveOn", ("wants", "areas", "bedrooms", "ready_on", "waiting_since", "applied_on", "offered_on", "plan",
                        "resettled_until", "version")),
        )
    ),
    Policy("accommodation.StayEvent", read=WHERE_THEY_ARE, add=of_stay(f"{WRITES_THERE} AND {MINE}")),
    Policy("accommodation.Payment", read=WHERE_THEY_ARE, add=of_stay(WRITES_THERE)),
    # Works are done at her home: who arranges them has its address.
    Policy("accommodation.Sanctuary", read=WHERE_THEY_ARE,
           add=f"{WRITES_THERE} AND partnership_id = (SELECT acting_partnership())", change=WRITES_THERE,
           columns=("why", "tenure", "consent", "consent_on", "consent_words", "status", "surveyed_on", "survey", "tested_on",
                    "ended_why", "ended_words", "version")),
    Policy("accommodation.SanctuaryWork", read=WHERE_THEY_ARE, add=f"{OF_SANCTUARY} AND {WRITES_THERE}", change=WRITES_THERE,
           columns=("where", "ordered_on", "due_on", "done_on", "tested_on", "dropped_why", "pence", "payer", "version")),
    Policy("accommodation.SanctuaryReview", read=WHERE_THEY_ARE, add=f"{OF_SANCTUARY} AND {WRITES_THERE}", change=WRITES_THERE,
           columns=("asked_on", "safe", "words")),
]  # fmt: skip
