"""Who may administer whom, in words that a person would be told."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation, User
from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.common.errors import Refused

# Roles over the whole partnership, or over the log: only the partnership's administrator gives them.
PARTNERSHIP_ROLES = frozenset({"partnership_administrator", "data_protection", "analyst", "access_point"})
# Who holds one of these watches over administrators: no organisation's administrator takes the role or the place away.
PROTECTED_ROLES = frozenset({"partnership_administrator", "data_protection"})

Listener = Callable[[int, str], None]
_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener(user_id, name)` called in the transaction that gives somebody a place or name. It says nothing."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell_of_place(user: User) -> None:
    """Say to the rooms above that somebody was given a place, or another name."""
    for listener in _LISTENERS:
        listener(user.pk, user.name)


def may_administer(by: Acting, organisation_id: int) -> bool:
    """Whether whoever acts may change users and teams of this organisation."""
    if by.may(Permission.MANAGE_PARTNERSHIP):
        return True
    return by.may(Permission.MANAGE_USERS) and organisation_id == by.organisation_id


def must_administer(by: Acting, organisation_id: int) -> None:
    """Raise Refused unless whoever acts may change users and teams of this organisation."""
    ours = organisation_id == by.organisation_id
    if not may_administer(by, organisation_id) or not (
        ours or Organisation.objects.filter(id=organisation_id, partnership_id=by.partnership_id).exists()
    ):
        raise Refused("Only an administrator of this organisation can do this.")


def must_give_roles(by: Acting, roles: list[str]) -> None:
    """Raise Refused for a role that does not exist, or that an organisation's administrator may not give."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Refused(f"There is no role called {unknown[0]}.")
    if set(roles) & PARTNERSHIP_ROLES and not by.may(Permission.MANAGE_PARTNERSHIP):
        names = ", ".join(ROLES[role].name.lower() for role in roles if role in PARTNERSHIP_ROLES)
        raise Refused(f"Only the administrator of the partnership gives this role: {names}.")


def must_not_be_own(by: Acting, user_id: int) -> None:
    """Raise Refused where an administrator would change what they themselves may do."""
    if user_id == by.user_id:
        raise Refused("You cannot change your own place or roles: ask another administrator.")


def must_leave_protected(by: Acting, before: list[str], after: list[str]) -> None:
    """Raise Refused if an organisation's administrator takes a role, or a place with it, that watches over them."""
    taken = sorted((set(before) - set(after)) & PROTECTED_ROLES)
    if taken and not by.may(Permission.MANAGE_PARTNERSHIP):
        names = ", ".join(ROLES[role].name.lower() for role in taken)
        raise Refused(f"Only the administrator of the partnership changes or ends this role: {names}.")


def must_reset(by: Acting, user: User) -> None:
    """Raise Refused unless everything that this account opens, or is asked to open, is theirs to give.

    Whoever resets a sign-in holds the link to the account. So they must administer every place that it has, and be
    allowed to give every role that it holds: else the link would open what they may not have.
    """
    places = Membership.objects.filter(Q(is_active=True) | Q(offered_at__isnull=False), user=user)
    for organisation_id, partnership_id, roles in places.values_list(
        "organisation_id", "organisation__partnership_id", "roles"
    ):
        if partnership_id != by.partnership_id or not may_administer(by, organisation_id):
            raise Refused(
                f"{user.name} has a place, or the offer of one, in an organisation that you do not administer. The "
                "administrator of the partnership changes their sign-in; across partnerships one place is ended first."
            )
        if set(roles) & PARTNERSHIP_ROLES and not by.may(Permission.MANAGE_PARTNERSHIP):
            names = ", ".join(ROLES[role].name.lower() for role in roles if role in PARTNERSHIP_ROLES)
            raise Refused(
                f"Only the administrator of the partnership changes the sign-in of somebody with this role: {names}."
            )
