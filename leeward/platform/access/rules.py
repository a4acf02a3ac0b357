"""Who may administer whom, in words that a person would be told."""

from __future__ import annotations

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.common.errors import Refused

# Roles over the whole partnership, or over the log: only the partnership's administrator gives them.
PARTNERSHIP_ROLES = frozenset({"partnership_administrator", "data_protection", "analyst", "access_point"})


def may_administer(by: Acting, organisation_id: int) -> bool:
    """Whether whoever acts may change users and teams of this organisation."""
    if by.may(Permission.MANAGE_PARTNERSHIP):
        return True
    return by.may(Permission.MANAGE_USERS) and organisation_id == by.organisation_id


def must_administer(by: Acting, organisation_id: int) -> None:
    """Raise Refused unless whoever acts may change users and teams of this organisation."""
    if not may_administer(by, organisation_id):
        raise Refused("Only an administrator of this organisation can do this.")


def must_give_roles(by: Acting, roles: list[str]) -> None:
    """Raise Refused for a role that does not exist, or that an organisation's administrator may not give."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Refused(f"There is no role called {unknown[0]}.")
    if set(roles) & PARTNERSHIP_ROLES and not by.may(Permission.MANAGE_PARTNERSHIP):
        names = ", ".join(ROLES[role].name.lower() for role in roles if role in PARTNERSHIP_ROLES)
        raise Refused(f"Only the administrator of the partnership gives this role: {names}.")
