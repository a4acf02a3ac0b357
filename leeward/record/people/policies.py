"""Who may see which rows about people. One idea: sight rows say it, everything else asks them.

The scalar probe `(SELECT true … LIMIT 1)` is on purpose: `EXISTS` and `IN` become a hashed subplan that reads all
that an organisation may see (docs/decisions/0004-sight.md has the figures).
"""

from __future__ import annotations

from leeward.platform.common.policy import Open, Policy

# Who works with cases; and who only sits at a MARAC, for what is shared with them by name.
BY_CASES_OR_NAME = (
    "((SELECT acting_works_cases())"
    " OR ((SELECT acting_sits_at_marac()) AND user_id = (SELECT acting_user())))"
)  # fmt: skip

# The one place where a wall, a team's and a named user's limits, and an end date are kept. Everything else asks this
# table, whose own policy therefore applies to every question.
SIGHT = (
    f"{BY_CASES_OR_NAME} AND organisation_id = (SELECT acting_organisation())"
    " AND (team_id IS NULL OR team_id = ANY ((SELECT acting_teams())::bigint[]))"
    " AND (user_id IS NULL OR user_id = (SELECT acting_user()))"
    " AND (until IS NULL OR until > now())"
    " AND person_id <> ALL ((SELECT acting_walls())::bigint[])"
)


# Emergency sight reads. What is written in a person's record is written by those who are involved.
NOT_IN_EMERGENCY = " AND s.source <> 'break_glass'"


def sees(person: str = "person_id", scope: int = 2, extra: str = "") -> str:
    """SQL: whoever acts has sight of this person at least to `scope` (1 index, 2 summary, 3 full)."""
    return (
        f"(SELECT true FROM people_personsight s WHERE s.person_id = {{row}}.{person}"
        f" AND s.scope >= {scope}{extra} LIMIT 1)"
    )


def writes(person: str = "person_id") -> str:
    """SQL: whoever acts may change this person's record: the whole of it is open to them, not just in an emergency."""
    return sees(person, 3, NOT_IN_EMERGENCY)


def making(person: str = "person_id") -> str:
    """SQL: this person record is being made in this very action, before anybody has sight of it."""
    return f"{person} = ANY ((SELECT acting_making())::bigint[])"


def _fact(model: str, *, scope: int = 3, read: str | None = None, change: bool = True) -> Policy:
    """A table of facts about one person: read with sight, written with full sight or while the record is made."""
    condition = read or sees(scope=scope)
    write = f"{writes()} OR {making()}"
    return Policy(model, read=condition, add=write, change=writes() if change else None)


def in_circle(extra: str = "") -> str:
    """SQL: whoever acts sees this fact about where somebody can be found, in the circle in which it was learned."""
    return (
        "(SELECT true FROM people_personsight s WHERE s.person_id = {row}.person_id"
        f"{extra} AND (s.side <> 'named' OR {{row}}.source_id IS NULL OR s.source_id = {{row}}.source_id) LIMIT 1)"
    )


BOTH = f"{sees('person_id')} AND {sees('other_id')}"
WRITES_BOTH = f"{writes('person_id')} AND {writes('other_id')}"
FULL_IN_CIRCLE = in_circle(" AND s.scope >= 3")
WRITES_IN_CIRCLE = in_circle(f" AND s.scope >= 3{NOT_IN_EMERGENCY}")
_WITH_ADDRESS = " AND s.scope >= 2 AND s.address"
ADDRESS = in_circle(_WITH_ADDRESS)
WRITES_ADDRESS = in_circle(_WITH_ADDRESS + NOT_IN_EMERGENCY)
# An address in hiding is for named users and teams, never for a whole organisation.
_NARROW = _WITH_ADDRESS + " AND (s.user_id IS NOT NULL OR s.team_id IS NOT NULL)"
SEALED = in_circle(_NARROW)
WRITES_SEALED = in_circle(_NARROW + NOT_IN_EMERGENCY)
# A manager walls people whom they see; the data protection lead anybody of their partnership, by a number of the log.
MAY_WALL = (
    f"((acting_role('manager') AND {sees(scope=1)}) OR (acting_role('data_protection') AND people_ours(person_id)))"
)
# Made out to my organisation, my team or me; still readable when the sight has ended, never past a wall.
TO_ME = (
    f"{BY_CASES_OR_NAME} AND organisation_id = (SELECT acting_organisation())"
    " AND (team_id IS NULL OR team_id = ANY ((SELECT acting_teams())::bigint[]))"
    " AND (user_id IS NULL OR user_id = (SELECT acting_user()))"
    " AND person_id <> ALL ((SELECT acting_walls())::bigint[])"
    " AND (claim_id IS NULL OR people_claim_open(claim_id))"
    " AND (other_id IS NULL OR other_id <> ALL ((SELECT acting_walls())::bigint[]))"
)
NOT_WALLED = "person_id <> ALL ((SELECT acting_walls())::bigint[])"

POLICIES = [
    # A wall from whom a case is about stands before everybody who is known in it, too.
    Policy("people.PersonSight", read=f"{SIGHT} AND subject_id <> ALL ((SELECT acting_walls())::bigint[])"),
    Policy(
        "people.Person",
        read=f"{sees('id')} OR {making('id')}",
        add="partnership_id = (SELECT acting_partnership())"
        " AND created_organisation_id IS NOT DISTINCT FROM (SELECT acting_organisation())",
        change=writes("id"),
    ),
    _fact("people.PersonName", scope=2, read=f"{sees(scope=2)} OR {making()}"),
    Policy(
        "people.NameEntry",
        read=f"{sees()} OR {making()}",
        add=f"{writes()} OR {making()}",
        change=writes(),
        remove=writes(),
    ),
    # Keyed hashes of names, of everybody's: without the key they tell nothing, and they lead to no person.
    Open("people.NameKey", "keyed hashes of all names of all people, leading to nobody", "SELECT, INSERT"),
    _fact("people.Identifier"),
    Policy(
        "people.ContactDetail",
        read=FULL_IN_CIRCLE,
        add=f"{WRITES_IN_CIRCLE} OR {making()}",
        change=WRITES_IN_CIRCLE,
    ),
    Policy(
        "people.FactChange",
        read=FULL_IN_CIRCLE,
        add=WRITES_IN_CIRCLE,
        change=WRITES_IN_CIRCLE,
        columns=("undone_at",),
    ),
    Policy("people.Address", read=ADDRESS, add=f"{WRITES_ADDRESS} OR {making()}", change=WRITES_ADDRESS),
    Policy("people.SealedAddress", read=SEALED, add=WRITES_SEALED, change=WRITES_SEALED),
    Policy(
        "people.ImmigrationStatus",
        read=f"(recorded_organisation_id = (SELECT acting_organisation())"
        f" OR (SELECT acting_organisation()) = ANY (shared_with)) AND {sees(scope=3)}",
        add=f"recorded_organisation_id = (SELECT acting_organisation()) AND {writes()}",
        change=f"recorded_organisation_id = (SELECT acting_organisation()) AND {writes()}",
    ),
    _fact("people.EqualityAnswer"),
    Policy(
        "people.Relationship",
        read=BOTH,
        add=f"({writes('person_id')} OR {making('person_id')}) AND ({writes('other_id')} OR {making('other_id')})",
        change=WRITES_BOTH,
    ),
    Policy(
        "people.Household",
        read="(SELECT true FROM people_householdmember m WHERE m.household_id = {row}.id LIMIT 1)"
        " OR created_by_id = (SELECT acting_user())",
        add="partnership_id = (SELECT acting_partnership())",
        change="created_by_id = (SELECT acting_user())",
    ),
    Policy(
        "people.HouseholdMember",
        read=in_circle(" AND s.scope >= 2"),
        add=f"{WRITES_IN_CIRCLE} OR {making()}",
        change=WRITES_IN_CIRCLE,
    ),
    Policy(
        "people.KnowsPlace",
        read=BOTH,
        add=WRITES_BOTH,
        change=WRITES_BOTH,
        columns=("ended_on", "was_error"),
    ),
    Policy(
        "people.HarmClaim",
        read=f"{sees('harmed_id')} AND {sees('harming_id')}",
        add=f"({writes('harmed_id')} OR {making('harmed_id')}) AND ({writes('harming_id')} OR {making('harming_id')})",
        change=f"{writes('harmed_id')} AND {writes('harming_id')}",
    ),
    Policy(
        "people.ClaimNotice",
        read=f"{TO_ME}",
        change=f"{TO_ME}",
        columns=("read_at", "read_by_id"),
    ),
    Policy(
        "people.PersonLink",
        read=f"{sees('first_id')} AND {sees('second_id')}",
        add=f"{writes('first_id')} AND {writes('second_id')}",
        change=f"{writes('first_id')} AND {writes('second_id')}",
    ),
    # A wall is seen by who may set one, never by who stands before it: their own sight of the person is gone.
    Policy(
        "people.Wall",
        read=f"{MAY_WALL} AND {NOT_WALLED}",
        add=f"(user_id = (SELECT acting_user()) AND kind = 'declared') OR {MAY_WALL}",
        change=f"{MAY_WALL} AND {NOT_WALLED}",
        columns=("lifted_by_id", "lifted_at", "lifted_reason", "kind"),
    ),
    Policy(
        "people.WallDeclaration",
        # Whoever declared it asks for it back; only the data protection lead's answer ends it, by a function.
        read="user_id = (SELECT acting_user()) OR (acting_role('data_protection') AND asked_back_at IS NOT NULL"
        " AND (SELECT true FROM access_membership m JOIN access_organisation o ON o.id = m.organisation_id"
        " WHERE m.user_id = {row}.user_id AND o.partnership_id = acting_partnership() LIMIT 1))",
        add="user_id = (SELECT acting_user()) AND withdrawn_at IS NULL",
        change="user_id = (SELECT acting_user()) AND withdrawn_at IS NULL",
        columns=("asked_back_at", "asked_back_why"),
    ),
    Policy(
        "people.IndexCheck",
        read="user_id = (SELECT acting_user()) OR (acting_role('data_protection') AND (SELECT true FROM"
        " access_organisation o WHERE o.id = {row}.organisation_id AND o.partnership_id = acting_partnership()"
        " LIMIT 1))",
        add="user_id = (SELECT acting_user()) AND organisation_id = (SELECT acting_organisation())",
    ),
]
