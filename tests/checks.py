"""What `make check` asks besides the linters: migrations in step, every template compiles, nothing names a registry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run all; answer how many failed."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="leeward.config.settings", LEEWARD_SECRET_KEY="check", LEEWARD_INDEX_KEY="check",
        LEEWARD_VAULT_KEYS="k:AAAA", LEEWARD_WEB_DATABASE_URL="postgresql://nobody@/nothing", LEEWARD_DEMO="1",
    )  # fmt: skip
    failures = migrations() + templates() + lock_files()
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def migrations() -> list[str]:
    """A model that differs from its migrations, or a migration that two people wrote at once."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [f"Migrations are missing:\n{done.stdout}{done.stderr[-2000:]}"] if done.returncode else []


def templates() -> list[str]:
    """A template that does not compile."""
    import django

    django.setup()
    from django.template import engines

    failures = []
    for folder in (ROOT / "leeward").rglob("templates"):
        for file in folder.rglob("*.jinja"):
            try:
                engines["engine"].get_template(str(file.relative_to(folder)))
            except Exception as error:  # noqa: BLE001  whatever is wrong with it is what is told
                failures.append(f"{file.relative_to(ROOT)}: {error}")
    return failures


def lock_files() -> list[str]:
    """A lock file without hashes, or with the name of a registry's host in it."""
    failures = []
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = file.read_text()
        if "--hash=sha256:" not in text:
            failures.append(f"{file.name} has no hashes")
        if re.search(r"https?://", text):
            failures.append(f"{file.name} names an address")
    for file in [ROOT / "package-lock.json", *sorted((ROOT / "tests").rglob("package-lock.json"))]:
        if file.exists() and "node_modules" not in file.parts and '"resolved"' in file.read_text():
            failures.append(f"{file.relative_to(ROOT)} names addresses")
    return failures


if __name__ == "__main__":
    sys.exit(main())
