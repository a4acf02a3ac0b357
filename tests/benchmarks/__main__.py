"""`make bench`: every benchmark, to the screen and to build/bench.json. `--only prefix` runs a part.

Each part runs in a process of its own, on a loaded demonstration of its size that is kept between runs; what is compared
takes turns (turns.py). Nothing leaves this machine: all load goes to loopback, is bounded, and ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg

from leeward.config import env, installation
from leeward.config.postgres import LocalServer, prepare
from tests.benchmarks.turns import in_turns

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "build" / "bench.json"
PORT = 8765
SPAWN = 10  # users a second
SOLVERS = ("allocation", "reciprocal")  # parts that need no database


def main() -> int:
    """Run what was asked for; 1 if a part failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="names that begin so")
    parser.add_argument("--sizes", default="small,nation")
    given = parser.parse_args()
    installation.ensure_secrets()
    kept = [line for line in _read() if given.only and not line["name"].startswith(given.only)]
    figures: list[dict[str, object]] = []
    sizes = [] if given.only.startswith(SOLVERS) else given.sizes.split(",")
    with _server() as server:
        for line in chain(_solvers(given.only), _databases(server, sizes, given.only)):
            print(f"{line['name']:36} {line['value']:>12} {line['unit']:12} {line['size']:8}"
                  f" baseline {line['baseline']}  {line['note']}", flush=True)  # fmt: skip
            figures.append(line)
    RESULT.parent.mkdir(exist_ok=True)
    fresh = {(line["name"], line["size"]) for line in figures}
    kept = [line for line in kept if (line["name"], line["size"]) not in fresh]
    RESULT.write_text(json.dumps(kept + figures, indent=1) + "\n")
    return 0


def _read() -> list[dict[str, object]]:
    return json.loads(RESULT.read_text()) if RESULT.exists() else []


@contextmanager
def _server() -> Iterator[LocalServer]:
    server = LocalServer(env.STATE / "postgres")
    was_running = server.is_running()
    server.start()
    try:
        yield server
    finally:
        if not was_running:
            server.stop()


@dataclass(frozen=True)
class Loaded:
    """A demonstration that is loaded, and how to reach it: as the web server does, and past the policies."""

    size: str
    name: str
    web: dict[str, str]
    owner_url: str
    above: dict[str, str]


def _databases(server: LocalServer, sizes: Sequence[str], only: str) -> Iterator[dict[str, object]]:
    """All that needs a database. Pages of all sizes take turns, so that a slow minute of the machine is everybody's."""
    loaded = []
    for size in sizes:
        one, seconds = _loaded(server, size, only)
        loaded.append(one)
        if seconds is not None:
            yield _figure("demo.nation.seconds", round(seconds, 1), "s", size)
    if _wanted(only, "pages."):
        page = only.split(".")[1] if only.count(".") else ""
        yield from _pages([(one.web, one.size) for one in loaded], ["--only", page] if page else [])
    for one in loaded:
        yield from _size(server, one, only)


def _wanted(only: str, *names: str) -> bool:
    return any(one.startswith(only) or only.startswith(one) for one in names)


def _loaded(server: LocalServer, size: str, only: str) -> tuple[Loaded, float | None]:
    """Load a demonstration, or bring the one that is kept up to date; the seconds where `nation` was made."""
    # Not the one that `make demo` opens: what is measured is as it was made.
    name = "leeward_bench" if size == "small" else f"leeward_demo_{size}"
    if only.startswith("demo"):
        _drop(server, name)
    made = not _exists(server, name)
    seconds = _load(name, size)
    roles = prepare(server.url("postgres", "postgres"), name)
    web = {
        **os.environ, "LEEWARD_DEMO": "1", "LEEWARD_WEB_DATABASE_URL": roles.web_url, "LEEWARD_POOL": "0",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
    }  # fmt: skip
    web.pop("LEEWARD_OWNER_DATABASE_URL", None)
    above = {**web, "LEEWARD_WEB_DATABASE_URL": server.url("postgres", name)}
    return Loaded(size, name, web, roles.owner_url, above), seconds if made and size == "nation" else None


def _pages(sides: Sequence[tuple[dict[str, str], str]], more: Sequence[str] = ()) -> Iterator[dict[str, object]]:
    """The pages in each of some environments, in turns; beside each time how it compares with the first one's."""
    first: dict[object, float] = {}
    for number, line in in_turns([_started("pages", web, "--size", size, *more) for web, size in sides]):
        if number == 0:
            first[line["name"]] = line["value"]
        elif line["unit"] == "ms" and first.get(line["name"]):
            line["note"] = f"{line['value'] / first[line['name']]:.2f} times that of {sides[0][1]}"
        yield line


def _size(server: LocalServer, one: Loaded, only: str) -> Iterator[dict[str, object]]:
    """What else is measured of one demonstration."""
    size, web, above = one.size, one.web, one.above
    if _wanted(only, "search."):
        yield from _part("search", web, "--size", size)
    if _wanted(only, "access.overhead"):
        yield _overhead(one)
    if _wanted(only, "audit.verify.rows_per_s"):
        yield from _part("audit", {**web, "LEEWARD_OWNER_DATABASE_URL": one.owner_url}, "--size", size)
    if _wanted(only, "marac."):
        part = only.split(".")[1] if only.count(".") else ""
        # It writes what it measures against past the policies, and measures as the web role.
        both = {**above, "BENCH_WEB_URL": web["LEEWARD_WEB_DATABASE_URL"]}
        yield from _part("marac", both, "--size", size, *(["--only", part] if part else []))
    if _wanted(only, "match."):
        yield from _part("match", above, "--size", size)
    if _wanted(only, "hold.") and size == "small":
        with _copy(server, one.name) as copy:
            yield from _part("hold", {**web, "LEEWARD_WEB_DATABASE_URL": server.url("postgres", copy)}, "--size", size)
    if _wanted(only, "load."):
        # It leaves hundreds of people waiting: in the database that is kept, the queue would be as long at every size.
        with _copy(server, one.name) as copy:
            roles = prepare(server.url("postgres", "postgres"), copy)
            yield from _load_test({**web, "LEEWARD_WEB_DATABASE_URL": roles.web_url}, size)


def _overhead(one: Loaded) -> dict[str, object]:
    """The middle times of the twelve most used pages with policies over those of a role that bypasses them."""
    sums = [0.0, 0.0]
    sides = [_started("pages", side, "--size", one.size, "--twelve") for side in (one.web, one.above)]
    for number, line in in_turns(sides):
        if str(line["name"]).endswith(".p50"):
            sums[number] += line["value"]
    note = f"{sums[0]:.0f} ms with policies, {sums[1]:.0f} ms as a role that bypasses them"
    return _figure("access.overhead", round(sums[0] / sums[1], 2), "ratio", one.size, None, note)


def _solvers(only: str) -> Iterator[dict[str, object]]:
    """The two questions about everybody at once: pure, so the same at every size of the demonstration."""
    for name in SOLVERS:
        if f"{name}.".startswith(only) or only.startswith(name):
            yield from _part("home_solvers", dict(os.environ), "--only", name)


def _exists(server: LocalServer, name: str) -> bool:
    with psycopg.connect(server.url("postgres", "postgres")) as admin:
        return admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(server: LocalServer, name: str) -> None:
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _copy(server: LocalServer, name: str) -> Iterator[str]:
    """A copy of a database, for what writes for good: dropped at the end."""
    copy = f"{name}_copy"
    _drop(server, copy)
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
    prepare(server.url("postgres", "postgres"), copy)
    try:
        yield copy
    finally:
        _drop(server, copy)


def _load(name: str, size: str) -> float:
    """Load a demonstration unless it is there, and bring its schema up; the seconds that took."""
    begin = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "leeward.config.cli", "demo", "--size", size, "--load-only", "--database", name],
        cwd=ROOT, check=True,
        env={**os.environ, "LEEWARD_QUIET": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    return time.monotonic() - begin


def _started(module: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _part(module: str, environment: dict[str, str], *arguments: str) -> Iterator[dict[str, Any]]:
    """Run one part and read its figures."""
    for _, line in in_turns([_started(module, environment, *arguments)]):
        yield line


def _load_test(web: dict[str, str], size: str) -> Iterator[dict[str, object]]:
    """50 workers and 200 visitors for 60 seconds against the real server; then the empty page of the same server."""
    if shutil.which("locust", path=str(Path(sys.executable).parent)) is None:
        raise SystemExit("locust is not installed: run `make test` once, or install requirements/dev.txt.")
    # All visitors come from one address here, as no two hundred people do.
    environment = {**web, "LEEWARD_POOL": "8", "LEEWARD_NETWORK_LIMIT_FACTOR": "100"}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "leeward.config.wsgi:application", "--bind", f"127.0.0.1:{PORT}", "--workers",
         "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "error", "--no-control-socket",
         "--keep-alive", "15"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        _wait(server)
        mixed = _locust("Worker,Visitor", 250, 60)
        empty = _locust("Empty", 250, 20)
    finally:
        server.terminate()
        server.wait(20)
    note = f"p50 {mixed['p50']} ms, {mixed['requests']} requests in 60 s, 50 workers and 200 visitors"
    yield _figure("load.rps", round(mixed["rps"], 1), "requests/s", size, round(empty["rps"], 1), note)
    yield _figure("load.p95", mixed["p95"], "ms", size, empty["p95"], note)
    yield _figure("load.errors", mixed["failures"], "errors", size, empty["failures"], mixed["first_failure"])


def _wait(server: subprocess.Popen[bytes]) -> None:
    import urllib.error
    import urllib.request

    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is not None:
            raise SystemExit("The web server did not start.")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/ready", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not answer.")


def _locust(kinds: str, users: int, seconds: int) -> dict[str, float]:
    """Run locust without its pages; what its summary says."""
    out = ROOT / "build" / "locust.json"
    out.parent.mkdir(exist_ok=True)
    with out.open("w") as stream:
        subprocess.run(
            [sys.executable, "-m", "locust", "-f", "tests/benchmarks/load.py", "--headless", "--users", str(users),
             # They come within twenty-five seconds, not all in the same one; then the clock begins, with all of them there.
             "--spawn-rate", str(SPAWN), "--reset-stats", "--run-time", f"{seconds + users // SPAWN}s",
             "--host", f"http://127.0.0.1:{PORT}", "--json", "--only-summary", "--loglevel", "ERROR", *kinds.split(",")],
            cwd=ROOT, check=False, stdout=stream, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    rows = json.loads(out.read_text())
    times: dict[int, int] = {}
    for row in rows:
        for bucket, number in row["response_times"].items():
            times[int(float(bucket))] = times.get(int(float(bucket)), 0) + number
    requests = sum(row["num_requests"] for row in rows)
    failed = [row for row in rows if row["num_failures"]]
    return {
        "rps": requests / seconds, "requests": requests, "failures": sum(row["num_failures"] for row in rows),
        "p50": _bucket(times, requests, 0.5), "p95": _bucket(times, requests, 0.95),
        "first_failure": failed[0]["name"] if failed else "",
    }  # fmt: skip


def _bucket(times: dict[int, int], requests: int, share: float) -> int:
    seen = 0
    for bucket in sorted(times):
        seen += times[bucket]
        if seen >= requests * share:
            return bucket
    return 0


def _figure(
    name: str, value: float, unit: str, size: str, baseline: float | None = None, note: object = ""
) -> dict[str, object]:
    return {"name": name, "value": value, "unit": unit, "size": size, "baseline": baseline, "note": str(note)}


if __name__ == "__main__":
    sys.exit(main())
