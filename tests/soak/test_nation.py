"""A whole nation in a fresh database: made, and whole. An hour at the most."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest

from leeward.config.postgres import LocalServer
from tests import plugin
from tests.soak.house import command, environment, folder

pytestmark = pytest.mark.soak


def test_a_nation_is_made_and_is_whole() -> None:
    plugin.start()
    if shutil.disk_usage("/tmp").free < 30 * 2**30:
        pytest.skip("a nation needs 30 GB for a while")
    state = folder()
    server = LocalServer(state / "postgres")
    try:
        begin = time.monotonic()
        done = subprocess.run(
            command("demo", "--size", "nation", "--load-only"), cwd=plugin.ROOT, env=environment(state),
            capture_output=True, text=True, check=False, timeout=3600,
        )  # fmt: skip
        seconds = time.monotonic() - begin
        assert done.returncode == 0, done.stderr[-3000:]
        server.start()
        import psycopg

        with psycopg.connect(server.url("postgres", "leeward_demo_nation")) as connection:

            def count(sql: str) -> int:
                return int((connection.execute(sql).fetchone() or (0,))[0])  # type: ignore[call-overload]

            assert count("SELECT count(*) FROM people_person") >= 1_000_000
            assert count("SELECT count(*) FROM cases_chronologyentry") >= 5_000_000
            assert count("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
            assert count("SELECT count(*) FROM pg_constraint WHERE NOT convalidated") == 0
            loose = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
            assert count(loose) == 0, "row security is forced again on every table"
        print(f"made in {seconds:.0f} s")  # how long is for the benchmark demo.nation.seconds to say
    finally:
        server.stop()
        shutil.rmtree(state, ignore_errors=True)
