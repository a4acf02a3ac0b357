"""Check the log's chains, and anchor their heads outside the database.

A chain shows an entry that was changed, removed or put in between; it does not show that its tail was cut. So the
heads go into a file (and from there to another agency's mail or an object store): `leeward audit anchor`, and the
background worker every hour. Verification needs the owner's connection and makes the hashes outside SQL.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from rich.progress import Progress

from leeward.platform.access.models import AuditCheck

OWNER = "owner"
MOST_SAID = 50


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


def verify(*, using: str = OWNER, progress: Progress | None = None) -> Report:
    """Walk every chain from its beginning to its head, and hold the anchors against it.

    All of it is read as it stood at one moment, so that entries written meanwhile by a running site raise no alarm.
    """
    connection = connections[using]
    connection.ensure_connection()
    raw: Any = connection.connection
    anchors = _anchored()  # before that moment: what is anchored later may be younger than what is read
    with raw.transaction():
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _verify(raw, anchors, progress)


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
    anchors = _anchored()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT entries, walked, broken FROM audit_check(%s::bigint[], %s::bigint[], %s::text[])",
            [[one["chain"] for one in anchors], [one["seq"] for one in anchors], [one["hash"] for one in anchors]],
        )
        entries, chains, broken = cursor.fetchone()
    return Report(entries, chains, len(anchors), list(broken))


def keep(report: Report) -> None:
    """Keep what a check from the command line found, as that of the night is kept."""
    AuditCheck.objects.using(OWNER).create(
        entries=report.entries, chains=report.chains, anchors=report.anchors, broken=report.broken[:MOST_SAID]
    )


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


def _anchored() -> list[dict[str, Any]]:
    file = anchor_file()
    if not file.exists():
        return []
    found = {}
    for line in file.read_text().splitlines():
        for head in json.loads(line)["heads"]:
            found[(head["chain"], head["seq"])] = head
    return list(found.values())
