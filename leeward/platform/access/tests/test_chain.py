"""The log shows when it was touched: an entry changed, removed, put in between, and a tail that was cut (T-37)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from leeward.platform.access import audit, chain, tasks
from leeward.platform.access.models import AuditEntry
from tests.plugin import admin_url, copy_template, drop, owner_url

NAME = "leeward_chain_test"


@pytest.fixture
def log(
    django_db_blocker: object, django_db_setup: None, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:  # type: ignore[type-arg]
    """A database of its own with thirty entries in chains, reached as the owner; its anchors in a file."""
    import os

    name = f"{NAME}_{os.getpid()}"
    copy_template(name)
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors.jsonl")  # type: ignore[attr-defined]
    with psycopg.connect(owner_url(name), autocommit=True) as owner:
        for user in (7, 8):
            for number in range(15):
                with owner.transaction():
                    owner.execute(
                        "SELECT set_config('app.user', %s, true), set_config('app.partnership', '1', true)", [str(user)]
                    )
                    owner.execute(
                        "SELECT audit_append('read_case', 'case', %s, 5, '{1,2}', '{\"why\": \"tab\\there\"}')",
                        [number],
                    )
        monkeypatch.setattr(chain, "connections", {"owner": _Wrapped(owner)})
        yield owner
    drop(name)


class _Wrapped:
    """The owner's psycopg connection, as Django's wrapper looks to the chain."""

    def __init__(self, raw: psycopg.Connection[tuple[object, ...]]) -> None:
        self.connection = raw

    def cursor(self) -> psycopg.Cursor[tuple[object, ...]]:
        return self.connection.cursor()

    def ensure_connection(self) -> None:
        """It is there."""


def as_superuser(owner: psycopg.Connection[tuple[object, ...]], sql: str) -> None:
    """What somebody with the whole machine could do: take the guards away, touch, put them back."""
    database = owner.info.dbname
    with psycopg.connect(admin_url().replace("/postgres?", f"/{database}?"), autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(sql)


def test_an_untouched_log_holds(log: psycopg.Connection[tuple[object, ...]]) -> None:
    report = chain.verify()
    assert report.ok, report.words
    assert (report.entries, report.chains) == (30, 2)


def test_what_is_written_meanwhile_raises_no_alarm(
    log: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site goes on writing while its log is checked, in blocks smaller than a chain: what stood at the start holds."""
    blocks = chain._blocks

    def written_between(raw: object) -> Iterator[object]:
        with psycopg.connect(owner_url(log.info.dbname), autocommit=True) as other:
            for block in blocks(raw):
                yield block
                with other.transaction():
                    other.execute("SELECT set_config('app.user', '8', true), set_config('app.partnership', '1', true)")
                    other.execute("SELECT audit_append('read_case', 'case', 99, 5)")

    monkeypatch.setattr(chain, "BLOCK", 7)
    monkeypatch.setattr(chain, "_blocks", written_between)
    report = chain.verify()
    assert report.ok, report.words
    assert report.entries == 30
    monkeypatch.setattr(chain, "_blocks", blocks)
    assert chain.verify().entries == 35


@pytest.mark.parametrize(
    ("touch", "words"),
    [
        ("UPDATE access_auditentry SET action = 'other' WHERE chain = 7 AND seq = 4", "entry 4 was changed"),
        ("UPDATE access_auditentry SET at = at - interval '1 day' WHERE chain = 8 AND seq = 1", "entry 1 was changed"),
        ("DELETE FROM access_auditentry WHERE chain = 7 AND seq = 9", "entry 9 is missing"),
        ("DELETE FROM access_auditentry WHERE chain = 8 AND seq > 10", "its head says 15"),
    ],
)
def test_a_touched_log_says_where(log: psycopg.Connection[tuple[object, ...]], touch: str, words: str) -> None:
    as_superuser(log, touch)
    report = chain.verify()
    assert not report.ok
    assert words in report.words
    tonight = chain.check_tonight(using="owner")
    assert tonight.broken[0] == report.broken[0], "the check of the night says the same"
    kept = log.execute("SELECT entries, chains, broken FROM access_auditcheck").fetchone()
    assert kept == (tonight.entries, tonight.chains, tonight.broken)


def test_the_check_of_the_night_finds_that_an_untouched_log_holds(
    log: psycopg.Connection[tuple[object, ...]],
) -> None:
    chain.write_anchor()
    report = chain.check_tonight(using="owner")
    assert report.ok, report.words
    assert (report.entries, report.chains, report.anchors) == (30, 2, 2)


def test_a_cut_tail_shows_by_the_anchor(log: psycopg.Connection[tuple[object, ...]]) -> None:
    chain.write_anchor()
    assert json.loads(chain.anchor_file().read_text())["heads"]
    as_superuser(
        log,
        "DELETE FROM access_auditentry WHERE chain = 8 AND seq > 10;"
        "UPDATE access_chainhead SET seq = 10, hash = (SELECT hash FROM access_auditentry WHERE chain = 8 AND seq = 10) WHERE chain = 8",
    )
    report = chain.verify()
    assert "was anchored and is gone" in report.words
    assert "was anchored and is gone" in chain.check_tonight(using="owner").words


CUT = (
    "DELETE FROM access_auditentry WHERE chain = 8 AND seq > 10;"
    "UPDATE access_chainhead SET seq = 10, hash ="
    " (SELECT hash FROM access_auditentry WHERE chain = 8 AND seq = 10) WHERE chain = 8"
)


def both() -> tuple[chain.Report, chain.Report]:
    """The check from outside the database and that of the night, which say the same."""
    outside, tonight = chain.verify(), chain.check_tonight(using="owner")
    assert outside == tonight
    return outside, tonight


def test_a_cut_tail_does_not_hide_behind_anchors_that_were_taken_away(
    log: psycopg.Connection[tuple[object, ...]],
) -> None:
    chain.write_anchor()
    assert both()[0].ok
    as_superuser(log, CUT)
    chain.anchor_file().unlink()
    for _ in range(2):
        assert both()[0].broken == ["there were 2 anchors, there are 0"], "also the night after"


def test_a_tail_that_was_cut_and_written_anew_is_not_what_was_anchored(
    log: psycopg.Connection[tuple[object, ...]],
) -> None:
    chain.write_anchor()
    as_superuser(log, CUT)
    for number in range(5):
        with log.transaction():
            log.execute("SELECT set_config('app.user', '8', true), set_config('app.partnership', '1', true)")
            log.execute("SELECT audit_append('read_case', 'case', %s, 5)", [number])
    chain.write_anchor()
    assert both()[0].broken == ["chain 8: entry 15 is not what was anchored"]


@pytest.mark.parametrize(
    "line",
    [
        "{not JSON", "", "5", "{}", '{"heads": 5}', '{"heads": [5]}', '{"heads": [{"chain": 7, "seq": 1}]}',
        '{"heads": [{"chain": "7", "seq": 1, "hash": "00"}]}', '{"heads": [{"chain": 7, "seq": 1, "hash": "\\u0000"}]}',
        '{"heads": [{"chain": 99999999999999999999, "seq": 1, "hash": "' + "0" * 64 + '"}]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_of_the_anchors_that_cannot_be_read_is_said(
    log: psycopg.Connection[tuple[object, ...]], line: str
) -> None:
    chain.write_anchor()
    with chain.anchor_file().open("a") as out:
        out.write(line + "\n")
    chain.write_anchor()
    for report in both():
        assert report.broken == ["line 2 of the anchors cannot be read"]
        assert report.anchors == 2, "the others are held against the log"


def test_anchors_that_cannot_be_read_at_all_are_said(log: psycopg.Connection[tuple[object, ...]]) -> None:
    chain.anchor_file().mkdir()
    assert both()[0].broken == ["the file of the anchors cannot be read"]


def test_after_a_restore_the_log_is_anchored_anew(log: psycopg.Connection[tuple[object, ...]]) -> None:
    chain.write_anchor()
    as_superuser(log, CUT)  # the database of some days ago: its log is shorter than its anchors
    assert not both()[0].ok
    before = chain.anchor_file().read_text()
    report, kept = chain.anchor_anew()
    assert report.ok
    assert kept is not None
    assert kept.read_text() == before, "nothing of the old ones is lost"
    assert both()[0].ok
    assert log.execute("SELECT count(*) FROM access_auditentry WHERE action = 'anchored_anew'").fetchone() == (1,)


def test_a_log_that_does_not_hold_is_not_anchored_anew(log: psycopg.Connection[tuple[object, ...]]) -> None:
    chain.write_anchor()
    before = chain.anchor_file().read_text()
    as_superuser(log, "DELETE FROM access_auditentry WHERE chain = 7 AND seq = 9")
    report, kept = chain.anchor_anew()
    assert (report.broken, kept) == (["chain 7: entry 9 is missing"], None)
    assert chain.anchor_file().read_text() == before


def test_the_worker_raises_the_alarm(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    broken = chain.Report(entries=3, chains=1, broken=["chain 7: entry 2 was changed"])
    monkeypatch.setattr(tasks, "check_tonight", lambda using: broken)
    monkeypatch.setattr(logging.getLogger("leeward"), "propagate", True)
    tasks.check_log(timestamp=0)
    (line,) = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert "does not hold" in line.getMessage()
    caplog.clear()
    monkeypatch.setattr(tasks, "check_tonight", lambda using: chain.Report(entries=3, chains=1))
    tasks.check_log(timestamp=0)
    assert not caplog.records


def test_the_owner_cannot_change_it_either(log: psycopg.Connection[tuple[object, ...]]) -> None:
    for statement in (
        "UPDATE access_auditentry SET action = 'x'",
        "DELETE FROM access_auditentry",
        "TRUNCATE access_auditentry",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            log.execute(statement)


@pytest.mark.django_db
def test_the_web_role_cannot_read_or_write_it_itself() -> None:
    audit.record("read_case", "case", 1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_auditentry (chain, seq, at, action, subject_kind, hash) VALUES (1, 1, now(), 'x', 'y', '')"
        )
    assert AuditEntry.objects.count() == 0
