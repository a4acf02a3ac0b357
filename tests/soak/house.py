"""An installation in a folder of its own: a PostgreSQL that keeps what it acknowledges, and the real `leeward serve`.

The tests' shared server gives up durability for speed, and other workers stand on it. Here both processes may be killed:
the data are made once for a schema (a stopped folder under `.leeward/test`) and copied in well under a second.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psycopg

from leeward.config.postgres import LocalServer
from tests import plugin

DATABASE = "leeward_demo"
SEED = 7


def environment(state: Path, **more: str) -> dict[str, str]:
    """The environment of a command line that knows this state folder and no other database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("LEEWARD_WEB_DATABASE_URL", "LEEWARD_OWNER_DATABASE_URL", "DATABASE_URL", "PORT", "LEEWARD_POOL")
    }
    return {**kept, "LEEWARD_STATE": str(state), "LEEWARD_QUIET": "1", **more}


def command(*arguments: str) -> list[str]:
    """The command line `leeward`."""
    return [sys.executable, "-m", "leeward.config.cli", *arguments]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def folder() -> Path:
    """A new folder that PostgreSQL's account can reach too (pytest's own are closed to it when root runs the tests)."""
    made = Path(tempfile.mkdtemp(prefix="leeward-house-"))
    made.chmod(0o755)
    return made


def _source() -> Path:
    """A stopped installation with the small demonstration in it, made when schema or generator have changed."""
    digest = hashlib.sha256(plugin._schema_hash().encode())
    for file in sorted((plugin.ROOT / "leeward" / "demo").rglob("*.py")):
        digest.update(file.read_bytes())
    kept = plugin.STATE / f"house-{digest.hexdigest()[:12]}"
    if kept.exists():
        return kept
    for old in plugin.STATE.glob("house-*"):
        shutil.rmtree(old)
    fresh = folder()
    done = subprocess.run(
        command("demo", "--load-only", "--seed", str(SEED)), cwd=plugin.ROOT, env=environment(fresh),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The house could not be made:\n{done.stderr[-3000:]}")
    shutil.move(fresh / "postgres", kept)
    shutil.rmtree(fresh)
    return kept


class House:
    """One installation: start and stop, or kill, each of its two halves."""

    def __init__(self, *, workers: int = 2) -> None:
        plugin.start()
        with plugin.one_at_a_time():
            plugin.collect_assets()
            source = _source()
            self.state = folder()
            subprocess.run(["cp", "-a", str(source), str(self.state / "postgres")], check=True)
        # Two or three of these may run beside the tests' own server; durability stays as PostgreSQL has it.
        self.postgres = LocalServer(
            self.state / "postgres", settings={"shared_buffers": "128MB", "max_wal_size": "256MB"}
        )
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.workers = workers
        self.web: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        try:
            self.postgres.start()
            self.serve()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.web is not None and self.web.poll() is None:
            self.web.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.web.wait(30)
        self.postgres.stop()
        shutil.rmtree(self.state, ignore_errors=True)

    # the web server

    def serve(self) -> None:
        """Start `leeward serve` as an installation would, and wait until it answers."""
        with (self.state / "web.log").open("ab") as log:
            self.web = subprocess.Popen(
                command("serve", "--port", str(self.port)),
                cwd=plugin.ROOT,
                env=environment(
                    self.state,
                    LEEWARD_WEB_DATABASE_URL=self.postgres.url("leeward_web", DATABASE),
                    LEEWARD_DEMO="1",
                    LEEWARD_WORKERS=str(self.workers),
                    LEEWARD_NETWORK_LIMIT_FACTOR="1000",
                ),
                stderr=log,
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.web.poll() is not None:
                raise RuntimeError("The web server ended before it answered.")
            with suppress(OSError):
                with suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(f"{self.address}/ready", timeout=5).close()
                return
            time.sleep(0.05)
        raise RuntimeError("The web server did not answer in time.")

    def kill_web(self) -> None:
        """kill -9 of the web server's master and all its workers, at once."""
        assert self.web is not None
        for child in _children(self.web.pid):
            os.killpg(child, signal.SIGKILL)  # each child leads a session of its own
        assert self.web.wait(30) == 1, "`leeward serve` ends when its server was killed, and says so by its code"

    # the database

    def kill_postgres(self) -> None:
        """kill -9 of the postmaster: nothing is flushed, nobody is told."""
        number = int((self.postgres.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(number, signal.SIGKILL)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """What the database really holds, asked past every policy."""
        with psycopg.connect(self.postgres.url("postgres", DATABASE)) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]  # our own SQL


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after = stat.read_text().rpartition(")")[2].split()
            if int(after[1]) == pid:
                found.append(int(stat.parent.name))
    return found
