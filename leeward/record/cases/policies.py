"""Who may see which rows of a case: sight rows say it (the same idea as people/policies.py)."""

from __future__ import annotations

from leeward.platform.common.policy import Policy
from leeward.record.people.policies import SIGHT, making, sees


def sees_case(case: str = "case_id", scope: int = 3, extra: str = "") -> str:
    """SQL: whoever acts has sight of this case at least to `scope`."""
    return (
        f"(SELECT true FROM cases_casesight s WHERE s.case_id = {{row}}.{case} AND s.scope >= {scope}{extra} LIMIT 1)"
    )


FULL = sees_case()
# Emergency sight reads and writes notes; it never shares, transfers, closes, restricts or lifts.
INVOLVED = sees_case(extra=" AND s.source = 'involvement'")
# Nobody gives more than they have.
MAY_GIVE = sees_case(
    extra=" AND s.source = 'involvement' AND (s.address OR NOT {row}.address) AND (s.risk OR NOT {row}.risk)"
)
MINE = "organisation_id = (SELECT acting_organisation())"
# What an organisation keeps to itself (supervision, its own worry) is not opened by a share.
NOT_ANOTHERS_OWN = f"(NOT own_organisation OR {MINE})"
# Made to my organisation, my team or me; not about somebody walled from me, nor a restricted case I am not named in.
TO_ME = (
    f"(SELECT acting_works_cases()) AND {MINE}"
    " AND (team_id IS NULL OR team_id = ANY ((SELECT acting_teams())::bigint[]))"
    " AND (user_id IS NULL OR user_id = (SELECT acting_user())) AND cases_may_answer(case_id)"
)
# A refuge that was asked for a place is an address, nearly: whom it was shared with is for who has the address, and for
# the organisation that shared it.
NO_PLACE = (
    f"(origin <> 'place' OR {sees_case(scope=2, extra=' AND s.address')}"
    " OR added_organisation_id = (SELECT acting_organisation()))"
)
MAKING = "case_id = ANY ((SELECT acting_making())::bigint[])"

POLICIES = [
    Policy("cases.CaseSight", read=SIGHT),
    Policy(
        "cases.Case",
        # Index scope reads its sight row (reference, whom to ring) and nothing of the case itself.
        read=f"{sees_case('id', 2)} OR id = ANY ((SELECT acting_making())::bigint[])",
        add="partnership_id = (SELECT acting_partnership()) AND created_by_id = (SELECT acting_user())",
        change=sees_case("id", 3, " AND s.source = 'involvement'"),
    ),
    Policy("cases.CaseStory", read=f"{FULL} OR {MAKING}", add=f"{FULL} OR {MAKING}", change=INVOLVED),
    Policy("cases.CaseStatus", read=sees_case(scope=2), add=f"{FULL} OR {MAKING}"),
    Policy("cases.CaseAssignment", read=sees_case(scope=2), add=f"{FULL} OR {MAKING}"),
    # Whoever is brought into a case is seen by everybody in it: so nobody brings in whom they do not see themselves.
    # Taken out and put back is the row, which never changes whom it is about: sight of them may have gone with it.
    Policy(
        "cases.CasePerson", read=sees_case(scope=2), add=f"({INVOLVED} OR {MAKING}) AND ({sees()} OR {making()})",
        change=INVOLVED, columns=("ended_at",),
    ),
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
        read=f"({sees_case(scope=2)} AND {NO_PLACE}) OR {MAKING} OR ({TO_ME})",
        add=f"{MAY_GIVE} OR {MAKING}",
        change=f"{INVOLVED} OR ({TO_ME} AND status = 'offered')",
        changed=f"{FULL} OR ({TO_ME})",
        # What a share opens never changes: to give more or less, it is ended and another is made.
        columns=(
            "status", "is_lead", "until", "lawful_basis", "told", "why", "answered_by_id", "answered_at",
            "return_reason", "return_note", "ended_at", "ended_by_id", "ended_reason",
        ),
    ),
    Policy("cases.NamedUser", read=FULL, add=f"{INVOLVED} OR {MAKING}", change=INVOLVED,
           columns=("ended_at",)),
    Policy(
        "cases.BreakGlass",
        read="user_id = (SELECT acting_user()) OR (acting_role('data_protection')"
        " AND partnership_id = (SELECT acting_partnership()) AND cases_not_walled(case_id))",
        add="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
        # Nobody reviews or ends what they opened themselves.
        change="acting_role('data_protection') AND partnership_id = (SELECT acting_partnership())"
        " AND user_id <> (SELECT acting_user()) AND cases_not_walled(case_id)",
        columns=("reviewed_by_id", "reviewed_at", "outcome", "review_note", "ended_at"),
    ),
    Policy(
        "cases.ChronologyEntry",
        read="(SELECT true FROM cases_casesight s WHERE s.case_id = {row}.case_id"
        " AND s.scope >= {row}.scope"
        " AND (s.risk OR NOT {row}.needs_risk)"
        f" AND (s.address OR NOT {{row}}.needs_address) LIMIT 1) AND {NOT_ANOTHERS_OWN}",
        add=f"{FULL} OR {MAKING}",
        change=f"{FULL} AND {MINE} AND about_kind = 'note'",
        columns=("at", "title", "own_organisation"),
    ),
    Policy("cases.Note", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"({FULL} OR {MAKING}) AND {MINE}",
           change=f"{FULL} AND {MINE}"),
    Policy("cases.NoteVersion", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"{FULL} AND {MINE}",
           change=f"{FULL} AND {MINE}", columns=("own_organisation",)),
    Policy("cases.Task", read=FULL, add=f"{FULL} OR {MAKING}", change=FULL),
    Policy("cases.Document", read=f"{FULL} AND {NOT_ANOTHERS_OWN}", add=f"{FULL} AND {MINE}",
           change=f"{FULL} AND {MINE}",
           columns=("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")),
    Policy(
        "cases.Handover",
        read="partnership_id = (SELECT acting_partnership()) AND (acting_role('partnership_administrator')"
        " OR (acting_role('manager')"
        " AND (SELECT acting_organisation()) IN (from_organisation_id, to_organisation_id)))",
        add="partnership_id = (SELECT acting_partnership()) AND proposed_by_id = (SELECT acting_user())"
        " AND (acting_role('partnership_administrator')"
        " OR (acting_role('manager') AND from_organisation_id = (SELECT acting_organisation())))",
        # Refusing; doing it is a function's work (sql/30_handover.sql).
        change="partnership_id = (SELECT acting_partnership()) AND acting_role('partnership_administrator')"
        " AND proposed_by_id <> (SELECT acting_user())",
        columns=("status", "reviewed_by_id", "reviewed_at", "review_note"),
    ),
]  # fmt: skip
