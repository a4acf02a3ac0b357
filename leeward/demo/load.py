"""Load a fictional partnership: `leeward demo --size small|county|nation --seed N`. Rows go in by COPY."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone
from psycopg import sql
from rich.progress import Progress

from leeward.demo.generate import MODELS, PEOPLE_A_SLICE, Slice
from leeward.demo.partnerships import PERSONAS, Setting, make_partnership
from leeward.demo.places import PLACES, save_places
from leeward.demo.processes import begin
from leeward.demo.reciprocal import make_reciprocal
from leeward.demo.sheets import copy
from leeward.platform.access.chain import anchor_file
from leeward.platform.access.models import Partnership, User
from leeward.record.cases.files import keeping
from leeward.record.people import naming
from leeward.record.people.models import IndexCheck, NameKey
from leeward.record.risk.actions.instruments import load_shipped

# People in the queue of each partnership: what a visitor of the demonstration finds.
WAITING = 18


@dataclass(frozen=True)
class Size:
    """How large: people a partnership, practitioners in each, events a case on average."""

    people: tuple[int, ...]
    staff: int
    events_a_case: float


SIZES = {
    "small": Size((5_000,), 20, 12),
    "county": Size((40_000,), 60, 30),
    # one large partnership and nine others: what is slow for a large organisation must show
    "nation": Size((350_000, 150_000, 110_000, 90_000, 75_000, 65_000, 55_000, 45_000, 35_000, 25_000), 120, 27),
}


def what_is_there() -> str:
    """What is in the database before anything is done to it: `empty`, `real`, or a demonstration's size and seed."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('access_partnership') IS NOT NULL, to_regclass('leeward_demo') IS NOT NULL")
        has_partnerships, has_mark = cursor.fetchone()
        if has_partnerships:
            cursor.execute("SELECT count(*) FROM access_partnership WHERE NOT is_demo")
            if cursor.fetchone()[0]:
                return "real"
        if has_mark:
            cursor.execute("SELECT size, seed FROM leeward_demo")
            if row := cursor.fetchone():
                return f"size {row[0]} and seed {row[1]}"
    return "empty"


def ensure_loaded(*, size: str, seed: int, now: datetime | None = None) -> bool:
    """Load the partnership unless the database has one. Answers whether it loaded. Half-loaded is loaded anew."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS leeward_demo (size text, seed integer, loaded_at timestamptz)")
        cursor.execute("SELECT size FROM leeward_demo")
        if cursor.fetchone():
            return False
    load(size=size, seed=seed, now=now or timezone.now())
    with owner.cursor() as cursor:
        cursor.execute("INSERT INTO leeward_demo VALUES (%s, %s, now())", [size, seed])
    return True


def load(*, size: str, seed: int, now: datetime) -> None:
    """Make all rows and send them, two processes side by side, with indexes and foreign keys put back at the end."""
    chosen = SIZES[size]
    _empty()
    anchor_file().unlink(missing_ok=True)  # of a log that went with the demonstration before
    load_shipped(using="owner")  # they went with the partnerships, which they can belong to
    parts = [
        (
            make_partnership(number, staff=_staff(chosen, people), today=now, slices=max(people // PEOPLE_A_SLICE, 1)),
            people,
        )
        for number, people in enumerate(chosen.people)
    ]
    with _owner_unforced():  # its sites and spaces have policies, too
        for setting, _ in parts:
            IndexCheck.objects.using("owner").bulk_create(setting.checks)
            save_places(setting.places)
            setting.checks, setting.places = [], []  # settings go to other processes
    work = [setting for setting, people in parts for _ in range(max(people // PEOPLE_A_SLICE, 1))]
    first = {setting.partnership_id: number for number, setting in reversed(list(enumerate(work)))}
    jobs = [
        (setting, number, first[setting.partnership_id] == number, number - first[setting.partnership_id])
        for number, setting in enumerate(work)
    ]
    with Progress(transient=True, disable=os.environ.get("LEEWARD_QUIET") == "1") as progress:
        bar = progress.add_task(f"Making {size}", total=len(jobs) + 2)
        with _owner_unforced(), _without_indexes(size != "small"):
            names: set[str] = set()
            for made in _run(jobs, seed, now, chosen.events_a_case):
                names |= made
                progress.advance(bar)
            _dictionary(names)
            progress.advance(bar)
        make_reciprocal(parts[0][0].partnership_id, today=now)
        _analyse()
        progress.advance(bar)


def _staff(size: Size, people: int) -> int:
    return max(round(size.staff * people / max(size.people)), 12)


def _run(jobs: list[tuple[Setting, int, bool, int]], seed: int, now: datetime, events: float) -> Iterator[set[str]]:
    if len(jobs) == 1:
        yield _one(*jobs[0], seed, now, events)
        return
    context = multiprocessing.get_context("spawn")  # a fork would share the parent's connections
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, 4), mp_context=context, initializer=begin) as pool:
        waiting = [pool.submit(_one, *job, seed, now, events) for job in jobs]
        for done in as_completed(waiting):
            yield done.result()


def _one(setting: Setting, number: int, first: bool, place: int, seed: int, now: datetime, events: float) -> set[str]:
    part = Slice(setting, seed=seed, number=number, now=now, events_a_case=events, place=place)
    part.make(waiting=WAITING if first else 0, first_of_table=place < len(setting.tables))
    with psycopg.connect(_owner_dsn()) as connection:
        copy(connection, part.sheets.values())
    for document, content in part.papers.files.items() if part.papers else ():
        keeping.drop(document)  # of a demonstration before this one
        keeping.keep(document, content)
    return part.names


def _owner_dsn() -> str:
    of: dict[str, Any] = settings.DATABASES["owner"]
    return psycopg.conninfo.make_conninfo(
        dbname=of["NAME"], user=of["USER"], password=of["PASSWORD"] or None, host=of["HOST"] or None,
        port=of["PORT"] or None,
    )  # fmt: skip


def _dictionary(names: set[str]) -> None:
    """The name dictionary, in the order of its keys: the same names make the same rows."""
    rows = sorted({row for name in names if name for row in naming.dictionary_rows(name)})
    statement = sql.SQL("COPY {} (variant, name) FROM STDIN").format(sql.Identifier(NameKey._meta.db_table))
    with psycopg.connect(_owner_dsn()) as connection, connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            out.write_row(row)


@contextmanager
def _owner_unforced() -> Iterator[None]:
    """COPY refuses a table whose row security is forced on who copies: let go for the owner, never for the web role."""
    tables = [model._meta.db_table for model in (*MODELS, *PLACES)]
    try:
        _alter_each(tables, "NO FORCE")
        yield
    finally:
        _alter_each(tables, "FORCE")


def _alter_each(tables: list[str], how: str) -> None:
    with psycopg.connect(_owner_dsn(), autocommit=True) as connection:
        for table in tables:
            statement = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
            connection.execute(statement.format(sql.Identifier(table), sql.SQL(how)))


@contextmanager
def _without_indexes(really: bool) -> Iterator[None]:
    """Take indexes and foreign keys off while millions of rows go in; put each back as it was, checked."""
    if not really:
        yield
        return
    tables = [model._meta.db_table for model in MODELS] + [NameKey._meta.db_table]
    with psycopg.connect(_owner_dsn(), autocommit=True) as connection:
        keys = connection.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)", [tables],
        ).fetchall()  # fmt: skip
        indexes = connection.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid::regclass::text = ANY (%s) AND NOT i.indisunique AND NOT i.indisexclusion", [tables],
        ).fetchall()  # fmt: skip
        for table, name, _ in keys:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
            )
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    with psycopg.connect(_owner_dsn(), autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            connection.execute(definition)
        for table, name, definition in keys:
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(table), sql.Identifier(name))
                + sql.SQL(definition)
            )


def _empty() -> None:
    """Take away what an interrupted load left behind (of the demonstration only: the tables were new)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_partnership WHERE NOT is_demo")
        if cursor.fetchone()[0]:
            raise RuntimeError("This database holds a real partnership: the demonstration is not loaded into it.")
        tables = [model._meta.db_table for model in MODELS] + [NameKey._meta.db_table] + [
            "directory_routingrule", "directory_service", "front_door_target", "reference_area", "people_indexcheck",
            "access_membership_teams", "access_membership", "access_team", "access_user", "access_organisation",
            "access_partnership",
        ]  # fmt: skip
        cursor.execute("SELECT EXISTS (SELECT FROM access_partnership)")
        if cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _analyse() -> None:
    with psycopg.connect(_owner_dsn(), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def sign_in_links() -> list[tuple[str, str]]:
    """(role in words, address) for everybody whom a visitor of the demonstration may be."""
    partnership = Partnership.objects.filter(is_demo=True).order_by("id").first()
    assert partnership is not None
    known = set(User.objects.filter(memberships__organisation__partnership=partnership).values_list("name", flat=True))
    return [(f"{role} ({name})", f"/demo/as/{key}") for key, role, name, *_ in PERSONAS if name in known]


def everybody() -> int:
    """How many people a visitor may be in a demonstration of this version; an older one can have fewer."""
    return len(PERSONAS)
