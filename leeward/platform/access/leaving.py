"""What somebody who leaves an organisation leaves behind: rooms above count it, and let go what cannot wait.

An administrator ends a place and sees no case: they are told numbers, and others are told what is theirs to do. A room
gives the names of its SQL functions, which run as the owner and answer who administers that organisation alone:

- `counts(who bigint, place bigint) RETURNS TABLE (kind text, number bigint)`;
- `lets_go(who bigint, place bigint) RETURNS bigint`: how many things are free again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission


@dataclass(frozen=True)
class Kind:
    """One kind of work: its words, what becomes of it, and the page of it for who works there."""

    one: str
    many: str
    then: str
    url_name: str = ""
    query: str = ""
    for_whom: Permission = Permission.CASEWORK


@dataclass(frozen=True)
class Left:
    """How much of a kind somebody has."""

    kind: Kind
    number: int

    @property
    def words(self) -> str:
        """The number in words."""
        return f"{self.number} {self.kind.one if self.number == 1 else self.kind.many}"


_KINDS: dict[str, Kind] = {}
_COUNTS: list[str] = []
_LETS_GO: list[str] = []


def add(*, kinds: dict[str, Kind], counts: str, lets_go: str = "") -> None:
    """Have a room asked whenever somebody leaves: its kinds of work, and its functions by name."""
    _KINDS.update(kinds)
    for name, kept in ((counts, _COUNTS), (lets_go, _LETS_GO)):
        if name and name not in kept:
            kept.append(name)


def left_by(user_id: int, organisation_id: int) -> list[Left]:
    """What somebody has in an organisation that is not done, for who administers it: one statement."""
    with connection.cursor() as cursor:
        calls = " UNION ALL ".join(f"SELECT kind, number FROM {name}(%s, %s)" for name in _COUNTS)
        cursor.execute(calls, [user_id, organisation_id] * len(_COUNTS))
        found = {kind: int(number) for kind, number in cursor.fetchall()}
    return [Left(kind, found[key]) for key, kind in _KINDS.items() if found.get(key)]


def let_go(user_id: int, organisation_id: int) -> int:
    """Let go what somebody held who has left: people who wait must not wait for them. Answers how many."""
    with connection.cursor() as cursor:
        calls = " + ".join(f"{name}(%s, %s)" for name in _LETS_GO)
        cursor.execute(f"SELECT {calls}", [user_id, organisation_id] * len(_LETS_GO))
        return int(cursor.fetchone()[0])


def may_open(by: Acting, kind: Kind) -> bool:
    """Whether whoever acts may open the page of a kind."""
    return bool(kind.url_name) and by.may(kind.for_whom)
