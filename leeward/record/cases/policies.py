"""Who may see which rows of a case: sight rows say it (the same idea as people/policies.py)."""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.people.policies import SIGHT


def sees_case(case: str = "case_id", scope: int = 3, extra: str = "") -> str:
    """SQL: whoever acts has sight of this case at least to `scope`."""
    return (
        f"(SELECT true FROM cases_casesight s WHERE s.case_id = {{row}}.{case} AND s.scope >= {scope}{extra} LIMIT 1)"
    )


FULL = sees_case()
MINE = "organisation_id = (SELECT acting_organisation())"
# What an organisation keeps to itself (supervision, its own worry) is not opened by a share.
NOT_ANOTHERS_OWN = f"(NOT own_organisation OR {MINE})"
# Made to my organisation, my team or me; not about somebody walled from me, nor a restricted case I am not named in.
TO_ME = (
    f"(SELECT acting_works_cases()) AND {MINE}"
    " AND (team_id IS NULL OR team_id = ANY ((SELECT acting_teams())::bigint[]))"
    " AND (user_id IS NULL OR user_id = (SELECT acting_user())) AND cases_may_answer(case_id)"
)
MAKING = "case_id = ANY ((SELECT acting_making())::bigint[])"

POLICIES = [
    Policy("cases.CaseSight", read=SIGHT),
    Policy(
        "cases.Case",
        read=f"{sees_case('id', 1)} OR id = ANY ((SELECT acting_making())::bigint[])",
        add="partnership_id = (SELECT acting_partnership()) AND created_by_id = (SELECT acting_user())",
        change=sees_case("id", 3),
    ),
    Policy("cases.CaseStatus", read=sees_case(scope=2), add=f"{FULL} OR {MAKING}"),
    Policy("cases.CaseAssignment", read=sees_case(scope=2), add=f"{FULL} OR {MAKING}"),
    Policy("cases.CasePerson", read=sees_case(scope=2), add=f"{FULL} OR {MAKING}", change=FULL),
    Policy(
        "cases.CaseLink",
        read=f"{sees_case('first_id', 1)} AND {sees_case('second_id', 1)}",
        add=f"({sees_case('first_id')} OR first_id = ANY ((SELECT acting_making())::bigint[]))"
        f" AND ({sees_case('second_id')} OR second_id = ANY ((SELECT acting_making())::bigint[]))",
    ),
    # A share is seen by those in the case, and by the organisation (the team, the user) that it is made to: its own
    # shares stay its own to see, answered or ended, so that an answer can be given before there is sight.
    Policy(
        "cases.Involvement",
        read=f"{sees_case(scope=2)} OR {MAKING} OR ({TO_ME})",
        add=f"{FULL} OR {MAKING}",
        change=f"{FULL} OR ({TO_ME} AND status = 'offered')",
        changed=f"{FULL} OR ({TO_ME})",
    ),
    Policy("cases.NamedUser", read=FULL, add=FULL, change=FULL),
    Policy(
        "cases.BreakGlass",
        read="user_id = (SELECT acting_user()) OR (acting_role('data_protection')"
        " AND partnership_id = (SELECT acting_partnership()) AND cases_not_walled(case_id))",
        add="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
        change="acting_role('data_protection') AND partnership_id = (SELECT acting_partnership())"
        " AND cases_not_walled(case_id)",
        columns=("reviewed_by_id", "reviewed_at", "outcome", "review_note", "ended_at"),
    ),
    Policy(
        "cases.ChronologyEntry",
        read="(SELECT true FROM cases_casesight s WHERE s.case_id = {row}.case_id"
        " AND s.scope >= {row}.scope"
        " AND (s.risk OR NOT {row}.needs_risk)"
        f" AND (s.address OR NOT {{row}}.needs_address) LIMIT 1) AND {NOT_ANOTHERS_OWN}",
        add=f"{FULL} OR {MAKING}",
    ),
    Policy("cases.Note", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"({FULL} OR {MAKING}) AND {MINE}",
           change=f"{FULL} AND {MINE}"),
    Policy("cases.NoteVersion", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"{FULL} AND {MINE}"),
    Policy("cases.Task", read=FULL, add=f"{FULL} OR {MAKING}", change=FULL),
    Policy("cases.Document", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"{FULL} AND {MINE}",
           change=f"{FULL} AND {MINE}",
           columns=("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")),
    Policy(
        "cases.Handover",
        read="partnership_id = (SELECT acting_partnership()) AND (acting_role('partnership_administrator')"
        " OR (acting_role('manager') AND from_organisation_id = (SELECT acting_organisation())))",
        add="partnership_id = (SELECT acting_partnership()) AND proposed_by_id = (SELECT acting_user())",
        change="partnership_id = (SELECT acting_partnership()) AND acting_role('partnership_administrator')",
    ),
]  # fmt: skip
