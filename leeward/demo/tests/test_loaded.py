"""The loaded demonstration: the same seed makes the same rows, and sight is what the database would have written.

Asked as the superuser of the tests' own server, past every policy: what is compared is what is there.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
import pytest
from django.db import models
from psycopg import sql

from leeward.demo.generate import MODELS, Slice
from leeward.demo.partnerships import Setting, make_partnership
from leeward.platform.access.models import Membership, Organisation, Team, User
from leeward.platform.directory.models import RoutingRule, Service
from leeward.record.cases.models import CaseSight
from leeward.record.people.models import NameKey, PersonSight
from tests import plugin
from tests.journeys.site import _loaded

TABLES = [
    model._meta.db_table for model in (*MODELS, NameKey, Organisation, Team, User, Membership, Service, RoutingRule)
]
MOMENTS = ("2026-03-04T10:15:00+00:00", "2026-03-04T22:40:30+00:00")


@contextmanager
def fresh(name: str) -> Iterator[psycopg.Connection[Any]]:
    """An empty migrated database of this name."""
    plugin.start()
    with plugin.one_at_a_time():
        plugin.copy_template(name)
    try:
        with psycopg.connect(plugin.admin_url(name), autocommit=True) as connection:
            yield connection
    finally:
        plugin.drop(name)


def load(name: str, seed: int, moment: str) -> None:
    code = (
        "import django; django.setup(); from datetime import datetime; from leeward.demo import load;"
        " load._empty();"
        f" load.load(size='small', seed={seed}, now=datetime.fromisoformat('{moment}'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=plugin.ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "LEEWARD_DEMO": "1", "LEEWARD_QUIET": "1", "LEEWARD_OWNER_DATABASE_URL": plugin.owner_url(name),
             "LEEWARD_WEB_DATABASE_URL": plugin.owner_url(name)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


LENGTHS = ("minutes_to_attempt", "minutes_to_decision", "attempt_in_time")  # how long until now, for who waits now


# A dictionary's lines have no number of their own, and what the database derives has one of the moment.
UNNUMBERED = {NameKey._meta.db_table, CaseSight._meta.db_table, PersonSight._meta.db_table}


def dump(connection: psycopg.Connection[Any], *, times: bool) -> dict[str, tuple[int, str]]:
    """Rows and a hash of each table; without `times` columns that follow the moment at which it was made are left out."""
    found = {}
    for table in TABLES:
        columns = [
            name
            for name, kind in connection.execute(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY 1",
                [table],
            ).fetchall()
            if (times or not (kind.startswith("timestamp") or kind == "date" or name in LENGTHS))
            and (name != "id" or table not in UNNUMBERED)
        ]
        digest, rows = hashlib.sha256(), 0
        statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table),
            sql.SQL(", ").join(sql.SQL(str(place + 1)) for place in range(len(columns))),
        )  # fmt: skip
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in copy:
                digest.update(bytes(row))
                rows += 1
        found[table] = (rows, digest.hexdigest())
    return found


@pytest.mark.soak
def test_the_same_seed_makes_the_same_database_and_another_seed_another() -> None:
    name = f"leeward_seed_{plugin.WORKER}"
    with fresh(name) as connection:
        load(name, 3, MOMENTS[0])
        first, still = dump(connection, times=True), dump(connection, times=False)
        assert all(rows for table, (rows, _) in first.items() if table != "people_wall"), "every table has rows"
        load(name, 3, MOMENTS[0])
        assert dump(connection, times=True) == first, "the same seed and moment: the very same rows"
        load(name, 3, MOMENTS[1])
        later = dump(connection, times=False)
        assert not [table for table in later if later[table] != still[table]], "only times follow the hour"
        load(name, 4, MOMENTS[0])
        other = dump(connection, times=False)
        for table in (
            "people_person",
            "people_personname",
            "cases_case",
            "front_door_contact",
            "cases_chronologyentry",
        ):
            assert other[table] != still[table], table


Lines = dict[str, list[str]]


def lines(seed: int, moment: str) -> tuple[Lines, Lines]:
    """The rows of one slice as they would be sent, by table: whole, and without dates and times."""
    part = Slice(_setting(), seed=seed, number=0, now=datetime.fromisoformat(moment), events_a_case=4)
    part.make(waiting=18)
    whole, still = {}, {}
    for model, sheet in part.sheets.items():
        timeless = [
            sheet.place[field.attname]
            for field in model._meta.concrete_fields
            if field.attname in sheet.place
            and field.attname not in LENGTHS
            and not isinstance(field, (models.DateField, models.DateTimeField))
        ]
        whole[sheet.table] = sheet.lines
        still[sheet.table] = ["\t".join(line.split("\t")[place] for place in timeless) for line in sheet.lines]
    return whole, still


@cache
def _setting() -> Setting:
    return make_partnership(0, staff=20, today=datetime.fromisoformat(MOMENTS[0]))


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(db: None) -> None:
    first, still = lines(3, MOMENTS[0])
    assert sum(len(rows) for rows in first.values()) > 30_000
    assert lines(3, MOMENTS[0])[0] == first, "the same seed and moment: the very same rows"
    later = lines(3, MOMENTS[1])[1]
    assert not [table for table in still if still[table] != later[table]], "only times follow the hour"
    other = lines(4, MOMENTS[0])[1]
    for table in ("people_person", "people_personname", "cases_case", "front_door_contact", "cases_chronologyentry"):
        assert other[table] != still[table], table


SIGHT = {
    CaseSight: "cases_casesight",
    PersonSight: "people_personsight",
}


def sight(connection: psycopg.Connection[Any], table: str) -> list[tuple[Any, ...]]:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id' ORDER BY 1",
            [table],
        ).fetchall()
    ]
    statement = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
    )
    return sorted(connection.execute(statement).fetchall(), key=repr)


@pytest.fixture
def loaded() -> Iterator[psycopg.Connection[Any]]:
    """A copy of the small demonstration that the journeys use."""
    plugin.start()
    name = f"leeward_sight_{plugin.WORKER}"
    with plugin.one_at_a_time(), psycopg.connect(plugin.admin_url(), autocommit=True) as admin:
        source = _loaded()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER leeward_owner").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
    with psycopg.connect(plugin.admin_url(name), autocommit=True) as connection:
        yield connection
    plugin.drop(name)


def test_sight_is_what_the_database_would_have_written(loaded: psycopg.Connection[Any]) -> None:
    made = {table: sight(loaded, table) for table in SIGHT.values()}
    assert all(len(rows) > 500 for rows in made.values())
    for table in SIGHT.values():
        loaded.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    with loaded.transaction():
        (cases,) = loaded.execute("SELECT count(cases_refresh_sight(id)) FROM cases_case").fetchone() or (0,)
        (contacts,) = loaded.execute(
            "SELECT count(front_door_refresh_sight(id)) FROM front_door_contact"
        ).fetchone() or (0,)
    assert cases > 300
    assert contacts > 1000
    for table in SIGHT.values():
        written = sight(loaded, table)
        missing, extra = set(written) - set(made[table]), set(made[table]) - set(written)
        assert not missing, (table, len(missing), next(iter(missing)))
        assert not extra, (table, len(extra), next(iter(extra)))
        assert written == made[table], "nor is a row there twice"


def test_what_an_older_version_derived_is_derived_anew_by_a_migration(loaded: psycopg.Connection[Any]) -> None:
    name = loaded.info.dbname
    made = {table: sight(loaded, table) for table in SIGHT.values()}
    loaded.execute("UPDATE people_personsight SET address = NOT address WHERE source_kind = 'case'")
    spoilt = {table: sight(loaded, table) for table in SIGHT.values()}
    plugin._migrate(plugin.owner_url(name))
    assert {table: sight(loaded, table) for table in SIGHT.values()} == spoilt, "the same version derives nothing anew"
    loaded.execute("COMMENT ON FUNCTION cases_refresh_sight(bigint) IS 'as it was last year'")
    plugin._migrate(plugin.owner_url(name))
    assert {table: sight(loaded, table) for table in SIGHT.values()} == made


# What is planned: the rest of the moments that a row has are of what has happened.
AHEAD = {"until", "next_at", "next_try_at", "begins_at", "expected_at", "hold_until"}


def test_nothing_has_happened_tomorrow(loaded: psycopg.Connection[Any]) -> None:
    columns = loaded.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type = 'timestamp with time zone' AND table_name !~ '^(procrastinate|django)_'"
    ).fetchall()
    happened = [(table, name) for table, name in columns if name not in AHEAD and not name.endswith("_due_at")]
    assert len(happened) > 100
    late = []
    for table, name in happened:
        statement = sql.SQL("SELECT count(*), max({0}) FROM {1} WHERE {0} > now() + interval '1 minute'")
        count, last = loaded.execute(statement.format(sql.Identifier(name), sql.Identifier(table))).fetchone() or (0, 0)
        if count:
            late.append(f"{table}.{name}: {count}, up to {last}")
    assert not late, "\n".join(late)
