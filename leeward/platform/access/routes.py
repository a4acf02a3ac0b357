"""Who may call which address. Each room's `urls.py` has a `WHO`; a route that is in no table is refused to everyone."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access.roles import Permission


@dataclass(frozen=True)
class Who:
    """Who may call a route: everyone, every signed-in user, or who has one of some permissions."""

    is_public: bool = False
    permissions: frozenset[Permission] = frozenset()


PUBLIC = Who(is_public=True)
SIGNED_IN = Who()


def may(*permissions: Permission) -> Who:
    """Signed-in users with at least one of these permissions."""
    return Who(permissions=frozenset(permissions))
