"""The ground that all tests stand on: a PostgreSQL of their own, one database a worker, connected as the web role.

Loaded by `-p tests.plugin` before Django's settings are read. The owner's connection is used to make databases and
for nothing else: a test that could see past the policies would prove nothing.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from leeward.config.postgres import LocalServer, prepare, with_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".leeward" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"leeward_test_{WORKER}"

(STATE / "pages").mkdir(parents=True, exist_ok=True)
_used = os.open(STATE / "used", os.O_CREAT | os.O_RDWR)  # locked by every run of tests in this folder
_server = LocalServer(
    STATE / "postgres",
    settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB"},
)

os.environ.update(
    DJANGO_SETTINGS_MODULE="leeward.config.settings",
    LEEWARD_STATE=str(STATE / WORKER),
    LEEWARD_SECRET_KEY="tests-only",
    LEEWARD_INDEX_KEY="tests-only",
    LEEWARD_VAULT_KEYS="new:" + base64.b64encode(b"n" * 32).decode() + ",old:" + base64.b64encode(b"o" * 32).decode(),
    LEEWARD_WEB_DATABASE_URL=_server.url("leeward_web", DATABASE),
    LEEWARD_COMPILED_PAGES=str(STATE / "pages"),
    LEEWARD_POOL="0",
    LEEWARD_SECURE="0",
    LEEWARD_HOSTS="testserver,localhost,127.0.0.1",
    # The browser of the journeys keeps an event loop in this thread; Django would refuse the database for that.
    DJANGO_ALLOW_ASYNC_UNSAFE="1",
)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Held by whoever makes what all workers share."""
    STATE.mkdir(parents=True, exist_ok=True)
    with open(STATE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def admin_url(name: str = "postgres") -> str:
    """Where the superuser of the tests' own server connects."""
    return _server.url("postgres", name)


def _schema_hash() -> str:
    digest = hashlib.sha256()
    for pattern in (
        "*/migrations/*.py",
        "*/sql/*.sql",
        "*/policies.py",
        "*/code_lists/*.yaml",
        "*/common/policy.py",
        "*/actions/deriving.py",
    ):
        for file in sorted((ROOT / "leeward").rglob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def template() -> str:
    """The name of a migrated database to copy from; made when the schema has changed."""
    name = f"leeward_template_{_schema_hash()}"
    with psycopg.connect(admin_url(), autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        for (old,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'leeward_t%'").fetchall():
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    roles = prepare(admin_url(), name + "_new")
    _migrate(roles.owner_url)
    with psycopg.connect(admin_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name + "_new"), sql.Identifier(name))
        )
    return name


def _migrate(owner_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", "owner", "-v0", "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "LEEWARD_OWNER_DATABASE_URL": owner_url, "LEEWARD_WEB_DATABASE_URL": owner_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The test database could not be migrated:\n{done.stderr[-3000:]}")


def copy_template(name: str) -> None:
    """Make a fresh database from the template (well under a second)."""
    source = template()
    with psycopg.connect(admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER leeward_owner").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )


def drop(name: str) -> None:
    """Drop a database of the tests."""
    with psycopg.connect(admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def start() -> None:
    """Start the tests' server and make the roles, once for all workers."""
    with one_at_a_time():
        _server.start()
        prepare(admin_url(), "leeward_roles")


def owner_url(name: str = DATABASE) -> str:
    """Where the owner connects: for tests about the owner, the chain and the policies themselves."""
    return with_database(_server.url("leeward_owner", name), name)


def web_url(name: str = DATABASE) -> str:
    """Where the web role connects."""
    return _server.url("leeward_web", name)


def collect_assets() -> None:
    """Build and collect the front end where it changed: pages cannot be drawn without it."""
    code = (
        "from leeward.platform.ui.build import build; build(); from leeward.config.cli import collect_assets as c; c()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The front end could not be built:\n{done.stderr[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this worker: two of Playwright's loops cannot run in one process."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, find_chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One database a worker, copied from the template, dropped at the end."""
    start()
    with one_at_a_time():
        collect_assets()
        copy_template(DATABASE)
    yield
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    drop(DATABASE)


def pytest_configure(config: pytest.Config) -> None:
    """The process that began the tests hashes the built front end, as the server does before it serves."""
    if WORKER == "main" and not config.option.collectonly:
        fcntl.flock(_used, fcntl.LOCK_SH)
    if WORKER != "main" or not (ROOT / "build" / "static").exists():
        return
    subprocess.run(
        [sys.executable, "-c", "from leeward.config.cli import collect_assets; collect_assets()"],
        cwd=ROOT, env=dict(os.environ), check=True,
    )  # fmt: skip


# Files that take minutes, most of them for a browser, a server or a whole start: begun last, one of them would run alone
# at the end.
SLOW = (
    "tests/journeys/",
    "tests/soak/",
    "tests/installation/",
    "tests/input/",
    "tests/security/",
    "tests/architecture/test_statements",
    "leeward/platform/ui/tests/test_browser",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files first, else the order as it was."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that began the tests stops their server, unless others began some in this folder meanwhile."""
    if WORKER != "main" or os.environ.get("LEEWARD_KEEP_TEST_SERVER"):
        return
    with suppress(BlockingIOError):
        fcntl.flock(_used, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _server.stop()
