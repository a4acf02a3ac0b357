"""Who acts: set per transaction in the database, carried in Python as `Acting`, which every action takes as `by`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from leeward.platform.access import grounds
from leeward.platform.access.roles import Permission, permissions_of
from leeward.platform.common.errors import Refused


@dataclass(frozen=True)
class Acting:
    """Who acts, for which organisation, with which roles. Made by `begin` alone."""

    kind: str  # user, public or job
    partnership_id: int
    partnership_name: str = ""
    user_id: int | None = None
    user_name: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    roles: tuple[str, ...] = ()
    team_ids: tuple[int, ...] = ()
    organisations: tuple[tuple[int, str], ...] = ()
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def worker_id(self) -> int:
        """The user's id, where only a signed-in user can act. Raises Refused for visitors and jobs."""
        if self.user_id is None:
            raise Refused("Sign in first.")
        return self.user_id

    @property
    def acts_for(self) -> int:
        """The organisation that the user acts for. Raises Refused for visitors and jobs."""
        if self.organisation_id is None:
            raise Refused("Sign in first.")
        return self.organisation_id

    def may(self, permission: Permission) -> bool:
        """Whether the roles allow this kind of thing (sight of a row is the database's question)."""
        return permission in self.permissions

    def must(self, permission: Permission, words: str = "Your role does not allow this.") -> None:
        """Raise Refused unless the roles allow it."""
        if permission not in self.permissions:
            raise Refused(words)


def begin(user_id: int, organisation_id: int | None) -> Acting | None:
    """Say to the database who acts until the end of the transaction; None if the user may not act (for it)."""
    extra = "".join(f", set_config('{name}', {sql}, true)" for name, sql in grounds.ON_BEGIN.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT b.*{extra} FROM access_begin(%s, %s) b", [user_id, organisation_id])
        row = cursor.fetchone()
    if row is None:
        return None
    choices = json.loads(row[8]) if isinstance(row[8], str) else row[8]
    return Acting(
        kind="user",
        user_id=row[0],
        user_name=row[1],
        organisation_id=row[2],
        organisation_name=row[3],
        partnership_id=row[4],
        partnership_name=row[5],
        roles=tuple(row[6]),
        team_ids=tuple(row[7]),
        organisations=tuple((int(choice["id"]), choice["name"]) for choice in choices),
        permissions=permissions_of(row[6]),
    )


def begin_public(partnership_id: int, partnership_name: str = "") -> Acting:
    """A visitor without an account acts: may send a contact, sees nothing."""
    _set(kind="public", partnership=str(partnership_id), walls="{}", teams="{}")
    return Acting(kind="public", partnership_id=partnership_id, partnership_name=partnership_name)


def begin_job(partnership_id: int, name: str) -> Acting:
    """Work for later acts under its own name: it sees what policies give to jobs, no person's story."""
    _set(kind="job", partnership=str(partnership_id), roles=f"job:{name}", walls="{}", teams="{}")
    return Acting(kind="job", partnership_id=partnership_id, user_name=name)


@contextmanager
def making(*ids: int) -> Iterator[None]:
    """Rows with these ids are being made here: their parts may be written before anybody has sight of them.

    For actions that create a root record (a person, a contact, a case) and its parts. It ends with the block, and
    whenever somebody begins to act.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.making', true)")
        row = cursor.fetchone()
        before = (row[0] if row else "") or ""
        kept = [part for part in before.strip("{}").split(",") if part]
        cursor.execute("SELECT set_config('app.making', %s, true)", ["{" + ",".join([*kept, *map(str, ids)]) + "}"])
    yield
    # After an exception there is nothing to put back: the transaction (or its savepoint) takes the setting with it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.making', %s, true)", [before])


def end() -> None:
    """Forget who acts before the transaction ends (tests, and jobs that act for several partnerships)."""
    _set()


def _set(
    *, kind: str = "", user: str = "", organisation: str = "", partnership: str = "", roles: str = "",
    walls: str = "", teams: str = "",
) -> None:  # fmt: skip
    values = {
        "kind": kind, "user": user, "organisation": organisation, "partnership": partnership, "roles": roles,
        "walls": walls, "teams": teams, "making": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"set_config('app.{name}', %s, true)" for name in values), list(values.values())
        )


@contextmanager
def acting_as(user_id: int, organisation_id: int | None = None) -> Iterator[Acting]:
    """A transaction in which a user acts: for commands, imports and tests. Raises Refused if they may not."""
    with transaction.atomic():
        by = begin(user_id, organisation_id)
        if by is None:
            raise Refused("This user cannot act for that organisation.")
        yield by
        end()


@contextmanager
def acting_as_job(partnership_id: int, name: str) -> Iterator[Acting]:
    """A transaction in which work for later acts under its own name."""
    with transaction.atomic():
        yield begin_job(partnership_id, name)
