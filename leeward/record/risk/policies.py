"""Who may see risk: whoever has sight of the case with its risk flag. Nothing here is opened by anything else."""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.cases.policies import MINE, sees_case

READS = sees_case(scope=2, extra=" AND s.risk")
# Emergency sight reads and never writes here.
WORKS = sees_case(scope=3, extra=" AND s.risk AND s.source = 'involvement'")
# A plan of a child is not for who is walled from the child, though not from the parent.
NOT_WALLED = "person_id <> ALL ((SELECT acting_walls())::bigint[])"
OPEN_PLAN = (
    "(SELECT p.case_id = {row}.case_id AND p.person_id <> ALL ((SELECT acting_walls())::bigint[])"
    " FROM risk_safetyplan p WHERE p.id = {row}.plan_id)"
)
# A demand stands in the case of its assessment or its incident.
OF_ASSESSMENT = "(SELECT a.case_id = {row}.case_id FROM risk_assessment a WHERE a.id = {row}.assessment_id)"
OF_INCIDENT = "(SELECT i.case_id = {row}.case_id FROM risk_incident i WHERE i.id = {row}.incident_id)"
UNFINISHED = (
    f"{WORKS} AND (SELECT a.status = 'started' AND a.case_id = {{row}}.case_id AND a.{MINE} FROM risk_assessment a"
    " WHERE a.id = {row}.assessment_id)"
)

# What is recorded in a case is about whom the case is about.
OF_CASE = "person_id = (SELECT c.person_id FROM cases_case c WHERE c.id = {row}.case_id)"

POLICIES = [
    Policy(
        "risk.InstrumentVersion",
        read="partnership_id IS NULL OR partnership_id = (SELECT acting_partnership())",
    ),
    Policy(
        "risk.RiskSettings",
        read="partnership_id = (SELECT acting_partnership())",
        add="partnership_id = (SELECT acting_partnership()) AND acting_role('partnership_administrator')",
    ),
    # What is finished is never changed: only the organisation that began it writes it, and only until then.
    Policy(
        "risk.Assessment", read=READS, add=f"{WORKS} AND {MINE} AND {OF_CASE}",
        change=f"{WORKS} AND {MINE} AND status = 'started'", changed=f"{WORKS} AND {MINE}",
    ),
    Policy(
        "risk.Answer", read=READS, add=UNFINISHED, change=UNFINISHED,
        columns=("answer", "comment", "source", "answered_at"),
    ),
    Policy(
        "risk.Demand", read=READS, add=f"{WORKS} AND ({OF_ASSESSMENT} OR {OF_INCIDENT})", change=WORKS,
        columns=("status", "words", "answered_at", "answered_by", "organisation_id"),
    ),
    # Read by those in the case; counted for others by a function (sql/10_incidents.sql).
    Policy(
        "risk.Incident",
        read=f"{READS} OR (case_id IS NULL AND {MINE} AND {NOT_WALLED} AND (SELECT acting_works_cases()))",
        add=f"partnership_id = (SELECT acting_partnership()) AND {MINE} AND {WORKS} AND {OF_CASE}",
        change=f"{MINE} AND {WORKS}",
        columns=(
            "from_on", "until_on", "is_about", "kinds", "place", "reported", "crime_reference", "source", "causing_id",
            "children_present", "what", "withdrawn_at", "withdrawn_reason", "version",
        ),
    ),
    Policy(
        "risk.SafetyPlan", read=f"{READS} AND {NOT_WALLED}", add=f"{WORKS} AND {NOT_WALLED}",
        change=f"{WORKS} AND {NOT_WALLED}", columns=(
            "about", "copy", "copy_words", "copy_asked_on", "copy_to", "copy_address_id", "review_on", "version",
        ),
    ),
    Policy(
        "risk.PlanStep", read=f"{READS} AND {OPEN_PLAN}", add=f"{WORKS} AND {OPEN_PLAN}",
        change=f"{WORKS} AND {OPEN_PLAN}", columns=("done_on", "ended_at"),
    ),
    Policy("risk.PlanEvent", read=f"{READS} AND {OPEN_PLAN}", add=f"{WORKS} AND {OPEN_PLAN}"),
]  # fmt: skip
