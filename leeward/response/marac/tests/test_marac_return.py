"""The return against a count of its own, made in Python from the raw tables of the demonstration; and what it never tells.

The raw rows are read as the superuser of the tests' own server. What is proved is asked as the web role, by somebody who
acts: the same functions, the same policies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tests import plugin
from tests.journeys.site import _loaded
from tests.returns import LONDON, count, everything


@pytest.fixture
def loaded() -> Iterator[psycopg.Connection[Any]]:
    """A copy of the small demonstration."""
    plugin.start()
    name = f"leeward_return_{plugin.WORKER}"
    with plugin.one_at_a_time(), psycopg.connect(plugin.admin_url(), autocommit=True) as admin:
        source = _loaded()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    with psycopg.connect(plugin.admin_url(name), autocommit=True, row_factory=dict_row) as connection:
        yield connection
    plugin.drop(name)


def act(web: psycopg.Connection[Any], email: str) -> dict[str, Any]:
    """Somebody acts, as the middleware has it; for the rest of the transaction."""
    row = web.execute("SELECT id FROM access_user WHERE email LIKE %s ORDER BY id LIMIT 1", [f"{email}@%"]).fetchone()
    assert row
    begun = web.execute("SELECT * FROM access_begin(%s, NULL)", [row["id"]]).fetchone()
    assert begun
    walls = web.execute(
        "SELECT people_walled(%s, %s) AS walls",
        [row["id"], begun["team_ids"]],
    ).fetchone()
    assert walls
    web.execute("SELECT set_config('app.walls', %s, true)", ["{" + ",".join(map(str, walls["walls"])) + "}"])
    web.execute("SET LOCAL ROLE leeward_web")
    return dict(begun)


def figures(
    web: psycopg.Connection[Any], marac: int, since: date, until: date
) -> dict[tuple[int, str], tuple[int, int]]:
    found = web.execute("SELECT * FROM marac_figures(%s, %s, %s)", [marac, since, until]).fetchall()
    return {(row["meeting_id"], row["field"]): (row["number"], row["missing"]) for row in found}


def _periods(today: date) -> list[tuple[date, date]]:
    first = date(today.year - 1, today.month, 1)
    return [
        (first, first + timedelta(days=364)),
        (today - timedelta(days=100), today - timedelta(days=10)),
        (today - timedelta(days=5 * 365), today),
    ]


def make_odd(raw: psycopg.Connection[Any], marac: int) -> None:
    """What the demonstration has too little of: declined, corrected, of two genders, at midnight, on a birthday."""
    items = raw.execute(
        "SELECT i.*, m.begins_at FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id"
        " WHERE m.marac_id = %s AND i.status = 'heard' ORDER BY m.begins_at DESC, i.id LIMIT 12", [marac]
    ).fetchall()  # fmt: skip
    assert len({item["person_id"] for item in items}) == 12
    insert = (
        "INSERT INTO people_equalityanswer (id, person_id, learned_on, learned_from, recorded_at, list, list_version, state,"
        " code, own_words, ended_on, was_error) VALUES (new_id(), %s, current_date, '', now(), %s, '1', %s, %s, '', %s, %s)"
    )
    of = [item["person_id"] for item in items]
    raw.execute("DELETE FROM people_equalityanswer WHERE person_id = ANY (%s)", [of])
    for person, name, state, code, ended, error in (
        (of[0], "ethnicity", "declined", "", None, False),
        (of[1], "ethnicity", "not_asked", "", None, False),
        (of[2], "ethnicity", "answered", "roma", None, False),
        (of[3], "ethnicity", "answered", "indian", date(2026, 1, 1), False),  # no longer
        (of[3], "ethnicity", "answered", "white_irish", None, False),
        (of[4], "ethnicity", "answered", "arab", None, True),  # never true
        (of[5], "gender_same", "answered", "no", None, False),
        (of[6], "gender_same", "answered", "yes", None, False),
        (of[7], "sexual_orientation", "not_known", "", None, False),
        (of[7], "gender_same", "answered", "no", None, False),
        (of[8], "sex", "answered", "male", None, False),
        (of[9], "sex", "declined", "", None, False),
        (of[10], "disability", "answered", "not_limiting", None, False),
    ):
        raw.execute(insert, [person, name, state, code, ended, error])
    day = items[0]["begins_at"].astimezone(LONDON).date()
    for person, born in (
        (of[0], day.replace(year=day.year - 18)),
        (of[1], day.replace(year=day.year - 18) + timedelta(days=1)),
    ):
        raw.execute("UPDATE people_person SET birth_date = %s WHERE id = %s", [born, person])
    raw.execute("UPDATE marac_item SET status = 'withdrawn' WHERE id = %s", [items[11]["id"]])
    # A meeting in the last hour of a summer's day, which is the next day in Greenwich and not here.
    late = datetime(day.year, 6, 30, 23, 30, tzinfo=LONDON)
    raw.execute("UPDATE marac_meeting SET begins_at = %s WHERE id = %s", [late, items[8]["meeting_id"]])


@pytest.mark.parametrize("odd", [False, True])
def test_its_figures_are_those_of_an_independent_count(loaded: psycopg.Connection[Any], odd: bool) -> None:
    (one,) = loaded.execute("SELECT id FROM marac_marac WHERE kind = 'marac'").fetchall()
    marac = one["id"]
    if odd:
        make_odd(loaded, marac)
    rows = everything(loaded)
    moments = [
        row["begins_at"].astimezone(LONDON).date() for row in rows["marac_meeting"] if row["status"] == "minuted"
    ]
    today = loaded.execute("SELECT current_date AS day").fetchone()
    assert today
    summer = [
        (date(max(moments).year, 4, 1), date(max(moments).year, 6, 30)),
        (date(max(moments).year, 7, 1), max(moments)),
    ]
    compared = 0
    for since, until in [*_periods(today["day"]), *summer]:
        expected = count(rows, marac, since, until)
        for email in ("marac-coordinator", "marac-chair", "analyst"):
            with loaded.transaction(force_rollback=True):
                act(loaded, email)
                assert figures(loaded, marac, since, until) == expected, (email, since, until)
        compared += sum(value for value, _ in expected.values())
    assert compared > 1000


def test_who_neither_arranges_nor_counts_is_told_nothing(loaded: psycopg.Connection[Any]) -> None:
    (one,) = loaded.execute("SELECT id FROM marac_marac WHERE kind = 'marac'").fetchall()
    everything_ever = (one["id"], date(2000, 1, 1), date(2100, 1, 1))
    for email in (
        "police-marac",
        "housing",
        "adviser",
        "manager",
        "administrator",
        "gp",
        "partnership",
        "data-protection",
    ):
        with loaded.transaction(force_rollback=True):
            act(loaded, email)
            assert not figures(loaded, *everything_ever), email
            for name in (
                ("marac_missing", "marac_parts")
                if email not in ("manager", "partnership", "data-protection")
                else ("marac_missing",)
            ):
                statement = sql.SQL("SELECT * FROM {}(%s, %s, %s)").format(sql.Identifier(name))
                assert not loaded.execute(statement, everything_ever).fetchall(), (email, name)
    with loaded.transaction(force_rollback=True):
        act(loaded, "analyst")  # counts, and never which referral
        assert not loaded.execute("SELECT * FROM marac_missing(%s, %s, %s)", everything_ever).fetchall()
    with loaded.transaction(force_rollback=True):
        act(loaded, "marac-coordinator")
        assert loaded.execute("SELECT * FROM marac_missing(%s, %s, %s)", everything_ever).fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            loaded.execute("SELECT * FROM marac_counted(%s, %s, %s)", everything_ever)


def test_somebody_walled_is_in_no_total_of_who_is_walled(loaded: psycopg.Connection[Any]) -> None:
    """A total beside what one sees would tell the rest: that she was heard, and what she answered."""
    (one,) = loaded.execute("SELECT id FROM marac_marac WHERE kind = 'marac'").fetchall()
    period = (one["id"], date(2000, 1, 1), date(2100, 1, 1))
    item = loaded.execute(
        "SELECT i.* FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id WHERE i.status = 'heard'"
        " AND m.status = 'minuted' AND m.marac_id = %s ORDER BY m.begins_at DESC, i.id LIMIT 1",
        [one["id"]],
    ).fetchone()
    user = loaded.execute(
        "SELECT id FROM access_user WHERE email LIKE 'marac-coordinator@%' ORDER BY id LIMIT 1"
    ).fetchone()
    assert item
    assert user
    rows = everything(loaded)
    whole = count(rows, *period)
    loaded.execute(
        "INSERT INTO people_wall (id, person_id, user_id, kind, set_at, reason)"
        " VALUES (new_id(), %s, %s, 'set', now(), 'Her sister')", [item["person_id"], user["id"]]
    )  # fmt: skip
    hers = {
        row["id"] for row in rows["marac_item"] if row["person_id"] == item["person_id"] and row["status"] == "heard"
    }
    rows["marac_item"] = [row for row in rows["marac_item"] if row["person_id"] != item["person_id"]]
    without = count(rows, *period)
    assert without != whole
    with loaded.transaction(force_rollback=True):
        act(loaded, "marac-coordinator")
        assert figures(loaded, *period) == without
        told = loaded.execute("SELECT marac_uncounted(%s, %s, %s) AS number", period).fetchone()
        assert told
        assert told["number"] == len(hers)
        missing = loaded.execute("SELECT referral_id FROM marac_missing(%s, %s, %s)", period).fetchall()
        assert item["referral_id"] not in {row["referral_id"] for row in missing}
    with loaded.transaction(force_rollback=True):
        act(loaded, "marac-chair")
        assert figures(loaded, *period) == whole, "it is her wall, and nobody else's"


def test_the_parts_of_the_agencies_are_those_of_an_independent_count(loaded: psycopg.Connection[Any]) -> None:
    (one,) = loaded.execute("SELECT id FROM marac_marac WHERE kind = 'marac'").fetchall()
    since, until = date(2000, 1, 1), date(2100, 1, 1)
    held = {
        row["id"]: row
        for row in loaded.execute("SELECT * FROM marac_meeting WHERE marac_id = %s", [one["id"]]).fetchall()
        if row["status"] in ("held", "minuted")
    }
    heard = {
        row["id"]: held[row["meeting_id"]]
        for row in loaded.execute("SELECT * FROM marac_item WHERE status = 'heard'").fetchall()
        if row["meeting_id"] in held
    }
    today = loaded.execute("SELECT current_date AS day").fetchone()
    assert today
    expected: dict[int, Counter[str]] = defaultdict(Counter)
    for row in loaded.execute("SELECT * FROM marac_research").fetchall():
        if row["item_id"] in heard:
            mine = expected[row["organisation_id"]]
            mine["asked"] += 1
            mine["returned"] += row["returned_at"] is not None
            due = heard[row["item_id"]]["research_due_at"]
            mine["in_time"] += row["returned_at"] is not None and row["returned_at"] <= due
    present = {
        (row["meeting_id"], row["organisation_id"])
        for row in loaded.execute("SELECT * FROM marac_attendance WHERE status = 'present'").fetchall()
    }
    for row in loaded.execute("SELECT * FROM marac_maracagency WHERE marac_id = %s", [one["id"]]).fetchall():
        for key, meeting in held.items():
            if row["from_on"] <= meeting["begins_at"].astimezone(LONDON).date():
                expected[row["organisation_id"]]["meetings"] += 1
                expected[row["organisation_id"]]["present"] += (key, row["organisation_id"]) in present
    for row in loaded.execute("SELECT * FROM marac_maracaction").fetchall():
        if row["item_id"] not in heard:
            continue  # of the daily meeting
        mine = expected[row["organisation_id"]]
        if row["due_on"] <= today["day"]:
            mine["due"] += row["status"] != "changed"
            mine["done"] += row["status"] == "done"
            mine["done_in_time"] += row["status"] == "done" and row["done_on"] <= row["due_on"]
        mine["late"] += row["due_on"] < today["day"] and row["status"] == "open"
    with loaded.transaction(force_rollback=True):
        act(loaded, "analyst")
        found = loaded.execute("SELECT * FROM marac_parts(%s, %s, %s)", [one["id"], since, until]).fetchall()
    assert len(found) == 11
    for row in found:
        organisation = row.pop("organisation_id")
        assert row == {name: expected[organisation][name] for name in row}, organisation
