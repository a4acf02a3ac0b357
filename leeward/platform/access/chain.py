"""Check the log's chains, and anchor their heads outside the database.

A chain shows an entry that was changed, removed or put in between; it does not show that its tail was cut. So the
heads go into a file (and from there to another agency's mail or an object store): `leeward audit anchor`, and the
background worker every hour. Verification needs the owner's connection and makes the hashes outside SQL.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from rich.progress import Progress

from leeward.platform.access.models import AuditCheck

OWNER = "owner"
MOST_SAID = 50
CHECKED_WITHIN = timedelta(days=2)  # one that is older is said: the worker that checks each night does not run


@dataclass
class Report:
    """What the check found."""

    entries: int = 0
    chains: int = 0
    anchors: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every chain and anchor holds."""
        return not self.broken

    @property
    def words(self) -> str:
        """One line for the person who asked, or a line for each place where it does not hold."""
        if self.ok:
            return f"The log holds: {self.entries} entries in {self.chains} chains, {self.anchors} anchors."
        return "\n".join(f"BROKEN: {line}" for line in self.broken)


def anchor_file() -> Path:
    """Where heads are written to: the setting AUDIT_ANCHORS, best on another machine's disk."""
    return Path(settings.AUDIT_ANCHORS)


BLOCK = 20_000  # entries read at once: a few megabytes
FIRST = -(2**63)
# The entries after a given one, in order, as a few long values: a value for each entry would cost more than its hash.
_BLOCK = """
SELECT string_agg(int8send(chain), ''::bytea), string_agg(int8send(seq), ''::bytea), string_agg(hash, ''::bytea),
       string_agg(int8send(octet_length(content)), ''::bytea), convert_to(string_agg(content, ''), 'UTF8')
FROM (
  SELECT chain, seq, hash,
         audit_content(chain, seq, at, partnership_id, user_id, organisation_id, action, subject_kind, subject_id,
                       person_id, listed, detail) AS content
  FROM access_auditentry WHERE (chain, seq) > (%s, %s) ORDER BY chain, seq LIMIT %s
) entries
"""


@dataclass(frozen=True)
class _Block:
    """Entries in order: number of chain and entry, length of what was hashed; hashes and contents, each in a row."""

    chains: array[int]
    numbers: array[int]
    lengths: array[int]
    hashes: bytes
    contents: bytes


def _numbers(sent: bytes) -> array[int]:
    """Numbers of eight bytes as PostgreSQL sends them, the highest byte first."""
    found = array("q", sent)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _blocks(raw: Any) -> Iterator[_Block]:
    """All entries in order, in blocks. The next block is asked for while the one before is being checked."""

    def read(chain: int, number: int) -> _Block | None:
        with raw.cursor(binary=True) as cursor:
            chains, numbers, hashes, lengths, contents = cursor.execute(_BLOCK, (chain, number, BLOCK)).fetchone()
        if chains is None:
            return None
        return _Block(_numbers(chains), _numbers(numbers), _numbers(lengths), hashes, contents)

    with ThreadPoolExecutor(1) as ahead:
        block = read(FIRST, FIRST)
        while block:
            following = ahead.submit(read, block.chains[-1], block.numbers[-1])
            yield block
            block = following.result()


def verify(*, using: str = OWNER, progress: Progress | None = None, anchored: bool = True) -> Report:
    """Walk every chain from its beginning to its head, and hold the anchors against it (not where `anchored` is false).

    All of it is read as it stood at one moment, so that entries written meanwhile by a running site raise no alarm.
    """
    connection = connections[using]
    connection.ensure_connection()
    raw: Any = connection.connection
    # Before that moment: what is anchored later may be younger than what is read.
    anchors, unread = _anchored() if anchored else ([], [])
    with raw.transaction():
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        report = _verify(raw, anchors, progress)
        if anchored:
            report.broken[:0] = [*map(_unread_words, unread), *_fewer(raw, len(anchors))]
        return report


def _unread_words(line: int) -> str:
    """The same words stand in audit_check."""
    return f"line {line} of the anchors cannot be read" if line else "the file of the anchors cannot be read"


def _fewer(raw: Any, now: int) -> Iterator[str]:
    """That anchors are gone since the last check that held: without them a cut tail does not show."""
    before = raw.execute("SELECT anchors FROM access_auditcheck WHERE broken = '{}' ORDER BY at DESC, id DESC LIMIT 1")
    if (row := before.fetchone()) and now < row[0]:
        yield f"there were {row[0]} anchors, there are {now}"


def _verify(raw: Any, anchors: list[dict[str, Any]], progress: Progress | None) -> Report:
    report = Report()
    rows = raw.execute("SELECT chain, seq, encode(hash, 'hex') FROM access_chainhead").fetchall()
    heads = {chain: (seq, digest) for chain, seq, digest in rows}
    total = raw.execute("SELECT count(*) FROM access_auditentry").fetchone()[0]
    wanted = {(a["chain"], a["seq"]): a["hash"] for a in anchors}
    task = progress.add_task("Checking the log", total=total) if progress else None
    last: dict[int, tuple[int, str]] = {}
    # Millions of entries: what is asked of each is written out here, and nothing is made that is not needed.
    sha256, chain, number, before = hashlib.sha256, -1, 0, b""
    for block in _blocks(raw):
        contents, hashes, start, place = block.contents, block.hashes, 0, 0
        for this, numbered, length in zip(block.chains, block.numbers, block.lengths, strict=True):
            if this != chain:
                if number:
                    last[chain] = (number, before.hex())
                chain, number, before = this, 0, sha256(str(this).encode()).digest()
            number += 1
            end = start + length
            made = sha256(before + contents[start:end]).digest()
            start = end
            before = hashes[place : place + 32]
            place += 32
            if numbered != number:
                report.broken.append(f"chain {chain}: entry {number} is missing")
                number = numbered
            elif made != before:
                report.broken.append(f"chain {chain}: entry {number} was changed")
            if wanted and (anchored := wanted.pop((chain, number), None)) and anchored != before.hex():
                report.broken.append(f"chain {chain}: entry {number} is not what was anchored")
        report.entries += len(block.numbers)
        if progress and task is not None:
            progress.update(task, completed=report.entries)
    if number:
        last[chain] = (number, before.hex())
    for chain, head in heads.items():
        if head[0] and last.get(chain) != head:
            report.broken.append(f"chain {chain}: its head says {head[0]} entries, it has {last.get(chain, (0,))[0]}")
    report.broken.extend(f"chain {chain}: entry {seq} was anchored and is gone" for chain, seq in wanted)
    report.chains, report.anchors = len(last), len(anchors)
    return report


def verify_with_progress() -> Report:
    """The same for the command line, with a bar."""
    with Progress(transient=True) as progress:
        return verify(progress=progress)


def check_tonight(*, using: str) -> Report:
    """The same for the worker, which may not read the log: inside the database, and the answer is kept (AuditCheck)."""
    anchors, unread = _anchored()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT entries, walked, broken FROM audit_check(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[])",
            [
                [one["chain"] for one in anchors],
                [one["seq"] for one in anchors],
                [one["hash"] for one in anchors],
                unread,
            ],
        )
        entries, chains, broken = cursor.fetchone()
    return Report(entries, chains, len(anchors), list(broken))


def keep(report: Report) -> None:
    """Keep what a check from the command line found, as that of the night is kept."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_auditcheck (id, at, entries, chains, anchors, broken)"
            " VALUES (new_id(), clock_timestamp(), %s, %s, %s, %s::text[])",
            [report.entries, report.chains, report.anchors, report.broken[:MOST_SAID]],
        )


def is_old(check: AuditCheck) -> bool:
    """Whether a check that was the last one is longer ago than it should be."""
    return timezone.now() - check.at > CHECKED_WITHIN


def newest_check(*, using: str = DEFAULT_DB_ALIAS) -> AuditCheck | None:
    """The last check of the log; None where it was never checked."""
    return AuditCheck.objects.using(using).order_by("-at", "-id").first()


def write_anchor(*, using: str = OWNER) -> str:
    """Append the heads of all chains to the anchor file; answers one line that says what was anchored."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT chain, seq, hash FROM audit_heads() ORDER BY chain")
        heads = [{"chain": chain, "seq": seq, "hash": bytes(digest).hex()} for chain, seq, digest in cursor.fetchall()]
    line = {"at": datetime.now(UTC).isoformat(), "heads": heads}
    file = anchor_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(json.dumps(line) + "\n")
    return f"{len(heads)} chains, {sum(head['seq'] for head in heads)} entries"


def anchor_anew() -> tuple[Report, Path | None]:
    """Begin with new anchors, after a restore: what was found, and where the anchors of before are kept now.

    The log must hold in itself, else nothing is changed. That it was done is an entry of the log and a check of its
    own, with which later ones are compared.
    """
    report = verify(anchored=False)
    if not report.ok:
        return report, None
    file, kept = anchor_file(), None
    if file.exists():
        kept = file.with_name(f"{file.name}.until-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        file.rename(kept)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT audit_append('anchored_anew', 'log', NULL, NULL, '{}', %s::jsonb)",
            [json.dumps({"entries": report.entries, "kept": kept is not None})],
        )
    write_anchor()
    report.anchors = len(_anchored()[0])
    keep(report)
    return report, kept


_HASH = re.compile(r"[0-9a-f]{64}")
_MOST = 2**63


def _anchored() -> tuple[list[dict[str, Any]], list[int]]:
    """The anchors, and the numbers of the lines that cannot be read (0: the whole file)."""
    file = anchor_file()
    found: dict[tuple[int, int], dict[str, Any]] = {}
    unread: list[int] = []
    try:
        lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    except OSError:
        return [], [0]
    for number, line in enumerate(lines, start=1):
        heads = _heads(line)
        if heads is None:
            unread.append(number)
        for head in heads or []:  # the oldest counts: a tail that was cut and written anew is anchored anew, too
            found.setdefault((head["chain"], head["seq"]), head)
    return list(found.values()), unread[:MOST_SAID]


def _heads(line: str) -> list[dict[str, Any]] | None:
    """The heads of one line; None where it is not as it was written."""
    try:
        heads = json.loads(line)["heads"]
        sound = all(
            type(head["chain"]) is type(head["seq"]) is int
            and -_MOST <= head["chain"] < _MOST
            and 0 <= head["seq"] < _MOST
            and _HASH.fullmatch(head["hash"])
            for head in heads
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return heads if sound else None
