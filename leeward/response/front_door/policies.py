"""Who may see which contacts: the team that holds triage, until it is handed on; then who sees the case."""

from __future__ import annotations

from leeward.platform.common.policy import Open, Policy
from leeward.record.cases.policies import sees_case

IN_TRIAGE = (
    "acting_role('access_point') AND organisation_id = (SELECT acting_organisation())"
    " AND team_id = ANY ((SELECT acting_teams())::bigint[])"
    " AND handed_on_at IS NULL AND person_id <> ALL ((SELECT acting_walls())::bigint[])"
)
ANYBODY = "(SELECT acting_partnership()) IS NOT NULL"
MAKING = "id = ANY ((SELECT acting_making())::bigint[])"


# Nobody looks at their own name, nor at somebody whom they may never see.
SAME_NAME = (
    "acting_role('data_protection') AND people_ours(person_id) AND user_id <> (SELECT acting_user())"
    " AND person_id <> ALL ((SELECT acting_walls())::bigint[])"
)


def sees_contact(contact: str = "contact_id") -> str:
    """SQL: whoever acts sees this contact (its own policy is asked)."""
    return f"(SELECT true FROM front_door_contact c WHERE c.id = {{row}}.{contact} LIMIT 1)"


PART_MAKING = "contact_id = ANY ((SELECT acting_making())::bigint[])"


def _part(model: str, *, change: bool = False, columns: tuple[str, ...] = ()) -> Policy:
    return Policy(
        model,
        read=sees_contact(),
        add=f"{sees_contact()} OR {PART_MAKING}",
        change=sees_contact() if change else None,
        columns=columns,
    )


POLICIES = [
    Policy(
        "front_door.Contact",
        read=f"({IN_TRIAGE}) OR (case_id IS NOT NULL AND {sees_case('case_id', 3)}) OR {MAKING}",
        add="partnership_id = (SELECT acting_partnership())",
        change=f"({IN_TRIAGE}) OR (case_id IS NOT NULL AND {sees_case('case_id', 3)}) OR {MAKING}",
        # Handing on takes the contact out of the sight of who hands on.
        changed="partnership_id = (SELECT acting_partnership())",
    ),
    _part("front_door.ContactPerson"),
    # Nobody reads who was named: a function compares it with a user's name, and answers nothing.
    Policy("front_door.KeptOut", read=None, add=f"{sees_contact()} OR {PART_MAKING}"),
    Policy(
        "front_door.SameName", read=SAME_NAME, change=SAME_NAME, columns=("looked_at", "looked_by_name", "outcome")
    ),
    _part("front_door.Referrer"),
    # What was written of an attempt stays as it was written; it can be taken back as a whole.
    _part(
        "front_door.Attempt", change=True,
        columns=("taken_back_at", "taken_back_by_id", "taken_back_by_name", "taken_back_why"),
    ),
    _part("front_door.ContactStatus"),
    _part("front_door.Decision", change=True),
    Policy(
        "front_door.Receipt",
        read="organisation_id = (SELECT acting_organisation()) AND user_id = (SELECT acting_user())"
        f" OR {sees_contact()} OR {PART_MAKING}",
        add="partnership_id = (SELECT acting_partnership())",
        change=sees_contact(),
        columns=("status", "changed_at"),
    ),
    # An offer is seen by triage until it is accepted, and by those it is offered to (as its involvement is).
    Policy(
        "front_door.Offer",
        read=f"{sees_contact()} OR (SELECT true FROM cases_involvement i"
        " WHERE i.id = {row}.involvement_id LIMIT 1)",
        add=sees_contact(),
        change=f"{sees_contact()} OR (SELECT true FROM cases_involvement i"
        " WHERE i.id = {row}.involvement_id LIMIT 1)",
    ),
    Open(
        "front_door.Target", "promises of the partnership, not about a person; a row once written only gets withdrawn",
        "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_name)",
    ),
    # Reached by a random token that only the visitor's session holds; sealed besides. Whoever refers while signed in
    # answers the same pages, and a job deletes what is an hour old.
    Policy("front_door.PublicDraft", read=ANYBODY, add=ANYBODY, change=ANYBODY, remove=ANYBODY),
    Policy(
        "front_door.ContactCount",
        read="partnership_id = (SELECT acting_partnership())"
        # Asked once, not for each of a year's thirty thousand rows.
        " AND (SELECT acting_role('analyst') OR acting_role('manager') OR acting_role('data_protection')"
        " OR acting_role('partnership_administrator') OR acting_role('access_point'))"
        " AND person_id <> ALL ((SELECT acting_walls())::bigint[])",
        add="partnership_id = (SELECT acting_partnership())",
        change="partnership_id = (SELECT acting_partnership())",
    ),
]  # fmt: skip
