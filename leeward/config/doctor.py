"""What is wrong with an installation, and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leeward.config import env, installation
from leeward.config.installation import LEAST_FREE_BYTES, Problem


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    what: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything that an installation stands on, from the disk up."""
    free = shutil.disk_usage(env.STATE).free
    yield Finding(
        free >= LEAST_FREE_BYTES,
        f"Disk: {free // 2**20:,} MB are free",
        "" if free >= LEAST_FREE_BYTES else "Make room.",
    )
    for file in sorted(installation.SECRETS.glob("*")):
        private = not file.stat().st_mode & 0o077
        yield Finding(
            private, f"Secret {file.name}", "" if private else f"Let only this account read it: chmod 600 {file}"
        )
    built = env.ROOT / "build" / "static" / "css" / "staff.css"
    yield Finding(built.exists(), "Front end", "" if built.exists() else "Build it: make assets")
    try:
        with installation.database() as roles:
            installation.use(roles, owner=True)
            yield Finding(True, "Database answers")
            yield from _inside()
    except Problem as problem:
        yield Finding(False, "Database", str(problem))


def _inside() -> Iterator[Finding]:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from leeward.platform.common.policy import Policy, declared, table_of

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        bypasses = cursor.fetchone()[0]
        yield Finding(
            not bypasses, "The web role cannot bypass row security",
            "LEEWARD_WEB_DATABASE_URL must name the role leeward_web." if bypasses else "",
        )  # fmt: skip
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {name for (name,) in cursor.fetchall()}
        loose = [
            table_of(item.model)
            for item in declared()
            if isinstance(item, Policy) and table_of(item.model) not in forced
        ]
        yield Finding(not loose, "Row security is forced on every table about people",
                      f"Run `leeward migrate` (missing on {', '.join(loose[:3])})." if loose else "")  # fmt: skip
    if "owner" in connections:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT to_regclass('leeward_schema') IS NOT NULL")
            mark = None
            if cursor.fetchone()[0]:
                cursor.execute("SELECT mark FROM leeward_schema")
                row = cursor.fetchone()
                mark = row[0] if row else None
        current = mark == installation.schema_mark()
        yield Finding(current, "The database is at this version", "" if current else "Run `leeward migrate`.")
    anchors = Path(settings.AUDIT_ANCHORS)
    yield Finding(anchors.exists(), "The log is anchored outside the database",
                  "" if anchors.exists() else "Run `leeward audit anchor`; copy the file elsewhere.")  # fmt: skip
    yield _log_checked()
    yield Finding(
        settings.SECURE,
        "Served over HTTPS only",
        "" if settings.SECURE else "Set LEEWARD_SECURE=1.",
    )
    yield Finding(not settings.DEBUG, "Debugging is off", "Unset LEEWARD_DEBUG." if settings.DEBUG else "")
    yield Finding(not settings.DEMO, "Demonstration sign-in is off", "Unset LEEWARD_DEMO." if settings.DEMO else "")
    if getattr(settings, "CLAMAV", ""):
        yield _scanner(str(settings.CLAMAV))
    else:
        yield Finding(True, "Virus scan: none is set up", "Set LEEWARD_CLAMAV to a ClamAV socket or host:port.")

    yield from _content()
    yield from _facts()


def _facts() -> Iterator[Finding]:
    from django.db import DatabaseError

    from leeward.platform.access.models import Partnership
    from leeward.platform.access.running import what_is_missing
    from leeward.response.front_door.queries.facts import missing_facts

    try:
        partnerships = list(Partnership.objects.order_by("id"))
    except DatabaseError:  # not migrated yet, which was said above
        return
    for partnership in partnerships:
        nobody = what_is_missing(partnership.id)
        yield Finding(not nobody, f"Contacts of {partnership.name} are received", nobody)
        missing = missing_facts(partnership)
        yield Finding(
            not missing, f"What the public pages say of {partnership.name}",
            f"Set under Administration, Partnership: {', '.join(missing)} (general words stand there meanwhile)."
            if missing else "",
        )  # fmt: skip


def _content() -> Iterator[Finding]:
    """Each mistake in the partnership's own pages: meanwhile ours stand in their place."""
    from leeward.response.front_door.content import own_folder, own_pages, problems_of_own

    own = own_folder()
    if own is None:
        return
    problems = problems_of_own(own)
    for problem in problems:
        yield Finding(
            False,
            "Public pages of your own",
            f"{problem} Until it is mended the page that comes with Leeward stands there.",
        )
    if not problems:
        yield Finding(True, f"Public pages of your own: {own_pages(own)}")


def _log_checked() -> Finding:
    """What the nightly check of the log found; one that is missing is no fault of an installation of today."""
    from django.db import DatabaseError

    from leeward.platform.access.chain import is_old, newest_check

    try:
        found = newest_check()
    except DatabaseError:  # not migrated yet, which is said above
        found = None
    if found is None:
        return Finding(
            True, "The log was not checked yet", "`leeward worker` checks it every night; `leeward audit verify` now."
        )
    if found.broken:
        return Finding(
            False, f"The log does not hold (checked {found.at:%d %B %Y})",
            f"{found.broken[0]}. Run `leeward audit verify`; keep the database and the anchors as they are, and find"
            " out who had access to them. A failing disk or a restore does it too: see Backup and restore in"
            " docs/deploying.md.",
        )  # fmt: skip
    late = is_old(found)
    return Finding(
        not late, f"The log was checked on {found.at:%d %B %Y}: {found.entries} entries hold",
        "That is days ago: see that `leeward worker` runs." if late else "",
    )  # fmt: skip


def _scanner(address: str) -> Finding:
    from leeward.record.cases.files import scanning

    try:
        scanning.scan(b"")
    except Exception as problem:  # noqa: BLE001  whatever is wrong with it is what the reader needs
        return Finding(
            False,
            "Virus scan",
            f"ClamAV does not answer at {address}: {type(problem).__name__}. Documents are refused.",
        )
    return Finding(True, "Virus scan answers")
