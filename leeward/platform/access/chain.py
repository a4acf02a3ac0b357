"""Check the log's chains, and anchor their heads outside the database.

A chain shows an entry that was changed, removed or put in between; it does not show that its tail was cut. So the
heads go into a file (and from there to another agency's mail or an object store): `leeward audit anchor`, and the
background worker every hour. Verification needs the owner's connection and reads the rows in one COPY, outside SQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
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


_ROWS = """
COPY (
  SELECT chain, seq, encode(hash, 'hex'),
         audit_content(chain, seq, at, partnership_id, user_id, organisation_id, action, subject_kind, subject_id,
                       person_id, listed, detail)
    FROM access_auditentry ORDER BY chain, seq
) TO STDOUT (FORMAT text, ENCODING 'UTF8')
"""


def _lines(using: str) -> Iterator[list[bytes]]:
    """The lines of all entries in order, as they come: number of the chain, of the entry, its hash, its content."""
    connection = connections[using]
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(_ROWS) as copy:
        rest = b""
        for block in copy:
            lines = (rest + bytes(block)).split(b"\n")
            rest = lines.pop()
            yield lines


def _plain(content: bytes) -> bytes:
    """Undo COPY's text escapes."""
    return (
        content.replace(b"\\\\", b"\x00").replace(b"\\n", b"\n").replace(b"\\t", b"\t").replace(b"\\r", b"\r")
    ).replace(b"\x00", b"\\")


def verify(*, using: str = OWNER, progress: Progress | None = None) -> Report:
    """Walk every chain from its beginning to its head, and hold the anchors against it."""
    report = Report()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT chain, seq, encode(hash, 'hex') FROM access_chainhead")
        heads = {chain: (seq, digest) for chain, seq, digest in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM access_auditentry")
        total = cursor.fetchone()[0]
    anchors = _anchored()
    wanted = {(a["chain"], a["seq"]): a["hash"] for a in anchors}
    task = progress.add_task("Checking the log", total=total) if progress else None
    last: dict[int, tuple[int, str]] = {}
    # Hundreds of thousands of lines: what is asked of each is written out here, and nothing is made that is not needed.
    sha256, chain, named, number, before, digest = hashlib.sha256, 0, b"", 0, b"", b""
    for lines in _lines(using):
        for line in lines:
            this, numbered, digest_of, content = line.split(b"\t", 3)
            if this != named:
                if named:
                    last[chain] = (number, digest.decode())
                named, chain, number = this, int(this), 0
                before = sha256(this).digest()
            number += 1
            digest = digest_of
            if b"\\" in content:
                content = _plain(content)
            made = sha256(before + content).digest()
            before = bytes.fromhex(digest.decode())
            if int(numbered) != number:
                report.broken.append(f"chain {chain}: entry {number} is missing")
                number = int(numbered)
            elif made != before:
                report.broken.append(f"chain {chain}: entry {number} was changed")
            if wanted and (anchored := wanted.pop((chain, number), None)) and anchored != digest.decode():
                report.broken.append(f"chain {chain}: entry {number} is not what was anchored")
        report.entries += len(lines)
        if progress and task is not None:
            progress.update(task, completed=report.entries)
    if named:
        last[chain] = (number, digest.decode())
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
