"""What an installation stands on before Django can be asked anything: secrets, the database, the port."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from leeward.config import env
from leeward.config.postgres import OWNER, WEB, DatabaseProblem, LocalServer, Roles, new_password, prepare

SECRETS = env.STATE / "secrets"
LEAST_FREE_BYTES = 300 * 1024 * 1024


class Problem(Exception):
    """Something stands in the way. The text is one line that says what to do."""


def ensure_secrets() -> None:
    """Make the secrets that are missing, readable by this account alone. What is set in the environment is kept."""
    SECRETS.mkdir(parents=True, exist_ok=True, mode=0o700)
    makers: dict[str, Callable[[], str]] = {
        "leeward_secret_key": lambda: secrets.token_urlsafe(50),
        "leeward_index_key": lambda: secrets.token_urlsafe(40),
        "leeward_vault_keys": lambda: "k1:" + base64.b64encode(os.urandom(32)).decode(),
    }
    for name, make in makers.items():
        if name.upper() not in os.environ:
            _kept(name, make())


def _kept(name: str, fresh: str) -> str:
    file = SECRETS / name
    if not file.exists():
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(fresh)
        unfinished.rename(file)
    return file.read_text().strip()


def check_disk(folder: Path) -> None:
    """Refuse to begin on a disk that is nearly full: half a database is worse than none."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise Problem(f"The disk is full: {free // 2**20} MB are free, Leeward needs {LEAST_FREE_BYTES // 2**20} MB.")


def is_disk_full(problem: BaseException | None) -> bool:
    """Whether an exception, or one that caused it, says that there is no room: ours, or the database's."""
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if getattr(problem, "sqlstate", None) == "53100":
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def check_port(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that something else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Problem(f"Port {port} is taken: end what uses it, or choose another with PORT=8001.") from None


@contextmanager
def database(name: str = "leeward") -> Iterator[Roles]:
    """The database for as long as the block runs: a server named by DATABASE_URL, else one of our own, started here.

    Raises Problem in one line. Roles that are set in the environment (LEEWARD_WEB_DATABASE_URL) are used as they are.
    """
    if "LEEWARD_WEB_DATABASE_URL" in os.environ and "DATABASE_URL" not in os.environ:
        web = os.environ["LEEWARD_WEB_DATABASE_URL"]
        yield Roles(owner_url=os.environ.get("LEEWARD_OWNER_DATABASE_URL", ""), web_url=web)
        return
    try:
        if admin := os.environ.get("DATABASE_URL"):
            yield _prepared(admin, name)
            return
        check_disk(env.STATE)
        server = LocalServer(env.STATE / "postgres")
        was_running = server.is_running()
        server.start()
        try:
            yield prepare(server.url("postgres", "postgres"), name)
        finally:
            if not was_running:
                server.stop()
    except DatabaseProblem as problem:
        raise Problem(str(problem)) from None


def _prepared(admin: str, name: str) -> Roles:
    try:
        parts = urlsplit(admin)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise Problem(
            "DATABASE_URL cannot be read: check its host and port (postgresql://user:password@host:port/database)."
        ) from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise Problem("DATABASE_URL must begin with postgresql:// (user:password@host:port/database).")
    passwords = {role: _kept(f"{role}_password", new_password()) for role in (OWNER, WEB)} if host else None
    return prepare(admin, parts.path.strip("/") or name, passwords=passwords)


def use(roles: Roles, *, owner: bool = False, demo: bool = False) -> None:
    """Tell Django's settings (read after this) where the database is, and whether this is the demonstration."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
    os.environ["LEEWARD_WEB_DATABASE_URL"] = roles.web_url
    if owner and roles.owner_url:
        os.environ["LEEWARD_OWNER_DATABASE_URL"] = roles.owner_url
    if demo:
        os.environ["LEEWARD_DEMO"] = "1"


def schema_mark() -> str:
    """A hash of everything that `migrate` brings into a database: equal marks need no migration."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for pattern in (
        "*/migrations/*.py",
        "*/sql/*.sql",
        "*/policies.py",
        "*/code_lists/*.yaml",
        "*/instruments/files/*.yaml",
        "*/common/policy.py",
    ):
        for file in sorted(package.rglob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
