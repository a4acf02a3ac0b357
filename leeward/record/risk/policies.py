"""Who may see risk: whoever has sight of the case with its risk flag. Nothing here is opened by anything else."""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.cases.policies import MINE, sees_case

READS = sees_case(scope=2, extra=" AND s.risk")
WORKS = sees_case(scope=3, extra=" AND s.risk")
UNFINISHED = (
    f"{WORKS} AND (SELECT a.status = 'started' AND a.case_id = {{row}}.case_id AND a.{MINE} FROM risk_assessment a"
    " WHERE a.id = {row}.assessment_id)"
)

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
        "risk.Assessment", read=READS, add=f"{WORKS} AND {MINE}",
        change=f"{WORKS} AND {MINE} AND status = 'started'", changed=f"{WORKS} AND {MINE}",
    ),
    Policy(
        "risk.Answer", read=READS, add=UNFINISHED, change=UNFINISHED,
        columns=("answer", "comment", "source", "answered_at"),
    ),
    Policy(
        "risk.Demand", read=READS, add=f"{WORKS}", change=WORKS,
        columns=("status", "words", "answered_at", "answered_by", "organisation_id"),
    ),
    # Read by those in the case; counted for others by a function (sql/10_incidents.sql).
    Policy(
        "risk.Incident",
        read=f"{READS} OR (case_id IS NULL AND {MINE} AND (SELECT acting_works_cases()))",
        add=f"partnership_id = (SELECT acting_partnership()) AND {MINE} AND {WORKS}",
        change=f"{MINE} AND {WORKS}",
    ),
    Policy("risk.SafetyPlan", read=READS, add=WORKS, change=WORKS),
    Policy("risk.PlanStep", read=READS, add=WORKS, change=WORKS),
    Policy("risk.PlanEvent", read=READS, add=WORKS),
]  # fmt: skip
