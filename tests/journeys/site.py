"""The demonstration served for journeys: a database of its own a worker, and the real web server in front of it.

The demonstration's data are loaded once for a schema, under a lock, and copied for each worker in well under a second.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql

from tests import plugin

SEED = 7


def _loaded() -> str:
    """The name of a database with the small demonstration in it; made when the schema or the generator has changed."""
    digest = hashlib.sha256(plugin._schema_hash().encode())
    for file in sorted((plugin.ROOT / "leeward" / "demo").rglob("*.py")):
        digest.update(file.read_bytes())
    name = f"leeward_demo_{digest.hexdigest()[:12]}"
    with psycopg.connect(plugin.admin_url(), autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        for (old,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'leeward_demo_%'").fetchall():
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    plugin.copy_template(name + "_new")
    _load(name + "_new")
    with psycopg.connect(plugin.admin_url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name + "_new"), sql.Identifier(name))
        )
    return name


def _load(name: str) -> None:
    code = (
        "import django; django.setup(); from leeward.demo.load import ensure_loaded;"
        f" ensure_loaded(size='small', seed={SEED})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=plugin.ROOT,
        env={
            **os.environ,
            "LEEWARD_DEMO": "1",
            "LEEWARD_QUIET": "1",
            "LEEWARD_OWNER_DATABASE_URL": plugin.owner_url(name),
            "LEEWARD_WEB_DATABASE_URL": plugin.owner_url(name),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The demonstration could not be loaded:\n{done.stderr[-3000:]}")


def names(text: str, called: str) -> bool:
    """Whether a page names somebody who is called so: a worker who shares the name is somebody else."""
    from leeward.demo.partnerships import PERSONAS  # `serve` is also used where Django is not set up

    for persona in PERSONAS:
        text = text.replace(persona[2], "")
    return re.search(rf"\b{re.escape(called)}\b", text) is not None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(name: str, port: int = 0, **settings: str) -> Iterator[str]:
    """The address of the demonstration on a fresh database of this name, while it is served (with these settings)."""
    plugin.start()
    with plugin.one_at_a_time():
        plugin.collect_assets()
        source = _loaded()
        with psycopg.connect(plugin.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER leeward_owner").format(
                    sql.Identifier(name), sql.Identifier(source)
                )
            )
    port = port or _free_port()
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "leeward.config.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning",
            "--config", "python:leeward.config.server",
        ],
        cwd=plugin.ROOT,
        env={
            **os.environ,
            "LEEWARD_DEMO": "1",
            "LEEWARD_POOL": "4",
            "LEEWARD_WEB_DATABASE_URL": plugin.web_url(name),
            **settings,
        },
    )  # fmt: skip
    address = f"http://localhost:{port}"  # a passkey is given to a name, never to a number
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(20)
        plugin.drop(name)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("The web server ended before it answered.")
        with suppress(OSError):
            try:
                urllib.request.urlopen(f"{address}/", timeout=5).close()
            except urllib.error.HTTPError as answer:  # of any kind: what it says is a test's business
                answer.close()
            return
        time.sleep(0.05)
    raise RuntimeError("The web server did not answer in time.")


if __name__ == "__main__":
    import threading

    os.environ["LEEWARD_KEEP_TEST_SERVER"] = "1"
    with serve("leeward_look", int(os.environ.get("PORT", "8010"))) as where:
        print(where, flush=True)
        threading.Event().wait()
