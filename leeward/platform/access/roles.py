"""Roles and what each may do.

A role says what kind of thing a user may do; sight of rows is another matter (policies).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """Things that a user may do, in the words of the administration pages."""

    TRIAGE = "triage"
    CASEWORK = "casework"
    REFER = "refer"
    INDEX_CHECK = "index_check"
    SIGN_OFF = "sign_off"
    ALLOCATE = "allocate"
    SET_WALLS = "set_walls"
    RESTRICT = "restrict"
    BREAK_GLASS = "break_glass"
    REVIEW_ACCESS = "review_access"
    COUNTS = "counts"
    MANAGE_USERS = "manage_users"
    MANAGE_PARTNERSHIP = "manage_partnership"
    HAND_OVER = "hand_over"
    MARAC = "marac"
    MARAC_ARRANGE = "marac_arrange"
    PLACES = "places"
    PLACEMENT = "placement"


@dataclass(frozen=True)
class Role:
    """A role as the administration pages show it."""

    key: str
    name: str
    description: str
    permissions: frozenset[Permission]


def _role(key: str, name: str, description: str, *permissions: Permission) -> Role:
    return Role(key, name, description, frozenset(permissions))


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        _role(
            "access_point",
            "Single point of access worker",
            "Sees every contact still in triage, calls, decides and hands on.",
            Permission.TRIAGE, Permission.CASEWORK, Permission.INDEX_CHECK, Permission.REFER,
        ),
        _role(
            "practitioner",
            "Practitioner",
            "Works with the cases that their organisation, team or they themselves are involved in.",
            Permission.CASEWORK, Permission.INDEX_CHECK, Permission.REFER, Permission.BREAK_GLASS,
        ),
        _role(
            "manager",
            "Manager",
            "Allocates, signs off closing, restricts a case, sets walls, and sees the organisation's counts.",
            Permission.CASEWORK, Permission.INDEX_CHECK, Permission.REFER, Permission.BREAK_GLASS, Permission.ALLOCATE,
            Permission.SIGN_OFF, Permission.RESTRICT, Permission.SET_WALLS, Permission.COUNTS, Permission.PLACES,
        ),
        _role(
            "marac_representative",
            "MARAC representative",
            "Sits at a MARAC for the agency: returns research, takes part in the meeting, answers for actions. "
            "Opens only what is listed there.",
            Permission.MARAC,
        ),
        _role(
            "marac_coordinator",
            "MARAC coordinator or chair",
            "Arranges a MARAC: its agenda, its meetings, its minutes, what is overdue, the return.",
            Permission.MARAC, Permission.MARAC_ARRANGE,
        ),
        _role(
            "placement_coordinator",
            "Placement coordinator",
            "Sees every space and every household that waits, without names; proposes who goes where, runs the "
            "reciprocal, edits the rules of the match.",
            Permission.PLACEMENT, Permission.COUNTS,
        ),
        _role(
            "referrer",
            "Referring professional",
            "Refers people and sees what became of their own referrals, nothing else.",
            Permission.REFER,
        ),
        _role(
            "analyst",
            "Analyst or commissioner",
            "Sees counts, never a person.",
            Permission.COUNTS,
        ),
        _role(
            "data_protection",
            "Data protection lead",
            "Sees who looked at what and why, reviews emergency sight, sets walls. Does not open cases.",
            Permission.REVIEW_ACCESS, Permission.SET_WALLS, Permission.COUNTS,
        ),
        _role(
            "administrator",
            "Administrator of an organisation",
            "Adds users and teams of their organisation, and gives roles. Sees no case.",
            Permission.MANAGE_USERS,
        ),
        _role(
            "partnership_administrator",
            "Administrator of the partnership",
            "Adds organisations and their first administrators, sets targets, reviews a handover between providers.",
            Permission.MANAGE_USERS, Permission.MANAGE_PARTNERSHIP, Permission.HAND_OVER, Permission.COUNTS,
        ),
    )
}  # fmt: skip


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """Everything that a set of roles allows. A role that no longer exists allows nothing."""
    return frozenset().union(*(ROLES[role].permissions for role in roles if role in ROLES))
