"""What import-linter cannot see: foreign keys named by a string, and one room's use of another room's inside."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ORDER = [  # from the bottom
    "leeward.platform.common", "leeward.platform.ui", "leeward.platform.reference", "leeward.platform.access",
    "leeward.platform.directory", "leeward.record.people", "leeward.record.cases", "leeward.record.risk",
    "leeward.response.front_door", "leeward.response.marac", "leeward.response.accommodation",
    "leeward.workspace", "leeward.config", "leeward.demo",
]  # fmt: skip
PUBLIC_FACE = {"models", "actions", "queries", "rules"}
# Rooms whose whole purpose is to be used from inside: they have no pages of their own to hide.
WHOLE = {"leeward.platform.common", "leeward.platform.ui", "leeward.platform.reference"}
# The policy language of the record is shared by the rooms that build on it; access is what everything acts through. What
# is asked about a person, and on which basis a case is shared, is asked with the same fields wherever it is asked, and an
# instrument read by the same engine.
ALSO = {
    "leeward.record.people": {"policies", "naming", "forms"},
    "leeward.record.risk": {"instruments"},
    "leeward.record.cases": {"policies", "forms"},
    "leeward.platform.access": {
        "acting",
        "about",
        "audit",
        "log_words",
        "grounds",
        "leaving",
        "roles",
        "routes",
        "partnership",
        "running",
        "middleware",
        "notices",
        "drafts",
        "once",
        "limits",
        "keys",
        "chain",
        "web",
    },
}


def room_of(module: str) -> str | None:
    return next((room for room in ORDER if module == room or module.startswith(room + ".")), None)


def test_foreign_keys_point_downwards() -> None:
    for model in apps.get_models():
        here = room_of(model.__module__)
        if here is None:
            continue
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or field.related_model is None:
                continue
            there = room_of(field.related_model.__module__)  # type: ignore[union-attr]
            if there and there != here:
                assert ORDER.index(there) < ORDER.index(here), f"{model.__name__}.{field.name} points up to {there}"


def _imports() -> list[tuple[Path, str]]:
    found = []
    for file in (ROOT / "leeward").rglob("*.py"):
        if "migrations" in file.parts or "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("leeward."):
                for name in node.names:
                    candidate = f"{node.module}.{name.name}"
                    as_file = ROOT / (candidate.replace(".", "/") + ".py")
                    is_module = as_file.exists() or as_file.with_suffix("").is_dir()
                    found.append((file, candidate if is_module else node.module))
    return found


@pytest.mark.parametrize("room", [room for room in ORDER if room not in ("leeward.config", "leeward.demo")])
def test_rooms_use_only_the_public_face_of_others(room: str) -> None:
    for file, module in _imports():
        here = room_of(".".join(file.relative_to(ROOT).with_suffix("").parts))
        if here != room or here is None:
            continue
        there = room_of(module)
        if there is None or there == here or there in WHOLE or module == there:
            continue
        part = module[len(there) + 1 :].split(".")[0]
        assert part in PUBLIC_FACE | ALSO.get(there, set()), f"{file.relative_to(ROOT)} reaches into {module}"


def test_every_room_says_what_it_is() -> None:
    for room in ORDER:
        text = (ROOT / room.replace(".", "/") / "__init__.py").read_text()
        assert ast.get_docstring(ast.parse(text)), f"{room} has no docstring"
        assert room.split(".")[-1] in (ROOT / "docs" / "map.md").read_text(), f"docs/map.md does not name {room}"


def test_nobody_locks_a_row_against_those_that_point_to_it() -> None:
    """FOR UPDATE makes whoever writes a row that points to it wait at the very end of their work, where they hold the
    log already: a ring. FOR NO KEY UPDATE keeps out whoever changes the same row, and nobody else. Only what deletes
    rows locks them whole."""
    deletes = "old.select_for_update(skip_locked=True)"
    whole = re.compile(r"select_for_update\((?!.*no_key=True)|(?<!POLICY web_change ON \"{table}\" )\bFOR UPDATE\b")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted([*(ROOT / "leeward").rglob("*.py"), *(ROOT / "leeward").rglob("*.sql")])
        for line in path.read_text().splitlines()
        if whole.search(line) and deletes not in line
    ]
    assert found == []
